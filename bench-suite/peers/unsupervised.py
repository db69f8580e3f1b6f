"""What measure.py asks of searches, clusters and components."""

import itertools

import numpy as np

from rounds import OURS, ROOT, THREADS, TYPES, compare, rng


def images():
    """Digits of 28 x 28, 1,000 of each, as MNIST has them: pixels between 0 and 1."""
    import gzip

    folder = ROOT / "datasets/share-alike/data"
    read = lambda name: np.frombuffer(gzip.open(folder / name).read(), np.uint8)
    x = read("mnist10k_images.idx.gz")[16:].reshape(10_000, 784) / 255.0
    return np.asfortranarray(x), read("mnist10k_labels.idx.gz")[8:].astype(int)


def neighbors(rounds):
    """Points without structure, images of digits, and points in space, of which all are asked for."""
    import faiss
    from sklearn.neighbors import NearestNeighbors
    from sklearnex.neighbors import NearestNeighbors as OneDal

    faiss.omp_set_num_threads(int(THREADS))
    pixels = np.ascontiguousarray(images()[0])
    space = rng.random((100_000, 3))
    tables = [(rng.standard_normal((20_000, 64)), rng.standard_normal((2_000, 64))), (pixels[:8_000], pixels[8_000:])]
    k = 10
    for (points, asked), (precision, kind) in itertools.product([*tables, (space, space)], TYPES.items()):
        x, q = points.astype(kind), asked.astype(kind)
        (n, p), m = x.shape, len(q)
        request = dict(
            task="neighbors", precision=precision, shapes=[x.shape, q.shape], files=OURS.files(x, q), n_neighbors=k
        )

        def flat():
            index = faiss.IndexFlatL2(p)
            index.add(x)
            return index.search(q, k)[1]

        def search(kind, algorithm):
            return lambda: kind(n_neighbors=k, algorithm=algorithm, n_jobs=int(THREADS)).fit(x).kneighbors(q)[1]

        if p > 3:
            rivals = {"scikit-learn": search(NearestNeighbors, "brute"), "oneDAL": search(OneDal, "brute")}
            if precision == "f32":
                rivals["faiss flat"] = flat
        else:
            rivals = {f"scikit-learn, {name}": search(NearestNeighbors, name) for name in ("kd_tree", "ball_tree")}
            rivals["oneDAL, kd_tree"] = search(OneDal, "kd_tree")
        # ours are exact; a rival's rounding may swap neighbours that are equally far to its precision
        agree = lambda ours, indices: np.mean(np.reshape(ours, (m, k)) == indices) > 0.999
        compare(f"{k} of {n} x {p} for {m}, {precision}", request, rivals, agree, 3, rounds)


def clusters(rounds):
    import warnings

    from sklearn.cluster import KMeans
    from sklearnex.cluster import KMeans as OneDal

    warnings.simplefilter("ignore")
    heaps = rng.standard_normal((64, 32)) * 2
    big = heaps[rng.integers(0, 64, 200_000)] + rng.standard_normal((200_000, 32))
    digits = np.ascontiguousarray(images()[0])
    for (title, rows, k, sweeps), (precision, kind) in itertools.product(
        [("200000 x 32", big, 64, 30), ("digits 10000 x 784", digits, 10, 50)], TYPES.items()
    ):
        c = rows.astype(kind)
        x = np.asfortranarray(c)
        start = np.ascontiguousarray(c[rng.choice(len(c), k, replace=False)])
        files = OURS.files(x, start)
        shapes = [x.shape, start.shape]
        request = dict(task="kmeans", precision=precision, shapes=shapes, files=files, n_components=k, tol=0.0, max_iter=sweeps)
        settings = dict(n_clusters=k, init=start, n_init=1, max_iter=sweeps, tol=0)
        rivals = {
            "scikit-learn, Lloyd": lambda: KMeans(**settings).fit(c),
            "scikit-learn, Elkan": lambda: KMeans(algorithm="elkan", **settings).fit(c),
            "oneDAL": lambda: OneDal(**settings).fit(c),
        }
        # from the same start; rounding may send a row elsewhere, and sweeps on from there
        agree = lambda ours, model: abs(ours / model.inertia_ - 1) < 5e-3
        compare(f"k-means {title}, k {k}, {sweeps} sweeps, {precision}", request, rivals, agree, 1, rounds)


def mixture(rounds):
    import warnings

    from sklearn.mixture import GaussianMixture

    warnings.simplefilter("ignore")
    (n, p, k), steps = (20_000, 16, 8), 20
    heaps = rng.standard_normal((k, p)) * 1.5
    rows = heaps[rng.integers(0, k, n)] + rng.standard_normal((n, p))
    for precision, kind in TYPES.items():
        c = rows.astype(kind)
        x, start = np.asfortranarray(c), np.ascontiguousarray(c[rng.choice(n, k, replace=False)])
        request = dict(task="mixture", precision=precision, shapes=[x.shape, start.shape], files=OURS.files(x, start))
        given = dict(weights_init=np.full(k, 1 / k), means_init=start, precisions_init=np.array([np.eye(p)] * k))
        rivals = {"scikit-learn": lambda: GaussianMixture(k, tol=0, max_iter=steps, **given).fit(c)}
        close = {"f32": 1e-3, "f64": 1e-8}[precision]
        agree = lambda ours, model: abs(ours / model.score(c) - 1) < close
        title = f"mixture of {k} in {n} x {p}, {steps} steps, {precision}"
        compare(title, request | dict(max_iter=steps), rivals, agree, 2, rounds)


def components(rounds):
    """Rows as images of digits are: neighbouring columns go together, and the variances fall as 1 / j²."""
    from sklearn.decomposition import PCA
    from sklearnex.decomposition import PCA as OneDal

    for (n, p, k), (precision, kind) in itertools.product([(10_000, 784, 50), (2_000, 64, 10)], TYPES.items()):
        x = rng.standard_normal((n, p)) @ np.diag(1 / (1 + np.arange(p))) @ rng.standard_normal((p, p))
        x = np.asfortranarray(x / x.std()).astype(kind, order="F")
        c, y = np.ascontiguousarray(x), np.zeros((1, 1), kind)
        request = dict(task="pca", precision=precision, shapes=[x.shape, y.shape], files=OURS.files(x, y), n_components=k)
        exact = {"f32": 1e-3, "f64": 1e-6}[precision]
        # a model, and how near its variances have to be: random directions are near by nature
        random = dict(svd_solver="randomized", random_state=0)
        rivals = {
            "scikit-learn": lambda: (PCA(k).fit(c), exact),
            "scikit-learn, columns contiguous": lambda: (PCA(k).fit(x), exact),
            "scikit-learn, randomized": lambda: (PCA(k, **random).fit(c), 1e-2),
            "oneDAL": lambda: (OneDal(k, svd_solver="covariance_eigh").fit(c), exact),
        }
        agree = lambda ours, theirs: np.allclose(ours, theirs[0].explained_variance_, rtol=theirs[1])
        compare(f"{k} components of {n} x {p}, {precision}", request, rivals, agree, 3, rounds)
