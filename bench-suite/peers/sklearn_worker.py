"""scikit-learn, or its oneDAL build, as a peer of `bench-suite compare --peers`: protocol.py has the conversation.

A new algorithm is a line in ALGORITHMS. Hyperparameters have our names there; one without a counterpart is refused,
never left out.
"""

import importlib
import os

from protocol import TYPES, Refused, matrix, only, target, timed


def plain(kind, theirs, _):
    return kind(**theirs)


def line(module, name, order="C", fixed=(), made=plain, **renamed):
    """`renamed`: our hyperparameter = theirs, or a function of its value that returns theirs with their values;
    `fixed`: what is the same always; `order`: how rows lie in memory where it is fastest; `made`: the estimator of its
    class, their hyperparameters and ours."""
    return {"module": module, "name": name, "order": order, "fixed": dict(fixed), "made": made, "renamed": renamed}


def class_weight(weights):
    return {"class_weight": weights} if weights == "balanced" else only("class_weights", weights, "uniform")


def averaged(first):
    return {"average": first or False}


def loss_of_regression(loss):
    """An epsilon belongs to its loss."""
    if isinstance(loss, str):
        return {"loss": loss}
    (name, settings), = loss.items()
    return {"loss": name, **settings}


def steps(length):
    if length == "optimal":
        return {"learning_rate": "optimal"}
    (kind, settings), = length.items()
    if kind == "adaptive":
        return {"learning_rate": "adaptive", "eta0": settings["initial"]}
    first, schedule = {"eta0": settings["initial"]}, settings["schedule"]
    only("warm_up", settings.get("warm_up", 0), 0)
    if schedule == "constant":
        return {"learning_rate": "constant", **first}
    return {"learning_rate": "invscaling", "power_t": schedule["inverse_scaling"]["power"], **first}


def all_features(theirs):
    """How many features a split may ask about; `theirs` stands for all of them."""

    def features(count):
        if isinstance(count, dict):
            (count,) = count.values()
        return {"max_features": theirs if count == "all" else count}

    return features


def share(contamination):
    return {"contamination": contamination or "auto"}


def same(name, *allowed):
    return lambda value: {} if value in allowed else only(name, value, allowed[0])


def underscored(name):
    return lambda value: {name: value.replace("-", "_")}


# what no tree of theirs has, or all of ours are
UNTOLD = {"categorical_features": same("categorical_features", ()), "monotone": same("monotone", ())}
CRITERION = {"criterion": underscored("criterion")}
TREE = {"max_features": all_features(None), **UNTOLD, **CRITERION}
FOREST = {"max_features": all_features(1.0), "splitter": same("splitter", "best"), **UNTOLD, **CRITERION}
EXTRA = {**FOREST, "splitter": same("splitter", "random")}
BOOSTED = {
    "n_estimators": "max_iter",
    "l2": "l2_regularization",
    "l1": same("l1", 0.0),
    "subsample": same("subsample", 1.0),
    "max_features": all_features(1.0),
    **UNTOLD,
}
STUMP = {
    "criterion": same("criterion", "gini"),
    "splitter": same("splitter", "best"),
    "max_depth": same("max_depth", 1),
    "min_samples_split": same("min_samples_split", 2),
    "min_samples_leaf": same("min_samples_leaf", 1),
    "min_weight_fraction_leaf": same("min_weight_fraction_leaf", 0.0),
    "max_leaf_nodes": same("max_leaf_nodes", None),
    "max_features": same("max_features", "all"),
    "min_impurity_decrease": same("min_impurity_decrease", 0.0),
    "ccp_alpha": same("ccp_alpha", 0.0),
    **UNTOLD,
}


def activation(name):
    if name == "sigmoid":
        return {"activation": "logistic"}
    return {"activation": name} if name in ("identity", "relu", "tanh") else only("activation", name, "relu")


