"""Writes nn.json: networks by PyTorch, in double precision: outputs, costs, gradients, and ten steps of each optimiser.

Run it as `python nn.py` with the packages of requirements.txt; the tests read the file alone. Numbers stand as the
tests' networks hold them: weights column by column, then biases, layer after layer; samples one after another.
"""

import copy
import json
import pathlib

import torch
from torch import nn
from torch.nn import functional as f

torch.manual_seed(20261129)
torch.set_default_dtype(torch.float64)

ACTIVATIONS = {
    "identity": nn.Identity(),
    "relu": nn.ReLU(),
    "leaky_relu": nn.LeakyReLU(),
    "elu": nn.ELU(),
    "gelu": nn.GELU(),
    "silu": nn.SiLU(),
    "sigmoid": nn.Sigmoid(),
    "tanh": nn.Tanh(),
    "softplus": nn.Softplus(),
}


class Residual(nn.Module):
    def __init__(self, *layers):
        super().__init__()
        self.layers = nn.Sequential(*layers)

    def forward(self, x):
        return x + self.layers(x)


def written(module, size, position=0):
    """The layers as the tests' networks are written, and how many numbers come out."""
    if isinstance(module, (nn.Sequential, Residual)):
        inner = module.layers if isinstance(module, Residual) else module
        layers, first = [], position
        for m in inner:
            more, size = written(m, size, position + len(layers))
            layers += more
        if isinstance(module, Residual):
            layers.append({"add": dict(size=size, **{"from": first})})
        return layers, size
    if isinstance(module, nn.Linear):
        dense = dict(inputs=module.in_features, outputs=module.out_features)
        return [{"dense": dense}], module.out_features
    if isinstance(module, nn.BatchNorm1d):
        return [{"batch_norm": dict(size=size, momentum=module.momentum, epsilon=module.eps)}], size
    if isinstance(module, nn.LayerNorm):
        return [{"layer_norm": dict(size=size, epsilon=module.eps)}], size
    name = next(name for name, a in ACTIVATIONS.items() if type(a) is type(module))
    return [{"activate": dict(size=size, function=name)}], size


def flat(net, of):
    """`of` each parameter, in the tests' order."""
    return [v for p in net.parameters() for v in of(p).t().flatten().tolist()]


def running(net):
    norms = [m for m in net.modules() if isinstance(m, nn.BatchNorm1d)]
    return [v for m in norms for s in (m.running_mean, m.running_var) for v in s.tolist()]


def scrambled(net):
    """Norms that do something."""
    for m in net.modules():
        if isinstance(m, (nn.BatchNorm1d, nn.LayerNorm)):
            nn.init.uniform_(m.weight, 0.5, 1.5)
            nn.init.uniform_(m.bias, -0.5, 0.5)
    return net


def weighted_mean(costs, weights):
    return (costs * weights).sum() / len(weights)


n = 12
numbers = torch.randn(n, 3)
yes = (torch.rand(n, 3) < 0.5).double()
counts = torch.randint(0, 5, (n, 3)).double()
shares = torch.softmax(torch.randn(n, 3), dim=1)
classes = torch.randint(0, 3, (n,))
weights = torch.rand(n) * 2

LOSSES = {
    "mse": ("mse", numbers, lambda z, t: f.mse_loss(z, t)),
    "mae": ("mae", numbers, lambda z, t: f.l1_loss(z, t)),
    "huber": ({"huber": {"delta": 0.7}}, numbers, lambda z, t: f.huber_loss(z, t, delta=0.7)),
    "binary": (
        {"binary_cross_entropy": {"label_smoothing": 0.0}},
        yes,
        lambda z, t: f.binary_cross_entropy_with_logits(z, t),
    ),
    "softmax": (
        {"softmax_cross_entropy": {"label_smoothing": 0.0}},
        classes,
        lambda z, t: f.cross_entropy(z, t),
    ),
    "smoothed": (
        {"softmax_cross_entropy": {"label_smoothing": 0.2}},
        classes,
        lambda z, t: f.cross_entropy(z, t, label_smoothing=0.2),
    ),
    "probabilities": (
        {"softmax_cross_entropy": {"label_smoothing": 0.2}},
        shares,
        lambda z, t: f.cross_entropy(z, t, label_smoothing=0.2),
    ),
    "poisson": ("poisson", counts, lambda z, t: f.poisson_nll_loss(z, t, log_input=True, full=False)),
    "kl": ("kl_divergence", shares, lambda z, t: f.kl_div(f.log_softmax(z, dim=1), t, reduction="batchmean")),
    "weighted": (
        {"softmax_cross_entropy": {"label_smoothing": 0.0}},
        classes,
        lambda z, t: weighted_mean(f.cross_entropy(z, t, reduction="none"), weights),
    ),
}

