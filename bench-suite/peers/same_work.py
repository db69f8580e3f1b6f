"""Whether networks of other libraries are given the same work as ours: their answers beside ours, knob by knob.

    cargo build --release -p bench-suite
    python bench-suite/peers/same_work.py          (packages in requirements.txt)

Two streams of random numbers are two trainings, whose answers cannot be compared row by row. So first all draws are
taken away: without hidden layers, weights from 0, rows in their order, f64. Then there is one answer, and PyTorch's must
be ours to rounding, for each optimiser, schedule, loss and penalty. What draws is looked at by its scores over seeds:
their means must be within three standard errors of their difference.

It ends with status 1 if a line says NO.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
PROGRAM = TARGET / os.environ.get("PROFILE", "release") / "bench-suite"
SEEDS = range(12)
CLASSIFIER, REGRESSOR = "mlp-classifier", "mlp-regressor"
STILL = {"hidden": "", "init": "zeros", "shuffle": "false", "epochs": "7", "batch_size": "64", "learning_rate": "0.01"}
# to shorten a gradient, PyTorch divides by its length and 1e-6 more
ROUNDING, CLIPPED = 1e-12, 1e-4
STOPPED = {"early_stopping": "true", "epochs": "200", "learning_rate": "0.01"}
ONE_ANSWER = [
    (REGRESSOR, {}, ROUNDING),
    *((REGRESSOR, {"optimizer": of}, ROUNDING) for of in ("sgd", "rms_prop", "adagrad")),
    (REGRESSOR, {"optimizer": '{"sgd":{"momentum":0.9,"nesterov":true,"weight_decay":0.1}}'}, ROUNDING),
    (REGRESSOR, {"optimizer": '{"adam":{"beta1":0.5,"beta2":0.9,"epsilon":0.01,"weight_decay":0.1}}'}, ROUNDING),
    (REGRESSOR, {"optimizer": '{"adam_w":{"weight_decay":0.5}}', "learning_rate": "0.05"}, ROUNDING),
    (REGRESSOR, {"optimizer": '{"rms_prop":{"alpha":0.9,"momentum":0.5,"centered":true}}'}, ROUNDING),
    (REGRESSOR, {"optimizer": '{"adagrad":{"initial":0.1,"weight_decay":0.1}}'}, ROUNDING),
    *(
        (REGRESSOR, {"schedule": of, "warm_up": warm_up}, ROUNDING)
        for of, warm_up in (
            ("constant", "5"),
            ('{"inverse_scaling":{"power":0.5}}', "0"),
            ('{"inverse_time":{"decay":0.1}}', "3"),
            ('{"step":{"every":4,"factor":0.5}}', "0"),
            ('{"exponential":{"factor":0.9}}', "2"),
            ('{"cosine":{"steps":20,"floor":0.1}}', "4"),
        )
    ),
    (REGRESSOR, {"scale_targets": "false", "learning_rate": "0.1"}, ROUNDING),
    (REGRESSOR, {"loss": "absolute_error"}, ROUNDING),
    (REGRESSOR, {"loss": "huber", "delta": "0.3"}, ROUNDING),
    (REGRESSOR, {"loss": "poisson"}, ROUNDING),
    (REGRESSOR, {"l2": "20", "learning_rate": "0.1"}, ROUNDING),
    (REGRESSOR, {"l2": "20", "optimizer": "sgd", "clip_norm": "0.2", "learning_rate": "0.1"}, CLIPPED),
    (REGRESSOR, {"optimizer": "sgd", "clip_value": "0.05", "learning_rate": "0.1"}, ROUNDING),
    (REGRESSOR, {**STOPPED, "validation_fraction": "0", "tol": "0.2", "n_iter_no_change": "2", "l2": "5"}, ROUNDING),
    (CLASSIFIER, {}, ROUNDING),
    (CLASSIFIER, {"label_smoothing": "0.2"}, ROUNDING),
    (CLASSIFIER, {"class_weights": "balanced"}, ROUNDING),
    (CLASSIFIER, {"class_weights": "balanced", "label_smoothing": "0.1", "l2": "10"}, ROUNDING),
]
DRAWN = [
    *((of, {}) for of in (CLASSIFIER, REGRESSOR)),
    *((REGRESSOR, {"activation": of}) for of in "tanh sigmoid gelu gelu_tanh silu softplus leaky_relu".split()),
    (REGRESSOR, {"activation": '{"elu":{"alpha":0.5}}'}),
    *((REGRESSOR, {"init": of}) for of in "glorot_uniform glorot_normal he_normal lecun_uniform".split()),
    *((REGRESSOR, {"init": of}) for of in ("lecun_normal", "orthogonal")),
    *((of, {"dropout": "0.3"}) for of in (CLASSIFIER, REGRESSOR)),
    *((of, {"batch_norm": "true"}) for of in (CLASSIFIER, REGRESSOR)),
    *((of, STOPPED) for of in (CLASSIFIER, REGRESSOR)),
]
SMALL = {"hidden": "32,16", "epochs": "10", "batch_size": "64", "learning_rate": "0.003"}


class Worker:
    def __init__(self, library):
        command = [sys.executable, pathlib.Path(__file__).with_name("worker.py"), library]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.version = self.heard()["version"]

    def heard(self):
        answer = json.loads(self.process.stdout.readline())
        if "error" in answer:
            sys.exit(answer["error"])
        return answer

    def ask(self, **request):
        self.process.stdin.write(json.dumps({"model": 0, **request}) + "\n")
        self.process.stdin.flush()
        return self.heard()


class Rows:
    """A table to learn from and one to answer, as files for our program and for a worker."""

    def __init__(self, folder, algorithm):
        rng = np.random.default_rng(0)
        x = rng.standard_normal((500, 6))
        bent = x[:, 0] + np.abs(x[:, 1]) + x[:, 2] * x[:, 3] + 0.1 * rng.standard_normal(500)
        self.folder, self.of = folder, "classes" if algorithm == CLASSIFIER else "numbers"
        # counts and more of them in one class than in the others
        y = np.digitize(bent, [0.5, 2.0]) if self.of == "classes" else np.abs(40 * bent).round()
        self.train, self.test, self.y, self.expected = x[:330], x[330:], y[:330], y[330:]
        for name, x, y in (("train", self.train, self.y), ("test", self.test, self.expected)):
            x.T.tofile(f"{folder}/{name}")
            lines = [",".join(map(repr, map(float, row))) + f",{of}" for row, of in zip(x, y)]
            pathlib.Path(f"{folder}/{name}.csv").write_text("\n".join(["a,b,c,d,e,f,y", *lines]) + "\n")
        self.y.astype("<f8").tofile(f"{folder}/y")

    def file(self, name):
        return {"path": f"{self.folder}/{name}", "rows": len(getattr(self, name)), "columns": self.train.shape[1]}

    def ours(self, algorithm, sets, seed, precision):
        """Our answers, and what we were given."""
        flags = [f"--set={name}={value}" for name, value in sets.items()]
        command = [PROGRAM, "run", algorithm, "--train", "train.csv", "--test", "test.csv", "--target", "y", "--json"]
        command += ["--predictions", "ours.csv", "--precision", precision, "--seed", str(seed), *flags]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(done.stderr)
        lines = pathlib.Path(f"{self.folder}/ours.csv").read_text().splitlines()[1:]
        # of classes the probability of the one that was answered
        return np.array([[float(cell) for cell in line.split(",")] for line in lines]), json.loads(done.stdout)["params"]

    def theirs(self, worker, algorithm, params, precision):
        y = {"path": f"{self.folder}/y", "of": self.of}
        work = {"algorithm": algorithm, "params": params, "threads": 1, "precision": precision}
        worker.ask(do="fit", **work, x=self.file("train"), y=y)
        told = worker.ask(do="answer", x=self.file("test"), folder=self.folder)
        predicted = np.fromfile(told["files"]["predicted"]["path"]).reshape(-1, 1)
        if self.of == "numbers":
            return predicted
        proba = np.fromfile(told["files"]["proba"]["path"]).reshape(len(told["classes"]), -1)
        return np.hstack([predicted, proba.max(axis=0)[:, None]])

    def score(self, answers):
        if self.of == "classes":
            return np.mean(answers[:, 0] == self.expected)
        return 1 - np.mean((answers[:, 0] - self.expected) ** 2) / self.expected.var()


def one_answer(rows, worker, algorithm, sets, tolerance):
    """Differences are relative to how much the answers vary. A knob that moves nothing would prove nothing."""
    plain, _ = rows.ours(algorithm, STILL, 0, "f64")
    ours, params = rows.ours(algorithm, STILL | sets, 0, "f64")
    theirs = rows.theirs(worker, algorithm, params, "f64")
    apart, moved = (np.abs(ours[:, -1] - other[:, -1]).max() / ours[:, -1].std() for other in (theirs, plain))
    right = (ours[:, 0] == theirs[:, 0]).all() if algorithm == CLASSIFIER else True
    return f"{apart:.1e} apart, moved by {moved:.1e}", apart <= tolerance and right and (moved > 0.01 or not sets)


def drawn(rows, worker, algorithm, sets):
    ours, theirs = [], []
    for seed in SEEDS:
        answers, params = rows.ours(algorithm, SMALL | sets, seed, "f32")
        ours.append(rows.score(answers))
        theirs.append(rows.score(rows.theirs(worker, algorithm, params, "f32")))
    error = np.sqrt((np.var(ours, ddof=1) + np.var(theirs, ddof=1)) / len(SEEDS))
    ours, theirs = np.mean(ours), np.mean(theirs)
    told = f"ours {ours:.4f}, theirs {theirs:.4f}, error of the difference {error:.4f}"
    return told, abs(theirs - ours) <= 3 * error


def main():
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        for library in ("torch", "sklearn"):
            worker = Worker(library)
            print(f"{library} {worker.version}")
            works = [(one_answer, *work) for work in ONE_ANSWER] + [(drawn, *work) for work in DRAWN]
            if library == "sklearn":
                # it has few of the knobs
                activations = ("relu", "tanh", "sigmoid")
                works = [(drawn, of, {"activation": how}) for of in (CLASSIFIER, REGRESSOR) for how in activations]
            for work, algorithm, sets, *rest in works:
                rows = Rows(folder, algorithm)
                told, right = work(rows, worker, algorithm, sets, *rest)
                wrong += not right
                print(f"  {'yes' if right else 'NO '} {algorithm} {json.dumps(sets)}: {told}", flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
