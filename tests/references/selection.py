"""Writes selection.json: the splits of scikit-learn that involve no randomness.

Run it as `python selection.py` with the packages of requirements.txt; the tests read the file alone.
"""

import json
import pathlib

import numpy as np
import sklearn
from sklearn.model_selection import GroupKFold, KFold, TimeSeriesSplit

rng = np.random.default_rng(20261124)


def splits(splitter, n, groups=None):
    rows = np.zeros((n, 1))
    return [{"train": a.tolist(), "test": b.tolist()} for a, b in splitter.split(rows, groups=groups)]


k_fold = [
    {"n_rows": n, "n_splits": k, "splits": splits(KFold(k), n)} for n, k in [(2, 2), (7, 3), (20, 5), (23, 10), (9, 9)]
]

group_k_fold = []
for n, n_groups, k in [(6, 3, 2), (30, 4, 4), (60, 12, 5), (90, 40, 7), (40, 40, 3)]:
    groups = np.concatenate([np.arange(n_groups), rng.integers(0, n_groups, n - n_groups) ** 2 // n_groups])
    groups = rng.permutation(groups) * 3 + 1
    case = {"n_splits": k, "groups": groups.tolist(), "splits": splits(GroupKFold(k), n, groups)}
    group_k_fold.append(case)

time_series = []
for n, options in [
    (6, {"n_splits": 2}),
    (23, {"n_splits": 5}),
    (23, {"n_splits": 5, "gap": 2}),
    (40, {"n_splits": 3, "test_size": 4}),
    (40, {"n_splits": 3, "max_train_size": 7}),
    (41, {"n_splits": 4, "test_size": 3, "max_train_size": 10, "gap": 5}),
]:
    time_series.append({"n_rows": n, "options": options, "splits": splits(TimeSeriesSplit(**options), n)})

versions = {"scikit-learn": sklearn.__version__, "numpy": np.__version__}
content = {"versions": versions, "k_fold": k_fold, "group_k_fold": group_k_fold, "time_series": time_series}
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(content) + "\n")
