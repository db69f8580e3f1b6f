"""Writes perceptrons.json: networks taught by scikit-learn's L-BFGS from weights that are written down too.

Run it as `python perceptrons.py` with the packages of requirements.txt; the tests read the file alone. Numbers stand as the
tests' networks hold them: weights column by column, then biases, layer after layer; samples one after another.
"""

import json
import pathlib
import warnings

import numpy as np
import sklearn
from sklearn.datasets import load_diabetes, load_digits, load_iris
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier, MLPRegressor

rng = np.random.default_rng(20261129)

ACTIVATIONS = {"tanh": "tanh", "logistic": "sigmoid", "relu": "relu"}


def flat(net):
    """inputs x outputs row by row is outputs x inputs column by column."""
    return [v for w, b in zip(net.coefs_, net.intercepts_) for v in [*w.ravel().tolist(), *b.tolist()]]


def cost(net, x, y):
    """The mean loss, and the penalty: alpha/2n |W|²."""
    if isinstance(net, MLPClassifier):
        loss = -np.log(net.predict_proba(x)[np.arange(len(y)), y]).mean()
    else:
        loss = ((net.predict(x) - y) ** 2).mean() / 2
    return loss + net.alpha / 2 / len(x) * sum((w**2).sum() for w in net.coefs_)


def case(name, make, x, y, hidden, activation, alpha):
    knobs = dict(solver="lbfgs", max_iter=1, max_fun=10**9, warm_start=True, tol=1e-8)
    net = make(hidden_layer_sizes=hidden, activation=activation, alpha=alpha, **knobs)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        # an iteration makes the arrays; what is in them is ours
        net.fit(x, y)
    for w in net.coefs_:
        w[:] = rng.uniform(-1, 1, w.shape) * np.sqrt(6 / sum(w.shape))
    for b in net.intercepts_:
        b[:] = rng.uniform(-0.1, 0.1, b.shape)
    params, first_cost = flat(net), cost(net, x, y)
    net.set_params(max_iter=100_000).fit(x, y)
    last_cost = cost(net, x, y)
    assert abs(last_cost - net.loss_) < 1e-12, (last_cost, net.loss_)
    print(name, first_cost, last_cost, net.n_iter_)
    widths = [x.shape[1], *hidden, net.n_outputs_]
    layers = []
    for i, (inputs, outputs) in enumerate(zip(widths, widths[1:])):
        layers.append({"dense": dict(inputs=inputs, outputs=outputs)})
        if i < len(hidden):
            layers.append({"activate": dict(size=outputs, function=ACTIVATIONS[activation])})
    # theirs is half the squared error
    factor = 2 if make is MLPRegressor else 1
    several = make is MLPClassifier and net.n_outputs_ > 1
    loss = {"binary_cross_entropy": {"label_smoothing": 0.0}}
    if several:
        loss = {"softmax_cross_entropy": {"label_smoothing": 0.0}}
    elif make is MLPRegressor:
        loss = "mse"
    return dict(
        name=name,
        architecture=dict(inputs=x.shape[1], layers=layers),
        params=params,
        loss=loss,
        l2=factor * alpha,
        x=x.ravel().tolist(),
        classes=y.tolist() if several else [],
        numbers=[] if several else y.astype(float).tolist(),
        first_cost=factor * first_cost,
        last_cost=factor * last_cost,
    )


square = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
iris, flowers = load_iris(return_X_y=True)
iris = np.round((iris - iris.mean(axis=0)) / iris.std(axis=0), 3)
digits, figures = load_digits(return_X_y=True)
patients, progress = load_diabetes(return_X_y=True)
patients, progress = np.round(patients[:150, :6] * 20, 3), np.round((progress[:150] - 150) / 75, 3)

cases = [
    case("either but not both", MLPClassifier, square, np.array([0, 1, 1, 0]), (6,), "tanh", 1e-2),
    case("iris", MLPClassifier, iris, flowers, (8, 5), "tanh", 0.1),
    case("digits", MLPClassifier, digits[:200] / 16, figures[:200], (16,), "relu", 0.1),
    case("diabetes", MLPRegressor, patients, progress, (7,), "logistic", 0.3),
]
versions = dict(sklearn=sklearn.__version__)
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(dict(versions=versions, cases=cases)) + "\n")
