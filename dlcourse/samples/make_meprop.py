"""Train networks that pass back a part of each gradient only, for lecture 09's claim C7.

Run once by hand: ``python dlcourse/samples/make_meprop.py`` (under a minute). Two hidden layers of
100 ReLU units, 1,200 digits, batches of 32, 400 updates; the full gradient from five starts and the
5 largest of 100 entries from ten, at three rates. What is committed are the percentages classified
correctly, a row for each rate, a number for each start.
"""

import json
from itertools import pairwise, product
from pathlib import Path

import numpy as np
import torch

HERE = Path(__file__).parent
RATES, UPDATES, BATCH, SIZES = [0.1, 0.3, 1.0], 400, 32, [64, 100, 100, 10]
KINDS = {"full": (None, range(5)), "five": (5, range(10))}  # entries passed back, starts


def digits():
    """Pixels and labels of 1,200 training, 237 validation and 360 test digits."""
    with np.load(HERE / "digits.npz") as stored:
        X = np.concatenate([stored["X_train"], stored["X_test"]]).reshape(-1, 64) / 16
        y = np.concatenate([stored["y_train"], stored["y_test"]]).astype(int)
    X = torch.tensor((X - X[:1200].mean()) / X[:1200].std(), dtype=torch.float32)
    parts = (slice(1200), slice(1200, 1437), slice(1437, None))
    return [(X[part], torch.tensor(y[part])) for part in parts]


def start(seeds):
    """Weights by He, and biases of 0: a lane for each seed."""
    rngs = [np.random.default_rng(seed) for seed in seeds]
    Ws = [
        np.stack([rng.normal(size=(n, m)) * np.sqrt(2 / n) for rng in rngs])
        for n, m in pairwise(SIZES)
    ]
    return [torch.tensor(W, dtype=torch.float32) for W in Ws] + [
        torch.zeros(len(rngs), 1, m) for m in SIZES[1:]
    ]


def scores(x, net, k=None):
    """Scores; with `k` the k largest entries of each row of a hidden delta alone go back."""
    for W, b in zip(net[:2], net[3:5], strict=True):
        s = x @ W + b
        if k:
            s.register_hook(lambda ds: ds * (ds.abs() >= ds.abs().topk(k)[0][..., -1:]))
        x = torch.relu(s)
    return x @ net[2] + net[5]


def train(k, rates, seeds, updates=UPDATES):
    """Percentages of validation and test digits: two arrays (rates, seeds)."""
    lanes = list(product(rates, seeds))
    net = start([seed for _, seed in lanes])
    lr = torch.tensor([rate for rate, _ in lanes])[:, None, None]
    rngs = [np.random.default_rng(100 + seed) for _, seed in lanes]
    (X, y), *others = digits()
    for _ in range(updates):
        rows = np.stack([rng.integers(len(X), size=BATCH) for rng in rngs])
        free = [part.requires_grad_() for part in net]
        z = torch.log_softmax(scores(X[rows], free, k), dim=2)
        slopes = torch.autograd.grad(-z.gather(2, y[rows][..., None]).sum() / BATCH, free)
        with torch.no_grad():
            net = [part - lr * slope for part, slope in zip(free, slopes, strict=True)]
    with torch.no_grad():
        shares = [(scores(X, net).argmax(2) == y).double().mean(1) for X, y in others]
    return [100 * share.numpy().reshape(len(rates), -1) for share in shares]


def main():
    table = {}
    for kind, (k, seeds) in KINDS.items():
        shares = dict(zip(("validation", "test"), train(k, RATES, seeds), strict=True))
        table[kind] = {name: share.round(1).tolist() for name, share in shares.items()}
    (HERE / "meprop.json").write_text(json.dumps({"rates": RATES, **table}) + "\n", "utf-8")


if __name__ == "__main__":
    main()
