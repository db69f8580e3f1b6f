"""Writes sgd_classifier.json: stochastic gradient descent for classes by scikit-learn, rows in their own order.

Run it as `python sgd_classifier.py` with the packages of requirements.txt; the tests read the file alone.
"""

import json
import pathlib

import numpy as np
import sklearn
from sklearn.linear_model import SGDClassifier

rng = np.random.default_rng(20261126)
n, p = 60, 4
x = rng.normal(size=(n, p))
score = x @ np.array([2.0, 0, -1, 0.5]) + rng.normal(size=n)
labels = {"two": (score > 0.3).astype(int) * 5 + 2, "many": np.digitize(score, [-1.0, 1.0]) * 2 + 1}
weights = rng.uniform(0.2, 3, size=n)

cases = []
for y in labels:
    for loss in ["log_loss", "hinge", "squared_hinge", "modified_huber", "perceptron"]:
        # the first optimal steps are longer than squares bear
        for rate, settings in {"optimal": {}, "constant": dict(eta0=0.02), "adaptive": dict(eta0=0.02)}.items():
            if rate == "optimal" and loss in ["squared_hinge", "modified_huber"]:
                continue
            for penalty, l1_ratio in [("l2", 0.0), ("l1", 1.0), ("elasticnet", 0.3)]:
                for weighted, classes in [(False, None), (True, None), (False, "balanced"), (True, {1: 2.0, 2: 3.0})]:
                    if isinstance(classes, dict):
                        classes = {k: v for k, v in classes.items() if k in labels[y]}
                    model = SGDClassifier(
                        loss=loss,
                        penalty=penalty,
                        alpha=0.05,
                        l1_ratio=l1_ratio,
                        learning_rate=rate,
                        class_weight=classes,
                        shuffle=False,
                        max_iter=3,
                        tol=None,
                        **settings,
                    ).fit(x, labels[y], sample_weight=weights if weighted else None)
                    cases.append(
                        dict(
                            y=y,
                            loss=loss,
                            rate=rate,
                            l1_ratio=l1_ratio,
                            weighted=weighted,
                            balanced=classes == "balanced",
                            class_weights=[[int(k), v] for k, v in classes.items()] if isinstance(classes, dict) else [],
                            coefficients=model.coef_.T.tolist(),
                            intercepts=model.intercept_.tolist(),
                            probabilities=model.predict_proba(x).tolist() if loss == "log_loss" else [],
                        )
                    )

file = dict(
    x=x.tolist(), two=labels["two"].tolist(), many=labels["many"].tolist(), weights=weights.tolist(), fits=cases
)
versions = dict(scikit_learn=sklearn.__version__, numpy=np.__version__)
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(dict(versions=versions, cases=[file])) + "\n")
