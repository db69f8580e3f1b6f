"""What measure.py asks of trees, forests and boosting."""

import csv
import gzip
import io

import numpy as np

from rounds import OURS, ROOT, THREADS, compare, rng

ASKED = 100_000


def adult():
    """Words as numbers, in alphabetical order."""
    text = gzip.open(ROOT / "datasets/large/data/adult.csv.gz", "rt").read()
    header, *rows = csv.reader(io.StringIO(text))
    columns = list(zip(*rows))
    words = [j for j, column in enumerate(columns[:-1]) if not column[0].lstrip("-").isdigit()]
    code = lambda column: np.unique(column, return_inverse=True)[1].astype(float)
    x = np.column_stack([code(c) if j in words else np.array(c, float) for j, c in enumerate(columns[:-1])])
    order = rng.permutation(len(x))
    return x[order], code(columns[-1])[order], words


def heaps(n, p, k, spread):
    centres = rng.standard_normal((k, p)) * spread
    y = rng.integers(0, k, n)
    return centres[y] + rng.standard_normal((n, p)), y.astype(float)


def interactions(n, p):
    """Two classes, by products and curves of a few columns."""
    x = rng.standard_normal((n, p))
    z = x[:, 0] * x[:, 1] + np.sin(2 * x[:, 2]) + x[:, 3] - 0.5 * x[:, 4] ** 2 + 0.5
    return x, (rng.random(n) < 1 / (1 + np.exp(-2 * z))).astype(float)


def compared(title, data, n_train, estimator, rivals, repeats, rounds, categorical=()):
    """The fit on the first rows, and the answers to as many of the others, again and again, as make 100,000."""
    x, y = data
    c, labels = np.ascontiguousarray(x[:n_train]), y[:n_train].astype(int)
    held, expected = x[n_train:], y[n_train:]
    again = np.resize(np.arange(len(held)), ASKED)
    many, answers = np.ascontiguousarray(held[again]), expected[again]
    accuracy = lambda model: np.mean(model.predict(many) == answers)
    # equal within a standard error of both, on the rows there are
    def agree(ours, theirs):
        print(f"<!-- {title}: accuracy {ours:.4f}, rival {theirs:.4f} -->")
        return abs(ours - theirs) < np.sqrt(2 * theirs * (1 - theirs) / len(held)) + 1e-12 or ours > theirs

    arrays = [c, labels[:, None].astype(float), many, answers[:, None]]
    request = dict(task="trees", precision="f64", estimator=estimator, categorical=list(categorical))
    request |= dict(shapes=[a.shape for a in arrays], files=OURS.files(*arrays))
    models = {name: make().fit(c, labels) for name, make in rivals.items()}
    for predict in [False, True]:
        works = {}
        for name, make in rivals.items():
            score, model = accuracy(models[name]), models[name]
            fit = lambda make=make, score=score: (make().fit(c, labels), score)[1]
            ask = lambda model=model, score=score: (model.predict(many), score)[1]
            works[name] = ask if predict else fit
        what = f"{title}, answers to {len(many)}" if predict else title
        compare(what, request | dict(predict=predict), works, agree, 5 if predict else repeats, rounds)


def single(rounds):
    from sklearn.tree import DecisionTreeClassifier

    rivals = {"scikit-learn": lambda: DecisionTreeClassifier(random_state=0)}
    compared("tree 50000 x 20, 3 classes", heaps(60_000, 20, 3, 0.4), 50_000, "decision-tree", rivals, 1, rounds)


def forests(rounds):
    from sklearn.ensemble import RandomForestClassifier
    from sklearnex.ensemble import RandomForestClassifier as OneDal

    n_jobs = int(THREADS)
    rivals = {
        "scikit-learn": lambda: RandomForestClassifier(100, n_jobs=n_jobs, random_state=0),
        "oneDAL": lambda: OneDal(100, n_jobs=n_jobs, random_state=0),
    }
    x, y, _ = adult()
    compared("forest of 100, adult", (x, y), 36_000, "random-forest", rivals, 1, rounds)
    compared("forest of 100, 16000 x 16, 26 classes", heaps(20_000, 16, 26, 1.2), 16_000, "random-forest", rivals, 1, rounds)


def boosting(rounds):
    from lightgbm import LGBMClassifier
    from sklearn.ensemble import HistGradientBoostingClassifier

    def rivals(categorical=None):
        def light():
            model = LGBMClassifier(n_estimators=100, n_jobs=int(THREADS), verbose=-1)
            fit = model.fit
            model.fit = lambda x, y: fit(x, y, categorical_feature=categorical or "auto")
            return model

        sklearn = lambda: HistGradientBoostingClassifier(
            max_iter=100, early_stopping=False, categorical_features=categorical
        )
        return {"scikit-learn": sklearn, "LightGBM": light}

    x, y, words = adult()
    compared("boosting, 100 rounds, adult", (x, y), 36_000, "gradient-boosting", rivals(words), 1, rounds, words)
    data = interactions(120_000, 28)
    compared("boosting, 100 rounds, 100000 x 28", data, 100_000, "gradient-boosting", rivals(), 1, rounds)
    data = heaps(20_000, 16, 26, 1.2)
    compared("boosting, 100 rounds, 16000 x 16, 26 classes", data, 16_000, "gradient-boosting", rivals(), 1, min(rounds, 3))
