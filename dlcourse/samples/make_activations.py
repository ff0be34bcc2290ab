"""Train small networks with many activations on the digits, for lecture 06 (C1, C2, C3, C17).

Run once by hand: ``python dlcourse/samples/make_activations.py`` (about half an hour). Two hidden
layers of 50 units, in the last race and in all that is *deep* four; biases, batches of 32, plain
descent. Many networks train side by side, each in a lane of its own: all gains, rates and seeds of
one activation. Gain and rate are chosen by the mean error on 237 validation digits; committed is
what their networks do on other digits.

- *race*: each activation. For each budget of updates, the gain and the rate with the lowest
  validation error and the errors of their networks on the 360 test digits; for the speed, the gain
  and the rate whose median network first reads 90 % of the validation digits, and the updates until
  each of its networks reads 90 % of 480 training digits (1,200 where it never does).
- *centre*: sigmoid(z) - 1/2 + m. The biases begin at -m times the sum of the weights into a unit,
  so that every m computes the same scores at the start; only the mean of the outputs differs.
- *deep centre*: the same with four hidden layers and gain 1, at the rates of the sigmoid's race.
  For each budget, up to twice the others', the mean validation error at each rate, and the errors
  on test digits of the ten networks at the rate that validation digits choose.
- *deep*: the same for the sigmoid, for other activations, and for the sigmoid where each layer has
  a rate of its own, four times that of the layer behind it.
- *curves*: how four of these networks learn at a rate that suits them: every 60 updates the mean
  standard deviation, over 480 digits, of the outputs of the last hidden layer, its mean slope, and
  the error on validation digits, for each seed; *moved*: by how much of their size the weights of
  each layer have changed after the first 60.
- *centre, own rates*: *centre* at gain 1 with such rates.
- *silent*: the share of hidden units that are positive on none of the 1,200 training digits, at
  every rate and budget; after 0 updates for the untrained networks. *by layer*: its mean over the
  seeds in each of the hidden layers.
"""

import json
import sys
from itertools import pairwise, product
from pathlib import Path

import numpy as np
import torch

HERE = Path(__file__).parent
WIDTH, BATCH, ROWS, LOOK = 50, 32, 1200, 15
SEEDS, BUDGETS = range(10), (75, 150, 300, 600)
NEVER = 2 * max(BUDGETS)  # the updates of a network that does not get there
LADDER = [float(f"{m}e{k}") for k in range(-3, 3) for m in (1, 2, 5)]
ROOT2 = 2**0.5
# output of a score, and slope from score and output
UNITS = {
    "sigmoid": (torch.sigmoid, lambda s, h: h * (1 - h)),
    "tanh": (torch.tanh, lambda s, h: 1 - h * h),
    "ReLU": (torch.relu, lambda s, h: (s > 0).float()),
    "ELU": (torch.nn.functional.elu, lambda s, h: torch.where(s > 0, 1.0, h + 1)),
}
for leak in (0.01, 0.2):
    UNITS[f"leaky ReLU {leak}"] = (
        lambda s, a=leak: torch.nn.functional.leaky_relu(s, a),
        lambda s, h, a=leak: torch.where(s > 0, 1.0, a),
    )
STRETCHED = (lambda s: 2 * torch.sigmoid(2 * s), lambda s, h: h * (2 - h))
GAINS = (1, ROOT2, 2, 3, 4)
SIGMOID_GAINS = (1, 2, 4, 8, 16)
RATES, SIGMOID_RATES = (0.02, 5), (0.2, 100)  # from, to
RACES = [*product(UNITS, [2]), ("sigmoid", 4)]  # activation, hidden layers
MEANS, CENTRE_GAINS = (-0.5, -0.25, 0.0, 0.25, 0.5), (1, 4)
CENTRE_RATES = (0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 4, 6, 8, 12)
DEEP_MEANS, DEEP_BUDGETS, LONG = (-0.5, 0.0, 0.5), (300, 600, 1200), (300, 600, 1200, 2400, 4800)
CURVES, CURVE_LOOK, CURVE_END = (
    {"one rate": 2, "own rates": 0.2, "shifted": 5, "stretched": 0.2},
    60,
    2400,
)
DEEP_GAINS = {"stretched": 1, "tanh": 1, "ReLU": ROOT2}
SILENT_RATES = (0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0)