def solver(optimizer):
    (name, settings), = optimizer.items()
    if name == "lbfgs":
        only("memory", settings["memory"], 10)
        return {"solver": "lbfgs", "tol": settings["tol"], "max_fun": 10**9}
    only("optimizer", name, "adam")
    only("weight_decay", settings["weight_decay"], 0.0)
    return {"solver": "adam", "beta_1": settings["beta1"], "beta_2": settings["beta2"], "epsilon": settings["epsilon"]}


def begun_as_ours(kind):
    """Hidden relus begin with He's weights, the rest with Glorot's, biases at 0. scikit-learn has other bounds and no
    choice: after the same steps its relus are elsewhere, so the draw itself is replaced."""

    class Network(kind):
        def _init_coef(self, inputs, outputs, dtype):
            from numpy import zeros

            he = self.activation == "relu" and len(self.coefs_) < self.n_layers_ - 2
            bound = (6 / (inputs if he else inputs + outputs)) ** 0.5
            return self._random_state.uniform(-bound, bound, (inputs, outputs)).astype(dtype), zeros(outputs, dtype)

    if not hasattr(kind, "_init_coef"):
        raise Refused("this scikit-learn draws its first weights in a way of its own")
    return Network


def network(kind, theirs, params):
    """Ours learns (y - mean) / deviation and answers on y's own scale, all of it within its times: so does this."""
    model = begun_as_ours(kind)(**theirs)
    if not params.get("scale_targets"):
        return model
    from sklearn.compose import TransformedTargetRegressor
    from sklearn.preprocessing import StandardScaler

    return TransformedTargetRegressor(model, transformer=StandardScaler(), check_inverse=False)


