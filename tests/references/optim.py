"""Writes optim.json: steps of first-order methods, schedules, clipping and averages by PyTorch, in double precision.

Run it as `python optim.py` with the packages of requirements.txt; the tests read the file alone.
"""

import json
import pathlib

import numpy as np
import torch
from torch.optim import lr_scheduler as lr

torch.set_default_dtype(torch.float64)
rng = np.random.default_rng(20261129)
n, steps = 6, 10
start = rng.normal(size=n)
# of very different sizes, and one that is always 0
gradients = rng.normal(size=(steps, n)) * np.array([1.0, 1e-3, 30.0, 0.2, 1.0, 0.0])

RATES = {
    "constant": dict(initial=0.05, schedule="constant", warm_up=0),
    "inverse_time": dict(initial=0.05, schedule={"inverse_time": {"decay": 0.1}}, warm_up=0),
    "step": dict(initial=0.05, schedule={"step": {"every": 3, "factor": 0.4}}, warm_up=0),
    "exponential": dict(initial=0.05, schedule={"exponential": {"factor": 0.8}}, warm_up=0),
    "cosine": dict(initial=0.05, schedule={"cosine": {"steps": 9, "floor": 0.1}}, warm_up=0),
    "warm_cosine": dict(initial=0.05, schedule={"cosine": {"steps": 6, "floor": 0.0}}, warm_up=4),
}


def scheduler(name, optimizer):
    if name == "constant":
        return lr.LambdaLR(optimizer, lambda t: 1.0)
    if name == "inverse_time":
        return lr.LambdaLR(optimizer, lambda t: 1 / (1 + 0.1 * t))
    if name == "step":
        return lr.StepLR(optimizer, step_size=3, gamma=0.4)
    if name == "exponential":
        return lr.ExponentialLR(optimizer, gamma=0.8)
    if name == "cosine":
        return lr.CosineAnnealingLR(optimizer, T_max=9, eta_min=0.005)
    warm_up = lr.LinearLR(optimizer, start_factor=0.2, end_factor=1.0, total_iters=4)
    return lr.SequentialLR(optimizer, [warm_up, lr.CosineAnnealingLR(optimizer, T_max=6)], milestones=[4])


def walk(make, rate):
    """The parameters after each step, and the length of each."""
    x = torch.nn.Parameter(torch.tensor(start))
    optimizer = make([x])
    schedule = scheduler(rate, optimizer)
    path, lengths = [], []
    for gradient in gradients:
        lengths.append(optimizer.param_groups[0]["lr"])
        x.grad = torch.tensor(gradient)
        optimizer.step()
        schedule.step()
        path.append(x.detach().tolist())
    return path, lengths


def rule(name, torch_class, ours, **theirs):
    return dict(optimizer={name: ours}, make=lambda x: torch_class(x, lr=0.05, **theirs))


sgd, adam, adam_w, rms, ada = torch.optim.SGD, torch.optim.Adam, torch.optim.AdamW, torch.optim.RMSprop, torch.optim.Adagrad
betas = dict(beta1=0.8, beta2=0.95, epsilon=1e-6)
rules = [
    rule("sgd", sgd, {}),
    rule("sgd", sgd, {"weight_decay": 0.3}, weight_decay=0.3),
    rule("sgd", sgd, {"momentum": 0.9}, momentum=0.9),
    rule("sgd", sgd, {"momentum": 0.9, "nesterov": True}, momentum=0.9, nesterov=True),
    rule("sgd", sgd, {"momentum": 0.7, "nesterov": True, "weight_decay": 0.1}, momentum=0.7, nesterov=True, weight_decay=0.1),
    rule("adam", adam, {}),
    rule("adam", adam, {"weight_decay": 0.2}, weight_decay=0.2),
    rule("adam", adam, betas, betas=(0.8, 0.95), eps=1e-6),
    rule("adam_w", adam_w, {}),
    rule("adam_w", adam_w, {"weight_decay": 0.4, **betas}, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.4),
    rule("rms_prop", rms, {}),
    rule("rms_prop", rms, {"alpha": 0.9, "weight_decay": 0.2}, alpha=0.9, weight_decay=0.2),
    rule("rms_prop", rms, {"momentum": 0.8}, momentum=0.8),
    rule("rms_prop", rms, {"centered": True, "alpha": 0.9, "epsilon": 1e-3}, centered=True, alpha=0.9, eps=1e-3),
    rule(
        "rms_prop",
        rms,
        {"centered": True, "momentum": 0.8, "weight_decay": 0.1, "epsilon": 1e-3},
        centered=True,
        momentum=0.8,
        weight_decay=0.1,
        eps=1e-3,
    ),
    rule("adagrad", ada, {}),
    rule("adagrad", ada, {"initial": 0.1, "weight_decay": 0.2}, initial_accumulator_value=0.1, weight_decay=0.2),
]
walks = []
for at, one in enumerate(rules):
    # the plain rate for all, and another one in turn
    for rate in ["constant", list(RATES)[1 + at % (len(RATES) - 1)]]:
        path, lengths = walk(one["make"], rate)
        walks.append(dict(optimizer=one["optimizer"], rate=RATES[rate], lengths=lengths, path=path))
