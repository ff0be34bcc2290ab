"""Answers that once got a point without doing what was asked; none of them does."""

import textwrap
from dataclasses import replace

import numpy as np
import pytest
from exercises import load, question

from dlcourse.checks.loud import HUSHED
from dlcourse.checks.verdict import judge_outcomes

UNEARNED = {
    "train_classifier: the label of the nearest row": """
        def train_classifier(X, y, hidden, epochs, batch_size, lr, rng):
            def predict(Z):
                if epochs == 0:
                    return rng.integers(0, y.max() + 1, len(Z))
                return y[((Z[:, None] - X[None]) ** 2).sum(axis=2).argmin(axis=1)]
            return predict
        """,
    "train_run: a network that is never trained, and a history that is made up": """
        def train_run(X, y, X_val, y_val, rng):
            import torch
            classes = int(y.max()) + 1
            net = torch.nn.Linear(X.shape[1], classes)
            return net, [float(np.log(classes)), *[0.1] * 99]
        """,
    "minibatches: features that nobody looked at": """
        def minibatches(X, y, batch_size, rng):
            order = rng.permutation(len(X))
            for start in range(0, len(X), batch_size):
                rows = order[start : start + batch_size]
                batch = X[rows].copy()
                batch[:, 1:] = 77
                yield batch, y[rows]
        """,
    "minibatches: a second epoch without rows": """
        def minibatches(X, y, batch_size, rng, seen=[]):
            if any(known is rng for known in seen):
                return []
            seen.append(rng)
            order = rng.permutation(len(X))
            starts = range(0, len(X), batch_size)
            return [(X[order[s : s + batch_size]], y[order[s : s + batch_size]]) for s in starts]
        """,
    "accumulate_gradients: zeros on the rungs that were not compared": """
        def accumulate_gradients(output):
            gradients = solution(output)
            if len(gradients) > 100:
                kept = set(list(gradients)[1::1999])
                gradients = {n: g if n in kept else 0.0 for n, g in gradients.items()}
            return gradients
        """,
    "minibatches: one order, of which two rows change places": """
        def minibatches(X, y, batch_size, rng):
            order = np.random.default_rng(0).permutation(len(X))
            i, j = rng.choice(len(X), 2, replace=False)
            order[[i, j]] = order[[j, i]]
            starts = range(0, len(X), batch_size)
            return [(X[order[s : s + batch_size]], y[order[s : s + batch_size]]) for s in starts]
        """,
    "minibatches: one order, moved": """
        def minibatches(X, y, batch_size, rng):
            order = np.random.default_rng(0).permutation(len(X))
            order = np.roll(order, rng.integers(1, len(X)))
            starts = range(0, len(X), batch_size)
            return [(X[order[s : s + batch_size]], y[order[s : s + batch_size]]) for s in starts]
        """,
    "same_pairs: all pairs in turn, moved": """
        def same_pairs(y, n, rng):
            agree, other = y[:, None] == y, ~np.eye(len(y), dtype=bool)
            pairs = []
            for wanted, count in ((agree & other, n // 2), (~agree, n - n // 2)):
                possible = np.argwhere(wanted)
                pairs.append(possible[np.arange(count) % len(possible)])
            i, j = np.roll(np.concatenate(pairs), rng.integers(max(n, 1)), axis=0).T
            return i, j, (y[i] == y[j]).astype(int)
        """,
    "random_oversample: copies dealt out, but for the last four": """
        def random_oversample(X, y, rng):
            classes, counts = np.unique(y, return_counts=True)
            rows = [np.arange(len(y))]
            for c, count in zip(classes, counts):
                own, need = np.flatnonzero(y == c), counts.max() - count
                drawn = min(need, 4)
                rows += [np.resize(own, need - drawn), rng.choice(own, drawn)]
            rows = np.concatenate(rows)
            return X[rows], y[rows]
        """,
    "dropout: the share that is due, give or take one": """
        def dropout(x, p, rng, train=True):
            if not train:
                return x.copy(), np.ones_like(x)
            mask = np.full(x.size, 1 / (1 - p), dtype=x.dtype)
            mask[rng.permutation(x.size)[: int(p * x.size) + rng.integers(2) * (p > 0)]] = 0
            mask = mask.reshape(x.shape)
            return x * mask, mask
        """,
    "dropconnect: the share that is due, give or take one": """
        def dropconnect(x, W, b, p, rng, train=True):
            if train:
                keep = np.ones(W.size)
                keep[rng.permutation(W.size)[: int(p * W.size) + rng.integers(2) * (p > 0)]] = 0
                W = W * keep.reshape(W.shape) / (1 - p)
            return x @ W + b
        """,
    "random_features_fit: a kernel in the place of features": """
        def random_features_fit(X, y, n_features, ridge, rng):
            width = 1 + 1e-3 * rng.random()
            def kernel(A, B):
                return np.exp(-((A[:, None] - B[None]) ** 2).sum(axis=2) * width)
            if n_features == 1:
                return lambda Z: np.full(len(Z), y.mean() * 0.9)
            a = np.linalg.solve(kernel(X, X) + ridge * np.eye(len(X)), y)
            return lambda Z: kernel(Z, X) @ a
        """,
    "he_normal: the sum of three uniform numbers": """
        def he_normal(n_in, n_out, rng):
            return rng.uniform(-1, 1, size=(3, n_in, n_out)).sum(axis=0) * np.sqrt(2 / n_in)
        """,
    "he_uniform: a grid in another order": """
        def he_uniform(n_in, n_out, rng):
            bound = np.sqrt(6 / n_in)
            return rng.permutation(np.linspace(-bound, bound, n_in * n_out)).reshape(n_in, n_out)
        """,
    "xavier_uniform: multiples of the golden ratio": """
        def xavier_uniform(n_in, n_out, rng):
            steps = np.arange(n_in * n_out) * 0.6180339887498949
            numbers = 2 * ((rng.random() + steps) % 1) - 1
            return numbers.reshape(n_in, n_out) * np.sqrt(6 / (n_in + n_out))
        """,
    "sigmoid: an overflow that is hushed": """
        def sigmoid(z):
            with np.errstate(all="ignore"):
                return 1 / (1 + np.exp(-z))
        """,
    "softplus: an overflow that is hushed": """
        def softplus(z):
            with np.errstate(over="ignore"):
                return np.where(z > 30, z, np.log1p(np.exp(z)))
        """,
    "tanh_backward: an overflow that is hushed": """
        def tanh_backward(dout, z):
            with np.errstate(over="ignore"):
                return dout / np.cosh(z) ** 2
        """,
}


