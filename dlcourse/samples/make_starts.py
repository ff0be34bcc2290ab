"""Train networks of 3, 10 and 20 layers from several starts, for lecture 07 (C4, C11).

Run once by hand: ``python dlcourse/samples/make_starts.py`` (about ten minutes). Layers of 50
units, biases of 0, mini-batches of 64, plain descent. Many networks train side by side, each in a
lane of its own: all rates and seeds of one start. After 5, 10, 20, 40 and 80 epochs the rate with
the highest mean accuracy on the validation digits is chosen, and what its networks reach on the
test digits is committed.
"""

import json
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch

HERE = Path(__file__).parent
WIDTH, BATCH, ROWS = 50, 64, 1200
SEEDS, EPOCHS = range(10), (5, 10, 20, 40, 80)
LADDER = [float(f"{m}e{k}") for k in range(-6, 2) for m in (1, 3)]  # 1e-6, 3e-6, ..., 10, 30
DRAWS = {
    "He": lambda n, m, rng: rng.normal(size=(n, m)) * np.sqrt(2 / n),
    "He uniform": lambda n, m, rng: rng.uniform(-1, 1, size=(n, m)) * np.sqrt(6 / n),
    "Xavier": lambda n, m, rng: rng.normal(size=(n, m)) * np.sqrt(2 / (n + m)),
}
UNITS = {
    "ReLU": (torch.relu, lambda x: (x > 0).float()),
    "tanh": (torch.tanh, lambda x: 1 - x**2),
}
# unit, layers, draw, scale: the lowest and the highest rate that are tried
STARTS = {
    ("ReLU", 10, "He", 1): (1e-3, 1),
    ("ReLU", 10, "Xavier", 1): (1e-3, 1),
    ("ReLU", 10, "He uniform", 1): (1e-3, 1),
    ("ReLU", 10, "He", 0.5): (1e-2, 10),
    ("ReLU", 10, "He", 2): (1e-5, 1e-2),
    ("tanh", 10, "He", 1): (1e-3, 1),
    ("tanh", 10, "Xavier", 1): (1e-3, 1),
    ("ReLU", 3, "He", 1): (1e-3, 1),
    ("ReLU", 3, "Xavier", 1): (1e-3, 1),
    ("ReLU", 3, "He", 0.5): (3e-3, 3),
    ("ReLU", 3, "He", 2): (3e-3, 3),
    ("ReLU", 20, "He", 1): (3e-4, 3e-1),
    ("ReLU", 20, "Xavier", 1): (3e-3, 3),
}


def name(unit, layers, draw, scale):
    return f"{unit}, {layers} layers, {draw}" + (f" × {scale:g}" if scale != 1 else "")


def rates_of(start):
    low, high = STARTS[start]
    return [rate for rate in LADDER if low * 0.99 < rate < high * 1.01]


def digits():
    """Pixels (N, 64) and labels: 1,200 digits to train on, 237 for validation, 360 for the test."""
    with np.load(HERE / "digits.npz") as stored:
        X = np.concatenate([stored["X_train"], stored["X_test"]]).reshape(-1, 64) / np.float32(16)
        y = np.concatenate([stored["y_train"], stored["y_test"]]).astype(int)
    X = (X - X[:ROWS].mean()) / X[:ROWS].std()
    return torch.tensor(X, dtype=torch.float32), torch.tensor(y)


def drawn(layers, draw, scale, seeds):
    """Weights of each layer, (seeds, in, out)."""
    sizes, nets = [64, *[WIDTH] * (layers - 1), 10], []
    for seed in seeds:
        rng = np.random.default_rng(seed)
        nets.append([scale * DRAWS[draw](n, m, rng) for n, m in pairwise(sizes)])
    return [torch.tensor(np.array(Ws), dtype=torch.float32) for Ws in zip(*nets, strict=True)]


def forward(x, Ws, bs, g):
    """Activations of all layers; the last are scores."""
    xs = [x]
    for W, b in zip(Ws[:-1], bs, strict=False):
        xs.append(g(torch.baddbmm(b, xs[-1], W)))
    return [*xs, torch.baddbmm(bs[-1], xs[-1], Ws[-1])]


def step(xs, onehot, Ws, bs, slope, lr):
    """One update of every lane, in place, by the loop of lecture 4."""
    delta = (torch.softmax(xs[-1], dim=2) - onehot) / onehot.shape[1]
    for l in reversed(range(len(Ws))):
        dW, db = xs[l].transpose(1, 2) @ delta, delta.sum(dim=1, keepdim=True)
        if l > 0:
            delta = (delta @ Ws[l].transpose(1, 2)) * slope(xs[l])
        Ws[l] -= lr * dW
        bs[l] -= lr * db


def right(X, y, Ws, bs, g, rates):
    """Share right of the validation and of the test digits, (R, S) each."""
    hits = (forward(X.expand(len(Ws[0]), -1, -1), Ws, bs, g)[-1].argmax(dim=2) == y).float()
    parts = [slice(ROWS, 1437), slice(1437, None)]
    return [hits[:, part].mean(dim=1).numpy().reshape(rates, -1) for part in parts]


@torch.no_grad()
def train(start, rates, seeds=SEEDS, looks=EPOCHS):
    """Train all rates and seeds; at each look, the untrained networks first, what `right` says."""
    unit, layers, draw, scale = start
    (g, slope), (X, y) = UNITS[unit], digits()
    Ws = [W.repeat(len(rates), 1, 1) for W in drawn(layers, draw, scale, seeds)]
    bs = [torch.zeros(len(W), 1, W.shape[2]) for W in Ws]
    lr = torch.tensor(rates).repeat_interleave(len(seeds))[:, None, None]
    rngs, found = [np.random.default_rng(100 + s) for s in seeds], []
    found.append(right(X, y, Ws, bs, g, len(rates)))
    for epoch in range(1, max(looks) + 1):
        orders = np.stack([rng.permutation(ROWS) for rng in rngs])
        for cut in range(0, ROWS - ROWS % BATCH, BATCH):
            rows = torch.tensor(orders[:, cut : cut + BATCH])
            x = X[rows].repeat(len(rates), 1, 1)
            onehot = torch.eye(10)[y[rows]].repeat(len(rates), 1, 1)
            step(forward(x, Ws, bs, g), onehot, Ws, bs, slope, lr)
        if epoch in looks:
            found.append(right(X, y, Ws, bs, g, len(rates)))
    return found


def percent(shares):
    return [round(100 * float(share), 1) for share in shares]


def chosen(start):
    """What the untrained networks reach; for each budget the rate chosen, and what it reached."""
    rates = rates_of(start)
    (_, untrained), *found = train(start, rates)
    rows = []
    for epochs, (validation, test) in zip(EPOCHS, found, strict=True):
        best = int(validation.mean(axis=1).argmax())
        means = percent(validation.mean(axis=1))
        row = {"epochs": epochs, "rate": rates[best], "validation": means}
        rows.append(row | {"test": percent(test[best])})
    return {"rates": rates, "untrained": percent(untrained[0]), "budgets": rows}


def main(wanted):
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    file = HERE / "starts.json"
    table = json.loads(file.read_text("utf-8")) if file.exists() and wanted else {}
    for start in STARTS:
        if not wanted or any(word in name(*start) for word in wanted):
            table[name(*start)] = chosen(start)
            file.write_text(json.dumps(table) + "\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
