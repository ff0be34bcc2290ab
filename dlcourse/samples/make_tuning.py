"""Train small networks on the digits at many settings, for lecture 11.

Run once by hand: ``python dlcourse/samples/make_tuning.py`` (about 10 minutes; it asks for Optuna,
of which 5.0.0 was used). The network has 64 pixels, 32 hidden ReLU units and 10 classes, sees 400
digits in batches of 32, 200 times, and is judged by 400 others; what a part does differently is
said there. In a search a network that is worse than guessing, where all classes are alike, counts
as guessing, ln 10.
"""

import json
from itertools import pairwise
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
TRAINED, SIZES, BATCH, STEPS = 400, (64, 32, 10), 32, 200
RATES, DECAYS = np.geomspace(1e-4, 10, 26), np.geomspace(1e-4, 1, 9)
RANGE_RATES, RANGE_BATCH = np.geomspace(1e-3, 10, 61), 64
CURVE_RATES = 10 ** np.arange(-2.5, 0.5, 0.25)
BOX, SHIFT = ((-3, 1), (-5, -1), (0, 0.9)), 0.75  # log10 rate, log10 decay, momentum
SEARCHES = ((2, 3), (2, 4), (3, 3), (3, 4))  # parameters, values each in a grid
REPEATS = 40
GUIDED = (9, 18, 27)  # trials
WIDTHS, DEPTHS = (2, 4, 8, 16, 32, 64, 128, 256), range(6)
GUESSING = float(np.log(10))


def digits(images=TRAINED):
    """Pixels and labels of training, 400 validation and 360 test digits.

    Pixels are brought to mean 0 and deviation 1 with the training digits' mean and deviation.
    """
    with np.load(HERE / "digits.npz") as stored:
        X, X_test = (
            stored[part].reshape(-1, 64) / np.float32(16) for part in ("X_train", "X_test")
        )
        y, y_test = (stored[part].astype(int) for part in ("y_train", "y_test"))
    seen = np.r_[:400, 800:1437][:images]
    sets = (X[seen], y[seen]), (X[400:800], y[400:800]), (X_test, y_test)
    return [((pixels - X[seen].mean()) / X[seen].std(), labels) for pixels, labels in sets]


def start(seed, lanes, sizes=SIZES):
    """Return He's weights and biases of 0, the same in every lane."""
    rng = np.random.default_rng(seed)
    drawn = [rng.normal(size=pair) * np.sqrt(2 / pair[0]) for pair in pairwise(sizes)]
    layers = [(W, np.zeros((1, W.shape[1]))) for W in drawn]
    return [np.tile(p.astype(np.float32), (lanes, 1, 1)) for layer in layers for p in layer]


def forward(params, x):
    """The inputs of every layer, and the log-probabilities."""
    xs = [x]
    for W, b in zip(params[:-2:2], params[1:-2:2], strict=True):
        xs.append(np.maximum(xs[-1] @ W + b, 0))
    z = xs[-1] @ params[-2] + params[-1]
    z = z - z.max(axis=-1, keepdims=True)
    return xs, z - np.log(np.exp(z).sum(axis=-1, keepdims=True))


def slopes(params, x, y):
    """The loss on a batch, in each lane, and the gradients of all parameters."""
    xs, logp = forward(params, np.broadcast_to(x, (len(params[0]), *x.shape)))
    delta = (np.exp(logp) - np.eye(10, dtype=np.float32)[y]) / len(y)
    grads = []
    for k in reversed(range(len(xs))):
        grads[:0] = [xs[k].swapaxes(1, 2) @ delta, delta.sum(axis=1, keepdims=True)]
        delta = delta @ params[2 * k].swapaxes(1, 2) * (xs[k] > 0)
    return -logp[:, range(len(y)), y].mean(axis=1), grads


def judge(params, X, y, worst=GUESSING):
    """The loss in each lane, `worst` where it is worse or has no value, and the share of errors."""
    logp = forward(params, X)[1]
    loss = np.fmin(-logp[:, range(len(y)), y].mean(axis=1), worst)  # NaN counts as worst
    return loss, (logp.argmax(axis=-1) != y).mean(axis=1)


def train(
    rates, decays=0.0, momenta=0.0, *, seed, steps=STEPS, sizes=SIZES, images=TRAINED, look=None
):
    """Train a network for each setting, all from one start with the same batches.

    Returns the parameters; ``look(t, params)`` is called before each step and at the end.
    """
    X, y = digits(images)[0]
    rates, decays, momenta = np.broadcast_arrays(*map(np.atleast_1d, (rates, decays, momenta)))
    lr, lam, mu = (np.float32(a)[:, None, None] for a in (rates, decays, momenta))
    params, rng = start(seed, len(rates), sizes), np.random.default_rng(100 + seed)
    velocity = [np.zeros_like(p) for p in params]
    with np.errstate(all="ignore"):  # rates that are too large explode
        for t in range(steps):
            if look:
                look(t, params)
            rows = rng.integers(len(X), size=BATCH)
            grads = slopes(params, X[rows], y[rows])[1]
            for k, (p, v, g) in enumerate(zip(params, velocity, grads, strict=True)):
                v *= mu
                v += g if k % 2 else g + lam * p  # biases do not decay
                p -= lr * v
        if look:
            look(steps, params)
    return params


