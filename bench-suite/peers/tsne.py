"""What measure.py asks of t-SNE: whole fits, the descent alone, and how times grow with rows."""

import time

import numpy as np

from rounds import OURS, ROOT, THREADS, compare
from unsupervised import images

STEPS = 500


def heaps(n, p=50, k=10):
    """Rows in k heaps, the first of any number of them."""
    own = np.random.default_rng(5)
    centres = own.standard_normal((k, p)) * 2
    return centres[own.integers(0, k, n)] + own.standard_normal((n, p))


def nearest(x, k):
    """Exact neighbours, the same for all."""
    import faiss

    faiss.omp_set_num_threads(int(THREADS))
    points = np.ascontiguousarray(x, dtype=np.float32)
    index = faiss.IndexFlatL2(points.shape[1])
    index.add(points)
    found = index.search(points, k + 1)[1]
    # without the row itself, wherever it stands
    own = found == np.arange(len(x))[:, None]
    own[~own.any(axis=1), -1] = True
    found = found[~own].reshape(len(x), k)
    return found, np.sqrt(np.stack([((x[row] - x[i]) ** 2).sum(axis=1) for i, row in enumerate(found)]))


def start(x):
    from openTSNE import initialization

    return np.asarray(initialization.pca(x, random_state=0))


def divergence(p, y):
    """KL(P‖Q) of a sparse P, exactly."""
    z = 0.0
    for first in range(0, len(y), 1000):
        part = y[first : first + 1000]
        squared = (part**2).sum(axis=1)[:, None] + (y**2).sum(axis=1) - 2 * part @ y.T
        z += (1 / (1 + np.maximum(squared, 0))).sum() - len(part)
    p = p.tocoo()
    keep = p.data > 0
    row, column, value = p.row[keep], p.col[keep], p.data[keep]
    return (value * np.log(value * (1 + ((y[row] - y[column]) ** 2).sum(axis=1)) * z)).sum()


def affinities(x, known):
    from openTSNE import affinity, nearest_neighbors

    index = nearest_neighbors.PrecomputedNeighbors(*known)
    return affinity.PerplexityBasedNN(perplexity=30, knn_index=index, n_jobs=int(THREADS))


def request(x, begin, known=None, method="fft", kind=np.float64, steps=STEPS, rate=0.0, spacing=0.0):
    parts = [np.asarray(x, kind), np.asarray(begin, kind)]
    if known is not None:
        parts += [np.ascontiguousarray(known[0].T.astype(kind)), np.ascontiguousarray(known[1].T.astype(kind))]
    return dict(
        task="tsne",
        precision="f32" if kind == np.float32 else "f64",
        shapes=[part.shape for part in parts],
        files=OURS.files(*parts),
        estimator=method,
        alpha=30.0,
        max_iter=steps,
        l1=rate,
        tol=spacing,
    )


def open_tsne(begin, method, affinities=None, x=None, steps=STEPS):
    import openTSNE

    model = openTSNE.TSNE(
        initialization=begin, negative_gradient_method=method, n_jobs=int(THREADS), random_state=0, n_iter=steps
    )
    return np.asarray(model.fit(x) if affinities is None else model.fit(affinities=affinities, initialization=begin))


def told(title, x, p, maps):
    """Divergence and trustworthiness of maps by the same definitions."""
    from sklearn.manifold import trustworthiness

    few = np.random.default_rng(0).choice(len(x), min(len(x), 3000), replace=False)
    for name, y in maps.items():
        print(f"| {title} | {name} | {divergence(p, y):.4f} | {trustworthiness(x[few], y[few], n_neighbors=10):.4f} |", flush=True)


def whole_fits(rounds):
    """Ours and the others, each with its own neighbours, from the same start."""
    from sklearn.manifold import TSNE

    x = images()[0]
    begin = start(x)
    p = affinities(x, nearest(x, 90)).P
    c = np.ascontiguousarray(x)
    maps = {}

    def kept(name, work):
        def run():
            maps[name] = np.asarray(work())
            return maps[name]

        return run

    def scikit():
        # its gradient has the factor 4 that openTSNE's rates do without
        return TSNE(init=begin, perplexity=30, max_iter=250 + STEPS, random_state=0, n_jobs=int(THREADS)).fit_transform(c)

    rivals = {
        "openTSNE, FFT": kept("openTSNE, FFT", lambda: open_tsne(begin, "fft", x=c)),
        "scikit-learn, Barnes-Hut": kept("scikit-learn, Barnes-Hut", scikit),
    }
    own = {}

    def agree(ours, theirs):
        own["ours, FFT"] = np.reshape(ours["map"], (-1, 2))
        return divergence(p, own["ours, FFT"]) < 1.01 * divergence(p, theirs)

    compare("t-SNE, mnist10k (10000 x 784), whole", request(x, begin), rivals, agree, 1, rounds)
    told("mnist10k", x, p, own | maps)


