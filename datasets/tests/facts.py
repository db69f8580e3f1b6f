"""Facts of every set, from the files as their packages ship them and not by way of prepare.py: facts.json.

    python facts.py RAW > facts.json

RAW is as for prepare.py. Needs the standard library alone. Of the packed files, which prepare.py makes, it notes size and
CRC-32.
"""

import collections
import csv
import gzip
import io
import json
import math
import platform
import re
import sys
import tempfile
import zlib
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
import prepare

RAW = Path(sys.argv[1])


def read(path):
    data = (RAW / path).read_bytes()
    return gzip.decompress(data) if path.endswith(".gz") else data


def rows(path, header=True):
    all_rows = list(csv.reader(io.StringIO(read(path).decode("utf-8"), newline="")))
    return all_rows[1:] if header else all_rows


def cell(text):
    """A number, None where missing, else the word."""
    if text in ("", "NA"):
        return None
    try:
        return float(text)
    except ValueError:
        return text


def classes(labels):
    """Counts, the labels at both ends, and how often the label changes from one row to the next, plus one."""
    counts = collections.Counter(labels)
    runs = 1 + sum(a != b for a, b in zip(labels, labels[1:]))
    return {"counts": dict(sorted(counts.items())), "first": labels[0], "last": labels[-1], "runs": runs}


def numbers(values):
    return {"sum": math.fsum(values), "first": values[0], "last": values[-1]}


def table(features, **target):
    features = [[cell(text) for text in row] for row in features]
    sums = []
    for column in zip(*features):
        present = [value for value in column if value is not None]
        word = any(isinstance(value, str) for value in present)
        sums.append({"missing": len(column) - len(present), "sum": None if word else math.fsum(present)})
    return {"rows": len(features), "columns": sums, "first": features[0], "last": features[-1], **target}


def last_cell(path, names=None, header=True):
    every = rows(path, header)
    labels = [row[-1] for row in every]
    return table([row[:-1] for row in every], classes=classes([names[int(x)] for x in labels] if names else labels))


def texts(values, **target):
    return {"rows": len(values), "characters": sum(map(len, values)), "first": values[0], "last": values[-1], **target}


def blank_separated(path):
    return [line.split() for line in read(path).decode().splitlines()]


def images(data, size, **target):
    assert len(data) % size == 0
    sums = {"sum": sum(data), "first": sum(data[:size]), "last": sum(data[-size:])}
    return {"rows": len(data) // size, "bytes": sums, **target}


def series():
    train, test = (
        [line for line in read(f"japanese_vowels/JapaneseVowels_{part}.ts.gz").decode().splitlines() if line[:1] not in "#@"]
        for part in ("TRAIN", "TEST")
    )
    every = [line.split(":") for line in train + test]
    steps = [[list(map(float, dimension.split(","))) for dimension in line[:-1]] for line in every]
    lengths = [len(one[0]) for one in steps]
    return {
        "rows": len(every),
        "train": len(train),
        "lengths": [min(lengths), max(lengths), sum(lengths)],
        "sum": math.fsum(value for one in steps for dimension in one for value in dimension),
        "first": [dimension[0] for dimension in steps[0]],
        "last": [dimension[-1] for dimension in steps[-1]],
        "classes": classes([line[-1] for line in every]),
    }


def forecast(path):
    return {"rows": len(rows(path)), "series": numbers([float(row[-1]) for row in rows(path)])}


def sets():
    species, diagnoses = ["setosa", "versicolor", "virginica"], ["malignant", "benign"]
    wine, houses = rows("wine_quality_red/winequality-red.csv.gz"), rows("sacramento_houses/sacramento.csv")
    header = next(csv.reader(io.StringIO(read("sacramento_houses/sacramento.csv").decode())))
    price = header.index("price")
    progression = [float(line[0]) for line in blank_separated("diabetes/diabetes_target.csv.gz")]
    penguins = rows("penguins/penguins.csv")
    us1990, origin = rows("names_gender_us1990/names_gender.csv"), rows("names_origin/names_origin.csv.gz")
    languages = rows("udhr_langid/udhr_langid.csv.gz")
    pairs = [line.split("\t") for line in read("udhr_langid/udhr_eng_fra.tsv").decode().splitlines()]
    verses = [line.split("\t") for line in read("bible_eng_spa/verses_short14.tsv.gz").decode().splitlines()]
    lines = re.findall(r"[^\n]*\n|[^\n]+$", read("shakespeare/eight_plays.txt.gz").decode())
    weather = rows("seattle_weather/seattle-weather.csv")
    digits = [str(label) for label in read("mnist10k/labels-idx1-ubyte.gz")[8:]]
    without = lambda row, at: row[:at] + row[at + 1 :]
    return {
        "iris": last_cell("iris/iris.csv", species),
        "penguins": table([row[1:] for row in penguins], classes=classes([row[0] for row in penguins])),
        "breast_cancer": last_cell("breast_cancer/breast_cancer.csv", diagnoses),
        "digits8x8": last_cell("digits8x8/digits.csv.gz", header=False),
        "seattle_weather": table([row[1:-1] for row in weather]),
        "spambase": last_cell("spambase/spambase.csv.gz"),
        "adult": last_cell("adult/adult.csv.gz"),
        "diabetes": table(blank_separated("diabetes/diabetes_data_raw.csv.gz"), numbers=numbers(progression)),
        "wine_quality_red": table([row[:-1] for row in wine], numbers=numbers([float(row[-1]) for row in wine])),
        "sacramento_houses": table(
            [without(row, price) for row in houses], numbers=numbers([float(row[price]) for row in houses])
        ),
        "sunspots_yearly": forecast("sunspots/sunspots.csv"),
        "sunspots_monthly": forecast("sunspots/sunspots_monthly.csv"),
        "names_gender_us1990": texts([row[0] for row in us1990], classes=classes([row[1] for row in us1990])),
        "names_origin": texts([row[0] for row in origin], classes=classes([row[1] for row in origin])),
        "udhr_langid": texts([row[1] for row in languages], classes=classes([row[0] for row in languages])),
        "udhr_eng_fra": texts([pair[0] for pair in pairs], texts=texts([pair[1] for pair in pairs])),
        "bible_eng_spa": texts([verse[1] for verse in verses], texts=texts([verse[2] for verse in verses])),
        "shakespeare": texts(lines),
        "japanese_vowels": series(),
        "emoji32_rgb": images(
            read("emoji32_rgb/emoji32_rgb_u8.bin.gz"),
            32 * 32 * 3,
            classes=classes([row[2] for row in rows("emoji32_rgb/labels.csv")]),
        ),
        "mnist10k": images(read("mnist10k/images-idx3-ubyte.gz")[16:], 28 * 28, classes=classes(digits)),
    }


def files():
    with tempfile.TemporaryDirectory() as out, open("/dev/null", "w") as nowhere:
        sys.stdout, console = nowhere, sys.stdout
        prepare.main(RAW, Path(out))
        sys.stdout = console
        paths = sorted(Path(out).rglob("*.gz"))
        return {path.name: {"bytes": path.stat().st_size, "crc32": zlib.crc32(path.read_bytes())} for path in paths}


if __name__ == "__main__":
    versions = {"python": platform.python_version(), "zlib": zlib.ZLIB_RUNTIME_VERSION}
    json.dump({"versions": versions, "files": files(), "sets": sets()}, sys.stdout, indent=1, ensure_ascii=False)
    print()
