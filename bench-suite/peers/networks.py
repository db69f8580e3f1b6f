"""What measure.py asks of networks: the same architecture, batches and epochs; loss curves are compared first."""

import gzip
import warnings

import numpy as np

from rounds import OURS, ROOT, THREADS, compare, rng


def idx(path):
    """An IDX file: two zero bytes, the type, the number of dimensions, their sizes, the numbers."""
    data = gzip.open(path).read()
    shape = np.frombuffer(data, ">i4", data[3], 4)
    return np.frombuffer(data, np.uint8, offset=4 + 4 * data[3]).reshape(shape)


def mnist():
    """8,000 rows to learn from and 2,000 held back."""
    folder = ROOT / "datasets/share-alike/data"
    x = idx(folder / "mnist10k_images.idx.gz").reshape(10_000, 784).astype(np.float32) / 255
    y = idx(folder / "mnist10k_labels.idx.gz").astype(np.int64)
    order = np.random.default_rng(0).permutation(len(x))
    return x[order[:8000]], y[order[:8000]], x[order[8000:]], y[order[8000:]]


def digits():
    from sklearn.datasets import load_digits

    x, y = load_digits(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(x))
    x, y = (x[order] / 16).astype(np.float32), y[order].astype(np.int64)
    return x[:1500], y[:1500], x[1500:], y[1500:]


def wide():
    x = rng.standard_normal((1280, 2000)).astype(np.float32)
    y = (x[:, :20] @ rng.standard_normal((20, 10)).astype(np.float32)).argmax(axis=1)
    return x[:1024], y[:1024], x[1024:], y[1024:]


def torch_fit(data, hidden, batch, epochs, rate, fused):
    import torch
    from torch import nn

    torch.set_num_threads(int(THREADS))
    x, y, held, expected = (torch.from_numpy(a) for a in data)

    def fit():
        torch.manual_seed(0)
        widths, layers = [x.shape[1], *hidden], []
        for inputs, outputs in zip(widths, widths[1:]):
            layers += [nn.Linear(inputs, outputs), nn.ReLU()]
            nn.init.kaiming_uniform_(layers[-2].weight, nonlinearity="relu")
            nn.init.zeros_(layers[-2].bias)
        layers.append(nn.Linear(widths[-1], 10))
        nn.init.xavier_uniform_(layers[-1].weight)
        nn.init.zeros_(layers[-1].bias)
        net = nn.Sequential(*layers)
        adam = torch.optim.Adam(net.parameters(), rate, fused=fused, foreach=False if fused else None)
        losses = []
        for _ in range(epochs):
            order, total = torch.randperm(len(x)), 0.0
            for rows in order.split(batch):
                adam.zero_grad(set_to_none=True)
                loss = nn.functional.cross_entropy(net(x[rows]), y[rows])
                loss.backward()
                adam.step()
                total += loss.detach() * len(rows)
            losses.append(float(total) / len(x))
        return losses, lambda: float((net(held).argmax(dim=1) == expected).float().mean())

    return fit


def sklearn_fit(data, hidden, epochs, **knobs):
    from sklearn.neural_network import MLPClassifier

    x, y, held, expected = data

    def fit():
        model = MLPClassifier(hidden, alpha=0, max_iter=epochs, random_state=0, **knobs)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model.fit(x, y)
        return getattr(model, "loss_curve_", [model.loss_]), lambda: model.score(held, expected)

    return fit


def networks(rounds):
    shapes = [
        ("784-256-128-10, batch 128, mnist10k", mnist(), (256, 128), 128, 10, 1),
        ("64-100-10, batch 200, digits", digits(), (100,), 200, 50, 3),
        ("2000-2000-2000-10, batch 128", wide(), (2000, 2000), 128, 3, 1),
    ]
    for title, data, hidden, batch, epochs, repeats in shapes:
        x, y, held, expected = data
        arrays = [x, y[:, None].astype(np.float32), held, expected[:, None].astype(np.float32)]
        request = dict(task="mlp", precision="f32", hidden=list(hidden), batch_size=batch, epochs=epochs, tol=1e-3)
        request |= dict(shapes=[a.shape for a in arrays], files=OURS.files(*arrays))
        rivals = {
            "PyTorch, fused Adam": torch_fit(data, hidden, batch, epochs, 1e-3, True),
            "PyTorch": torch_fit(data, hidden, batch, epochs, 1e-3, False),
            "scikit-learn": sklearn_fit(
                data, hidden, epochs, batch_size=batch, learning_rate_init=1e-3, n_iter_no_change=10**9
            ),
        }
        if "2000" in title:
            del rivals["PyTorch"], rivals["scikit-learn"]

        def agree(ours, theirs):
            """Losses of the epochs within a fifth of each other on average, and answers as good."""
            losses, score = theirs
            apart = np.mean(np.abs(np.log(np.array(ours["losses"]) / np.array(losses))))
            score = score()
            print(f"<!-- {title}: last loss {ours['losses'][-1]:.4f}, rival {losses[-1]:.4f}; accuracy {ours['accuracy']:.4f}, rival {score:.4f} -->")
            return apart < 0.2 and abs(ours["accuracy"] - score) < 0.015 + 2 * (score * (1 - score) / len(held)) ** 0.5

        compare(title, request, rivals, agree, repeats, rounds)
    by_lbfgs(rounds)


def by_lbfgs(rounds):
    """As many iterations of both, from weights drawn by each: the cost falls to the same size."""
    data, iterations = digits(), 30
    x, y, held, expected = data
    arrays = [x, y[:, None].astype(np.float32), held, expected[:, None].astype(np.float32)]
    request = dict(task="mlp", precision="f32", estimator="lbfgs", hidden=[100], epochs=iterations, tol=1e-3)
    request |= dict(shapes=[a.shape for a in arrays], files=OURS.files(*arrays))
    title = f"64-100-10, L-BFGS, {iterations} iterations, digits"

    def agree(ours, theirs):
        (*_, last), score = theirs
        score = score()
        print(f"<!-- {title}: last loss {ours['losses'][-1]:.5f}, rival {last:.5f}; accuracy {ours['accuracy']:.4f}, rival {score:.4f} -->")
        done = len(ours["losses"]) == iterations and ours["losses"][-1] < 3 * last + 1e-3
        return done and abs(ours["accuracy"] - score) < 0.03

    knobs = dict(solver="lbfgs", tol=0, max_fun=10**9)
    compare(title, request, {"scikit-learn": sklearn_fit(data, (100,), iterations, **knobs)}, agree, 5, rounds)
