"""Train networks of one hidden layer on waves, for lecture 02: how near do they come, and when?

Run once by hand: ``python dlcourse/samples/make_waves.py`` (about ten minutes). A network
has 32 sigmoid units a wave, as many as the staircase of lecture 02 needs for an error of 0.1. It
sees 24 points a wave and one more; full-batch Adam lowers the mean squared error. Inner weights and
biases begin with deviation 1. Ten starts train side by side at six rates: a lane for each start and
rate. Committed is the largest error on a grid ten times as fine, for each start, after each count
of steps; 0 steps are the untrained network.

And random features on the digits: the share of the 360 test digits that is read by least squares on
hidden units that nobody trained, for ten draws of each width; on the pixels alone; and by outer
weights that are random, too. Nothing is chosen: the ridge is 0.1 throughout.
"""

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import torch

HERE = Path(__file__).parent
SEEDS, UNITS, POINTS = 10, 32, 24  # units and points are those of one wave
WAVES = (1, 2)
RATES = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
WIDTHS, RIDGE = (10, 30, 100, 300, 1000, 3000), 0.1
LOOKS = (0, 500, 1000, 2000, 4000, 8000, 16_000)


def begin(waves):
    """Inner weights, inner biases, outer weights and outer bias: a lane for each rate and seed."""
    width, lanes = UNITS * waves, []
    for seed in range(SEEDS):
        rng = np.random.default_rng(seed)
        w, b, v = rng.normal(size=(3, width))
        lanes.append([w[None], b[None], v[:, None] / width**0.5, [[0.0]]])
    params = [torch.tensor(np.array(p), dtype=torch.float32) for p in zip(*lanes, strict=True)]
    return [p.repeat(len(RATES), 1, 1) for p in params]


def grid(points, waves):
    """Points (N, 1) of [0, 1], and the waves there."""
    x = torch.linspace(0, 1, points)[:, None]
    return x, torch.cos(2 * torch.pi * waves * x)


def gradients(params, x, y):
    """The gradients of each lane's mean squared error; a test holds them to autograd's."""
    w, b, v, c = params
    h = torch.sigmoid(x @ w + b)
    r = (h @ v + c - y) * (2 / len(x))
    ds = (r @ v.transpose(1, 2)).mul_(h).mul_(1 - h)
    dv = h.transpose(1, 2) @ r
    return [x.T @ ds, ds.sum(1, keepdim=True), dv, r.sum(1, keepdim=True)]


def train(waves, looks=LOOKS):
    """The largest error of each seed at each look, (rates, looks, seeds)."""
    params = begin(waves)
    lr = torch.tensor(RATES).repeat_interleave(SEEDS)[:, None, None]
    means = [(torch.zeros_like(p), torch.zeros_like(p)) for p in params]
    x, y = grid(POINTS * waves + 1, waves)
    x_fine, y_fine = grid(10 * POINTS * waves + 1, waves)
    found = []
    for t in range(max(looks) + 1):
        if t in looks:
            w, b, v, c = params
            misses = [
                torch.sigmoid(x_fine @ w[i] + b[i]) @ v[i] + c[i] - y_fine for i in range(len(w))
            ]
            found.append([float(m.abs().max()) for m in misses])
        for p, g, (m, q) in zip(params, gradients(params, x, y), means, strict=True):
            m.mul_(0.9).add_(g, alpha=0.1)  # Adam, with a rate for each lane
            q.mul_(0.999).addcmul_(g, g, value=0.001)
            p -= lr * (m / (1 - 0.9 ** (t + 1))) / ((q / (1 - 0.999 ** (t + 1))).sqrt() + 1e-8)
    found = np.reshape(found, (len(looks), len(RATES), SEEDS)).transpose(1, 0, 2)
    return np.round(found, 4).tolist()


def read(features, digits):
    """The share of test digits read by ridge regression on features, an outer bias left free."""
    train, test = features(digits.X_train), features(digits.X_test)
    targets, mean = np.eye(10)[digits.y_train], train.mean(axis=0)
    A = (train - mean).T @ (train - mean) + RIDGE * np.eye(len(mean))
    v = np.linalg.solve(A, (train - mean).T @ (targets - targets.mean(axis=0)))
    return np.mean(np.argmax((test - mean) @ v + targets.mean(axis=0), axis=1) == digits.y_test)


def read_digits():
    """Shares read, by what the outer weights see."""
    with np.load(Path(__file__).with_name("digits.npz")) as stored:
        digits = SimpleNamespace(**stored)
    digits.X_train, digits.X_test = (
        X.reshape(-1, 64) / 16 for X in (digits.X_train, digits.X_test)
    )
    found = {"pixels": [read(lambda X: X, digits)], "untrained": []}
    for K in WIDTHS:
        found[str(K)] = []
        for seed in range(SEEDS):
            rng = np.random.default_rng(seed)
            W, b = rng.normal(size=(64, K)) / 5, rng.uniform(0, 2 * np.pi, K)

            def hidden(X, W=W, b=b):
                return np.sqrt(2 / len(b)) * np.cos(X @ W + b)

            found[str(K)].append(read(hidden, digits))
            if K == 300:
                answers = np.argmax(hidden(digits.X_test) @ rng.normal(size=(K, 10)), axis=1)
                found["untrained"].append(np.mean(answers == digits.y_test))
    return {name: np.round(shares, 4).tolist() for name, shares in found.items()}


def main():
    torch.set_num_threads(1)
    table = {"digits": read_digits(), "steps": LOOKS, "rates": RATES}
    for waves in WAVES:
        table[f"waves: {waves}"] = train(waves)
    (HERE / "waves.json").write_text(json.dumps(table) + "\n", "utf-8")


if __name__ == "__main__":
    main()
