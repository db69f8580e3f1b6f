"""A Python library as a process that fits and answers for `bench-suite compare --peers`: the conversation.

One JSON object a line. First the process tells what there is:

    {"version": "1.9.1", "algorithms": ["ridge", ...]}                                        or  {"error": "..."}

then it answers a line for each line it reads:

    {"do": "fit", "model": 1, "algorithm": "ridge", "params": {"l2": 1.0}, "threads": 2, "precision": "f64",
     "x": {"path": "...", "rows": 9, "columns": 2}, "y": {"path": "...", "of": "numbers"}}
        -> {"seconds": 0.1, "scores": {}}                                                     or  {"error": "..."}
    {"do": "answer", "model": 1, "x": {...}, "folder": "..."}
        -> {"seconds": 0.1, "files": {"predicted": {"path": "...", "rows": 9, "columns": 1}, ...}, "classes": [0, 1]}
    {"do": "forget", "model": 1}
        -> {}

Files hold raw little-endian f64, column by column. Times are around `fit` and `predict` (or `transform`) alone: files
are read and turned to the precision and order of rows before. What takes less than a second is done once unmeasured the
first time an estimator is met, so that loading a library counts for nobody.

Hyperparameters have our names. One without a counterpart is an error that begins with "refused:", never left out.

What a library can do is a module with three functions, which is loaded only when the process can already tell what goes
wrong with that:

    greeting(library)        its version, and the algorithms it has
    fit(library, request)    a model, the seconds it took, scores of the fit
    answer(model, file)      arrays by name, the seconds `predicted` took, the classes of the columns of `proba` or None
"""

import importlib
import json
import os
import sys
import time
import warnings

MODULES = {"sklearn": "sklearn_worker", "sklearnex": "sklearn_worker", "torch": "torch_worker"}
TYPES = {"f32": "<f4", "f64": "<f8"}
MODELS = {}
MET = set()


class Refused(Exception):
    """The library cannot be given the same work."""


def only(name, value, allowed):
    """A hyperparameter that can be had with one value alone; nothing else is to be set for it."""
    if value != allowed:
        raise Refused(f"no counterpart of {name} {json.dumps(value)}")
    return {}


def matrix(file, dtype, order):
    import numpy as np

    values = np.fromfile(file["path"], dtype="<f8")
    return np.array(values.reshape(file["rows"], file["columns"], order="F"), dtype=dtype, order=order)


def target(y, dtype):
    import numpy as np

    if y["of"] == "none":
        return None
    values = np.fromfile(y["path"], dtype="<f8")
    return values.astype(np.int64) if y["of"] == "classes" else values.astype(dtype)


def timed(work, what):
    start = time.perf_counter()
    result = work()
    seconds = time.perf_counter() - start
    if what not in MET:
        MET.add(what)
        if seconds < 1:
            return timed(work, what)
    return result, seconds


def fit(worker, library, request):
    MODELS[request["model"]], seconds, scores = worker.fit(library, request)
    return {"seconds": seconds, "scores": scores}


def answer(worker, request):
    import numpy as np

    found, seconds, classes = worker.answer(MODELS[request["model"]], request["x"])
    files = {}
    for name, values in found.items():
        values = np.asarray(values, dtype="<f8").reshape(request["x"]["rows"], -1)
        path = os.path.join(request["folder"], name)
        values.T.tofile(path)
        files[name] = {"path": path, "rows": values.shape[0], "columns": values.shape[1]}
    told = {} if classes is None else {"classes": [int(label) for label in classes]}
    return {"seconds": seconds, "files": files, **told}


def asked(worker, library, request):
    if request["do"] == "fit":
        return fit(worker, library, request)
    if request["do"] == "answer":
        return answer(worker, request)
    MODELS.pop(request["model"], None)
    return {}


def guarded(work):
    try:
        return work()
    except Refused as why:
        return {"error": f"refused: {why}"}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


def serve(library):
    warnings.filterwarnings("ignore")
    # libraries that print must not garble the answers: their standard output is ours of errors
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)

    def tell(message):
        out.write(json.dumps(message, allow_nan=False) + "\n")
        out.flush()

    greeting = guarded(lambda: importlib.import_module(MODULES[library]).greeting(library))
    tell(greeting)
    if "error" in greeting:
        return
    worker = importlib.import_module(MODULES[library])
    for text in sys.stdin:
        tell(guarded(lambda: asked(worker, library, json.loads(text))))
