"""Makes the files in data/, large/data/ and share-alike/data/ from the files as their packages ship them.

    python prepare.py RAW [OUT]

RAW holds one folder a set, with the files named below (LICENSES.md says where each comes from); OUT is the folder of this
script unless given. Cells are copied as text, never parsed and written anew, so that no digit changes, but for one column
(see `diabetes`). The gzip header carries neither time nor file name; with the same zlib the output is the same bytes, and
the checksums printed (SHA-256) are those of the files beside this script.
"""

import csv
import gzip
import hashlib
import io
import struct
import sys
from pathlib import Path


def iris(rows):
    """The first line is "150,4,setosa,versicolor,virginica", and the last cell of a row counts into these words."""
    header = ["sepal_length_cm", "sepal_width_cm", "petal_length_cm", "petal_width_cm", "species"]
    return counted(rows, header)


def breast_cancer(rows):
    """As iris: "569,30,malignant,benign". Ten measurements: mean over the nuclei, its error, mean of the three worst."""
    measured = ["radius", "texture", "perimeter", "area", "smoothness", "compactness", "concavity", "concave_points"]
    measured += ["symmetry", "fractal_dimension"]
    columns = [f"mean_{m}" for m in measured] + [f"{m}_error" for m in measured] + [f"worst_{m}" for m in measured]
    return counted(rows, columns + ["diagnosis"])


def counted(rows, header):
    n_rows, n_features, *classes = rows[0]
    assert (int(n_rows), int(n_features)) == (len(rows) - 1, len(header) - 1)
    return [header] + [[*row[:-1], classes[int(row[-1])]] for row in rows[1:]]


def as_shipped(rows):
    return rows


def underscores(rows):
    """`fixed acidity` becomes `fixed_acidity`, `education-num` `education_num`."""
    return [[name.replace(" ", "_").replace("-", "_") for name in rows[0]]] + rows[1:]


def pixels(rows):
    """No header is shipped: eight rows of eight pixels, then the digit."""
    return [[f"pixel_{i}_{j}" for i in range(8) for j in range(8)] + ["digit"]] + rows


def renamed(*header):
    return lambda rows: [list(header)] + rows[1:]


def headed(*header):
    return lambda rows: [list(header)] + rows


def without_index(rows):
    return [row[1:] for row in rows]