def descents(rounds):
    """The same neighbours, the same start."""
    x = images()[0]
    begin, known = start(x), nearest(x, 90)
    aff = affinities(x, known)
    for method, name in [("fft", "fft"), ("barnes_hut", "bh")]:
        rivals = {f"openTSNE, {name}": lambda: open_tsne(begin, name, aff)}
        agree = lambda ours, theirs: abs(divergence(aff.P, np.reshape(ours["map"], (-1, 2))) / divergence(aff.P, theirs) - 1) < 0.01
        compare(f"t-SNE, mnist10k, descent, {method}", request(x, begin, known, method), rivals, agree, 1, rounds)


def bhtsne(rounds):
    """The crate, in single precision; `timed` built with `--features bhtsne`. It has one learning rate for both phases, and so
    have ours here: maps grow with the rate, and grids with maps."""
    x = images()[0]
    begin, known = start(x), nearest(x, 90)
    p = affinities(x, known).P
    for ours, theirs in [("fft", "bhtsne-fft"), ("barnes_hut", "bhtsne"), ("fft", "bhtsne")]:
        seconds = {ours: [], theirs: []}
        for _ in range(rounds):
            for method in (ours, theirs):
                answer = OURS.ask(**request(x, begin, known, method, np.float32, rate=len(x) / 12), repeats=1)
                seconds[method].append(answer["seconds"][0])
                final = divergence(p, np.reshape(answer["check"]["map"], (-1, 2)))
                print(f"| mnist10k, descent | {method} | {seconds[method][-1]:.2f} s | KL {final:.4f} |", flush=True)
        ratios = sorted(t / o for t, o in zip(seconds[theirs], seconds[ours]))
        print(f"| mnist10k, descent | {theirs} / {ours} | {np.median(ratios):.2f} | {ratios[0]:.2f} to {ratios[-1]:.2f} |", flush=True)


def growth(sizes=(5_000, 10_000, 20_000, 40_000, 80_000)):
    """Seconds by rows: neighbours and affinities, and all."""
    print("| rows x 50 | affinities, s | all, s | ms a step |\n|---|---|---|---|")
    for n in sizes:
        x = heaps(n)
        asked = request(x, start(x))
        affinities = OURS.ask(**asked, predict=True, repeats=1)["seconds"][0]
        whole = OURS.ask(**asked, repeats=1)["seconds"][0]
        step = (whole - affinities) / (250 + STEPS)
        print(f"| {n} | {affinities:.2f} | {whole:.2f} | {step * 1e3:.1f} |", flush=True)


def digits():
    """1,797 of 8 x 8."""
    import gzip

    with gzip.open(ROOT / "datasets/data/digits8x8.csv.gz", "rt") as table:
        return np.loadtxt(table, delimiter=",", skiprows=1)[:, :64]


def quality(name):
    """Divergences from the same start by the same affinities; of many rows after fewer steps."""
    x, steps, methods = {
        "digits8x8": (digits, STEPS, ("exact", "barnes_hut", "fft")),
        "heaps": (lambda: heaps(60_000), 100, ("fft",)),
    }[name]
    x = x()
    begin, known = start(x), nearest(x, 90)
    aff = affinities(x, known)
    found = {}
    for method in methods:
        answer = OURS.ask(**request(x, begin, known, method, steps=steps), repeats=1)
        found[f"ours, {method}, {answer['seconds'][0]:.2f} s"] = np.reshape(answer["check"]["map"], (-1, 2))
    for method in ("bh", "fft") if name == "digits8x8" else ("fft",):
        began = time.perf_counter()
        y = open_tsne(begin, method, aff, steps=steps)
        found[f"openTSNE, {method}, {time.perf_counter() - began:.2f} s"] = y
    told(f"{name}, {len(x)} rows, 250 + {steps} steps", x, aff.P, found)


def maps(rounds):
    quality("digits8x8")
    whole_fits(rounds)
    descents(rounds)
