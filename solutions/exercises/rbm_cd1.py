import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Contrastive divergence, one step
#
# Train a restricted Boltzmann machine on a batch `v0` (N, D) of numbers in [0, 1], with `W` (D, H)
# and the biases `b_visible` (D,) and `b_hidden` (H,):
#
# 1. $p_0 = \sigma(v_0 W + b_\text{hidden})$, the probabilities of the hidden units;
# 2. draw $h$ (N, H) with `rng`: each is 1 with its probability, else 0, each on its own;
# 3. $v_1 = \sigma(h\, W^\top + b_\text{visible})$ and $p_1 = \sigma(v_1 W + b_\text{hidden})$.
#
# Return the new `(W, b_visible, b_hidden)`, where $\eta$ = `lr` and bars are means over the rows:
#
# $$W + \frac{\eta}{N} \bigl(v_0^\top p_0 - v_1^\top p_1\bigr), \qquad
#   b_\text{visible} + \eta\,(\overline{v_0 - v_1}), \qquad
#   b_\text{hidden} + \eta\,(\overline{p_0 - p_1})$$
#
# Only $h$ is drawn; everything else is a probability. All sums inside $\sigma$ stay between −50 and
# 50.

# %% [markdown] tags=["hint"]
# With a bias of 40 a unit is 1 for certain, with -40 it is 0. Give all hidden units such biases, so
# that chance has no say, and follow one row by hand.


# %% tags=["solution"] points=2
def rbm_cd1(v0, W, b_visible, b_hidden, lr, rng):
    """Return (W, b_visible, b_hidden) after one step of contrastive divergence on a batch."""

    def sigmoid(s):
        return 1 / (1 + np.exp(-s))

    p0 = sigmoid(v0 @ W + b_hidden)
    h = (rng.random(p0.shape) < p0).astype(float)
    v1 = sigmoid(h @ W.T + b_visible)
    p1 = sigmoid(v1 @ W + b_hidden)
    return (
        W + lr * (v0.T @ p0 - v1.T @ p1) / len(v0),
        b_visible + lr * (v0 - v1).mean(axis=0),
        b_hidden + lr * (p0 - p1).mean(axis=0),
    )


# %% tags=["probe"]
def collect(fn, given):
    v0, W, b_visible, b_hidden, lr, seed = given
    # one h for all rows comes twice, but not so often; many rows tell it by their mean, too
    others = range(seed + 1, seed + (12 if len(v0) < 1000 else 3))
    runs = [
        fn(v0, W, b_visible, b_hidden, lr, np.random.default_rng(s)) for s in (seed, seed, *others)
    ]
    return [list(run) if isinstance(run, list | tuple) else run for run in runs]


NAMES = ("W", "b_visible", "b_hidden")


def judge(case, raw):
    v0, W, b_visible, b_hidden, lr, _ = case
    three = all(isinstance(run, list) and len(run) == 3 for run in raw)
    counted = len(raw) == (13 if len(v0) < 1000 else 4)
    assert three, "three arrays (W, b_visible, b_hidden)"
    assert counted, "three arrays (W, b_visible, b_hidden)"
    runs = [[np.asarray(part) for part in run] for run in raw]
    for name, part, old in zip(NAMES, runs[0], case[1:4], strict=True):
        if part.shape != old.shape:
            return {f"shape of {name}": (f"{part.shape}", f"{old.shape}")}
    means, deviations = expected(v0, W, b_visible, b_hidden, lr)
    told = {}
    for name, part, mean, deviation in zip(NAMES, runs[0], means, deviations, strict=True):
        if deviation.max() < 1e-9:  # chance has no say
            drawn = not np.allclose(part, runs[2][NAMES.index(name)], rtol=1e-5, atol=1e-6)
            told[name] = ("other numbers for another seed", "the same") if drawn else (part, mean)
            continue
        # a mean of many bounded rows is as good as normal: beyond 7.5 deviations once in 10^13
        off = np.abs(part - mean) / (deviation + 1e-10)
        told[f"{name}: distance from its mean, in standard deviations"] = (off.max(), None, 7.5)
    told["same seed, same result"] = (alike(runs[0], runs[1]), True)
    if max(deviation.max() for deviation in deviations) > 1e-9:
        same = all(alike(runs[0], run) for run in runs[2:])
        told["other seeds, same result"] = (same, False)
    return told


def alike(one, other):
    """Tell whether two results agree but for rounding."""
    return all(np.allclose(a, b, rtol=1e-9, atol=1e-12) for a, b in zip(one, other, strict=True))


