"""Train networks with 0 to 20 hidden units on moons and on XOR, for lecture 01.

Run once by hand: ``python dlcourse/samples/make_units.py`` (about three minutes). Each of ten seeds
draws its own 200 points and first weights; tanh units, mini-batches of 20, plain descent. All rates
and seeds train side by side, each in a lane of its own. At each look the rate with the highest mean
accuracy on 1,000 validation points is chosen, and what its networks reach on their 200 points and
on 1,000 others is committed.
"""

import json
from itertools import pairwise
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
SEEDS, LOOKS, BATCH = range(10), (150, 300, 600), 20
RATES = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
ROWS = {"train": 200, "validation": 1000, "test": 1000}
UNITS = {"moons": (0, 1, 2, 3, 4, 6, 20), "XOR": (1, 2, 3, 4, 6, 20)}


def moons(n, rng):
    """Two half circles that hold each other, with normal noise of 0.1."""
    y, angle = rng.permutation(np.arange(n) % 2), rng.uniform(0, np.pi, n)
    x1 = np.where(y == 0, np.cos(angle), 1 - np.cos(angle))
    x2 = np.where(y == 0, np.sin(angle), 0.5 - np.sin(angle))
    return np.stack([x1, x2], axis=1) + rng.normal(scale=0.1, size=(n, 2)), y


def xor(n, rng):
    """Points round the corners of the unit square, with normal noise of 0.2."""
    corner = rng.permutation(np.arange(n) % 4)
    bits = np.stack([corner // 2, corner % 2], axis=1)
    return bits + rng.normal(scale=0.2, size=(n, 2)), bits[:, 0] ^ bits[:, 1]


def forward(X, layers):
    """Hidden activations (or X) and scores, (lanes, N, .)."""
    *hidden, (W, b) = layers
    for V, c in hidden:
        X = np.tanh(X @ V + c)
    return X, X @ W + b


def step(X, y, layers, lr):
    """One update of every lane: mean cross-entropy of a logistic output."""
    a, score = forward(X, layers)
    blame = (0.5 * (1 + np.tanh(score / 2)) - y) / X.shape[1]
    (W, b) = layers[-1]
    below = blame @ W.transpose(0, 2, 1) * (1 - a**2)
    W -= lr * (a.transpose(0, 2, 1) @ blame)
    b -= lr * blame.sum(axis=1, keepdims=True)
    if len(layers) == 2:
        layers[0][0][:] -= lr * (X.transpose(0, 2, 1) @ below)
        layers[0][1][:] -= lr * below.sum(axis=1, keepdims=True)


def right(layers, parts):
    """Share right of each part, (rates, seeds)."""
    shares = {}
    for name, (X, y) in parts.items():
        hits = (forward(X, layers)[1] > 0) == y
        shares[name] = hits.mean(axis=(1, 2)).reshape(len(RATES), len(SEEDS))
    return shares


def train(draw, units):
    """What `right` says of the untrained networks, and at each look."""
    rngs = [np.random.default_rng(seed) for seed in SEEDS]
    parts = {}
    for name, rows in ROWS.items():
        X, y = zip(*[draw(rows, rng) for rng in rngs], strict=True)
        lanes = [np.concatenate([np.array(a)] * len(RATES)) for a in (X, y)]
        parts[name] = lanes[0], lanes[1][:, :, None]
    sizes = [2, units, 1] if units else [2, 1]
    layers = []
    for n, m in pairwise(sizes):
        W = np.array([rng.normal(size=(n, m)) / n**0.5 for rng in rngs])
        layers.append((np.concatenate([W] * len(RATES)), np.zeros((len(RATES) * len(rngs), 1, m))))
    lr = np.repeat(RATES, len(rngs))[:, None, None]
    found, lane = [right(layers, parts)], np.arange(len(lr))[:, None]
    X, y = parts["train"]
    for epoch in range(1, max(LOOKS) + 1):
        orders = np.array([rng.permutation(ROWS["train"]) for rng in rngs])
        orders = np.concatenate([orders] * len(RATES))
        for cut in range(0, ROWS["train"], BATCH):
            rows = orders[:, cut : cut + BATCH]
            step(X[lane, rows], y[lane, rows], layers, lr)
        if epoch in LOOKS:
            found.append(right(layers, parts))
    return found


def percent(shares):
    return [round(100 * float(share), 1) for share in shares]


def chosen(draw, units):
    """What the untrained networks reach; for each look the rate chosen, and what it reached."""
    untrained, *found = train(draw, units)
    looks = []
    for epochs, shares in zip(LOOKS, found, strict=True):
        best = int(shares["validation"].mean(axis=1).argmax())
        row = {"epochs": epochs, "rate": RATES[best]}
        row["validation"] = percent(shares["validation"].mean(axis=1))
        looks.append(row | {name: percent(shares[name][best]) for name in ("train", "test")})
    return {"untrained": percent(untrained["train"][0]), "looks": looks}


def main():
    table = {"rates": RATES}
    for name, draw in [("moons", moons), ("XOR", xor)]:
        table[name] = {str(units): chosen(draw, units) for units in UNITS[name]}
    (HERE / "units.json").write_text(json.dumps(table) + "\n", "utf-8")


if __name__ == "__main__":
    main()