def digits():
    """Pixels (N, 64) in [0, 1] and labels: 1,200 to train on, 237 for validation, 360 for test."""
    with np.load(HERE / "digits.npz") as stored:
        X = np.concatenate([stored["X_train"], stored["X_test"]]).reshape(-1, 64) / np.float32(16)
        y = np.concatenate([stored["y_train"], stored["y_test"]]).astype(int)
    return torch.tensor(X), torch.tensor(y)


def begin(hidden, gains, rates, seeds=SEEDS, mean=0.0):
    """Weights (lanes, in, out) and biases of each layer, a lane for each gain, rate and seed."""
    sizes, lanes = [64, *[WIDTH] * hidden, 10], []
    for seed in seeds:
        rng = np.random.default_rng(seed)
        lanes.append([rng.normal(scale=n**-0.5, size=(n, m)) for n, m in pairwise(sizes)])
    layers = []
    for l, Ws in enumerate(zip(*lanes, strict=True)):
        W = torch.tensor(np.array(Ws), dtype=torch.float32)
        W = torch.cat([gain * W for gain in gains for _ in rates])
        layers.append([W, -mean * (l > 0) * W.sum(dim=1, keepdim=True)])
    return layers


def forward(x, layers, g):
    """Scores of all layers, and the inputs that they have seen."""
    scores, inputs = [], [x]
    for W, b in layers:
        scores.append(torch.baddbmm(b, inputs[-1], W))
        inputs.append(g(scores[-1]))
    return scores, inputs


def own_rates(layers):
    """A factor of the rate for each layer: 1 in the last, four times as much in each before it."""
    return [4.0**l for l in reversed(range(len(layers)))]


def step(x, onehot, layers, unit, rate, factors=None):
    """One update of every lane, in place, by the loop of lecture 4."""
    factors = factors or [1.0] * len(layers)
    scores, inputs = forward(x, layers, unit[0])
    delta = (torch.softmax(scores[-1], dim=2) - onehot) / onehot.shape[1]
    for l in reversed(range(len(layers))):
        W, b = layers[l]
        dW, db = inputs[l].transpose(1, 2) @ delta, delta.sum(dim=1, keepdim=True)
        if l > 0:
            delta = (delta @ W.transpose(1, 2)) * unit[1](scores[l - 1], inputs[l])
        W -= rate * factors[l] * dW
        b -= rate * factors[l] * db


def errors(X, y, layers, g, part):
    """The share of digits of a part that each lane misreads; numbers that overflow are wrong."""
    scores = forward(X[part].expand(len(layers[0][0]), -1, -1), layers, g)[0][-1]
    wrong = (scores.argmax(dim=2) != y[part]) | scores.isnan().any(dim=2)
    return wrong.float().mean(dim=1).numpy()


def silent(X, layers, g):
    """The share of hidden units that no training digit makes positive, (hidden layers, lanes)."""
    scores = forward(X[:ROWS].expand(len(layers[0][0]), -1, -1), layers, g)[0][:-1]
    dead = [(s > 0).any(dim=1).logical_not().float().mean(dim=1) for s in scores]
    return torch.stack(dead).numpy()


@torch.no_grad()
def train(unit, layers, rates, watch, seeds=SEEDS, updates=BUDGETS[-1], factors=None):
    """Train all lanes; `watch(t, X, y, layers)` is called every 15 updates, first before any."""
    X, y = digits()
    lanes = len(layers[0][0])
    copies = lanes // len(seeds)
    every = torch.tensor(np.resize(np.repeat(rates, len(seeds)), lanes), dtype=torch.float32)
    rngs = [np.random.default_rng(100 + seed) for seed in seeds]
    for t in range(updates + 1):
        if t % LOOK == 0:
            watch(t, X, y, layers)
        rows = torch.tensor(np.array([rng.integers(0, ROWS, BATCH) for rng in rngs]))
        x, onehot = (part.repeat(copies, 1, 1) for part in (X[rows], torch.eye(10)[y[rows]]))
        step(x, onehot, layers, unit, every[:, None, None], factors)


PARTS = {"validation": slice(ROWS, 1437), "training": slice(0, 480), "test": slice(1437, None)}