def squashed(s):
    return 1 / (1 + np.exp(-s))


def expected(v0, W, b_visible, b_hidden, lr):
    """Mean and standard deviation of each result, over all 2^H states of the hidden units."""
    n, h = len(v0), W.shape[1]
    states = np.array([[k >> bit & 1 for bit in range(h)] for k in range(2**h)], float)
    p0 = squashed(v0 @ W + b_hidden)
    chances = np.prod(np.where(states[:, None] == 1, p0, 1 - p0), axis=2)  # (states, N)
    v1 = squashed(states @ W.T + b_visible)  # (states, D)
    p1 = squashed(v1 @ W + b_hidden)
    means, deviations = [], []
    for old, now, then in (
        (W, v0.T @ p0 / n, v1[:, :, None] * p1[:, None]),
        (b_visible, v0.mean(axis=0), v1),
        (b_hidden, p0.mean(axis=0), p1),
    ):
        mean = np.tensordot(chances, then, axes=(0, 0))  # (N, ...)
        apart = (then[:, None] - mean) ** 2  # (states, N, ...)
        variance = np.sum(chances.reshape(*chances.shape, *[1] * (mean.ndim - 1)) * apart, axis=0)
        means.append(old + lr * (now - mean.mean(axis=0)))
        deviations.append(lr * np.sqrt(variance.mean(axis=0) / n))
    return means, deviations


def call(case):
    v0, *rest = case
    if len(v0) < 10:
        return "rbm_cd1({}, {}, {}, {}, {}, np.random.default_rng({}))", *case
    line = "rbm_cd1(np.tile({}, ({}, 1)), {}, {}, {}, {}, np.random.default_rng({}))"
    return line, v0[:2], len(v0) // 2, *rest


# %% tags=["cases"]
promises = ["pure"]


def visible():
    v0 = np.array([[1.0, 0.0], [0.5, 1.0], [0.0, 0.25]])
    W = np.array([[1.0, -2.0, 0.5], [0.5, 1.0, -1.0]])
    # hidden units that are sure of themselves, then visible ones: chance has no say
    yield v0, W, np.array([0.25, -0.5]), np.array([40.0, -40.0, 40.0]), 0.5, 7
    several = np.tile(v0[:2], (100, 1))  # so many draws never come out alike
    yield several, W, np.array([40.0, -40.0]), np.array([0.5, 0.0, -1.0]), 0.5, 7
    rows = np.tile([[1.0, 0.0], [0.5, 1.0]], (4000, 1))
    yield rows, 4 * W, np.array([-2.0, 1.0]), np.array([-1.0, 1.0, 0.5]), 1.0, 8


def hidden(rng):
    for n, d, h in [(1, 3, 2), (4, 2, 3), (5, 4, 1)]:
        v0, W = rng.uniform(size=(n, d)), rng.normal(size=(d, h))
        sure = 40.0 * rng.choice([-1.0, 1.0], size=h)
        sure[0] = 40.0
        yield v0, W, rng.normal(size=d), sure, 0.3, int(rng.integers(1e6))
        sure = 40.0 * rng.choice([-1.0, 1.0], size=d)
        several = np.tile(rng.uniform(size=(2, d)), (100, 1))
        yield several, W, sure, rng.normal(size=h), 0.7, int(rng.integers(1e6))
    for d, h in [(2, 2), (3, 2)]:
        rows = np.tile(rng.uniform(size=(2, d)), (600, 1))
        W = rng.choice([-1.0, 1.0], size=(d, h)) * rng.uniform(3, 5, size=(d, h))
        yield rows, W, rng.normal(size=d), rng.normal(size=h) - W.sum(axis=0) / 2, 1.0, 11


# %% tags=["mistakes"]
def spoiled(v0, W, b_visible, b_hidden, lr, rng, **changes):
    """The solution with its steps open."""
    p0 = squashed(v0 @ W + b_hidden)
    h = changes.get("draw", lambda p: (rng.random(p.shape) < p).astype(float))(p0)
    v1 = changes.get("v1", lambda v: v)(squashed(h @ W.T + changes.get("b1", b_visible)))
    p1 = changes.get("p1", lambda p: p)(squashed(v1 @ W + changes.get("b2", b_hidden)))
    up, down = changes.get("up", lambda p0, h: p0)(p0, h), changes.get("down", p1)
    dW = changes.get("dW", lambda v0, p, v1, q: v0.T @ p - v1.T @ q)(v0, up, v1, down)
    n = changes.get("n", len(v0))
    return (
        W + lr * dW / n,
        b_visible + lr * changes.get("db", lambda a, b: a - b)(v0, v1).sum(axis=0) / n,
        b_hidden + lr * changes.get("db", lambda a, b: a - b)(up, down).sum(axis=0) / n,
    )