# they learn all epochs, as ours do
NETWORK = {
    "hidden": "hidden_layer_sizes",
    "activation": activation,
    "init": same("init", None),
    "dropout": same("dropout", 0.0),
    "batch_norm": same("batch_norm", False),
    "label_smoothing": same("label_smoothing", 0.0),
    "class_weights": same("class_weights", "uniform"),
    "classes": same("classes", ()),
    "loss": same("loss", "squared_error"),
    "delta": same("delta", 1.0),
    "scale_targets": lambda _: {},
    "optimizer": solver,
    "learning_rate": "learning_rate_init",
    "schedule": same("schedule", "constant"),
    "warm_up": same("warm_up", 0),
    "plateau": same("plateau", None),
    "epochs": "max_iter",
    "accumulate": same("accumulate", 1),
    "l2": lambda l2: only("l2", l2, 0.0) or {"alpha": 0.0},
    "clip_norm": same("clip_norm", None),
    "clip_value": same("clip_value", None),
    "average": same("average", None),
    "early_stopping": same("early_stopping", False),
    "validation_fraction": lambda _: {},
    "n_iter_no_change": lambda _: {"n_iter_no_change": 10**9},
    "tol": lambda _: {},
}
SOLVERS = {"auto": "auto", "full": "full", "covariance": "covariance_eigh", "randomized": "randomized"}
TRUNCATED_SOLVERS = {"auto": "randomized", "randomized": "randomized"}
BRUTE = {"algorithm": "brute"}
ELASTIC = {"penalty": "elasticnet"}
ALGORITHMS = {
    "linear-regression": line("linear_model", "LinearRegression"),
    "ridge": line("linear_model", "Ridge", l2="alpha"),
    "lasso": line("linear_model", "Lasso", order="F"),
    "elastic-net": line("linear_model", "ElasticNet", order="F"),
    "huber-regressor": line("linear_model", "HuberRegressor", l2="alpha"),
    "poisson-regressor": line("linear_model", "PoissonRegressor"),
    "sgd-regressor": line(
        "linear_model", "SGDRegressor", fixed=ELASTIC, loss=loss_of_regression, learning_rate=steps, average=averaged
    ),
    "logistic-regression": line(
        "linear_model",
        "LogisticRegression",
        l2=lambda l2: {"C": 1 / l2 if l2 > 0 else float("inf")},
        l1=lambda l1: only("l1", l1, 0.0),
        class_weights=class_weight,
        solver=lambda solver: only("solver", solver, "auto"),
    ),
    "sgd-classifier": line(
        "linear_model",
        "SGDClassifier",
        fixed=ELASTIC,
        class_weights=class_weight,
        classes=lambda classes: only("classes", classes, ()),
        learning_rate=steps,
        average=averaged,
    ),
    "knn-classifier": line("neighbors", "KNeighborsClassifier", fixed=BRUTE),
    "knn-regressor": line("neighbors", "KNeighborsRegressor", fixed=BRUTE),
    "decision-tree-classifier": line("tree", "DecisionTreeClassifier", class_weights=class_weight, **TREE),
    "decision-tree-regressor": line("tree", "DecisionTreeRegressor", **TREE),
    "random-forest-classifier": line("ensemble", "RandomForestClassifier", class_weights=class_weight, **FOREST),
    "random-forest-regressor": line("ensemble", "RandomForestRegressor", **FOREST),
    "extra-trees-classifier": line("ensemble", "ExtraTreesClassifier", class_weights=class_weight, **EXTRA),
    "extra-trees-regressor": line("ensemble", "ExtraTreesRegressor", **EXTRA),
    "gradient-boosting-classifier": line(
        "ensemble", "HistGradientBoostingClassifier", class_weights=class_weight, **BOOSTED
    ),
    "gradient-boosting-regressor": line(
        "ensemble",
        "HistGradientBoostingRegressor",
        loss=underscored("loss"),
        quantile=lambda quantile: {"quantile": quantile},
        **BOOSTED,
    ),
    "adaboost-classifier": line("ensemble", "AdaBoostClassifier", **STUMP),
    "gaussian-nb": line("naive_bayes", "GaussianNB"),
    "multinomial-nb": line("naive_bayes", "MultinomialNB"),
    "bernoulli-nb": line("naive_bayes", "BernoulliNB"),
    "complement-nb": line("naive_bayes", "ComplementNB"),
    "categorical-nb": line("naive_bayes", "CategoricalNB"),
    "kmeans": line("cluster", "KMeans", init=lambda init: {"init": {"plus_plus": "k-means++"}.get(init, init)}, algorithm=lambda _: {}),
    "mini-batch-kmeans": line("cluster", "MiniBatchKMeans"),
    "gaussian-mixture": line(
        "mixture", "GaussianMixture", init=lambda init: {"init_params": {"k_means": "kmeans", "rows": "random_from_data"}[init]}
    ),
    "isolation-forest": line("ensemble", "IsolationForest", contamination=share, max_features=all_features(1.0)),
    "local-outlier-factor": line("neighbors", "LocalOutlierFactor", fixed={"novelty": True}, contamination=share),
    "pca": line(
        "decomposition",
        "PCA",
        n_components=lambda count: {"n_components": None if count == "all" else count},
        solver=lambda solver: {"svd_solver": SOLVERS[solver]},
        n_iter="iterated_power",
    ),
    "incremental-pca": line("decomposition", "IncrementalPCA"),
    "truncated-svd": line(
        "decomposition", "TruncatedSVD", solver=lambda solver: {"algorithm": TRUNCATED_SOLVERS[solver]}
    ),
    "tsne": line(
        "manifold",
        "TSNE",
        start=lambda start: {"init": start},
        method=lambda method: {"method": "exact" if method == "exact" else "barnes_hut"},
        # its gradient has the factor 4 that our rates do without
        learning_rate=lambda rate: {"learning_rate": rate if rate == "auto" else rate / 4},
        early_exaggeration_iter=same("early_exaggeration_iter", 250),
        n_iter=lambda steps: {"max_iter": 250 + steps},
        exaggeration=same("exaggeration", 1.0),
        degrees_of_freedom=same("degrees_of_freedom", 1.0),
        theta="angle",
        tol="min_grad_norm",
        # its momentum is 0.5 and 0.8, its steps have no limit, and it has no grid
        **{name: lambda _: {} for name in "initial_momentum final_momentum max_step_norm spacing record_every".split()},
    ),
    "mlp-classifier": line("neural_network", "MLPClassifier", made=network, **NETWORK),
    "mlp-regressor": line("neural_network", "MLPRegressor", made=network, **NETWORK),
}


