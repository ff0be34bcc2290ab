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
    "minibatches: whole batches in another order, and the rows in each": """
        def minibatches(X, y, batch_size, rng):
            whole = len(X) // batch_size * batch_size
            parts = [*rng.permutation(np.arange(whole).reshape(-1, batch_size))]
            parts += [np.arange(whole, len(X))] if whole < len(X) else []
            for rows in map(rng.permutation, parts):
                yield X[rows], y[rows]
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
    "train_classifier: one hidden layer, whatever is asked": """
        def train_classifier(X, y, hidden, epochs, batch_size, lr, rng):
            return solution(X, y, hidden[:1], epochs, batch_size, lr, rng)
        """,
    "train_classifier: a first layer that is drawn and never trained": """
        def train_classifier(X, y, hidden, epochs, batch_size, lr, rng):
            layer = X.shape[1], (hidden or [0])[0]
            W = rng.normal(size=layer) / np.sqrt(layer[0])
            def drawn(Z):
                return np.tanh(Z @ W) if hidden else Z
            predict = solution(drawn(X), y, hidden[1:], epochs, batch_size, lr, rng)
            return lambda Z: predict(drawn(Z))
        """,
    "he_normal: one set of numbers in another order": """
        def he_normal(n_in, n_out, rng):
            numbers = np.random.default_rng(0).normal(size=n_in * n_out)
            return rng.permutation(numbers).reshape(n_in, n_out) * np.sqrt(2 / n_in)
        """,
    "he_normal: half of the numbers, and their negatives": """
        def he_normal(n_in, n_out, rng):
            half = rng.normal(size=n_in * n_out // 2)
            numbers = rng.permutation(np.concatenate([half, -half]))
            return numbers.reshape(n_in, n_out) * np.sqrt(2 / n_in)
        """,
    "xavier_normal: a number in each cell of a grid": """
        def xavier_normal(n_in, n_out, rng):
            from statistics import NormalDist
            n = n_in * n_out
            places = (rng.permutation(n) + rng.random(n)) / n
            numbers = np.array([NormalDist().inv_cdf(place) for place in places])
            return numbers.reshape(n_in, n_out) * np.sqrt(2 / (n_in + n_out))
        """,
    "he_uniform: one set of numbers in another order": """
        def he_uniform(n_in, n_out, rng):
            numbers = np.random.default_rng(0).uniform(-1, 1, n_in * n_out)
            return rng.permutation(numbers).reshape(n_in, n_out) * np.sqrt(6 / n_in)
        """,
    "xavier_uniform: a quarter of the numbers, four times": """
        def xavier_uniform(n_in, n_out, rng):
            bound = np.sqrt(6 / (n_in + n_out))
            few = rng.uniform(-bound, bound, n_in * n_out // 4)
            return np.stack([rng.permutation(few) for _ in range(4)]).reshape(n_in, n_out)
        """,
    "log_uniform: one set of numbers in another order": """
        def log_uniform(low, high, size, rng):
            numbers = np.random.default_rng(0).random(size) if size > 99 else rng.random(size)
            return low * (high / low) ** rng.permutation(numbers)
        """,
    "smote: one set of rows in another order": """
        def smote(X_minority, n_new, k, rng):
            return rng.permutation(solution(X_minority, n_new, k, np.random.default_rng(0)))
        """,
    "smote: a share of the way from each cell of a grid": """
        def smote(X_minority, n_new, k, rng):
            X = X_minority
            d = np.linalg.norm(X[:, None, :] - X[None, :, :], axis=2)
            np.fill_diagonal(d, np.inf)
            nearest = d.argsort(axis=1)[:, : min(k, len(X) - 1)]
            start = rng.permutation(n_new) % len(X)
            end = nearest[start, rng.permutation(n_new) % nearest.shape[1]]
            u = (rng.permutation(n_new) + rng.random(n_new)) / max(n_new, 1)
            return X[start] + u[:, None] * (X[end] - X[start])
        """,
    "random_undersample: a row of each part of a class": """
        def random_undersample(X, y, rng):
            classes, counts = np.unique(y, return_counts=True)
            rows = []
            for k in classes:
                own = np.roll(np.flatnonzero(y == k), rng.integers(len(y)))
                rows += [rng.choice(part) for part in np.array_split(own, counts.min())]
            return X[rows], y[rows]
        """,
    "random_undersample: the largest class alone is drawn": """
        def random_undersample(X, y, rng):
            classes, counts = np.unique(y, return_counts=True)
            rows = []
            for k, count in zip(classes, counts):
                own = np.flatnonzero(y == k)
                own = rng.permutation(own) if count == counts.max() else own
                rows += list(own[: counts.min()])
            return X[rows], y[rows]
        """,
    "random_oversample: the rarest class alone is drawn": """
        def random_oversample(X, y, rng):
            classes, counts = np.unique(y, return_counts=True)
            rows = list(range(len(y)))
            for k, count in zip(classes, counts):
                own, need = np.flatnonzero(y == k), counts.max() - count
                rarest = count == counts.min()
                rows += list(rng.choice(own, need) if rarest else np.resize(own, need))
            return X[rows], y[rows]
        """,
    "random_search: one set of trials, but for the last": """
        def random_search(objective, space, n_trials, rng):
            same, history = np.random.default_rng(0), []
            for trial in range(n_trials):
                source = rng if trial == n_trials - 1 else same
                params = {name: draw(source) for name, draw in space.items()}
                history.append((params, objective(params)))
            best, value = min(history, key=lambda pair: (np.isnan(pair[1]), pair[1]))
            return best, value, history
        """,
    "k_fold: each half of the rows dealt out on its own": """
        def k_fold(n, k, rng):
            half = n // 2 if n > 3 else 0
            order = np.append(rng.permutation(half), half + rng.permutation(n - half))
            parts = [order[i::k] for i in range(k)]
            return [(np.setdiff1d(order, part), part) for part in parts]
        """,
}


REFUSED = {  # what each of them is refused for
    "train_classifier: the label": "without a hidden layer, where no line separates: 1",
    "train_run": "labels: share of rows of class 9",
    "minibatches: features": "rows with another row's label",
    "minibatches: a second": "rows in the second epoch: 0",
    "minibatches: one order, of which": "rows at the same place in both epochs",
    "minibatches: whole": "share of a batch's pairs that were in one batch before: 1",
    "minibatches: one order, moved": "rows before the same row in both epochs",
    "same_pairs": "largest share of pairs as with another seed, moved: 1",
    "random_oversample: copies": "spread of the copies over the rows, as a share of the due one",
    "dropout": "variance of the numbers kept, as a share of the due one: 0.",
    "dropconnect": "variance of the numbers kept, as a share of the due one: 0.",
    "accumulate_gradients": "nodes with another gradient",
    "random_features_fit": "directions that 6 units can follow in 9 rows: 9",
    "he_normal: the sum": "largest weight, in standard deviations",
    "he_uniform: a grid": "largest gap / the mean gap: 1",
    "xavier_uniform: multiples": "largest gap / the mean gap: 1.",
    "sigmoid": HUSHED,
    "softplus": HUSHED,
    "tanh_backward": HUSHED,
    "train_classifier: one": "labels that 0 epochs give behind layers of 8 units and 1",
    "train_classifier: a first": "share of right labels: 0.",
    "he_normal: one": "distance of two seeds' weights, but for their order: 0",
    "he_normal: half": "share of weights whose size is no other's: 0.5",
    "xavier_normal": "least distance from a normal distribution, times sqrt(n): 0.0",
    "he_uniform: one": "distance of two seeds' weights, but for their order: 0",
    "xavier_uniform: a quarter": "share of weights whose size is no other's: 0.25",
    "log_uniform": "distance of two seeds' logarithms, but for their order: 0",
    "smote: one": "distance of two seeds' shares, but for their order: 0",
    "smote: a share": "shares, least distance from a uniform distribution, times sqrt(n): 0.0",
    "random_undersample: a row": "pairs of such rows, how unevenly kept, as a share of that: 1.",
    "random_undersample: the": "rows of a class, how unevenly kept, as a share of what chance",
    "random_oversample: the": "spread of the copies as a share of the due one, in class",
    "random_search": "share of values that came with another seed, too: 0.",
    "k_fold": "pairs of rows in one part, chi squared: 1",
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
