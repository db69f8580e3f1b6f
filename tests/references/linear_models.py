"""Writes linear_models.json: penalised, robust and generalised regression by scikit-learn, inference by statsmodels.

Run it as `python linear_models.py` with the packages of requirements.txt; the tests read the file alone.
"""

import json
import pathlib
import warnings

import numpy as np
import sklearn
import statsmodels
import statsmodels.api as sm
from sklearn.linear_model import (
    ElasticNet,
    ElasticNetCV,
    GammaRegressor,
    HuberRegressor,
    LassoCV,
    PoissonRegressor,
    RidgeCV,
    TweedieRegressor,
    enet_path,
)

warnings.simplefilter("error")
# that columns are collinear is what is tested
warnings.filterwarnings("ignore", category=sm.tools.sm_exceptions.SingularMatrixWarning)
rng = np.random.default_rng(20261124)
EXACT = dict(tol=1e-13, max_iter=1_000_000)


def listed(values):
    return np.asarray(values, dtype=float).tolist()


n, p = 50, 6
x = rng.normal(size=(n, p)) + rng.normal(size=p) * 3
y = x @ np.array([2.0, 0, -1, 0, 0.5, 0]) + rng.normal(size=n) + 1
weights = rng.uniform(0.2, 3, size=n)
wide = rng.normal(size=(12, 30))
y_wide = wide[:, 0] * 2 - wide[:, 5] + rng.normal(size=12) * 0.1

nets = []
for name, a, b, w, settings in [
    ("lasso", x, y, None, dict(alpha=0.1, l1_ratio=1.0)),
    ("elastic net", x, y, None, dict(alpha=0.3, l1_ratio=0.4)),
    ("weighted", x, y, weights, dict(alpha=0.2, l1_ratio=0.7)),
    ("through the origin", x, y, None, dict(alpha=0.2, l1_ratio=0.7, fit_intercept=False)),
    ("positive", x, y, None, dict(alpha=0.1, l1_ratio=0.9, positive=True)),
    ("wide", wide, y_wide, None, dict(alpha=0.05, l1_ratio=1.0)),
    ("wide, nearly ridge", wide, y_wide, None, dict(alpha=0.1, l1_ratio=0.05)),
]:
    model = ElasticNet(**settings, **EXACT).fit(a, b, sample_weight=w)
    nets.append(
        dict(
            name=name,
            x="wide" if a is wide else "x",
            weighted=w is not None,
            alpha=settings["alpha"],
            l1_ratio=settings["l1_ratio"],
            fit_intercept=settings.get("fit_intercept", True),
            positive=settings.get("positive", False),
            coefficients=listed(model.coef_),
            intercept=float(model.intercept_),
        )
    )

# scikit-learn's path has no intercept: it is given centred data
alphas, coefficients, _ = enet_path(x - x.mean(axis=0), y - y.mean(), l1_ratio=0.6, eps=1e-2, alphas=12, **EXACT)
path = dict(l1_ratio=0.6, eps=1e-2, alphas=listed(alphas), coefficients=listed(coefficients))

cvs = []
for name, w, model in [
    ("lasso", None, LassoCV(alphas=20, cv=4, **EXACT)),
    ("elastic net", None, ElasticNetCV(alphas=20, l1_ratio=[0.3, 0.95], cv=4, **EXACT)),
    ("weighted", weights, ElasticNetCV(alphas=20, l1_ratio=[0.3, 0.95], cv=4, **EXACT)),
]:
    model.fit(x, y, sample_weight=w)
    ratios = np.atleast_1d(getattr(model, "l1_ratio", 1.0))
    ratio = getattr(model, "l1_ratio_", 1.0)
    mse = np.asarray(model.mse_path_).reshape(len(ratios), 20, 4)[list(ratios).index(ratio)]
    cvs.append(
        dict(
            name=name,
            weighted=w is not None,
            l1_ratios=listed(ratios),
            alpha=float(model.alpha_),
            l1_ratio=float(ratio),
            mse=listed(mse),
            coefficients=listed(model.coef_),
        )
    )

targets = np.column_stack([y, rng.normal(size=n), y**2])
l2s = [0.01, 0.3, 5.0, 80.0, 1000.0]
ridges = []
for name, a, b, w, per_target in [
    ("one output", x, y[:, None], None, False),
    ("three outputs", x, targets, None, False),
    ("an l2 for each", x, targets, None, True),
    ("weighted", x, targets, weights, True),
    ("wide", wide, y_wide[:, None], None, False),
]:
    model = RidgeCV(alphas=l2s, alpha_per_target=per_target, store_cv_results=True)
    model.fit(a, b, sample_weight=w)
    errors = model.cv_results_.reshape(len(a), b.shape[1], len(l2s)).sum(axis=0).T
    errors /= len(a) if w is None else w.sum()
    ridges.append(
        dict(
            name=name,
            x="wide" if a is wide else "x",
            y=listed(b),
            weighted=w is not None,
            per_target=per_target,
            l2=listed(np.broadcast_to(model.alpha_, b.shape[1])),
            errors=listed(errors),
            coefficients=listed(np.reshape(model.coef_, (b.shape[1], -1)).T),
        )
    )

