"""Makes data/<name>.csv.gz from the files as their packages ship them.

    python prepare.py RAW [OUT]

RAW holds one folder a set, with the file named in SETS below (LICENSES.md says where each comes from); OUT is the data
folder beside this script unless given. Values are copied as text, never parsed and written anew, so that no digit changes.
The gzip header carries neither time nor file name; with the same zlib the output is the same bytes.
"""

import csv
import gzip
import io
import sys
from pathlib import Path


def iris(rows):
    """The first line is "150,4,setosa,versicolor,virginica", and the last cell of a row counts into these words."""
    n_rows, n_features, *species = rows[0]
    assert (int(n_rows), int(n_features)) == (len(rows) - 1, 4)
    header = ["sepal_length_cm", "sepal_width_cm", "petal_length_cm", "petal_width_cm", "species"]
    return [header] + [[*row[:-1], species[int(row[-1])]] for row in rows[1:]]


def as_shipped(rows):
    return rows


def underscores(rows):
    """`fixed acidity` becomes `fixed_acidity`."""
    return [[name.replace(" ", "_") for name in rows[0]]] + rows[1:]


def pixels(rows):
    """No header is shipped: eight rows of eight pixels, then the digit."""
    return [[f"pixel_{i}_{j}" for i in range(8) for j in range(8)] + ["digit"]] + rows


SETS = {
    "iris": ("iris.csv", iris),
    "penguins": ("penguins.csv", as_shipped),
    "wine_quality_red": ("winequality-red.csv.gz", underscores),
    "sacramento_houses": ("sacramento.csv", as_shipped),
    "digits8x8": ("digits.csv.gz", pixels),
}


def main(raw, out):
    out.mkdir(parents=True, exist_ok=True)
    for name, (file, clean) in SETS.items():
        path = raw / name / file
        data = path.read_bytes()
        text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8")
        rows = clean(list(csv.reader(io.StringIO(text, newline=""))))
        assert all(len(row) == len(rows[0]) for row in rows), name
        clean_text = io.StringIO(newline="")
        csv.writer(clean_text, lineterminator="\n").writerows(rows)
        with open(out / f"{name}.csv.gz", "wb") as target:
            with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=target, mtime=0) as packed:
                packed.write(clean_text.getvalue().encode("utf-8"))
        print(f"{name}: {len(rows) - 1} rows, {len(rows[0])} columns")


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) == 3 else Path(__file__).parent / "data")