def other(sentence, **changes):
    def answer(v0, W, b_visible, b_hidden, lr, rng):
        return spoiled(v0, W, b_visible, b_hidden, lr, rng, **changes)

    return mistake(sentence)(answer)


drives_by_probabilities = other(
    "The hidden units were not drawn: each is 1 or 0, by chance, with its own probability.",
    draw=lambda p: p,
)
counts_the_drawn_units = other(
    "Drawn units are counted: only the reconstruction is made of them, the rest of probabilities.",
    up=lambda p0, h: h,
)
turns_the_phases = other(
    "The signs are turned: the step goes towards what the machine makes, away from the data.",
    dW=lambda v0, p, v1, q: v1.T @ q - v0.T @ p,
    db=lambda a, b: b - a,
)
turns_the_phases_of_the_weights = other(
    "The sign of W's step is turned; those of the biases are right.",
    dW=lambda v0, p, v1, q: v1.T @ q - v0.T @ p,
)
forgets_the_negative_phase = other(
    "W moves towards the data alone: what is subtracted?", dW=lambda v0, p, v1, q: v0.T @ p
)
mixes_the_phases = other(
    "In W's step v0 meets p1: each product is of one phase.",
    dW=lambda v0, p, v1, q: v0.T @ p - v0.T @ q,
)
crosses_the_phases = other(
    "The products are crossed: v0 belongs to p0, v1 to p1.",
    dW=lambda v0, p, v1, q: v0.T @ q - v1.T @ p,
)
sums_over_the_batch = other(
    "The steps grow with the number of rows: means over the batch are asked.", n=1
)
forgets_the_visible_bias = other("The visible bias is missing in the reconstruction.", b1=0.0)
forgets_the_hidden_bias = other(
    "The hidden bias is missing in the second look at the hidden units.", b2=0.0
)


@mistake("The reconstruction was drawn, too: v1 is a probability.")
def draws_the_reconstruction(v0, W, b_visible, b_hidden, lr, rng):
    def draw(v):
        return (rng.random(v.shape) < v).astype(float)

    return spoiled(v0, W, b_visible, b_hidden, lr, rng, v1=draw)


@mistake("Each unit is 1 with the probability that it should be 0: which side is drawn?")
def draws_the_other_side(v0, W, b_visible, b_hidden, lr, rng):
    return spoiled(
        v0, W, b_visible, b_hidden, lr, rng, draw=lambda p: (rng.random(p.shape) > p).astype(float)
    )


@mistake("One draw serves all rows: each unit of each row is drawn on its own.")
def draws_once_for_all_rows(v0, W, b_visible, b_hidden, lr, rng):
    return spoiled(
        v0,
        W,
        b_visible,
        b_hidden,
        lr,
        rng,
        draw=lambda p: (rng.random(p.shape[1]) < p).astype(float),
    )


@mistake("The same seed gave another result: take all randomness from rng.")
def uses_global_randomness(v0, W, b_visible, b_hidden, lr, rng):
    return spoiled(v0, W, b_visible, b_hidden, lr, np.random.default_rng())


@mistake("Every seed gives the same result: the rng you are given should decide.")
def fixes_the_seed(v0, W, b_visible, b_hidden, lr, rng):
    return spoiled(v0, W, b_visible, b_hidden, lr, np.random.default_rng(0))


@mistake("These are the steps: add them to the old values.")
def returns_the_steps(v0, W, b_visible, b_hidden, lr, rng):
    found = spoiled(v0, W, b_visible, b_hidden, lr, rng)
    return tuple(a - b for a, b in zip(found, (W, b_visible, b_hidden), strict=True))


@mistake("The rate plays no part.")
def ignores_the_rate(v0, W, b_visible, b_hidden, lr, rng):
    return spoiled(v0, W, b_visible, b_hidden, 0.2, rng)


@mistake("Only W has moved: the biases learn as well.")
def moves_the_weights_only(v0, W, b_visible, b_hidden, lr, rng):
    return spoiled(v0, W, b_visible, b_hidden, lr, rng)[0], b_visible, b_hidden


@mistake("The two biases came back in the other order: W, b_visible, b_hidden.")
def swaps_the_biases(v0, W, b_visible, b_hidden, lr, rng):
    W, b, c = spoiled(v0, W, b_visible, b_hidden, lr, rng)
    return W, c, b
