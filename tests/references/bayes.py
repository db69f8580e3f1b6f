"""Writes bayes.json: naive Bayes by scikit-learn.

Run it as `python bayes.py` with the packages of requirements.txt; the tests read the file alone.
"""

import json
import pathlib

import numpy as np
import sklearn
from sklearn.naive_bayes import BernoulliNB, CategoricalNB, ComplementNB, GaussianNB, MultinomialNB

rng = np.random.default_rng(20261124)
n = 60
y = rng.integers(0, 3, n) * 2 + 1
weights = rng.uniform(0.2, 3, n)
scales = np.array([1e-3, 1.0, 1e4])
numbers = (rng.normal(size=(n, 3)) + 0.5 * y[:, None]) * scales + 100 * scales
counts = rng.poisson(0.5 + (y[:, None] == np.array([1, 3, 5, 1, 3])) * 2.0).astype(float)
categories = (rng.integers(0, 3, (n, 3)) + (y[:, None] // 3) * rng.integers(0, 2, (n, 3)))
given = [0.2, 0.3, 0.5]
cases = []


def add(model, x, settings, estimator, weighted):
    estimator.fit(x, y, sample_weight=weights if weighted else None)
    joint = estimator.predict_joint_log_proba(x)
    cases.append(
        dict(
            model=model,
            settings=settings,
            x=x.tolist(),
            y=y.tolist(),
            weights=weights.tolist() if weighted else None,
            joint=joint.tolist(),
            log_proba=estimator.predict_log_proba(x).tolist(),
            predicted=estimator.predict(x).tolist(),
        )
    )


for weighted in (False, True):
    # theirs adds a share of the variance without weights: none, then
    smoothing = 0.0 if weighted else 1e-3
    add("gaussian", numbers, dict(var_smoothing=smoothing), GaussianNB(var_smoothing=smoothing), weighted)
    for alpha in (1.0, 0.01):
        some = dict(alpha=alpha)
        add("multinomial", counts, some, MultinomialNB(**some), weighted)
        add("complement", counts, some, ComplementNB(**some), weighted)
        add("complement", counts, some | dict(norm=True), ComplementNB(norm=True, **some), weighted)
        add("bernoulli", counts, some | dict(binarize=1.0), BernoulliNB(binarize=1.0, **some), weighted)
        add("categorical", categories, some, CategoricalNB(**some), weighted)
        add("categorical", categories, some | dict(min_categories=7), CategoricalNB(min_categories=7, **some), weighted)
add("gaussian", numbers, dict(priors=given), GaussianNB(priors=given), False)
add("multinomial", counts, dict(priors=given), MultinomialNB(class_prior=given), False)
add("bernoulli", counts, dict(uniform=True), BernoulliNB(fit_prior=False), False)

versions = dict(scikit_learn=sklearn.__version__, numpy=np.__version__)
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(dict(versions=versions, cases=cases)) + "\n")
