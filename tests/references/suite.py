"""Writes suite/train.csv, suite/test.csv and suite.json: what scikit-learn makes of words, numbers and gaps.

    python suite.py path/to/penguins.csv

The rows are those of the penguins data (CC0), shuffled with a seed: word labels, mixed columns, missing cells. The
pipeline is the one the program has: gaps filled by median or commonest word, words one-hot, then the estimator.
"""

import json
import pathlib
import sys

import numpy as np
import pandas as pd
import sklearn
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.metrics import accuracy_score, f1_score, mean_absolute_error, r2_score, roc_auc_score
from sklearn.metrics import root_mean_squared_error
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

here = pathlib.Path(__file__).parent
(here / "suite").mkdir(exist_ok=True)
table = pd.read_csv(sys.argv[1]).sample(frac=1, random_state=7).reset_index(drop=True)
table[:240].to_csv(here / "suite/train.csv", index=False, na_rep="NA")
table[240:].to_csv(here / "suite/test.csv", index=False, na_rep="NA")
train, test = (pd.read_csv(here / f"suite/{name}.csv") for name in ("train", "test"))


def pipeline(estimator, target):
    words = [c for c in train if c != target and train[c].dtype.kind not in "if"]
    numbers = [c for c in train if c != target and c not in words]
    encode = make_column_transformer(
        (SimpleImputer(strategy="median"), numbers),
        (make_pipeline(SimpleImputer(strategy="most_frequent"), OneHotEncoder(handle_unknown="ignore")), words),
        sparse_threshold=0,
    )
    return make_pipeline(encode, estimator)


def classified(name, estimator, options, target):
    model = pipeline(estimator, target).fit(train.drop(columns=target), train[target])
    x, y = test.drop(columns=target), test[target]
    proba = model.predict_proba(x)
    auc = roc_auc_score(y, proba, multi_class="ovr", average="macro")
    clipped = np.clip(proba, 1e-15, None)
    metrics = {
        "accuracy": accuracy_score(y, model.predict(x)),
        "macro_f1": f1_score(y, model.predict(x), average="macro"),
        "log_loss": -np.mean(np.log(clipped[np.arange(len(y)), np.searchsorted(model.classes_, y)])),
        "roc_auc": auc,
    }
    return {"algorithm": name, "options": options, "target": target, "metrics": metrics}


def regressed(name, estimator, options, target):
    # a bird without a weight teaches nothing about weights
    known_train, known_test = train.dropna(subset=[target]), test.dropna(subset=[target])
    model = pipeline(estimator, target).fit(known_train.drop(columns=target), known_train[target])
    y, predicted = known_test[target], model.predict(known_test.drop(columns=target))
    metrics = {
        "r2": r2_score(y, predicted),
        "rmse": root_mean_squared_error(y, predicted),
        "mae": mean_absolute_error(y, predicted),
    }
    return {"algorithm": name, "options": options, "target": target, "metrics": metrics}


cases = [
    classified("knn-classifier", KNeighborsClassifier(5, algorithm="brute"), [], "species"),
    classified("knn-classifier", KNeighborsClassifier(9, algorithm="brute"), ["n_neighbors=9"], "species"),
    classified(
        "knn-classifier",
        KNeighborsClassifier(7, weights="distance", algorithm="brute"),
        ["n_neighbors=7", "weights=distance"],
        "island",
    ),
    regressed("linear-regression", LinearRegression(), [], "year"),
    regressed("ridge", Ridge(alpha=2.5), ["l2=2.5"], "year"),
    regressed("knn-regressor", KNeighborsRegressor(5, algorithm="brute"), [], "year"),
]
versions = {"scikit-learn": sklearn.__version__, "numpy": np.__version__, "pandas": pd.__version__}
(here / "suite.json").write_text(json.dumps({"versions": versions, "cases": cases}, indent=1) + "\n")
