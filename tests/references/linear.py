"""Writes linear.json: least squares and ridge by scikit-learn, on seeded data that stands in the file too.

Run it as `python linear.py` with the packages of requirements.txt; the tests read the file alone.
"""

import json
import pathlib

import numpy as np
import sklearn
from sklearn.linear_model import LinearRegression, Ridge

rng = np.random.default_rng(20261123)


def case(name, x, y, weights=None, fit_intercept=True, l2=None):
    model = (
        LinearRegression(fit_intercept=fit_intercept)
        if l2 is None
        else Ridge(alpha=l2, fit_intercept=fit_intercept, solver="svd")
    )
    model.fit(x, y, sample_weight=weights)
    columns = y.reshape(len(y), -1)
    return {
        "name": name,
        "x": x.tolist(),
        "y": columns.tolist(),
        "weights": None if weights is None else weights.tolist(),
        "fit_intercept": fit_intercept,
        "l2": l2,
        "coefficients": np.asarray(model.coef_).reshape(columns.shape[1], -1).T.tolist(),
        "intercepts": np.broadcast_to(model.intercept_, columns.shape[1]).tolist(),
        "predictions": model.predict(x).reshape(len(y), -1).tolist(),
    }


def data(n, p, outputs=1):
    x = rng.normal(size=(n, p)) * rng.uniform(0.1, 10, size=p) + rng.normal(size=p) * 5
    y = x @ rng.normal(size=(p, outputs)) + rng.normal(size=(n, outputs)) + 3
    return x, y[:, 0] if outputs == 1 else y


x, y = data(40, 5)
x2, y2 = data(30, 3, outputs=2)
weights = rng.uniform(0, 3, size=40)
weights[::7] = 0
wide, y_wide = data(6, 12)
collinear = np.column_stack([x[:, :3], x[:, 0] - 2 * x[:, 1], np.full(40, 4.25)])
far = x + 1e5

cases = [
    case("plain", x, y),
    case("weighted", x, y, weights),
    case("through the origin", x, y, fit_intercept=False),
    case("through the origin, weighted", x, y, weights, fit_intercept=False),
    case("two outputs", x2, y2),
    case("wide", wide, y_wide),
    case("wide, through the origin", wide, y_wide, fit_intercept=False),
    case("collinear and constant columns", collinear, y),
    case("far from the origin", far, y),
    case("ridge", x, y, l2=1.0),
    case("ridge, strong", x, y, l2=250.0),
    case("ridge, weighted", x, y, weights, l2=3.5),
    case("ridge through the origin", x, y, fit_intercept=False, l2=0.5),
    case("ridge, two outputs", x2, y2, l2=2.0),
    case("ridge, wide", wide, y_wide, l2=0.1),
    case("ridge, collinear and constant columns", collinear, y, l2=1.0),
]
versions = {"scikit-learn": sklearn.__version__, "numpy": np.__version__}
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps({"versions": versions, "cases": cases}) + "\n")
