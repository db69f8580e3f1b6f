"""What measure.py asks of naive Bayes."""

import pathlib

import numpy as np

from rounds import OURS, compare, rng

TOLD = 200


def compared(title, x, y, make, parts, rounds, **request):
    model = make().fit(x, y)
    request |= dict(task="bayes", precision="f64", shapes=[part.shape for part in parts], files=OURS.files(*parts))
    # equal log-probabilities before a time counts
    told = model.predict_log_proba(x[:TOLD])
    agree = lambda ours, _: np.allclose(np.reshape(ours, told.shape), told, rtol=1e-9, atol=1e-9)
    for predict, what in [(False, title), (True, f"{title}, answers")]:
        work = (lambda: model.predict(x)) if predict else (lambda: make().fit(x, y))
        compare(what, request | dict(predict=predict), {"scikit-learn": work}, agree, 5, rounds)


def vectorizer(rounds):
    from sklearn.feature_extraction.text import CountVectorizer

    # words as frequent as words are, of 3 to 9 letters, 120 a text
    letters = np.frombuffer(b"etaoinshrdlucmfwypvbgkjqxz", dtype="S1")
    made = ["".join(rng.choice(letters, rng.integers(3, 10)).astype(str)) for _ in range(50_000)]
    numbers = np.minimum(rng.zipf(1.3, size=(20_000, 120)) - 1, len(made) - 1)
    lines = [" ".join(made[number] for number in row) for row in numbers]
    for longest, some in [(1, lines), (3, lines[:3000])]:
        path = pathlib.Path(OURS.folder.name) / f"lines{longest}.txt"
        path.write_text("\n".join(some))
        text = dict(analyzer="char", ngram_range=(1, longest)) if longest > 1 else {}
        make = lambda: CountVectorizer(dtype=np.float64, **text)
        model = make()
        counts = model.fit_transform(some)
        counts.sort_indices()
        expected = [counts.shape[1], counts.nnz, float((counts.data * (np.arange(counts.nnz) % 7)).sum())]
        agree = lambda ours, _: list(ours) == expected
        what = "words" if longest == 1 else f"1 to {longest} characters"
        request = dict(task="vectorizer", precision="f64", shapes=[], files=[str(path)], longest=longest)
        work = {"scikit-learn": lambda: make().fit_transform(some)}
        compare(f"CountVectorizer, {len(some)} texts of 120 words, {what}", request, work, agree, 3, rounds)


def bayes(rounds):
    from scipy import sparse
    from sklearn.naive_bayes import GaussianNB, MultinomialNB

    n, p, k = 500_000, 30, 10
    y = rng.integers(0, k, n)
    x = rng.standard_normal((k, p))[y] + rng.standard_normal((n, p))
    compared(f"Gaussian naive Bayes, {n} x {p}, {k} classes", x, y, GaussianNB, [x, y[:, None].astype(float)], rounds)
    n, p, k, length = 20_000, 50_000, 20, 130
    y = rng.integers(0, k, n)
    # words as frequent as words are, some of them of the class alone
    columns = np.minimum(rng.zipf(1.3, size=(n, length)) - 1, p - 1)
    own = rng.random((n, length)) < 0.3
    columns = np.where(own, (columns * (y[:, None] + 2) + 37 * y[:, None]) % p, columns)
    x = sparse.csr_matrix((np.ones(n * length), columns.ravel(), np.arange(0, n * length + 1, length)), shape=(n, p))
    x.sum_duplicates()
    parts = [x.data[:, None], y[:, None].astype(float), x.indices[:, None].astype(float), x.indptr[:, None].astype(float)]
    title = f"multinomial naive Bayes, {n} x {p}, {x.nnz // n} words a row, {k} classes"
    compared(title, x, y, MultinomialNB, parts, rounds, n_columns=p)