def looks(unit, layers, rates, shape, parts, factors=None):
    """The errors on each part at every look: arrays (looks, gains, rates, seeds)."""
    found = {part: [] for part in parts}

    def watch(t, X, y, layers):
        for part in parts:
            if part != "test" or t in (0, *BUDGETS):
                found[part].append(errors(X, y, layers, unit[0], PARTS[part]).reshape(shape))

    train(unit, layers, rates, watch, factors=factors)
    return {part: np.array(values) for part, values in found.items()}


def until(wrong, bar):
    """The updates until an error (looks, ...) is at most `bar`, at the resolution of the looks."""
    there = wrong <= bar
    return np.where(there.any(axis=0), LOOK * there.argmax(axis=0), NEVER)


def listed(values, digits=4):
    return np.round(np.asarray(values, dtype=float), digits).tolist()


def race(name, hidden):
    """What one activation reaches, and how fast, with its best gains and rates."""
    slow = name == "sigmoid"
    gains, (low, high) = (SIGMOID_GAINS, SIGMOID_RATES) if slow else (GAINS, RATES)
    rates = [rate for rate in LADDER if low <= rate <= high]
    shape = (len(gains), len(rates), len(SEEDS))
    seen = looks(UNITS[name], begin(hidden, gains, rates), rates, shape, PARTS)
    rows = []
    for i, updates in enumerate(BUDGETS):
        means = seen["validation"][updates // LOOK].mean(axis=-1)
        g, r = np.unravel_index(means.argmin(), means.shape)
        row = {"updates": updates, "gain": gains[g], "rate": rates[r], "validation": listed(means)}
        rows.append(row | {"test": listed(seen["test"][i + 1][g, r])})
    medians = np.median(until(seen["validation"], 0.1), axis=-1)
    g, r = np.unravel_index(medians.argmin(), medians.shape)
    speed = {"gain": gains[g], "rate": rates[r], "medians": listed(medians, 1)}
    speed["updates"] = until(seen["training"], 0.1)[g, r].tolist()
    speed["curve"] = listed(seen["training"][:41, g, r].mean(axis=-1))
    table = {"gains": list(gains), "rates": rates, "budgets": rows, "speed": speed}
    return table | {"untrained": listed(seen["test"][0][0, 0])}


def shifted(mean):
    """The sigmoid with another mean: its output, and its slope from score and output."""
    return (
        lambda s: torch.sigmoid(s) - 0.5 + mean,
        lambda s, h: (h + 0.5 - mean) * (0.5 - h + mean),
    )


def centre(mean, gains=CENTRE_GAINS, own=False):
    """Updates until 90 % of the training digits are read, (gains, rates, seeds); final errors."""
    unit = shifted(mean)
    shape = (len(gains), len(CENTRE_RATES), len(SEEDS))
    layers = begin(2, gains, CENTRE_RATES, mean=mean)
    factors = own_rates(layers) if own else None
    seen = looks(unit, layers, CENTRE_RATES, shape, ("validation", "training"), factors)
    table = {}
    for g, gain in enumerate(gains):
        medians = np.median(until(seen["validation"][:, g], 0.1), axis=-1)
        best = int(medians.argmin())
        table[f"gain {gain}"] = {
            "rate": CENTRE_RATES[best],
            "medians": listed(medians, 1),
            "updates": until(seen["training"][:, g], 0.1)[best].tolist(),
            "all": np.median(until(seen["training"][:, g], 0.1), axis=-1).tolist(),
        }
    return table


def deep(unit, bounds, *, gain=1, mean=0.0, budgets=DEEP_BUDGETS, own=False):
    """Errors of four hidden layers at every rate of the ladder between two bounds, and on test
    digits at the best one; with rates of their `own`, the last layer's is that of the ladder."""
    rates = [rate for rate in LADDER if bounds[0] <= rate <= bounds[1]]
    found = {"validation": [], "test": []}

    def watch(t, X, y, layers):
        if t in budgets:
            for part, wrong in found.items():
                shares = errors(X, y, layers, unit[0], PARTS[part])
                wrong.append(shares.reshape(len(rates), len(SEEDS)))

    layers = begin(4, [gain], rates, mean=mean)
    factors = own_rates(layers) if own else None
    train(unit, layers, rates, watch, updates=budgets[-1], factors=factors)
    rows = []
    for i, updates in enumerate(budgets):
        means = found["validation"][i].mean(axis=1)
        best = int(means.argmin())
        row = {"updates": updates, "rate": rates[best], "validation": listed(means)}
        rows.append(row | {"test": listed(found["test"][i][best])})
    return {"rates": rates, "budgets": rows}


def curve(unit, rate, own):
    """Spread of the last hidden layer's outputs, and validation errors, (looks, seeds)."""
    found = {"rate": rate, "spread": [], "slope": [], "error": []}

    def watch(t, X, y, layers):
        if t % CURVE_LOOK == 0:
            x = X[PARTS["training"]].expand(len(SEEDS), -1, -1)
            scores, inputs = forward(x, layers, unit[0])
            last = inputs[-2]
            found["slope"].append(listed(unit[1](scores[-2], last).mean(dim=(1, 2))))
            found["spread"].append(listed(last.std(dim=1, correction=0).mean(dim=1), 6))
            found["error"].append(listed(errors(X, y, layers, unit[0], PARTS["validation"])))
        if t == CURVE_LOOK:
            moved = [(W - old).norm(dim=(1, 2)) / old.norm(dim=(1, 2)) for (W, _), old in both()]
            found["moved"] = listed(torch.stack(moved))

    def both():
        return zip(layers, first, strict=True)

    layers = begin(4, [1], [rate])
    first = [W.clone() for W, _ in layers]
    factors = own_rates(layers) if own else None
    train(unit, layers, [rate], watch, updates=CURVE_END, factors=factors)
    return found


def dying(name, hidden):
    """Shares of silent units and errors, (budgets with 0, rates, seeds)."""
    shape = (len(SILENT_RATES), len(SEEDS))
    found = {"silent": [], "by layer": [], "validation": [], "test": []}

    def watch(t, X, y, layers):
        if t in (0, *BUDGETS):
            shares = silent(X, layers, UNITS[name][0]).reshape(hidden, *shape)
            found["silent"].append(shares.mean(axis=0))
            found["by layer"].append(shares.mean(axis=-1))
            for part in ("validation", "test"):
                wrong = errors(X, y, layers, UNITS[name][0], PARTS[part])
                found[part].append(wrong.reshape(shape))

    train(UNITS[name], begin(hidden, [ROOT2], SILENT_RATES), SILENT_RATES, watch)
    return {part: listed(values) for part, values in found.items()}


def jobs():
    for name, hidden in RACES:
        yield f"race: {name}, {hidden}", lambda n=name, h=hidden: race(n, h)
    for mean in MEANS:
        yield f"centre: {mean:g}", lambda m=mean: centre(m)
    for mean in DEEP_MEANS:
        yield (
            f"deep centre: {mean:g}",
            lambda m=mean: deep(shifted(m), SIGMOID_RATES, mean=m),
        )
        yield f"centre, own rates: {mean:g}", lambda m=mean: centre(m, [1], own=True)
    for name, gain in DEEP_GAINS.items():
        unit = (UNITS | {"stretched": STRETCHED})[name]
        yield f"deep: {name}", lambda u=unit, g=gain: deep(u, RATES, gain=g)
    units = {"shifted": shifted(0), "stretched": STRETCHED}
    for name, rate in CURVES.items():
        unit = units.get(name, UNITS["sigmoid"])
        yield f"curves: {name}", lambda u=unit, r=rate, n=name: curve(u, r, n == "own rates")
    yield "deep: sigmoid", lambda: deep(UNITS["sigmoid"], SIGMOID_RATES, budgets=LONG)
    yield "deep: sigmoid, own rates", lambda: deep(UNITS["sigmoid"], RATES, own=True)
    for name, hidden in product(("ReLU", "leaky ReLU 0.01", "leaky ReLU 0.2"), [2]):
        yield f"silent: {name}, {hidden}", lambda n=name, h=hidden: dying(n, h)


def main(wanted):
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    file = HERE / "activations.json"
    table = json.loads(file.read_text("utf-8")) if file.exists() and wanted else {}
    grids = {
        "updates": BUDGETS,
        "means": MEANS,
        "rates": CENTRE_RATES,
        "silent rates": SILENT_RATES,
    }
    table |= grids
    for name, job in jobs():
        if not wanted or any(word in name for word in wanted):
            table[name] = job()
            file.write_text(json.dumps(table) + "\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
