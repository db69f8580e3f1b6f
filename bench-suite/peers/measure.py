"""Ours beside NumPy (OpenBLAS), scikit-learn, its oneDAL build and faiss: the same work, the same threads, one run.

    cargo build --release -p bench-suite --example timed
    python bench-suite/peers/measure.py [--rounds 9] [--only matmul,gram,linear-regression,lasso,...]

Rounds alternate between ours and the rivals; each takes the median of its repeats (the first third warms up). The table
gives medians over the rounds, and the ratio rival / ours with its range: above 1, ours is faster. Answers are compared
before a time counts.
"""

import argparse
import itertools

from bayes import bayes, vectorizer
from networks import networks
from rounds import OURS, ROOT, THREADS, TYPES, compare, rng
from trees import boosting, forests, single
from tsne import bhtsne, descents, growth, maps, quality, whole_fits
from unsupervised import clusters, components, images, mixture, neighbors

import numpy as np  # after rounds, which sets the threads

TASKS = "matmul gram linear-regression lasso lasso-path lasso-cv ridge ridge-cv poisson huber sgd".split()
TASKS += "logistic logistic-classes logistic-sparse logistic-l1 sgd-classifier neighbors pca kmeans mixture trees forests boosting bayes vectorizer networks tsne".split()


def products(rounds, only):
    shapes = [(64, 64, 64), (256, 256, 256), (1024, 1024, 1024), (10000, 50, 50), (32, 6272, 72), (32, 72, 6272)]
    for precision, kind in TYPES.items():
        close = {"f32": 1e-2, "f64": 1e-8}[precision]
        for m, n, k in shapes if "matmul" in only else []:
            a, b = (np.asfortranarray(rng.standard_normal(s).astype(kind)) for s in ((m, k), (k, n)))
            c = np.empty((m, n), kind, order="F")
            request = dict(task="matmul", precision=precision, shapes=[a.shape, b.shape], files=OURS.files(a, b))
            agree = lambda ours, c: abs(ours - c.sum(dtype=float)) <= close * np.sqrt(c.size * k)
            repeats = int(np.clip(5e9 / (m * n * k), 6, 3000))
            title = f"{m} x {n}, sums of {k}, {precision}"
            compare(title, request, {"numpy": lambda: np.matmul(a, b, out=c)}, agree, repeats, rounds, 2 * m * n * k)
        for n, p in [(10000, 50), (200000, 100)] if "gram" in only else []:
            a = np.asfortranarray(rng.standard_normal((n, p)).astype(kind))
            b = np.zeros((1, 1), kind)
            request = dict(task="gram", precision=precision, shapes=[a.shape, b.shape], files=OURS.files(a, b))
            agree = lambda ours, g: abs(ours - g.sum(dtype=float)) <= close * p * np.sqrt(n)
            repeats = int(np.clip(5e9 / (n * p * p), 6, 3000))
            title = f"Gram of {n} x {p}, {precision}"
            compare(title, request, {"numpy": lambda: a.T @ a}, agree, repeats, rounds, n * p * (p + 1))


def least_squares(rounds):
    from sklearn.linear_model import LinearRegression
    from sklearnex.linear_model import LinearRegression as OneDal

    for (n, p), (precision, kind) in itertools.product([(100_000, 50), (200_000, 100)], TYPES.items()):
        x = np.asfortranarray(rng.standard_normal((n, p)).astype(kind))
        y = (x.sum(axis=1) + rng.standard_normal(n)).astype(kind)
        c = np.ascontiguousarray(x)
        request = dict(task="linear-regression", precision=precision, shapes=[(n, p), (n, 1)], files=OURS.files(x, y))
        # each rival has its rows in the order it is faster with
        rivals = {
            "scikit-learn": lambda: LinearRegression().fit(x, y).coef_,
            "scikit-learn, rows contiguous": lambda: LinearRegression().fit(c, y).coef_,
            "oneDAL": lambda: OneDal().fit(c, y).coef_,
        }
        agree = lambda ours, coef: np.allclose(ours, coef.ravel(), rtol=1e-8 if precision == "f64" else 1e-3)
        compare(f"least squares {n} x {p}, {precision}", request, rivals, agree, 9, rounds)


def sparse_target(n, p, informative, kind):
    x = np.asfortranarray(rng.standard_normal((n, p)).astype(kind))
    w = np.zeros(p)
    w[rng.choice(p, informative, replace=False)] = rng.standard_normal(informative) * 3
    return x, (x @ w + rng.standard_normal(n)).astype(kind)


