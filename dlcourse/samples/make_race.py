"""Race six optimizers on the digits, each at its own best rate, for lecture 10's claim C9.

Run once by hand: ``python dlcourse/samples/make_race.py`` (a few minutes). Three networks, seven to
nine rates for each optimizer, ten starts, batches of 32; after 100, 300 and 1,000 updates the rate
with the lowest mean validation loss is chosen, and the numbers of that rate are committed.

``schedules.json``: AdaGrad, RMSProp and Adam at constant rates and with half a cosine, 800 updates
of the two layers, three starts: the mean training loss of ten looks at the last 200 updates, a
number for each rate.
"""

import json
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
SEEDS, BUDGETS, WIDTH, BATCH = range(10), (100, 300, 1000), 50, 32
NETWORKS = {  # hidden layers, and whether the pixels are brought to mean 0 and deviation 1
    "2 layers": (2, True),
    "2 layers, raw pixels": (2, False),
    "5 layers": (5, True),
}
RATES = {
    "plain": [0.03, 0.1, 0.3, 0.6, 1, 2, 3],
    "momentum": [0.003, 0.01, 0.03, 0.06, 0.1, 0.2, 0.3, 0.6],
    "Nesterov": [0.003, 0.01, 0.03, 0.06, 0.1, 0.2, 0.3, 0.6],
    "AdaGrad": [0.003, 0.01, 0.02, 0.03, 0.06, 0.1, 0.3],
    "RMSProp": [0.0001, 0.0003, 0.001, 0.002, 0.003, 0.006, 0.01, 0.03],
    "Adam": [0.0003, 0.001, 0.002, 0.003, 0.006, 0.01, 0.02, 0.03, 0.1],
}
SCHEDULED = {
    "AdaGrad": [0.03, 0.06, 0.1],
    "RMSProp": [0.001, 0.003, 0.01],
    "Adam": [0.002, 0.005, 0.01],
}
SHARES = {  # of the rate that update t of 800 takes
    "constant": lambda t: 1.0,
    "cosine": lambda t: 0.5 * (1 + np.cos(np.pi * t / 800)),
}


def move(name, g, state, t):
    """The step of an optimizer for rate 1, and its new state."""
    a, b = state
    if name == "plain":
        return g, (a, b)
    if name in ("momentum", "Nesterov"):
        a = 0.9 * a + g
        return (a if name == "momentum" else g + 0.9 * a), (a, b)
    if name == "Adam":
        a, b = 0.9 * a + 0.1 * g, 0.999 * b + 0.001 * g * g
        return a / (1 - 0.9**t) / (np.sqrt(b / (1 - 0.999**t)) + 1e-8), (a, b)
    b = b + g * g if name == "AdaGrad" else 0.9 * b + 0.1 * g * g
    return g / (np.sqrt(b) + 1e-8), (a, b)


def parts(flat, sizes):
    """Weights and biases as views of the rows of one array (lanes, parameters)."""
    at, found = 0, []
    for n, m in pairwise(sizes):
        W = flat[:, at : at + n * m].reshape(-1, n, m)
        found.append((W, flat[:, None, at + n * m : at + n * m + m]))
        at += n * m + m
    return found


def forward(layers, x):
    """The inputs of every layer, and the log-probabilities."""
    xs = [x]
    for W, b in layers:
        xs.append(np.maximum(xs[-1] @ W + b, 0))
    z = xs[-2] @ layers[-1][0] + layers[-1][1]
    z = z - z.max(axis=-1, keepdims=True)
    return xs[:-1], z - np.log(np.exp(z).sum(axis=-1, keepdims=True))


def digits(standardized):
    """Pixels and labels of 1,200 training, 237 validation and 360 test digits."""
    with np.load(HERE / "digits.npz") as stored:
        X = np.concatenate([stored["X_train"], stored["X_test"]]).reshape(-1, 64) / np.float32(16)
        y = np.concatenate([stored["y_train"], stored["y_test"]]).astype(int)
    if standardized:
        X = (X - X[:1200].mean()) / X[:1200].std()
    return [(X[p], y[p]) for p in (slice(1200), slice(1200, 1437), slice(1437, None))]


