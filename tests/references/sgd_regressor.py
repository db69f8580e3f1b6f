"""Writes sgd_regressor.json: stochastic gradient descent by scikit-learn, rows in their own order, a given number of epochs.

Run it as `python sgd_regressor.py` with the packages of requirements.txt; the tests read the file alone.
"""

import json
import pathlib

import numpy as np
import sklearn
from sklearn.linear_model import SGDRegressor

rng = np.random.default_rng(20261123)
n, p = 60, 5
x = rng.normal(size=(n, p))
y = x @ np.array([2.0, 0, -1, 0, 0.5]) + rng.normal(size=n) + 1
weights = rng.uniform(0.2, 3, size=n)

rates = {
    "constant": dict(eta0=0.02),
    "invscaling": dict(eta0=0.03, power_t=0.25),
    "optimal": dict(),
    "adaptive": dict(eta0=0.02),
}
cases = []
for loss, epsilon in [
    ("squared_error", 0.1),
    ("huber", 0.3),
    ("epsilon_insensitive", 0.1),
    ("squared_epsilon_insensitive", 0.1),
]:
    for rate, settings in rates.items():
        for penalty, l1_ratio in [("l2", 0.0), ("l1", 1.0), ("elasticnet", 0.3)]:
            for average, weighted, fit_intercept in [(0, False, True), (0, True, False), (1, False, True), (75, True, True)]:
                if average and penalty != "l2":
                    # what the l1 penalty takes off is not in the averages of scikit-learn
                    continue
                if rate == "optimal" and loss.startswith("squared"):
                    # the first steps are longer than squares bear
                    continue
                model = SGDRegressor(
                    loss=loss,
                    epsilon=epsilon,
                    penalty=penalty,
                    alpha=0.05,
                    l1_ratio=l1_ratio,
                    fit_intercept=fit_intercept,
                    learning_rate=rate,
                    average=average or False,
                    shuffle=False,
                    max_iter=3,
                    tol=None,
                    **settings,
                ).fit(x, y, sample_weight=weights if weighted else None)
                cases.append(
                    dict(
                        loss=loss,
                        epsilon=epsilon,
                        rate=rate,
                        eta0=settings.get("eta0", 0.0),
                        l1_ratio=l1_ratio,
                        average=average,
                        weighted=weighted,
                        fit_intercept=fit_intercept,
                        coefficients=model.coef_.tolist(),
                        intercept=float(model.intercept_[0]),
                    )
                )

versions = {"scikit-learn": sklearn.__version__, "numpy": np.__version__}
case = dict(x=x.tolist(), y=y.tolist(), weights=weights.tolist(), fits=cases)
file = pathlib.Path(__file__).with_suffix(".json")
file.write_text(json.dumps({"versions": versions, "cases": [case]}) + "\n")