def lasso(rounds, only):
    from sklearn.linear_model import Lasso, LassoCV, lasso_path
    from daal4py.sklearn.linear_model import Lasso as OneDal

    n, p = 10_000, 1_000
    x, y = sparse_target(n, p, 50, np.float64)
    xc, yc = x - x.mean(axis=0), y - y.mean()
    tol = 1e-7

    def objective(model, alpha):
        r = y - model.predict(x)
        return 0.5 * np.mean(r**2) + alpha * np.abs(model.coef_).sum()

    files = OURS.files(x, y)
    for alpha in [0.1, 0.01] if "lasso" in only else []:
        request = dict(
            task="lasso", precision="f64", shapes=[(n, p), (n, 1)], files=files, alpha=alpha, tol=tol
        )
        rivals = {
            "scikit-learn": lambda: Lasso(alpha, tol=tol).fit(x, y),
            "scikit-learn, Gram": lambda: Lasso(alpha, tol=tol, precompute=True).fit(x, y),
            "oneDAL": lambda: OneDal(alpha, tol=tol).fit(x, y),
        }
        agree = lambda ours, model: abs(ours / objective(model, alpha) - 1) < 1e-6
        compare(f"lasso {n} x {p}, alpha {alpha}", request, rivals, agree, 5, rounds)
    if "lasso-path" in only:
        request = dict(task="lasso-path", precision="f64", shapes=[(n, p), (n, 1)], files=files, tol=tol)
        agree = lambda ours, path: np.abs(ours - path[1][:, -1]).max() < 1e-3
        # theirs has no intercept: it is given what it would centre, for nothing
        rivals = {"scikit-learn": lambda: lasso_path(xc, yc, tol=tol)}
        compare(f"lasso path {n} x {p}, 100 penalties", request, rivals, agree, 3, rounds)
    if "lasso-cv" in only:
        request = dict(task="lasso-cv", precision="f64", shapes=[(n, p), (n, 1)], files=files, tol=1e-4, n_folds=5)
        # the least mean error over the folds: near it the errors are flat
        agree = lambda ours, model: abs(ours / model.mse_path_.mean(axis=1).min() - 1) < 1e-3
        rivals = {"scikit-learn": lambda: LassoCV(cv=5, n_jobs=int(THREADS)).fit(x, y)}
        compare(f"lasso, 5 folds, {n} x {p}", request, rivals, agree, 1, min(rounds, 3))


def one_hot_homes(kind):
    """Few rows of many indicators whose groups each sum to 1, brought to one scale: collinear as tables are."""
    n, groups = 745, (68, 37, 3)
    hot = np.concatenate([np.eye(g)[rng.integers(0, g, n)] for g in groups] + [rng.standard_normal((n, 5))], axis=1)
    x = np.asfortranarray(((hot - hot.mean(axis=0)) / np.maximum(hot.std(axis=0), 1e-9)).astype(kind))
    return x, (x[:, :9].sum(axis=1) + rng.standard_normal(n)).astype(kind)


def penalised(rounds, only):
    from sklearn.linear_model import Ridge, RidgeCV
    from sklearnex.linear_model import Ridge as OneDal

    def dense(n, p):
        x = np.asfortranarray(rng.standard_normal((n, p)))
        return x, x.sum(axis=1) + rng.standard_normal(n)

    agree = lambda ours, coef: np.allclose(ours, np.ravel(coef), rtol=1e-7, atol=1e-9)
    for title, (x, y) in [
        ("745 x 113, collinear", one_hot_homes(np.float64)),
        ("1000 x 10", dense(1_000, 10)),
        ("100000 x 50", dense(100_000, 50)),
        ("500 x 5000", dense(500, 5_000)),
    ]:
        c = np.ascontiguousarray(x)
        request = dict(precision="f64", shapes=[x.shape, (len(y), 1)], files=OURS.files(x, y), alpha=1.0)
        if "ridge" in only:
            rivals = {
                "scikit-learn": lambda: Ridge(1.0).fit(x, y).coef_,
                "scikit-learn, rows contiguous": lambda: Ridge(1.0).fit(c, y).coef_,
                "oneDAL": lambda: OneDal(1.0).fit(c, y).coef_,
            }
            compare(f"ridge {title}", dict(request, task="ridge"), rivals, agree, 9, rounds)
        if "ridge-cv" in only and x.size < 2_000_000:
            rivals = {"scikit-learn": lambda: RidgeCV().fit(c, y).coef_}
            compare(f"ridge, rows left out, {title}", dict(request, task="ridge-cv"), rivals, agree, 5, rounds)