def judged(params, images=TRAINED, worst=GUESSING):
    """Losses and errors on training, validation and test digits: (3, 2, lanes)."""
    with np.errstate(all="ignore"):
        return np.array([judge(params, *part, worst) for part in digits(images)])


def rounded(a, places=4):
    return np.round(np.asarray(a, float), places).tolist()


def landscape():
    """The validation loss at 26 rates and 9 weight decays, the mean of ten starts."""
    rates, decays = (a.ravel() for a in np.meshgrid(RATES, DECAYS, indexing="ij"))
    losses = [judged(train(rates, decays, seed=seed))[1, 0] for seed in range(10)]
    loss = np.mean(losses, axis=0).reshape(len(RATES), len(DECAYS))
    return {"rates": RATES.tolist(), "decays": DECAYS.tolist(), "loss": rounded(loss)}


def range_test(seed):
    """The losses of a step at each rate, up to the first above four times the lowest."""
    X, y = digits()[0]
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


def curve(rates, seed, steps=STEPS, every=10, **more):
    """Validation losses on the way (looks, lanes); a loss above 10, or none, counts as 10."""
    looks, others = [], digits(more.get("images", TRAINED))[1]

    def look(t, params):
        if t % every == 0:
            looks.append(judge(params, *others, 10.0)[0])

    train(rates, seed=seed, steps=steps, look=look, **more)
    return np.array(looks)


def curves():
    """The validation losses on the way, at 12 rates, five starts."""
    loss = np.moveaxis([curve(CURVE_RATES, seed) for seed in range(5)], 2, 0)
    steps = list(range(0, STEPS + 1, 10))
    return {"rates": CURVE_RATES.tolist(), "steps": steps, "loss": rounded(loss)}


def settings(places, low, high, linear=False):
    """Rates, decays and momenta at places of a box, given in shares (n, dims) of its sides."""
    dims = places.shape[1]
    full = np.zeros((len(places), 3))
    if linear:
        ends = [10.0 ** low[:2], 10.0 ** high[:2]]
        full[:, :2] = ends[0] + places[:, :2] * (ends[1] - ends[0])
    else:
        full[:, :2] = 10 ** (low[:2] + places[:, :2] * (high - low)[:2])
    if dims == 3:
        full[:, 2] = low[2] + places[:, 2] * (high - low)[2]
    return full.T


def lattice(values, dims):
    return np.stack(np.meshgrid(*[values] * dims, indexing="ij"), axis=-1).reshape(-1, dims)


def search(dims, values, seed, width=1.0):
    """What five ways to spend ``values ** dims`` trainings reach: validation loss, test error.

    The box is moved at random along rate and decay, each time anew, so that no grid is lucky. With
    a `width` of 0.5 its sides and its moves are half as long there, about the same middle.
    Coarse to fine spends two thirds at random in the box and the rest at random in a box a quarter
    as wide around the best of them.
    """
    rng, n = np.random.default_rng(1000 + seed), values**dims
    low, high = np.array(BOX, dtype=float)[:dims].T
    shift = np.zeros(dims)
    shift[:2] = width * rng.uniform(-SHIFT, SHIFT, 2)
    inwards = (1 - width) / 2 * (high - low) * (np.arange(dims) < 2)
    low, high = low + shift + inwards, high + shift - inwards
    coarse = round(n * 2 / 3)
    places = {
        "grid, edges": lattice(np.linspace(0, 1, values), dims),
        "grid, centres": lattice((np.arange(values) + 0.5) / values, dims),
        "random": rng.uniform(size=(n, dims)),
        "random, linear": rng.uniform(size=(n, dims)),
        "coarse": rng.uniform(size=(coarse, dims)),
    }
    tried = [settings(p, low, high, name == "random, linear") for name, p in places.items()]
    ends = judged(train(*np.concatenate(tried, axis=1), seed=seed))
    found = np.split(ends[1:, [0, 1], :], np.cumsum([p.shape[1] for p in tried])[:-1], axis=2)
    found = dict(zip(places, ((f[0, 0], f[1, 1]) for f in found), strict=True))
    best = places["coarse"][found["coarse"][0].argmin()]
    fine = np.clip(best + rng.uniform(-1 / 8, 1 / 8, (n - coarse, dims)), 0, 1)
    ends = judged(train(*settings(fine, low, high), seed=seed))
    first, second = found.pop("coarse"), (ends[1, 0], ends[2, 1])
    found["coarse to fine"] = [np.r_[pair] for pair in zip(first, second, strict=True)]
    return {n: (loss.min(), error[loss.argmin()]) for n, (loss, error) in found.items()}


