"""Train the six small networks whose validation losses `dlcourse.widgets.stopping` reveals.

Run once by hand: ``python dlcourse/samples/make_stopping.py``. Each network, 64-64-10 with ReLU,
sees 200 digits, 20 % of them with a label drawn at random, in batches of two; the loss is that of
100 other digits after each epoch. The numbers are committed, so that every learner meets the same
curves.
"""

import json
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
SEEDS = range(6)
ROWS, OTHERS, HIDDEN, BATCH, EPOCHS = 200, 100, 64, 2, 50
RATE, FLIPPED = 0.02, 0.2


def log_softmax(z):
    z = z - z.max(axis=1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=1, keepdims=True))


def digits(rng):
    """Rows to learn from, a fifth of them mislabelled, and rows to validate on."""
    with np.load(HERE / "digits.npz") as stored:
        X, y = stored["X_train"].reshape(-1, 64) / 16 - 0.3, stored["y_train"].astype(int)
    order = rng.permutation(len(X))
    own, others = order[:ROWS], order[ROWS : ROWS + OTHERS]
    flipped = rng.random(ROWS) < FLIPPED
    labels = np.where(flipped, rng.integers(0, 10, ROWS), y[own])
    return X[own], labels, X[others], y[others]


def validation_curve(seed, epochs=EPOCHS):
    """The validation loss after each epoch of one network."""
    rng = np.random.default_rng(seed)
    X, labels, X_val, labels_val = digits(rng)
    W1, b1 = rng.normal(size=(64, HIDDEN)) * np.sqrt(2 / 64), np.zeros(HIDDEN)
    W2, b2 = rng.normal(size=(HIDDEN, 10)) * np.sqrt(1 / HIDDEN), np.zeros(10)
    losses = []
    for _ in range(epochs):
        for rows in rng.permutation(ROWS).reshape(-1, BATCH):
            s = X[rows] @ W1 + b1
            h = np.maximum(s, 0)
            dz = (np.exp(log_softmax(h @ W2 + b2)) - np.eye(10)[labels[rows]]) / BATCH
            ds = dz @ W2.T * (s > 0)
            W1, b1 = W1 - RATE * X[rows].T @ ds, b1 - RATE * ds.sum(axis=0)
            W2, b2 = W2 - RATE * h.T @ dz, b2 - RATE * dz.sum(axis=0)
        scores = log_softmax(np.maximum(X_val @ W1 + b1, 0) @ W2 + b2)
        losses.append(float(-scores[np.arange(OTHERS), labels_val].mean()))
    return losses


def main():
    curves = [[round(loss, 3) for loss in validation_curve(seed)] for seed in SEEDS]
    (HERE / "stopping.json").write_text(json.dumps(curves) + "\n", "utf-8")


if __name__ == "__main__":
    main()
