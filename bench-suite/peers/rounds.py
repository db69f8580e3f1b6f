"""Rounds of ours and rivals in turn, for measure.py."""

import json
import os
import pathlib
import statistics
import subprocess
import tempfile
import time

THREADS = os.environ.setdefault("MEASURE_THREADS", "2")
for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS"):
    os.environ[name] = THREADS

import numpy as np  # noqa: E402: the threads are set before it loads

ROOT = pathlib.Path(__file__).resolve().parents[2]
TYPES = {"f32": np.float32, "f64": np.float64}
rng = np.random.default_rng(0)


class Ours:
    def __init__(self):
        program = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release/examples/timed"
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.folder = tempfile.TemporaryDirectory()

    def files(self, *arrays):
        paths = []
        for i, array in enumerate(arrays):
            paths.append(f"{self.folder.name}/{i}")
            np.asfortranarray(array).T.tofile(paths[-1])
        return paths

    def ask(self, **request):
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


def settled(seconds):
    return statistics.median(seconds[len(seconds) // 3 :])


def timed(work, repeats):
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        result = work()
        seconds.append(time.perf_counter() - start)
    return settled(seconds), result


def compare(title, request, rivals, agree, repeats, rounds, flops=None):
    """rivals: name -> work; agree(ours, theirs) -> bool."""
    ours_seconds, theirs = [], {name: [] for name in rivals}
    for _ in range(rounds):
        # idle BLAS threads spin for a while after their last call: let them fall asleep
        time.sleep(0.15)
        answer = OURS.ask(**request, repeats=repeats)
        ours_seconds.append(settled(answer["seconds"]))
        for name, work in rivals.items():
            seconds, result = timed(work, repeats)
            assert agree(answer["check"], result), f"{title}: {name} computed something else"
            theirs[name].append(seconds)
    for name, seconds in theirs.items():
        ratios = sorted(t / o for t, o in zip(seconds, ours_seconds))
        ours, their = statistics.median(ours_seconds), statistics.median(seconds)
        speed = f"{flops / ours / 1e9:.0f} / {flops / their / 1e9:.0f} GFLOP/s" if flops else ""
        cells = [title, name, f"{ours * 1e3:.3f}", f"{their * 1e3:.3f}", f"{statistics.median(ratios):.2f}"]
        print("| " + " | ".join(cells + [f"{ratios[0]:.2f} to {ratios[-1]:.2f}", speed]) + " |", flush=True)


OURS = Ours()