def searches(budgets=SEARCHES, width=1.0):
    """The five ways, each budget, 40 repetitions: losses and test errors."""
    table = {}
    for dims, values in budgets:
        runs = [search(dims, values, seed, width) for seed in range(REPEATS)]
        table[f"{dims} parameters, {values**dims} trials"] = {
            name: {
                "loss": rounded([run[name][0] for run in runs]),
                "test": rounded([run[name][1] for run in runs]),
            }
            for name in runs[0]
        }
    return table


def winners():
    """Errors of the best of n settings on few and on many validation digits, and on test digits.

    64 random settings near the best ones, 40 repetitions; of each prefix of 1, 2, 4 ... 64 the one
    with the fewest errors on 50 (or on all 400) validation digits wins, of equals the first.
    """
    counts, table = [2**k for k in range(7)], {"counts": [2**k for k in range(7)]}
    found = {50: [], 400: []}
    for seed in range(REPEATS):
        rng = np.random.default_rng(2000 + seed)
        rates, decays = 10 ** rng.uniform((-1.3, -5), (-0.2, -2), (64, 2)).T
        params = train(rates, decays, seed=seed)
        _, (X, y), test = digits()
        unseen = judge(params, *test)[1]
        for rows, pairs in found.items():
            chosen = np.random.default_rng(3000 + seed).permutation(len(X))[:rows]
            errors = judge(params, X[chosen], y[chosen])[1]
            best = [errors[:n].argmin() for n in counts]
            pairs.append([errors[best], unseen[best]])
    return table | {str(rows): rounded(np.mean(pairs, axis=0)) for rows, pairs in found.items()}


def widths():
    """Networks of eight widths, five starts: when the validation loss is lowest, and at the end.

    At both moments the validation loss, the test loss and the test error.
    """
    parts, (_, others, test) = ("validation", "test", "errors"), digits()
    table = {"widths": list(WIDTHS)} | {when: {p: [] for p in parts} for when in ("lowest", "last")}
    for width in WIDTHS:
        runs = []  # starts, looks, parts
        for seed in range(5):
            looks = []

            def look(t, params, looks=looks):
                if t % 25 == 0:
                    found = judge(params, *others, 10.0)[0], *judge(params, *test, 10.0)
                    looks.append(np.concatenate(found))

            train(0.3, seed=seed, steps=3000, sizes=(64, width, 10), look=look)
            runs.append(looks)
        runs = np.array(runs)
        stops = runs[range(5), runs[:, :, 0].argmin(axis=1)]
        for when, ends in (("lowest", stops), ("last", runs[:, -1])):
            for part, values in zip(parts, ends.T, strict=True):
                table[when][part].append(rounded(values))
    return table


def depths():
    """Losses of 0 to 5 hidden layers, five starts, each at the best of seven rates.

    The lowest validation loss on the way, by which the rate is chosen, and then, of the same
    trainings, the errors on training, validation and test digits at that moment and the last loss.
    """
    rates, sets = (0.01, 0.03, 0.1, 0.2, 0.3, 0.6, 1.0), digits()
    errors = ("training", "validation", "test")
    table = {"rates": [], "lowest": [], "last": []} | {part: [] for part in errors}
    for depth in DEPTHS:
        runs = []  # starts, looks, (validation loss, errors), rates
        for seed in range(5):
            looks = []

            def look(t, params, looks=looks):
                if t % 25 == 0:
                    seen, others, test = (judge(params, *part) for part in sets)
                    looks.append([others[0], seen[1], others[1], test[1]])

            train(rates, seed=seed, steps=1000, sizes=(64, *[32] * depth, 10), look=look)
            runs.append(looks)
        runs = np.array(runs)
        lowest, at = runs[:, :, 0].min(axis=1), runs[:, :, 0].argmin(axis=1)
        best = int(lowest.mean(axis=0).argmin())
        chosen = runs[range(5), at[:, best], :, best]  # starts, (loss, errors)
        table["rates"].append(rates[best])
        for part, values in zip(("lowest", *errors), chosen.T, strict=True):
            table[part].append(rounded(values))
        table["last"].append(rounded(runs[:, -1, 0, best]))
    return table