def robust_and_generalised(rounds, only):
    from sklearn.linear_model import HuberRegressor, PoissonRegressor, SGDRegressor

    n, p = 50_000, 50
    x = np.asfortranarray(rng.standard_normal((n, p)) / np.sqrt(p))
    c = np.ascontiguousarray(x)
    counts = rng.poisson(np.exp(1 + x[:, :10].sum(axis=1))).astype(float)
    y = x.sum(axis=1) + rng.standard_normal(n) * np.where(rng.random(n) < 0.05, 20, 1)
    request = dict(precision="f64", shapes=[(n, p), (n, 1)], alpha=1e-4)

    def deviance(model):
        mu = model.predict(x)
        half = np.where(counts > 0, counts * np.log(np.maximum(counts, 1) / mu), 0) - counts + mu
        return half.mean() + 0.5 * 1e-4 * (model.coef_**2).sum()

    if "poisson" in only:
        rivals = {
            f"scikit-learn, {solver}": lambda solver=solver: PoissonRegressor(
                alpha=1e-4, tol=1e-5, solver=solver, max_iter=1000
            ).fit(c, counts)
            for solver in ("lbfgs", "newton-cholesky")
        }
        agree = lambda ours, model: abs(ours / deviance(model) - 1) < 1e-6
        compare(f"Poisson {n} x {p}", dict(request, task="poisson", tol=1e-5, files=OURS.files(x, counts)), rivals, agree, 5, rounds)
    if "huber" in only:
        rivals = {"scikit-learn": lambda: HuberRegressor(tol=1e-3, max_iter=1000).fit(c, y).coef_}
        agree = lambda ours, coef: np.abs(np.array(ours) - coef).max() < 5e-3
        compare(f"Huber {n} x {p}", dict(request, task="huber", tol=1e-3, files=OURS.files(x, y)), rivals, agree, 5, rounds)
    if "sgd" in only:
        epochs = dict(max_iter=5, tol=None, shuffle=False)
        rivals = {"scikit-learn": lambda: SGDRegressor(alpha=1e-4, **epochs).fit(c, y).coef_}
        agree = lambda ours, coef: np.allclose(ours, coef, rtol=1e-8, atol=1e-10)
        compare(f"SGD, 5 epochs, {n} x {p}", dict(request, task="sgd", files=OURS.files(x, y)), rivals, agree, 5, rounds)


def log_loss(model, x, y, l2=1.0, l1=0.0):
    z = model.decision_function(x).astype(float)
    if z.ndim == 1:
        losses = np.logaddexp(0, np.where(y == model.classes_[1], -z, z))
    else:
        top = z.max(axis=1)
        losses = np.log(np.exp(z - top[:, None]).sum(axis=1)) + top - z[np.arange(len(y)), y]
    w = model.coef_.astype(float)
    return losses.sum() + l2 / 2 * (w**2).sum() + l1 * np.abs(w).sum()


def words(n, p, length):
    """Texts whose words are as frequent as words are, weighed and brought to length 1; classes by a few of them."""
    import scipy.sparse as sparse

    columns = np.minimum(rng.zipf(1.3, size=(n, length)) - 1, p - 1)
    x = sparse.csr_matrix((np.ones(n * length), columns.ravel(), np.arange(0, n * length + 1, length)), shape=(n, p))
    x.sum_duplicates()
    x.data = np.log1p(x.data)
    x = x.multiply(1 / np.sqrt(x.multiply(x).sum(axis=1))).tocsr()
    return x, (rng.random(n) < 1 / (1 + np.exp(-(x @ (rng.standard_normal(p) * 3))))).astype(int)


