"""Train a softmax classifier of the digits with one softmax and with two, for lecture 03.

Run once by hand: ``python dlcourse/samples/make_softmaxes.py`` (about two minutes). Ten random
splits of the 1,797 digits: 1,077 to train on, 360 for validation, 360 for the test. Plain descent
on all training rows, weights of 0, no biases. After 200 and after 400 steps each way takes, for
each split, the rate with the highest accuracy on the validation digits; what it reaches on the
test digits is committed, beside what the rate 1 reaches.
"""

import json
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
SEEDS, STEPS, RATES = range(10), (200, 400), (0.1, 0.3, 1, 3, 10, 30, 100)
WAYS = {"once": False, "twice": True}


def digits():
    """Pixels (N, 64) in [0, 1] and labels of all 1,797 digits."""
    with np.load(HERE / "digits.npz") as stored:
        X = np.concatenate([stored["X_train"], stored["X_test"]])
        y = np.concatenate([stored["y_train"], stored["y_test"]])
    return X.reshape(len(X), 64) / 16, y.astype(int)


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def train(X, y, twice, rate, steps):
    """Return the weights after each number of steps."""
    W, truth, taken = np.zeros((X.shape[1], 10)), np.eye(10)[y], []
    for step in range(1, max(steps) + 1):
        p = softmax(X @ W)
        delta = (softmax(p) if twice else p) - truth
        if twice:  # back through the inner softmax
            delta = p * (delta - (delta * p).sum(axis=1, keepdims=True))
        W = W - rate * X.T @ delta / len(y)
        if step in steps:
            taken.append(W)
    return taken


def split(seed, rates=RATES, steps=STEPS):
    """Accuracies in per cent: way to [validation, test], each (rates, steps)."""
    X, y = digits()
    learn, choose, test = np.split(np.random.default_rng(seed).permutation(len(X)), [1077, 1437])
    found = {}
    for way, twice in WAYS.items():
        ended = [train(X[learn], y[learn], twice, rate, steps) for rate in rates]
        found[way] = [
            [[100 * np.mean((X[i] @ W).argmax(axis=1) == y[i]) for W in run] for run in ended]
            for i in (choose, test)
        ]
    return found


def main():
    splits = [split(seed) for seed in SEEDS]
    table = {}
    for way in WAYS:
        for k, steps in enumerate(STEPS):
            validation, test = (
                np.array([s[way][part] for s in splits])[:, :, k] for part in (0, 1)
            )
            best = validation.argmax(axis=1)
            table[f"{way}, {steps} steps"] = {
                "rates": [RATES[place] for place in best],
                "test": np.round(test[np.arange(len(best)), best], 1).tolist(),
                "test at rate 1": np.round(test[:, RATES.index(1)], 1).tolist(),
            }
    text = json.dumps(table, indent=1)
    (HERE / "softmaxes.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
