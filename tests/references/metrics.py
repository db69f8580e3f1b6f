"""Writes metrics.json: seeded predictions and scikit-learn's scores of them."""

import json
import warnings
from pathlib import Path

import numpy as np
import sklearn
from sklearn import metrics as m
from sklearn.calibration import calibration_curve

warnings.filterwarnings("ignore")  # classes that are never predicted: zero_division=0 is what is compared
rng = np.random.default_rng(0)


def classification(n, classes, hit_rate, drop=None):
    y_true = rng.choice(classes, n)
    y_pred = np.where(rng.random(n) < hit_rate, y_true, rng.choice(classes, n))
    if drop is not None:
        y_pred = np.where(y_pred == drop, classes[0], y_pred)
    proba = rng.dirichlet(np.ones(len(classes)), n)
    labels = sorted(set(y_true) | set(y_pred))
    scores = {
        "accuracy": m.accuracy_score(y_true, y_pred),
        "balanced_accuracy": m.balanced_accuracy_score(y_true, y_pred),
        "matthews_corrcoef": m.matthews_corrcoef(y_true, y_pred),
        "cohen_kappa": m.cohen_kappa_score(y_true, y_pred),
        "log_loss": m.log_loss(y_true, proba, labels=classes),
        "brier_score": m.brier_score_loss(y_true, proba, labels=classes),
        "roc_auc_ovr_macro": np.mean([m.roc_auc_score(y_true == c, proba[:, k]) for k, c in enumerate(classes)]),
    }
    if len(classes) > 2:
        assert np.isclose(scores["roc_auc_ovr_macro"], m.roc_auc_score(y_true, proba, multi_class="ovr"), atol=1e-15)
    per_class = m.precision_recall_fscore_support(y_true, y_pred, zero_division=0)
    for average in ["macro", "micro", "weighted"]:
        averaged = m.precision_recall_fscore_support(y_true, y_pred, average=average, zero_division=0)
        scores |= {f"{name}_{average}": value for name, value in zip(["precision", "recall", "f1"], averaged)}
    return {
        "y_true": y_true.tolist(),
        "y_pred": y_pred.tolist(),
        "classes": list(classes),
        "proba": proba.tolist(),
        "labels": [int(label) for label in labels],
        "confusion": m.confusion_matrix(y_true, y_pred).tolist(),
        "precision": per_class[0].tolist(),
        "recall": per_class[1].tolist(),
        "f1": per_class[2].tolist(),
        "scores": {name: float(value) for name, value in scores.items()},
    }


def ranking(n, decimals):
    y_true = rng.random(n) < 0.3
    scores = np.round(rng.normal(size=n) + y_true, decimals)
    return {"y_true": y_true.tolist(), "scores": scores.tolist(), "roc_auc": float(m.roc_auc_score(y_true, scores))}


def regression(n, outputs, noise):
    y_true = rng.normal(3.0, 2.0, (n, outputs))
    y_pred = y_true + noise * rng.normal(0.1, 1.0, (n, outputs))
    scores = {
        "r2": m.r2_score,
        "explained_variance": m.explained_variance_score,
        "mean_squared_error": m.mean_squared_error,
        "root_mean_squared_error": m.root_mean_squared_error,
        "mean_absolute_error": m.mean_absolute_error,
        "median_absolute_error": m.median_absolute_error,
        "mean_absolute_percentage_error": m.mean_absolute_percentage_error,
    }
    values = {name: float(score(y_true, y_pred)) for name, score in scores.items()}
    values["max_error"] = float(np.mean([m.max_error(y_true[:, k], y_pred[:, k]) for k in range(outputs)]))
    return {"y_true": y_true.tolist(), "y_pred": y_pred.tolist(), "scores": values}