OPTIMIZERS = {
    "sgd": ({"sgd": {}}, 0.1, lambda p: torch.optim.SGD(p, 0.1)),
    "momentum": ({"sgd": {"momentum": 0.9}}, 0.05, lambda p: torch.optim.SGD(p, 0.05, momentum=0.9)),
    "nesterov": (
        {"sgd": {"momentum": 0.9, "nesterov": True, "weight_decay": 0.01}},
        0.05,
        lambda p: torch.optim.SGD(p, 0.05, momentum=0.9, nesterov=True, weight_decay=0.01),
    ),
    "adam": ({"adam": {}}, 0.01, lambda p: torch.optim.Adam(p, 0.01)),
    "adam_w": ({"adam_w": {"weight_decay": 0.1}}, 0.01, lambda p: torch.optim.AdamW(p, 0.01, weight_decay=0.1)),
    "rms_prop": ({"rms_prop": {}}, 0.01, lambda p: torch.optim.RMSprop(p, 0.01)),
}


def case(name, net, loss="mse", optimizer=None):
    net = scrambled(net)
    start = copy.deepcopy(net)
    form, targets, cost_of = LOSSES[loss]
    x = torch.randn(n, 4, requires_grad=True)
    layers, _ = written(net, 4)
    made = dict(
        name=name,
        architecture=dict(inputs=4, layers=layers),
        params=flat(net, lambda p: p.detach()),
        running=running(net),
        loss=form,
        x=x.flatten().tolist(),
        classes=targets.tolist() if targets.dtype == torch.int64 else [],
        numbers=[] if targets.dtype == torch.int64 else targets.flatten().tolist(),
        weights=weights.tolist() if loss == "weighted" else [],
    )
    net.train()
    z = net(x)
    cost = cost_of(z, targets)
    cost.backward()
    made |= dict(
        outputs=z.flatten().tolist(),
        cost=cost.item(),
        gradient=flat(net, lambda p: p.grad),
        dx=x.grad.flatten().tolist(),
        running_after=running(net),
        answers=net.eval()(x).flatten().tolist(),
    )
    made |= dict(optimizer=None, learning_rate=0.0, costs=[], params_after=[])
    if optimizer:
        form, rate, make = OPTIMIZERS[optimizer]
        net = start.train()
        stepper, costs = make(net.parameters()), []
        for _ in range(10):
            stepper.zero_grad()
            cost = cost_of(net(x.detach()), targets)
            cost.backward()
            stepper.step()
            costs.append(cost.item())
        made |= dict(optimizer=form, learning_rate=rate, costs=costs, params_after=flat(net, lambda p: p.detach()))
    return made


cases = []
for name, activation in ACTIVATIONS.items():
    cases.append(case(name, nn.Sequential(nn.Linear(4, 5), copy.deepcopy(activation), nn.Linear(5, 3))))
for loss in LOSSES:
    cases.append(case(loss, nn.Sequential(nn.Linear(4, 5), nn.Tanh(), nn.Linear(5, 3)), loss))
for optimizer in OPTIMIZERS:
    net = nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, 3))
    cases.append(case(optimizer, net, "softmax", optimizer))
norms = lambda: nn.Sequential(
    nn.Linear(4, 6),
    nn.BatchNorm1d(6),
    Residual(nn.SiLU(), nn.Linear(6, 6), nn.LayerNorm(6)),
    nn.GELU(),
    Residual(nn.Linear(6, 6), Residual(nn.BatchNorm1d(6), nn.Tanh())),
    nn.Linear(6, 3),
)
for optimizer in ["sgd", "adam"]:
    cases.append(case("norms in residuals", norms(), "softmax", optimizer))

versions = dict(torch=torch.__version__)
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(dict(versions=versions, cases=cases)) + "\n")