mean = np.exp(0.4 * (x - x.mean(axis=0)) @ np.array([1, 0.5, -1, 0, 0, 0.3]))
counts = rng.poisson(mean * 2).astype(float)
amounts = rng.gamma(2, mean) + 0.01
robust_y = y.copy()
robust_y[::8] += rng.normal(size=len(y[::8])) * 30
generalised = []
for name, b, w, power, model in [
    ("poisson", counts, None, 1.0, PoissonRegressor(alpha=0.2, solver="newton-cholesky", tol=1e-12)),
    ("poisson, weighted", counts, weights, 1.0, PoissonRegressor(alpha=0.0, solver="newton-cholesky", tol=1e-12)),
    ("gamma", amounts, None, 2.0, GammaRegressor(alpha=0.2, solver="newton-cholesky", tol=1e-12)),
    ("tweedie", counts, weights, 1.5, TweedieRegressor(power=1.5, alpha=0.1, link="log", solver="newton-cholesky", tol=1e-12)),
    ("inverse normal", amounts, None, 3.0, TweedieRegressor(power=3, alpha=0.1, link="log", solver="lbfgs", tol=1e-10, max_iter=10000)),
]:
    model.fit(x, b, sample_weight=w)
    generalised.append(
        dict(
            name=name,
            y=listed(b),
            weighted=w is not None,
            power=power,
            alpha=model.alpha,
            coefficients=listed(model.coef_),
            intercept=float(model.intercept_),
        )
    )

robust = []
for name, w, settings in [
    ("default", None, dict()),
    ("weighted", weights, dict(epsilon=1.1, alpha=0.5)),
    ("through the origin", None, dict(fit_intercept=False, epsilon=2.0)),
]:
    model = HuberRegressor(**settings, tol=1e-9, max_iter=10000).fit(x, robust_y, sample_weight=w)
    robust.append(
        dict(
            name=name,
            weighted=w is not None,
            epsilon=model.epsilon,
            l2=model.alpha,
            fit_intercept=model.fit_intercept,
            coefficients=listed(model.coef_),
            intercept=float(model.intercept_),
            scale=float(model.scale_),
            outliers=[bool(o) for o in model.outliers_],
        )
    )

inference = []
far = x * np.array([1e-4, 1, 1e3, 1, 1, 1]) + 100
collinear = np.column_stack([x[:, :3], x[:, 0] - 2 * x[:, 1]])
for name, a, w, constant in [
    ("plain", x, None, True),
    ("weighted", x, weights, True),
    ("through the origin", x, None, False),
    ("far and on many scales", far, None, True),
    ("collinear", collinear, None, True),
]:
    design = sm.add_constant(a) if constant else a
    model = sm.OLS(y, design).fit() if w is None else sm.WLS(y, design, weights=w).fit()
    query = sm.add_constant(a[:5] * 1.1, has_constant="add") if constant else a[:5] * 1.1
    frame = model.get_prediction(query).summary_frame(alpha=0.1)
    inference.append(
        dict(
            name=name,
            x=listed(a),
            weighted=w is not None,
            fit_intercept=constant,
            estimates=listed(model.params),
            standard_errors=listed(model.bse),
            t=listed(model.tvalues),
            p_values=listed(model.pvalues),
            intervals=listed(model.conf_int(0.01)),
            r_squared=model.rsquared,
            adjusted=model.rsquared_adj,
            sigma=float(np.sqrt(model.scale)),
            f=float(model.fvalue),
            f_p_value=float(model.f_pvalue),
            log_likelihood=model.llf,
            aic=model.aic,
            bic=model.bic,
            left=model.df_resid,
            mean=listed(frame["mean"]),
            mean_se=listed(frame["mean_se"]),
            confidence=listed(frame[["mean_ci_lower", "mean_ci_upper"]]),
            prediction=listed(frame[["obs_ci_lower", "obs_ci_upper"]]),
        )
    )

versions = {"scikit-learn": sklearn.__version__, "statsmodels": statsmodels.__version__, "numpy": np.__version__}
data = dict(x=listed(x), y=listed(y), weights=listed(weights), wide=listed(wide), y_wide=listed(y_wide), robust_y=listed(robust_y))
found = dict(nets=nets, path=path, cvs=cvs, ridges=ridges, generalised=generalised, robust=robust, inference=inference)
file = pathlib.Path(__file__).with_suffix(".json")
file.write_text(json.dumps({"versions": versions, "cases": [dict(**data, **found)]}) + "\n")