def estimator_class(library, at):
    return getattr(importlib.import_module(f"{library}.{at['module']}"), at["name"])


def translated(estimator, at, params, threads):
    """The estimator with our hyperparameters."""
    known = estimator().get_params()
    theirs = dict(at["fixed"])
    for name, value in params.items():
        # null is ours for no limit, theirs is None: the same
        value = tuple(value) if isinstance(value, list) else value
        renamed = at["renamed"].get(name, "random_state" if name == "seed" else name)
        if callable(renamed):
            theirs.update(renamed(value))
        elif renamed in known:
            theirs[renamed] = value
        else:
            raise Refused(f"{at['name']} has no counterpart of the hyperparameter {name}")
    # neighbours by brute force use all OpenMP threads as it is
    if at["module"] in ("ensemble", "manifold") and "n_jobs" in known:
        theirs["n_jobs"] = threads
    return at["made"](estimator, theirs, params)


def fit(library, request):
    at = ALGORITHMS[request["algorithm"]]
    dtype = TYPES[request["precision"]]
    x, y = matrix(request["x"], dtype, at["order"]), target(request["y"], dtype)
    model = translated(estimator_class(library, at), at, request["params"], request["threads"])
    _, seconds = timed(lambda: model.fit(x) if y is None else model.fit(x, y), (at["name"], "fit"))
    scores = {}
    for ours, theirs in (("inertia", "inertia_"), ("kl_divergence", "kl_divergence_")):
        if hasattr(model, theirs):
            scores[ours] = float(getattr(model, theirs))
    if hasattr(model, "explained_variance_ratio_"):
        scores["explained_variance_ratio"] = float(model.explained_variance_ratio_.sum())
    return (model, at, dtype), seconds, scores


def answer(fitted, file):
    model, at, dtype = fitted
    x = matrix(file, dtype, at["order"])
    found = {}
    if hasattr(model, "offset_"):
        # outliers are -1 there, and usual rows score high
        usual, seconds = timed(lambda: model.score_samples(x), (at["name"], "score_samples"))
        found["scores"], found["predicted"] = -usual, model.predict(x) < 0
    elif hasattr(model, "predict"):
        found["predicted"], seconds = timed(lambda: model.predict(x), (at["name"], "predict"))
    elif hasattr(model, "transform"):
        found["embedded"], seconds = timed(lambda: model.transform(x), (at["name"], "transform"))
        if hasattr(model, "inverse_transform"):
            found["restored"] = model.inverse_transform(found["embedded"])
    elif len(model.embedding_) == len(x):
        # it answers the rows it was fitted on, during the fit
        found["embedded"], seconds = model.embedding_, 0.0
    else:
        raise ValueError(f"{at['name']} answers no rows but those it was fitted on")
    classes = getattr(model, "classes_", None)
    if classes is not None:
        found["proba"] = model.predict_proba(x)
    return found, seconds, classes


def greeting(library):
    package = importlib.import_module(library)
    if library == "sklearnex":
        from importlib.metadata import version

        from daal4py import daalinit

        # oneDAL does not ask OpenMP how many threads it may use
        if "OMP_NUM_THREADS" in os.environ:
            daalinit(int(os.environ["OMP_NUM_THREADS"]))
        # only what oneDAL has an implementation of: the rest would be scikit-learn under another name
        return {"version": version("scikit-learn-intelex"), "algorithms": [n for n in ALGORITHMS if is_patched(n)]}
    return {"version": package.__version__, "algorithms": list(ALGORITHMS)}


def is_patched(name):
    at = ALGORITHMS[name]
    try:
        return estimator_class("sklearnex", at).__module__.startswith(("sklearnex", "daal4py", "onedal"))
    except (ImportError, AttributeError):
        return False