def race(network, name, rates, seeds=SEEDS, looks=BUDGETS, share=SHARES["constant"]):
    """Losses and accuracies: (looks, training loss | validation loss | test accuracy, R, S)."""
    depth, standardized = NETWORKS[network]
    sizes = [64, *[WIDTH] * depth, 10]
    sets = digits(standardized)
    X, y = sets[0]
    starts = np.zeros((len(seeds), sum(n * m + m for n, m in pairwise(sizes))))
    for flat, seed in zip(starts, seeds, strict=True):
        rng = np.random.default_rng(seed)
        for W, _ in parts(flat[None], sizes):
            W[:] = rng.normal(size=W.shape) * np.sqrt(2 / W.shape[1])
    flat = np.tile(starts.astype(np.float32), (len(rates), 1))
    layers = parts(flat, sizes)
    rate = np.repeat(np.float32(rates), len(seeds))[:, None]
    rngs = [np.random.default_rng(100 + seed) for seed in seeds]
    state, seen = (np.zeros_like(flat), np.zeros_like(flat)), []
    for t in range(1, max(looks) + 1):
        rows = np.stack([rng.integers(len(X), size=BATCH) for rng in rngs])
        rows = np.tile(rows, (len(rates), 1))
        xs, logp = forward(layers, X[rows])
        g = np.empty_like(flat)
        delta = (np.exp(logp) - np.eye(10, dtype=np.float32)[y[rows]]) / BATCH
        pairs = zip(reversed(parts(g, sizes)), reversed(xs), reversed(layers), strict=True)
        for (dW, db), x, (W, _) in pairs:
            dW[:] = x.swapaxes(1, 2) @ delta
            db[:] = delta.sum(axis=1, keepdims=True)
            delta = (delta @ W.swapaxes(1, 2)) * (x > 0)
        step, state = move(name, g, state, t)
        flat -= rate * np.float32(share(t)) * step
        if t in looks:
            seen.append(look(layers, sets))
    return np.array(seen).reshape(len(looks), 3, len(rates), len(seeds))


def look(layers, sets):
    """Training loss, validation loss and test accuracy; a loss that has no value counts as 99."""
    found = []
    for X, y in sets:
        logp = forward(layers, X)[1]
        loss = -logp[:, range(len(y)), y].mean(axis=1)
        found.append((np.nan_to_num(loss, nan=99, posinf=99), (logp.argmax(-1) == y).mean(1)))
    return found[0][0], found[1][0], found[2][1]


def chosen(network, name):
    """For each budget the rate chosen on the validation digits, and what it reached."""
    with np.errstate(all="ignore"):  # the largest rates explode
        seen = race(network, name, RATES[name])
    rows = []
    for training, validation, test in seen:
        best = int(validation.mean(axis=1).argmin())
        rows.append(
            {
                "rate": RATES[name][best],
                "inside": 0 < best < len(RATES[name]) - 1,
                "validation": [float(f"{x:.3g}") for x in validation.mean(axis=1)],
                "training": [float(f"{x:.3g}") for x in training[best]],
                "test": [round(100 * float(x), 1) for x in test[best]],
            }
        )
    return rows


def tail(name, share, seeds=range(3)):
    """The mean training loss over the last of 800 updates, for each rate."""
    seen = race("2 layers", name, SCHEDULED[name], seeds, range(620, 801, 20), share)
    return [float(f"{loss:.4g}") for loss in seen[:, 0].mean(axis=(0, 2))]


def main(wanted):
    tables = {
        "race": lambda: {net: {name: chosen(net, name) for name in RATES} for net in NETWORKS},
        "schedules": lambda: {
            name: {kind: tail(name, share) for kind, share in SHARES.items()} for name in SCHEDULED
        },
    }
    for file in wanted or tables:
        (HERE / f"{file}.json").write_text(json.dumps(tables[file]()) + "\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
