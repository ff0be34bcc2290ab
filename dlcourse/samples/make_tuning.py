"""Train small networks on the digits at many settings, for lecture 11.

Run once by hand: ``python dlcourse/samples/make_tuning.py`` (a few minutes). The network has 64
pixels, 32 hidden ReLU units and 10 classes, sees 400 digits in batches of 32, 200 times, and is
judged by 400 others.

- ``landscape``: the validation loss at 26 rates and 9 weight decays, the mean of ten starts; a
  network that is worse than guessing, where all classes are alike, counts as guessing, ln 10;
- ``range``: the losses of range tests at 61 rates, five starts, each until its loss explodes;
- ``curves``: the validation losses on the way, at 12 rates, five starts; a loss above 10, or none,
  counts as 10.
"""

import json
from itertools import pairwise
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
TRAINED, JUDGED, WIDTH, BATCH, STEPS = 400, 400, 32, 32, 200
RATES, DECAYS = np.geomspace(1e-4, 10, 26), np.geomspace(1e-4, 1, 9)
RANGE_RATES, RANGE_BATCH, CURVE_RATES = (
    np.geomspace(1e-3, 10, 61),
    64,
    10 ** np.arange(-2.5, 0.5, 0.25),
)
GUESSING = float(np.log(10))


def digits():
    """Pixels and labels of 400 training, 400 validation and 360 test digits.

    Pixels are brought to mean 0 and deviation 1 with the training digits' mean and deviation.
    """
    with np.load(HERE / "digits.npz") as stored:
        X, X_test = (
            stored[name].reshape(-1, 64) / np.float32(16) for name in ("X_train", "X_test")
        )
        y, y_test = (stored[name].astype(int) for name in ("y_train", "y_test"))
    mean, std = X[:TRAINED].mean(), X[:TRAINED].std()
    seen, judged = slice(TRAINED), slice(TRAINED, TRAINED + JUDGED)
    sets = ((X[seen], y[seen]), (X[judged], y[judged]), (X_test, y_test))
    return [((X - mean) / std, y) for X, y in sets]


def start(seed, lanes):
    """Return He's weights and biases of 0, the same in every lane."""
    rng, sizes = np.random.default_rng(seed), (64, WIDTH, 10)
    drawn = [rng.normal(size=(n, m)) * np.sqrt(2 / n) for n, m in pairwise(sizes)]
    layers = [(W, np.zeros((1, W.shape[1]))) for W in drawn]
    return [np.tile(p.astype(np.float32), (lanes, 1, 1)) for layer in layers for p in layer]


def log_softmax(z):
    z = z - z.max(axis=-1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=-1, keepdims=True))


def slopes(params, x, y):
    """The loss on a batch, in each lane, and the gradients of all parameters."""
    W, b, V, c = params
    s = x @ W + b
    h = np.maximum(s, 0)
    logp = log_softmax(h @ V + c)
    loss = -logp[:, range(len(y)), y].mean(axis=1)
    dz = (np.exp(logp) - np.eye(10, dtype=np.float32)[y]) / len(y)
    ds = dz @ V.swapaxes(1, 2) * (s > 0)
    sums = [d.sum(axis=1, keepdims=True) for d in (ds, dz)]
    return loss, [x.T @ ds, sums[0], h.swapaxes(1, 2) @ dz, sums[1]]


def judge(params, X, y, worst=GUESSING):
    """The loss in each lane, `worst` where it is worse or has no value, and the share of errors."""
    W, b, V, c = params
    logp = log_softmax(np.maximum(X @ W + b, 0) @ V + c)
    loss = -logp[:, range(len(y)), y].mean(axis=1)
    loss = np.fmin(loss, worst)  # NaN counts as worst
    return loss, (logp.argmax(axis=-1) != y).mean(axis=1)


def train(rates, decays, momenta=0.0, *, seed, steps=STEPS, every=None, worst=GUESSING):
    """Train a network for each setting, all from one start with the same batches.

    Returns validation losses (looks, lanes), and the errors on validation and test digits at the
    end; with `every`, a look is taken at the start and after every so many steps.
    """
    (X, y), judged, test = digits()
    rates, decays, momenta = np.broadcast_arrays(*map(np.atleast_1d, (rates, decays, momenta)))
    lr, lam, mu = (np.float32(a)[:, None, None] for a in (rates, decays, momenta))
    params, rng = start(seed, len(rates)), np.random.default_rng(100 + seed)
    velocity, looks = [np.zeros_like(p) for p in params], []
    with np.errstate(all="ignore"):  # rates that are too large explode
        for t in range(steps):
            if every and t % every == 0:
                looks.append(judge(params, *judged, worst)[0])
            rows = rng.integers(TRAINED, size=BATCH)
            grads = slopes(params, X[rows], y[rows])[1]
            for p, v, g, decay in zip(params, velocity, grads, (lam, 0, lam, 0), strict=True):
                v[:] = mu * v + g + decay * p
                p -= lr * v
        loss, errors = judge(params, *judged, worst)
        return np.array([*looks, loss]), errors, judge(params, *test)[1]


def range_test(seed):
    """The losses of a step at each rate, up to the first above four times the lowest."""
    (X, y), *_ = digits()
    params, rng, losses = start(seed, 1), np.random.default_rng(100 + seed), []
    with np.errstate(all="ignore"):
        for lr in RANGE_RATES:
            rows = rng.integers(TRAINED, size=RANGE_BATCH)
            loss, grads = slopes(params, X[rows], y[rows])
            losses.append(float(loss[0]))
            if not losses[-1] <= 4 * min(losses):
                break
            params = [p - np.float32(lr) * g for p, g in zip(params, grads, strict=True)]
    return losses


def rounded(a, digits=4):
    return np.round(np.asarray(a, float), digits).tolist()


def landscape():
    rates, decays = (a.ravel() for a in np.meshgrid(RATES, DECAYS, indexing="ij"))
    losses = [train(rates, decays, seed=seed)[0][-1] for seed in range(10)]
    loss = np.mean(losses, axis=0).reshape(len(RATES), len(DECAYS))
    return {"rates": RATES.tolist(), "decays": DECAYS.tolist(), "loss": rounded(loss)}


def curves():
    looks = [train(CURVE_RATES, 0.0, seed=seed, every=10, worst=10.0)[0] for seed in range(5)]
    loss = np.moveaxis(looks, 2, 0)  # rates, starts, looks
    steps = list(range(0, STEPS + 1, 10))
    return {"rates": CURVE_RATES.tolist(), "steps": steps, "loss": rounded(loss)}


def main():
    tests = [rounded(range_test(seed)) for seed in range(5)]
    table = {
        "landscape": landscape(),
        "range": {"rates": RANGE_RATES.tolist(), "loss": tests},
        "curves": curves(),
    }
    (HERE / "tuning.json").write_text(json.dumps(table) + "\n", "utf-8")


if __name__ == "__main__":
    main()