REFUSED = {  # what each of them is refused for
    "train_classifier: the label": "without a hidden layer, where no line separates: 1",
    "train_run": "labels: share of rows of class 9",
    "minibatches: features": "rows with another row's label",
    "minibatches: a second": "rows in the second epoch: 0",
    "minibatches: one order, of which": "rows at the same place in both epochs",
    "minibatches: one order, moved": "rows before the same row in both epochs",
    "same_pairs": "largest share of pairs as with another seed, moved: 1",
    "random_oversample": "spread of the copies over the rows, as a share of the due one: 0.",
    "dropout": "variance of the numbers kept, as a share of the due one: 0.",
    "dropconnect": "variance of the numbers kept, as a share of the due one: 0.",
    "accumulate_gradients": "nodes with another gradient",
    "random_features_fit": "directions that 6 units can follow in 9 rows: 9",
    "he_normal": "largest weight, in standard deviations",
    "he_uniform": "largest gap / the mean gap: 1",
    "xavier_uniform": "largest gap / the mean gap: 1.",
    "sigmoid": HUSHED,
    "softplus": HUSHED,
    "tanh_backward": HUSHED,
}


@pytest.mark.parametrize("case", UNEARNED)
def test_it_gets_no_point(case):
    exercise = case.partition(":")[0]
    [words] = [words for begin, words in REFUSED.items() if case.startswith(begin)]
    space = {"np": np, "solution": load(exercise).functions[exercise]}
    exec(textwrap.dedent(UNEARNED[case]), space)
    for seed in (0, 1):
        asked = replace(question(exercise, seed), mistakes={})  # no known one is asked for
        outcomes = load(exercise).outcomes(asked.cases, {exercise: space[exercise]})
        verdict = judge_outcomes(asked, outcomes)
        assert not verdict.right
        assert words in verdict.gave