def halving(seed):
    """The validation loss that successive halving of 32 settings reaches, and what 6 and 32 cost.

    Halving gives 32 settings 6 steps, 16 of them 12, and so on to one with 192, which costs as
    much as 6 whole trainings of 192 steps; beside it the first 6 and all 32, trained whole.
    """
    rng = np.random.default_rng(5000 + seed)
    low, high = np.array(BOX, dtype=float)[:2].T
    shift = rng.uniform(-SHIFT, SHIFT, 2)
    rates, decays, _ = settings(rng.uniform(size=(32, 2)), low + shift, high + shift)
    whole = judged(train(rates, decays, seed=seed, steps=192))[1, 0]
    alive, steps = np.arange(32), 6
    while len(alive) > 1:
        loss = judged(train(rates[alive], decays[alive], seed=seed, steps=steps))[1, 0]
        alive = alive[np.argsort(loss, kind="stable")[: len(alive) // 2]]
        steps *= 2
    return whole[alive[0]], whole[:6].min(), whole.min()


def guided(seed):
    """Optuna's TPE beside random search, 9, 18 and 27 trials in ten moved boxes, from one start.

    The ten studies go in step, so that their networks are trained side by side. The lowest
    validation loss so far and the test error of the network that has it: (ways, trials, 2, boxes).
    """
    import optuna  # no extra of this course: only this script needs it

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    rng, most = np.random.default_rng(6000 + seed), GUIDED[-1]
    boxes = np.array(BOX[:2], dtype=float) + rng.uniform(-SHIFT, SHIFT, (10, 2, 1))
    seeds = [optuna.samplers.TPESampler(seed=10 * seed + k) for k in range(10)]
    studies, tried = [optuna.create_study(sampler=sampler) for sampler in seeds], []
    for _ in range(most):
        trials = [study.ask() for study in studies]
        places = [
            [
                t.suggest_float(name, *ends)
                for name, ends in zip(("rate", "decay"), box, strict=True)
            ]
            for t, box in zip(trials, boxes, strict=True)
        ]
        ends = judged(train(*10 ** np.transpose(places), seed=seed))
        for study, trial, loss in zip(studies, trials, ends[1, 0], strict=True):
            study.tell(trial, float(loss))
        tried.append([ends[1, 0], ends[2, 1]])
    drawn = 10 ** rng.uniform(boxes[..., 0], boxes[..., 1], (most, 10, 2)).reshape(-1, 2).T
    ends = judged(train(*drawn, seed=seed))
    ways = np.array(tried), np.stack([ends[1, 0], ends[2, 1]]).reshape(2, most, 10).swapaxes(0, 1)
    return [[_winners(way[:n]) for n in GUIDED] for way in ways]


def _winners(tried):
    """The lowest loss of each box, and the error that comes with it, from (trials, 2, boxes)."""
    return tried[tried[:, 0].argmin(axis=0), :, np.arange(tried.shape[2])].T


def remedies():
    """HUST's five remedies, each alone, for two networks that ail differently: errors, ten starts.

    "hasty" has seen 1,000 digits for 100 steps at a small rate; "narrow minded" learned 60 digits
    by heart. Tuning tries 27 random settings and takes the one with the lowest validation loss.
    """
    bases = {
        "hasty": {"rates": 0.01, "steps": 100, "images": 1000},
        "learned by heart": {"rates": 0.1, "steps": 1000, "images": 60},
    }
    table = {}
    for name, base in bases.items():
        more = {
            "as it is": base,
            "more data": base | {"images": min(1037, 4 * base["images"])},
            "longer": base | {"steps": 4 * base["steps"]},
            "deeper": base | {"sizes": (64, 32, 32, 10)},
            "wider": base | {"sizes": (64, 128, 10)},
            "regularized": base | {"decays": 0.01},
        }
        table[name] = {}
        for remedy, how in more.items():
            images = how["images"]
            runs = [judged(train(**how, seed=seed), images)[:, 1, 0] for seed in range(10)]
            table[name][remedy] = rounded(np.transpose(runs))
        runs = []
        for seed in range(10):
            rng = np.random.default_rng(4000 + seed)
            rates, decays = 10 ** rng.uniform((-3, -5), (0.3, -1), (27, 2)).T
            how = base | {"rates": rates, "decays": decays}
            ends = judged(train(**how, seed=seed), base["images"])
            runs.append(ends[:, 1, ends[1, 0].argmin()])
        table[name]["tuned"] = rounded(np.transpose(runs))
    return table


def main():
    table = {
        "landscape": landscape(),
        "range": {
            "rates": RANGE_RATES.tolist(),
            "loss": [rounded(range_test(seed)) for seed in range(5)],
        },
        "curves": curves(),
        "searches": searches(),
        "narrow searches": searches(SEARCHES[:2], 0.5),
        "winners": winners(),
        "widths": widths(),
        "depths": depths(),
        "halving": rounded(np.transpose([halving(seed) for seed in range(REPEATS)])),
        "guided": rounded(np.concatenate([guided(seed) for seed in range(4)], axis=-1)),
        "remedies": remedies(),
    }
    (HERE / "tuning.json").write_text(json.dumps(table) + "\n", "utf-8")


if __name__ == "__main__":
    main()