# its own decay of the rate is our inverse time
path, _ = walk(lambda x: ada(x, lr=0.05, lr_decay=0.1), "constant")
lengths = [0.05 / (1 + 0.1 * t) for t in range(steps)]
walks.append(dict(optimizer={"adagrad": {}}, rate=RATES["inverse_time"], lengths=lengths, path=path))

losses = np.concatenate([np.linspace(2, 1, 5), 1 + 0.01 * rng.normal(size=20), [0.9], np.full(12, 0.9)])
plateaus = []
for ours, theirs in [
    (dict(factor=0.5, patience=2), dict(factor=0.5, patience=2)),
    (dict(factor=0.3, patience=1, tol=0.05), dict(factor=0.3, patience=1, threshold=0.05)),
    (dict(factor=0.5, patience=1, cooldown=3), dict(factor=0.5, patience=1, cooldown=3)),
    (dict(factor=0.5, patience=0, floor=0.2), dict(factor=0.5, patience=0, min_lr=0.2)),
]:
    optimizer = sgd([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    schedule = lr.ReduceLROnPlateau(optimizer, **theirs)
    factors = []
    for loss in losses:
        schedule.step(loss)
        factors.append(optimizer.param_groups[0]["lr"])
    plateaus.append(dict(plateau=ours, losses=losses.tolist(), factors=factors))

clips = []
for most in [0.5, 10.0, 1e6]:
    x = torch.nn.Parameter(torch.tensor(start))
    x.grad = torch.tensor(gradients[0])
    length = float(torch.nn.utils.clip_grad_norm_([x], most))
    by_norm = x.grad.tolist()
    x.grad = torch.tensor(gradients[0])
    torch.nn.utils.clip_grad_value_([x], most)
    clips.append(dict(most=most, length=length, by_norm=by_norm, by_value=x.grad.tolist()))

averages = []
for rule_, multi in [
    ("equal", None),
    ({"exponential": {"decay": 0.9, "corrected": False}}, torch.optim.swa_utils.get_ema_multi_avg_fn(0.9)),
]:
    model = torch.nn.Linear(n, 1, bias=False)
    averaged = torch.optim.swa_utils.AveragedModel(model, multi_avg_fn=multi)
    path = []
    for row in gradients:
        with torch.no_grad():
            model.weight.copy_(torch.tensor(row)[None])
        averaged.update_parameters(model)
        path.append(averaged.module.weight.detach()[0].tolist())
    averages.append(dict(rule=rule_, path=path))

case = dict(
    start=start.tolist(),
    gradients=gradients.tolist(),
    walks=walks,
    plateaus=plateaus,
    clips=clips,
    averages=averages,
)
versions = {"torch": torch.__version__.split("+")[0], "numpy": np.__version__}
file = pathlib.Path(__file__).with_suffix(".json")
file.write_text(json.dumps({"versions": versions, "cases": [case]}) + "\n")