def logistic(rounds, only):
    from sklearn.linear_model import LogisticRegression, SGDClassifier
    from sklearnex.linear_model import LogisticRegression as OneDal

    def compared(title, x, y, kind, rivals, ours, rounds=rounds, repeats=5, l2=1.0, l1=0.0):
        sparse = not isinstance(x, np.ndarray)
        parts = (x.data[:, None], y[:, None].astype(kind), x.indices[:, None].astype(kind), x.indptr[:, None].astype(kind)) if sparse else (x, y[:, None].astype(kind))
        request = dict(
            task="logistic",
            precision="f32" if kind == np.float32 else "f64",
            shapes=[part.shape for part in parts],
            files=OURS.files(*parts),
            n_columns=x.shape[1],
            alpha=l2,
            l1=l1,
            **ours,
        )
        # both within 1e-6 of each other, by the objective in double precision
        close = 1e-6 if kind == np.float64 else 1e-5
        agree = lambda own, model: close > abs(own / log_loss(model, x, y, l2, l1) - 1)
        compare(title, request, rivals, agree, repeats, rounds)

    def two_classes(n, p, kind):
        x = rng.standard_normal((n, p)).astype(kind)
        return x, (rng.random(n) < 1 / (1 + np.exp(-(x @ (rng.standard_normal(p) * 0.5) + 0.3)))).astype(int)

    if "logistic" in only:
        for (n, p), kind in itertools.product([(200_000, 50), (20_000, 32)], [np.float64, np.float32]):
            c, y = two_classes(n, p, kind)
            x = np.asfortranarray(c)
            rivals = {"oneDAL": lambda: OneDal(tol=1e-5).fit(c, y)}
            for solver in ("lbfgs", "newton-cholesky"):
                rivals[f"scikit-learn, {solver}"] = lambda solver=solver: LogisticRegression(solver=solver, tol=1e-5).fit(c, y)
            compared(f"logistic {n} x {p}, {kind.__name__}", x, y, kind, rivals, dict(tol=1e-5))
    if "logistic-classes" in only:
        x, y = images()
        c = np.ascontiguousarray(x)
        precise = dict(tol=1e-6, max_iter=5000)
        rivals = {
            "scikit-learn": lambda: LogisticRegression(**precise).fit(c, y),
            "oneDAL": lambda: OneDal(**precise).fit(c, y),
        }
        compared("logistic, 10 classes, digits 10000 x 784", x, y, np.float64, rivals, dict(tol=1e-6), min(rounds, 3), 1)
    if "logistic-sparse" in only:
        x, y = words(20_000, 50_000, 100)
        rivals = {
            "scikit-learn, lbfgs": lambda: LogisticRegression(tol=1e-6, max_iter=5000).fit(x, y),
            "scikit-learn, newton-cg": lambda: LogisticRegression(tol=1e-6, solver="newton-cg").fit(x, y),
            "oneDAL": lambda: OneDal(tol=1e-6, max_iter=5000).fit(x, y),
        }
        compared("logistic, sparse, 20000 x 50000", x, y, np.float64, rivals, dict(tol=1e-6), min(rounds, 5), 3)
    if "logistic-l1" in only:
        x, y = words(20_000, 50_000, 100)
        rivals = {
            "scikit-learn, saga": lambda: LogisticRegression(
                l1_ratio=1, solver="saga", tol=1e-5, max_iter=5000, random_state=0
            ).fit(x, y)
        }
        compared("logistic, l1, sparse, 20000 x 50000", x, y, np.float64, rivals, dict(tol=1e-6), min(rounds, 3), 1, 0.0, 1.0)
    if "sgd-classifier" in only:
        c, y = two_classes(50_000, 50, np.float64)
        x = np.asfortranarray(c)
        files = OURS.files(x, y[:, None].astype(float))
        request = dict(task="logistic", precision="f64", shapes=[x.shape, (len(y), 1)], files=files, alpha=1e-3, n_folds=5)
        sgd = dict(loss="log_loss", alpha=1e-3, max_iter=5, tol=None, shuffle=False)
        rivals = {"scikit-learn": lambda: SGDClassifier(**sgd).fit(c, y).coef_}
        agree = lambda ours, coef: np.allclose(ours, coef.ravel(), rtol=1e-7, atol=1e-9)
        compare("SGD of log-loss, 5 epochs, 50000 x 50", request, rivals, agree, 5, rounds)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--only", default=",".join(TASKS))
    arguments = parser.parse_args()
    only = arguments.only.split(",")
    print(f"{THREADS} threads, {arguments.rounds} rounds, numpy {np.__version__}\n")
    print("| work | rival | ours, ms | rival, ms | rival / ours | range | ours / rival |")
    print("|---|---|---|---|---|---|---|", flush=True)
    products(arguments.rounds, only)
    if "linear-regression" in only:
        least_squares(arguments.rounds)
    if any(task.startswith("lasso") for task in only):
        lasso(arguments.rounds, only)
    if any(task.startswith("ridge") for task in only):
        penalised(arguments.rounds, only)
    robust_and_generalised(arguments.rounds, only)
    logistic(arguments.rounds, only)
    if "neighbors" in only:
        neighbors(arguments.rounds)
    if "kmeans" in only:
        clusters(arguments.rounds)
    if "pca" in only:
        components(arguments.rounds)
    if "mixture" in only:
        mixture(arguments.rounds)
    if "trees" in only:
        single(arguments.rounds)
    if "forests" in only:
        forests(arguments.rounds)
    if "boosting" in only:
        boosting(arguments.rounds)
    if "bayes" in only:
        bayes(arguments.rounds)
    if "vectorizer" in only:
        vectorizer(arguments.rounds)
    if "networks" in only:
        networks(arguments.rounds)
    if "tsne" in only:
        maps(min(arguments.rounds, 3))
    if "tsne-whole" in only:
        whole_fits(min(arguments.rounds, 3))
    if "tsne-descents" in only:
        descents(min(arguments.rounds, 3))
    for name in ("digits8x8", "heaps"):
        if f"tsne-{name}" in only:
            quality(name)
    if "tsne-bhtsne" in only:
        bhtsne(min(arguments.rounds, 3))
    if "tsne-growth" in only:
        growth()
