"""Writes logistic.json: logistic regression and its cross-validation by scikit-learn.

Run it as `python logistic.py` with the packages of requirements.txt; the tests read the file alone.
"""

import json
import pathlib
import warnings

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression, LogisticRegressionCV

warnings.simplefilter("ignore")
rng = np.random.default_rng(20261125)
EXACT = dict(tol=1e-12, max_iter=1_000_000)


def listed(values):
    return np.asarray(values, dtype=float).tolist()


n, p = 80, 4
x = rng.normal(size=(n, p)) * [1, 3, 0.3, 1] + [0, 5, -1, 2]
scores = x @ rng.normal(size=(p, 4)) * 0.7 + rng.gumbel(size=(n, 4))
# an odd number: of an even one the l1 penalty alone leaves coefficients open
many = scores[:, :3].argmax(axis=1) * 2 + 1
two = (scores[:, 0] > scores[:, 1]).astype(int)
weights = rng.uniform(0.2, 3, size=n)
labels = {"two": two, "many": many}


def fitted(name, y, weighted=False, class_weights=None, l1=0.0, l2=1.0, fit_intercept=True):
    total = l1 + l2
    # a penalty of nothing, l2, l1, or both
    choice = dict(C=np.inf) if total == 0 else dict(C=1 / total, l1_ratio=l1 / total)
    solver = "saga" if l1 > 0 else "newton-cg" if y == "many" or total == 0 else "newton-cholesky"
    model = LogisticRegression(
        solver=solver, fit_intercept=fit_intercept, class_weight=class_weights, random_state=0, **choice, **EXACT
    )
    model.fit(x, labels[y], sample_weight=weights if weighted else None)
    given = [[int(k), v] for k, v in class_weights.items()] if isinstance(class_weights, dict) else []
    return dict(
        name=name,
        y=y,
        weighted=weighted,
        balanced=class_weights == "balanced",
        class_weights=given,
        l1=l1,
        l2=l2,
        fit_intercept=fit_intercept,
        coefficients=listed(model.coef_.T),
        intercepts=listed(np.atleast_1d(model.intercept_) * np.ones(model.coef_.shape[0])),
        probabilities=listed(model.predict_proba(x)),
    )


cases = []
for y in labels:
    cases += [
        fitted("l2", y, l2=0.5),
        fitted("weighted", y, weighted=True, l2=2.0),
        fitted("balanced", y, class_weights="balanced"),
        fitted("class weights", y, class_weights={1: 3.0, 5: 0.5} if y == "many" else {1: 3.0}),
        fitted("through the origin", y, fit_intercept=False),
        fitted("no penalty", y, l2=0.0),
        fitted("l1", y, l1=2.0, l2=0.0),
        fitted("elastic net, weighted", y, weighted=True, l1=1.5, l2=0.5),
    ]

cvs = []
for y in labels:
    for scoring in ["neg_log_loss", "accuracy"]:
        Cs = [0.01, 1.0, 100.0]
        model = LogisticRegressionCV(
            Cs=Cs, cv=4, scoring=scoring, l1_ratios=(0,), use_legacy_attributes=True, **EXACT
        ).fit(x, labels[y])
        of_any = next(iter(model.scores_.values()))
        cvs.append(
            dict(
                y=y,
                accuracy=scoring == "accuracy",
                l2s=[1 / c for c in Cs],
                scores=listed(np.asarray(of_any).reshape(4, 3).T),
                l2=1 / float(np.ravel(model.C_)[0]),
                coefficients=listed(model.coef_.T),
            )
        )

file = dict(
    versions=dict(scikit_learn=sklearn.__version__, numpy=np.__version__),
    x=listed(x),
    two=two.tolist(),
    many=many.tolist(),
    weights=listed(weights),
    fits=cases,
    cvs=cvs,
)
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(dict(versions=file.pop("versions"), cases=[file])) + "\n")