def curves(n, decimals):
    """Probabilities with few distinct values where `decimals` is low."""
    y_true = rng.random(n) < 0.4
    proba = np.round(np.clip(rng.beta(2.0, 2.0, n) * 0.7 + 0.3 * y_true, 0.0, 1.0), decimals)
    names = {
        "roc_curve": (m.roc_curve, ["false_positive_rate", "true_positive_rate", "thresholds"]),
        "precision_recall_curve": (m.precision_recall_curve, ["precision", "recall", "thresholds"]),
        "det_curve": (m.det_curve, ["false_positive_rate", "false_negative_rate", "thresholds"]),
    }
    drawn = {}
    for name, (curve, axes) in names.items():
        for drop in [False, True]:
            lists = curve(y_true, proba, drop_intermediate=drop)
            # JSON has no infinity
            finite = [[float(v) if np.isfinite(v) else None for v in axis] for axis in lists]
            drawn[f"{name}_{'dropped' if drop else 'whole'}"] = dict(zip(axes, finite))
    calibration = []
    for bins in ["uniform", "quantile"]:
        for n_bins in [3, 10]:
            observed, predicted = calibration_curve(y_true, proba, n_bins=n_bins, strategy=bins)
            calibration.append(
                {"bins": bins, "n_bins": n_bins, "observed": observed.tolist(), "predicted": predicted.tolist()}
            )
    roc = m.roc_curve(y_true, proba)
    return {
        "y_true": y_true.tolist(),
        "proba": proba.tolist(),
        "average_precision": float(m.average_precision_score(y_true, proba)),
        "auc": float(m.auc(roc[0], roc[1])),
        "curves": drawn,
        "calibration": calibration,
    }


def shares(n):
    y_true, y_pred = rng.integers(0, 4, n), rng.integers(1, 5, n)
    proba = rng.dirichlet(np.ones(5), n)
    return {
        "y_true": y_true.tolist(),
        "y_pred": y_pred.tolist(),
        "normalized": {by: m.confusion_matrix(y_true, y_pred, normalize=by).tolist() for by in ["true", "pred", "all"]},
        "proba": proba.tolist(),
        "top_k": [float(m.top_k_accuracy_score(y_true, proba, k=k, labels=range(5))) for k in range(1, 5)],
    }


def deviances(n, noise):
    y_true = rng.gamma(2.0, 2.0, n)
    y_pred = y_true * np.exp(noise * rng.normal(size=n))
    scores = {
        "mean_squared_log_error": m.mean_squared_log_error,
        "root_mean_squared_log_error": m.root_mean_squared_log_error,
        "mean_poisson_deviance": m.mean_poisson_deviance,
        "mean_gamma_deviance": m.mean_gamma_deviance,
        "d2_absolute_error": m.d2_absolute_error_score,
    }
    powers = [-1.0, 0.0, 1.0, 1.5, 2.0, 3.0]
    alphas = [0.1, 0.5, 0.9]
    return {
        "y_true": y_true.tolist(),
        "y_pred": y_pred.tolist(),
        "scores": {name: float(score(y_true, y_pred)) for name, score in scores.items()},
        "powers": powers,
        "mean_tweedie_deviance": [float(m.mean_tweedie_deviance(y_true, y_pred, power=p)) for p in powers],
        "d2_tweedie": [float(m.d2_tweedie_score(y_true, y_pred, power=p)) for p in powers],
        "alphas": alphas,
        "mean_pinball_loss": [float(m.mean_pinball_loss(y_true, y_pred, alpha=a)) for a in alphas],
    }


reference = {
    "versions": {"numpy": np.__version__, "scikit-learn": sklearn.__version__},
    "classification": [
        classification(80, [0, 1], 0.7),
        classification(60, [1, 4, 9], 0.5, drop=9),
        classification(90, [0, 2, 3, 5, 8, 13, 21], 0.2),
    ],
    "ranking": [ranking(50, 12), ranking(80, 1), ranking(60, 0)],
    "regression": [regression(51, 1, 0.5), regression(40, 1, 3.0), regression(30, 3, 1.0)],
    "curves": [curves(60, 12), curves(80, 1), curves(50, 2)],
    "shares": [shares(60)],
    "deviances": [deviances(50, 0.3), deviances(41, 1.0)],
}
Path(__file__).with_suffix(".json").write_text(json.dumps(reference) + "\n")