def text_of(path):
    data = path.read_bytes()
    return (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8")


def csv_rows(path):
    return list(csv.reader(io.StringIO(text_of(path), newline="")))


def tsv_rows(path):
    return [line.split("\t") for line in text_of(path).splitlines()]


def diabetes(folder):
    """Two files separated by blanks, without a header. The answers are whole numbers written as 1.510000000000000000e+02:
    here 151, the same number."""
    header = ["age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6", "progression"]
    features = [line.split() for line in text_of(folder / "diabetes_data_raw.csv.gz").splitlines()]
    target = [float(line) for line in text_of(folder / "diabetes_target.csv.gz").splitlines()]
    assert len(features) == len(target) and all(value == int(value) for value in target)
    return [header] + [[*row, str(int(value))] for row, value in zip(features, target)]


def emoji_images(folder):
    """The bytes are shipped bare; an IDX head (unsigned bytes, four sizes) says what they are."""
    data = gzip.decompress((folder / "emoji32_rgb_u8.bin.gz").read_bytes())
    n, rest = divmod(len(data), 32 * 32 * 3)
    assert rest == 0
    return struct.pack(">4B4I", 0, 0, 8, 4, n, 32, 32, 3) + data


def vowels(folder):
    """The training part, then the rows of the test part: their heads are the same."""
    train, test = (text_of(folder / f"JapaneseVowels_{part}.ts.gz").splitlines() for part in ("TRAIN", "TEST"))
    head = train[: train.index("@data") + 1]
    assert head == test[: len(head)]
    return "".join(line + "\n" for line in train + test[len(head) :]).encode("utf-8")


def unpacked(file):
    return lambda folder: gzip.decompress((folder / file).read_bytes())


def from_csv(file, clean, form="csv"):
    return lambda folder: written(clean(csv_rows(folder / file)), form)


def from_tsv(file, clean):
    return lambda folder: written(clean(tsv_rows(folder / file)), "tsv")


def written(rows, form):
    """CSV; or TSV without any quotes for texts, so that every word is itself: `na` is a name."""
    assert all(len(row) == len(rows[0]) for row in rows)
    if form == "tsv":
        assert not any(mark in cell for row in rows for cell in row for mark in "\t\n\r")
        assert all(cell == cell.strip() for row in rows for cell in row)
        return "".join("\t".join(row) + "\n" for row in rows).encode("utf-8")
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode("utf-8")


FILES = {
    "data/iris.csv": ("iris", from_csv("iris.csv", iris)),
    "data/penguins.csv": ("penguins", from_csv("penguins.csv", as_shipped)),
    "data/wine_quality_red.csv": ("wine_quality_red", from_csv("winequality-red.csv.gz", underscores)),
    "data/sacramento_houses.csv": ("sacramento_houses", from_csv("sacramento.csv", as_shipped)),
    "data/digits8x8.csv": ("digits8x8", from_csv("digits.csv.gz", pixels)),
    "data/breast_cancer.csv": ("breast_cancer", from_csv("breast_cancer.csv", breast_cancer)),
    "data/diabetes.csv": ("diabetes", lambda folder: written(diabetes(folder), "csv")),
    "data/spambase.csv": ("spambase", from_csv("spambase.csv.gz", as_shipped)),
    "data/seattle_weather.csv": ("seattle_weather", from_csv("seattle-weather.csv", as_shipped)),
    "data/sunspots_yearly.csv": ("sunspots", from_csv("sunspots.csv", renamed("year", "sunspots"))),
    "data/sunspots_monthly.csv": ("sunspots", from_csv("sunspots_monthly.csv", as_shipped)),
    "data/names_gender_us1990.tsv": ("names_gender_us1990", from_csv("names_gender.csv", as_shipped, "tsv")),
    "data/names_origin.tsv": ("names_origin", from_csv("names_origin.csv.gz", as_shipped, "tsv")),
    "data/udhr_langid.tsv": ("udhr_langid", from_csv("udhr_langid.csv.gz", renamed("language", "text"), "tsv")),
    "data/udhr_eng_fra.tsv": ("udhr_langid", from_tsv("udhr_eng_fra.tsv", headed("english", "french"))),
    "large/data/adult.csv": ("adult", from_csv("adult.csv.gz", underscores)),
    "large/data/bible_eng_spa.tsv": (
        "bible_eng_spa",
        from_tsv("verses_short14.tsv.gz", headed("verse", "english", "spanish")),
    ),
    "large/data/emoji32_rgb.idx": ("emoji32_rgb", emoji_images),
    "large/data/emoji32_rgb.csv": ("emoji32_rgb", from_csv("labels.csv", without_index)),
    "large/data/japanese_vowels.ts": ("japanese_vowels", vowels),
    "large/data/shakespeare.txt": ("shakespeare", unpacked("eight_plays.txt.gz")),
    "share-alike/data/mnist10k_images.idx": ("mnist10k", unpacked("images-idx3-ubyte.gz")),
    "share-alike/data/mnist10k_labels.idx": ("mnist10k", unpacked("labels-idx1-ubyte.gz")),
}


def main(raw, out):
    for file, (folder, content) in FILES.items():
        path = out / f"{file}.gz"
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, "wb") as target:
            with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=target, mtime=0) as packed:
                packed.write(content(raw / folder))
        data = path.read_bytes()
        print(f"{hashlib.sha256(data).hexdigest()}  {len(data):8}  {file}.gz")


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) == 3 else Path(__file__).parent)
