"""PyTorch on the processor as a peer of `bench-suite compare --peers torch`: protocol.py has the conversation.

Each network is a function in ALGORITHMS of our hyperparameters and the rows: it builds the layers, has them `taught`,
and gives what answers, a `Classifier` or a `Regressor`. All of that is within the times, as it is within ours: the draw
of the first weights, the scale of the targets, the classes of the labels. Optimisers are the fused ones where there are
some, PyTorch's fastest here.

The seed is ours, the streams drawn from it are PyTorch's: other first weights, orders and dropout, so the answers are
those of another run of the same training. same_work.py looks at what is not drawn.

A hyperparameter that nobody has asked for by its name when the training begins has no counterpart, and is refused.
"""

import math

import torch
from torch import nn
from torch.nn import functional

from protocol import TYPES, Refused, matrix, only, target, timed

ACTIVATIONS = {
    "identity": nn.Identity,
    "relu": nn.ReLU,
    "leaky_relu": lambda slope: nn.LeakyReLU(slope),
    "elu": lambda alpha: nn.ELU(alpha),
    "gelu": nn.GELU,
    "gelu_tanh": lambda: nn.GELU("tanh"),
    "silu": nn.SiLU,
    "sigmoid": nn.Sigmoid,
    "tanh": nn.Tanh,
    "softplus": nn.Softplus,
}
# what half of the signal passes begins as He has it, the rest as Glorot has it
GLOROT = {"identity", "sigmoid", "tanh"}
INITS = {
    "glorot_uniform": nn.init.xavier_uniform_,
    "glorot_normal": nn.init.xavier_normal_,
    "he_uniform": lambda weight: nn.init.kaiming_uniform_(weight, nonlinearity="relu"),
    "he_normal": lambda weight: nn.init.kaiming_normal_(weight, nonlinearity="relu"),
    "lecun_uniform": lambda weight: nn.init.kaiming_uniform_(weight, nonlinearity="linear"),
    "lecun_normal": lambda weight: nn.init.kaiming_normal_(weight, nonlinearity="linear"),
    "orthogonal": nn.init.orthogonal_,
    "zeros": nn.init.zeros_,
}
# theirs, and how it calls our settings; those that are not here have our names
OPTIMIZERS = {
    "sgd": (torch.optim.SGD, {"fused": True}),
    "adam": (torch.optim.Adam, {"fused": True}),
    "adam_w": (torch.optim.AdamW, {"fused": True}),
    "rms_prop": (torch.optim.RMSprop, {}),
    "adagrad": (torch.optim.Adagrad, {"fused": True}),
}
SETTINGS = {"epsilon": "eps", "initial": "initial_accumulator_value"}
# factors of the first length at the step t, from 0
SCHEDULES = {
    "constant": lambda t: 1.0,
    "inverse_scaling": lambda t, power: (t + 1) ** -power,
    "inverse_time": lambda t, decay: 1 / (1 + decay * t),
    "step": lambda t, every, factor: factor ** (t // every),
    "exponential": lambda t, factor: factor**t,
    "cosine": lambda t, steps, floor: floor + (1 - floor) * (1 + math.cos(math.pi * min(t / steps, 1))) / 2,
}


class Knobs(dict):
    """Our hyperparameters, each to be taken once."""

    def only(self, **allowed):
        """Those that can be had with one value alone."""
        for name, value in allowed.items():
            only(name, self.pop(name), value)

    def choice(self, name, choices):
        """The name of a choice, what it stands for, and its settings."""
        value = self.pop(name)
        ((kind, settings),) = value.items() if isinstance(value, dict) else ((value, {}),)
        if kind not in choices:
            raise Refused(f"no counterpart of {name} {kind}")
        return kind, choices[kind], settings

    def done(self):
        if self:
            raise Refused(f"no counterpart of the hyperparameter {next(iter(self))}")


def dense(inputs, outputs, init, dtype):
    """Each layer is drawn once, with biases of 0."""
    layer = nn.utils.skip_init(nn.Linear, inputs, outputs, dtype=dtype)
    INITS[init](layer.weight)
    nn.init.zeros_(layer.bias)
    return layer


def layers(knobs, inputs, outputs, dtype):
    """Dense, batch norm, activation, dropout for each hidden layer; then one more dense."""
    bends, activation, settings = knobs.choice("activation", ACTIVATIONS)
    init, dropout, batch_norm = knobs.pop("init"), knobs.pop("dropout"), knobs.pop("batch_norm")
    stack = []
    for width in knobs.pop("hidden"):
        stack.append(dense(inputs, width, init or ("glorot_uniform" if bends in GLOROT else "he_uniform"), dtype))
        if batch_norm:
            stack.append(nn.BatchNorm1d(width, dtype=dtype))
        stack.append(activation(**settings))
        if dropout > 0:
            stack.append(nn.Dropout(dropout))
        inputs = width
    return nn.Sequential(*stack, dense(inputs, outputs, init or "glorot_uniform", dtype))


def optimizer(knobs, parameters, rate):
    _, (kind, settings), own = knobs.choice("optimizer", OPTIMIZERS)
    own = {SETTINGS.get(name, name): value for name, value in own.items()}
    if "beta1" in own:
        own["betas"] = (own.pop("beta1"), own.pop("beta2"))
    return kind(parameters, lr=rate, **own, **settings)


def lengths(knobs, rate):
    """The length of the step t, from 0; None where it is always the same."""
    kind, factor, settings = knobs.choice("schedule", SCHEDULES)
    warm_up = knobs.pop("warm_up")
    if kind == "constant" and warm_up == 0:
        return None
    return lambda t: rate * ((t + 1) / (warm_up + 1) if t < warm_up else factor(t - warm_up, **settings))


def held_back(knobs, n, classes):
    """Rows to learn from, and rows held back at random, of each class in proportion."""
    share, rows = knobs.pop("validation_fraction"), torch.arange(n)
    if not knobs["early_stopping"] or share == 0:
        return rows, rows[:0]
    held = max(round(share * n), 1)
    if held >= n:
        raise ValueError(f"expected at least {held + 1} rows, found {n}")
    rows = torch.randperm(n)
    if classes is not None:
        rows = rows[torch.argsort(classes[rows], stable=True)]
    at = torch.arange(n)
    chosen = (at + 1) * held // n > at * held // n
    return rows[~chosen].sort().values, rows[chosen].sort().values


class Patience:
    """Ends a training whose loss has stopped falling, and remembers the best weights."""

    def __init__(self, knobs):
        self.wanted = knobs.pop("early_stopping")
        self.epochs, self.tol = knobs.pop("n_iter_no_change"), knobs.pop("tol")
        self.lowest, self.epoch, self.weights = math.inf, 0, None

    def is_over(self, net, epoch, loss):
        if not self.wanted:
            return False
        if loss < self.lowest - self.tol:
            self.lowest, self.epoch = loss, epoch
            self.weights = {name: value.clone() for name, value in net.state_dict().items()}
        return epoch - self.epoch >= self.epochs

    def restore(self, net):
        if self.weights is not None:
            net.load_state_dict(self.weights)


def taught(net, knobs, cost, x, y, classes=None, weights=None):
    """Teaches a network, batch by batch.

    `cost(answers, targets, reduction)` is one of the losses of torch.nn.functional; `classes` are the labels, of which
    each has its part among the rows held back; `weights` say how much each row counts, 1 on average.
    """
    knobs.only(plateau=None, average=None, accumulate=1)
    train, held = held_back(knobs, len(x), classes)
    batch, epochs, shuffle = knobs.pop("batch_size"), knobs.pop("epochs"), knobs.pop("shuffle")
    l2, clip_norm, clip_value = knobs.pop("l2") / len(train), knobs.pop("clip_norm"), knobs.pop("clip_value")
    rate = knobs.pop("learning_rate")
    steps, length, patience = optimizer(knobs, net.parameters(), rate), lengths(knobs, rate), Patience(knobs)
    knobs.done()
    shrunk = [module.weight for module in net.modules() if isinstance(module, nn.Linear)]
    if 1 in (batch, len(train) % batch) and any(isinstance(module, nn.BatchNorm1d) for module in net.modules()):
        raise Refused("no counterpart of batch_norm where a batch is a single row")

    def mean(rows):
        if weights is None:
            return cost(net(x[rows]), y[rows], reduction="mean")
        return (cost(net(x[rows]), y[rows], reduction="none") * weights[rows]).mean()

    t = 0
    for epoch in range(1, epochs + 1):
        net.train()
        order, total = train[torch.randperm(len(train))] if shuffle else train, 0.0
        for rows in order.split(batch):
            steps.zero_grad(set_to_none=True)
            loss = mean(rows)
            loss.backward()
            total += loss.detach() * len(rows)
            if l2 > 0:
                total += 0.5 * l2 * sum(weight.detach().square().sum() for weight in shrunk) * len(rows)
                for weight in shrunk:
                    weight.grad.add_(weight.detach(), alpha=l2)
            if clip_norm is not None:
                nn.utils.clip_grad_norm_(net.parameters(), clip_norm)
            if clip_value is not None:
                nn.utils.clip_grad_value_(net.parameters(), clip_value)
            if length is not None:
                for group in steps.param_groups:
                    group["lr"] = length(t)
            steps.step()
            t += 1
        watched = float(total) / len(train)
        if len(held) > 0:
            net.eval()
            with torch.inference_mode():
                watched = float(mean(held)) * (1.0 if weights is None else len(held) / float(weights[held].sum()))
        if not math.isfinite(watched):
            raise ArithmeticError(f"epoch {epoch}: expected a finite loss, found {watched}")
        if patience.is_over(net, epoch, watched):
            break
    patience.restore(net)
    net.eval()


class Classifier:
    def __init__(self, net, classes):
        self.net, self.classes = net, classes

    def predict(self, x):
        return self.classes[self.net(x).argmax(dim=1)]

    def proba(self, x):
        return functional.softmax(self.net(x), dim=1)


class Regressor:
    """Answers that are numbers, on the scale of the targets."""

    classes = None

    def __init__(self, net, shift, scale, rates):
        self.net, self.shift, self.scale, self.rates = net, shift, scale, rates

    def predict(self, x):
        given = self.net(x).squeeze(1)
        return (given.exp() if self.rates else given) * self.scale + self.shift


def mlp_classifier(knobs, x, y):
    knobs.only(classes=[])
    classes, labels = torch.unique(y, return_inverse=True)
    net, weights = layers(knobs, x.shape[1], len(classes), x.dtype), None
    if knobs["class_weights"] == "balanced":
        counts = torch.bincount(labels).to(x.dtype)
        weights = (len(y) / (len(classes) * counts))[labels]
        knobs.only(class_weights="balanced")
    else:
        knobs.only(class_weights="uniform")
    smoothing = knobs.pop("label_smoothing")

    def cost(z, labels, reduction):
        return functional.cross_entropy(z, labels, reduction=reduction, label_smoothing=smoothing)

    taught(net, knobs, cost, x, labels, labels, weights)
    return Classifier(net, classes)


def mlp_regressor(knobs, x, y):
    loss, delta, scaled = knobs.pop("loss"), knobs.pop("delta"), knobs.pop("scale_targets")
    rates, shift, scale = loss == "poisson", 0.0, 1.0
    if rates and bool((y < 0).any()):
        raise ValueError("expected targets of at least 0")
    if scaled and not rates:
        wide = y.double()
        shift, deviation = float(wide.mean()), float(wide.std(correction=0))
        # deviations that are rounding of the mean are none
        scale = deviation if deviation > abs(shift) * torch.finfo(y.dtype).eps else 1.0
    costs = {
        "squared_error": functional.mse_loss,
        "absolute_error": functional.l1_loss,
        "huber": lambda z, t, reduction: functional.huber_loss(z, t, reduction, delta),
        "poisson": lambda z, t, reduction: functional.poisson_nll_loss(z, t, reduction=reduction),
    }
    net = layers(knobs, x.shape[1], 1, x.dtype)
    taught(net, knobs, costs[loss], x, ((y - shift) / scale).unsqueeze(1))
    return Regressor(net, shift, scale, rates)


ALGORITHMS = {"mlp-classifier": mlp_classifier, "mlp-regressor": mlp_regressor}


def greeting(_):
    # the first optimiser loads half of PyTorch, which takes seconds
    torch.optim.SGD([torch.zeros(1, requires_grad=True)], 0.1)
    return {"version": torch.__version__, "algorithms": list(ALGORITHMS)}


def fit(_, request):
    name, dtype = request["algorithm"], TYPES[request["precision"]]
    x, y = torch.from_numpy(matrix(request["x"], dtype, "C")), target(request["y"], dtype)
    y = None if y is None else torch.from_numpy(y)
    torch.set_num_threads(request["threads"])

    def work():
        knobs = Knobs(request["params"])
        torch.manual_seed(knobs.pop("seed"))
        return ALGORITHMS[name](knobs, x, y)

    model, seconds = timed(work, (name, "fit"))
    return (name, model, dtype), seconds, {}


def answer(fitted, file):
    name, model, dtype = fitted
    x = torch.from_numpy(matrix(file, dtype, "C"))
    with torch.inference_mode():
        predicted, seconds = timed(lambda: model.predict(x), (name, "predict"))
        found = {"predicted": predicted}
        if model.classes is not None:
            found["proba"] = model.proba(x)
    return {name: values.numpy() for name, values in found.items()}, seconds, model.classes
