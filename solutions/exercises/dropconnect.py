import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Drop connections, not units
#
# A dense layer gives $x W + b$, with `x` (N, D_in), `W` (D_in, D_out) and `b` (D_out,). In
# training, drop each weight of `W` with probability `p`, $0 \le p < 1$, each on its own, and scale
# the weights that are kept by $1/(1-p)$; the bias is never dropped. One mask may serve all rows of
# `x`, or each row may have its own. At test (`train=False`) nothing is dropped and nothing scaled.
# Return the output of the layer, (N, D_out). All randomness comes from `rng`.

# %% [markdown] tags=["hint"]
# Give the layer an identity matrix for `x` and zeros for `b`: then the output is the weights
# themselves, some of them 0. How many are, and how large are the others?


# %% tags=["solution"]
def dropconnect(x, W, b, p, rng, train=True):
    """Return `x @ W + b` with weights dropped at random in training, untouched at test."""
    if train:
        W = W * (rng.random(W.shape) >= p) / (1 - p)
    return x @ W + b


# %% tags=["probe"]
def collect(fn, case):
    x, W, b, p, train, seed = case
    how = () if train else (False,)  # training is the default
    seeds = (seed, *range(seed, seed + 8))
    outs = [fn(x, W, b, p, np.random.default_rng(s), *how) for s in seeds]
    kept = []
    if train and all(np.shape(out) == (len(x), W.shape[1]) for out in outs):
        # which weights were kept, of many more seeds: those rows of x are the identity
        rows = slice(1, len(W) + 1)
        more = [fn(x, W, b, p, np.random.default_rng(s)) for s in range(seed + 8, seed + 32)]
        kept = [np.packbits(np.abs(np.asarray(out)[rows] - b) > 0.05) for out in more]
    return {"outs": outs, "kept": kept}


UNITS = "units "  # begins what says that one draw has decided on many weights


def judge(case, raw):
    x, W, b, p, train, _ = case
    assert len(raw["outs"]) == 9, "an array of shape (N, D_out)"
    outs = [np.asarray(out) for out in raw["outs"]]
    for out in outs:
        assert out.dtype.kind in "biuf", "an array of shape (N, D_out)"
        if out.shape != (len(x), W.shape[1]):
            return {"shape of the result": (f"{out.shape}", f"{(len(x), W.shape[1])}")}
    same = [int(np.array_equal(outs[0], out)) for out in outs[1:]]
    seeds = {"same seed, same result": (bool(same[0]), True)}
    if not train:
        return seeds | at_test(outs[0], x, W, b, sum(same))
    seeds["other seeds, same result"] = (sum(same[1:]), 0 if p else 7)
    bias = factors_on_the_bias(outs[0], b)
    if any(value != due for value, due in bias.values()):
        zeros = float(np.mean(outs[0] == 0))  # whole outputs
        return bias | {"outputs that are 0": (zeros, None, 0.5 * min(p, 1 - p) if p else 0.0)}
    numbers = connections(outs[1:], x, W, b, p)
    if any(UNITS in name for name in numbers):
        return numbers
    if p and "share of weights kept" in numbers:
        kept = [np.unpackbits(np.asarray(bits)) for bits in raw["kept"]]
        counted = [len(bits) for bits in kept] == [-(-W.size // 8) * 8] * 24
        assert counted, "an array of shape (N, D_out), for every seed"
        numbers |= spread([bits[: W.size] for bits in kept])
    return numbers | seeds


def at_test(out, x, W, b, same):
    """What is left of x W + b at test."""
    due = x @ W + b
    if same < 8:
        return {"every seed, same result at test": (False, True)}
    eps = max(float(np.finfo(a.dtype).eps) for a in (out, W, b) if a.dtype.kind == "f")
    rounding = 100 * eps * (np.abs(x) @ np.abs(W) + np.abs(b)).max()
    scale = float(np.vdot(out - b, due - b) / np.vdot(due - b, due - b))
    return {
        "x W at test, times": (round(scale, 3), 1.0),
        "largest difference from x W + b at test": (np.abs(out - due).max(), None, rounding),
    }


def factors_on_the_bias(out, b):
    """The first row of x is zero: it leaves the bias alone."""
    factors = np.asarray(out[0] / b, float)
    return {
        "largest factor on the bias": (round(float(factors.max()), 4), 1.0),
        "smallest factor on the bias": (round(float(factors.min()), 4), 1.0),
    }


def connections(outs, x, W, b, p):
    """Read from the outputs which weights were kept, and how they were scaled.

    Then D_in rows of x are the identity: they show single weights. The others are ones: powers of
    2 in each column of W tell from a sum which of them are in it.
    """
    n_in = len(W)
    single = np.array([out[1 : n_in + 1] - b for out in outs]) / W
    scale = single.max()
    due = np.asarray(1 / (1 - p), W.dtype)
    numbers = {"factor on a kept weight": (np.asarray(scale, outs[0].dtype), due)}
    if not scale > 0:
        return numbers
    between = np.minimum(np.abs(single), np.abs(single - scale)).max() / scale
    numbers["factors that are neither"] = (float(between), None, 1e-3)
    sums = [np.asarray(out[n_in + 1 :] - b, float) / scale / np.abs(W).min() for out in outs]
    off = max(float(np.abs(s - s.round()).max()) for s in sums)
    inside = all(s.min() > -0.5 and s.max() < 2**n_in - 0.5 for s in sums)
    numbers["sums that no kept weights give"] = (off if inside else 1.0, None, 0.05)
    if off > 0.05 or not inside:
        return numbers
    places = np.arange(n_in)[:, None]
    masks = [s.round().astype(int)[:, None, :] >> places & 1 for s in sums]  # (rows, D_in, D_out)
    return numbers | structure(masks, p)


def structure(masks, p):
    """Whether chance has decided on each weight on its own."""
    mask = np.array([m[0] for m in masks])  # (8, D_in, D_out)
    equal = float(np.mean((mask == mask[:, :, :1]).all(axis=1)))
    whole = float(np.mean(mask.min(axis=1) == mask.max(axis=1)))
    bar = 0.6 if p else 1.0  # at most 0.17 are due: 0.8^8
    units = {}
    if whole > bar and not equal == 1 > whole:
        units[UNITS + "that keep all weights or none"] = (whole, None, bar)
    if equal == 1 > bar or (equal > bar and not units):
        units[UNITS + "with the first unit's mask"] = (equal, None, bar)
    if units:
        return units
    # binomial: 8 draws of all weights, 7 standard deviations, false alarms below 1e-10
    size = sum(m[0].size for m in masks)
    slack = 7 * np.sqrt(p * (1 - p) / size) + (10 / size if p else 0)
    kept = float(np.mean(masks))
    counts = {int(m[0].sum()) for m in masks}
    return {
        "share of weights kept": (kept, 1 - p - slack, 1 - p + slack),
        "share kept is p": (bool(abs(kept - p) <= slack), p == 1 - p),
        # 8 binomial counts with deviations above 10: all equal in less than 1 of 10^10
        "every seed, same number kept": (len(counts) == 1, p == 0),
        "largest correlation of masks with themselves, moved": (
            moved_correlation(np.concatenate([m[0].ravel() for m in masks])),
            None,
            # 8 standard deviations: below 1e-10 over all moves
            8 / np.sqrt(size),
        ),
    }


def spread(masks):
    """How much the numbers of weights kept differ from mask to mask."""
    # binomial counts: chi squared over 23 degrees of freedom is below 0.05 less often than
    # exp(-11.5 (0.05 - 1 - ln 0.05)), which is 6e-11, and above 5 once in 10^12
    counts, share = [np.count_nonzero(mask) for mask in masks], np.mean(masks)
    due = max(masks[0].size * share * (1 - share), 1e-9)
    ratio = float(np.var(counts, ddof=1) / due)
    return {"variance of the numbers kept, as a share of the due one": (ratio, 0.05, 5.0)}


def moved_correlation(kept):
    """How much a sequence resembles itself further on, at most; 0 if it is constant."""
    z = kept - kept.mean()
    if not z.any():
        return 0.0
    spectrum = np.abs(np.fft.rfft(z, 2 * len(z))) ** 2
    return float(np.fft.irfft(spectrum)[1 : len(z)].max() / np.vdot(z, z))


def call(case):
    """The lines write the layer of a training case, whose arrays are large."""
    x, W, b, p, train, seed = case
    if not train:
        return (
            "dropconnect({}, {}, {}, {}, np.random.default_rng({}), train=False)",
            x,
            W,
            b,
            p,
            seed,
        )
    casts = ["" if a.dtype == np.float64 else f'.astype("{a.dtype}")' for a in (x, W, b)]
    rows, (n_in, n_out) = len(x) - len(W) - 1, W.shape
    biases = f"np.linspace(1, 2, {n_out})"
    biases = biases if b.dtype.kind == "f" else f"np.ceil({biases})"
    powers = f"2.0 ** np.arange(-3, {n_in - 3})"
    return (
        f"x = np.vstack([np.zeros((1, {n_in})), np.eye({n_in}), np.ones(({rows}, {n_in}))])"
        f"{casts[0]}"
        f"\nW = np.repeat({powers}, {n_out}).reshape({n_in}, {n_out}){casts[1]}"
        f"\nb = {biases}{casts[2]}"
        "\ndropconnect(x, W, b, {}, np.random.default_rng({}))"
    ), *(p, seed)


# %% tags=["cases"]
promises = ["integer: x, b", "float32", "pure"]


def layer(n_in, n_out, rows=3):
    """A row of zeros, an identity and ones; weights that are powers of 2 from 1/8 on."""
    x = np.vstack([np.zeros((1, n_in)), np.eye(n_in), np.ones((rows, n_in))])
    W = np.repeat(2.0 ** np.arange(-3, n_in - 3), n_out).reshape(n_in, n_out)
    return x, W, np.linspace(1, 2, n_out)


def visible():
    yield *layer(8, 100), 0.2, True, 7
    yield *layer(8, 100), 0.6, True, 7
    W = np.array([[1.0, 0.5, -1.0], [2.0, -1.5, 0.25]])
    yield np.array([[1.0, -2.0], [0.5, 3.0]]), W, np.array([1.0, 2.0, 3.0]), 0.2, False, 7


def hidden(rng):
    for n_in, n_out, p in [(10, 120, 0.3), (9, 150, 0.6), (8, 130, 0.2)]:
        yield *layer(n_in, n_out), p, True, int(rng.integers(1e6))
        x, W, b = (rng.normal(size=s) for s in [(5, n_in), (n_in, 4), (4,)])
        yield x, W, b, p, False, int(rng.integers(1e6))
    yield *(a.astype(np.float32) for a in layer(9, 140)), 0.35, True, int(rng.integers(1e6))
    yield *layer(8, 100, rows=1), 0.0, True, int(rng.integers(1e6))


# %% tags=["mistakes"]
def spoiled(x, W, b, p, rng, train, keep=None, scale=None, shape=None):
    """The solution with its probability, scale and shape of the mask open."""
    if not train:
        return x @ W + b
    draws = rng.random(shape or W.shape) < (1 - p if keep is None else keep)
    return x @ (W * draws * (1 / (1 - p) if scale is None else scale)).astype(W.dtype) + b


def cut(a, p, rng):
    """Inverted dropout on any array."""
    return (a * (rng.random(a.shape) >= p) / (1 - p)).astype(a.dtype)


@mistake("Whole inputs were dropped: a unit lost the same weights as its neighbours.")
def drops_inputs(x, W, b, p, rng, train=True):
    return cut(x, p, rng) @ W + b if train else x @ W + b


@mistake("A unit kept all of its weights or lost all: draw one number for each weight.")
def drops_scores(x, W, b, p, rng, train=True):
    return cut(x @ W, p, rng) + b if train else x @ W + b


@mistake("Whole outputs were dropped, with their bias: weights are to be dropped.")
def drops_outputs(x, W, b, p, rng, train=True):
    return cut(x @ W + b, p, rng) if train else x @ W + b


@mistake("The bias was dropped in some units: only weights are.")
def drops_biases(x, W, b, p, rng, train=True):
    return x @ cut(W, p, rng) + cut(b, p, rng) if train else x @ W + b


@mistake("The bias was scaled, too: what is scaled are the weights that are kept.")
def scales_the_bias(x, W, b, p, rng, train=True):
    return spoiled(x, W, b, p, rng, train, scale=1.0) / (1 - p) if train else x @ W + b


@mistake("The bias is missing.")
def forgets_the_bias(x, W, b, p, rng, train=True):
    return spoiled(x, W, 0 * b, p, rng, train)


@mistake("The bias is missing in training.")
def forgets_the_bias_in_training(x, W, b, p, rng, train=True):
    return spoiled(x, W, 0 * b if train else b, p, rng, train)


@mistake("The bias is missing at test.")
def forgets_the_bias_at_test(x, W, b, p, rng, train=True):
    return spoiled(x, W, b if train else 0 * b, p, rng, train)


@mistake("What is kept is not scaled, so the mean shrinks: what keeps the expectation at x W + b?")
def does_not_scale(x, W, b, p, rng, train=True):
    return spoiled(x, W, b, p, rng, train, scale=1.0)


@mistake("What is kept is divided by p, the chance to be dropped. Which share is kept?")
def divides_by_p(x, W, b, p, rng, train=True):
    return spoiled(x, W, b, p, rng, train, scale=1 / p if p else 1.0)


@mistake("What is kept is made smaller: the sum has lost terms. What makes up for them?")
def multiplies_by_the_share(x, W, b, p, rng, train=True):
    return spoiled(x, W, b, p, rng, train, scale=1 - p)


@mistake("p was taken for the chance to be kept: it is the chance to be dropped.")
def takes_p_for_the_chance_to_keep(x, W, b, p, rng, train=True):
    return spoiled(x, W, b, p, rng, train, keep=p, scale=1 / p if p else 1.0)


@mistake("A share p is kept and 1 - p dropped: p is the probability to drop.")
def keeps_with_probability_p(x, W, b, p, rng, train=True):
    return spoiled(x, W, b, p, rng, train, keep=p)


@mistake("The weights are scaled at test: training scales, and the test leaves them alone.")
def scales_at_test_time(x, W, b, p, rng, train=True):
    return spoiled(x, W, b, p, rng, train, scale=1.0) if train else x @ W * (1 - p) + b


@mistake("Weights are scaled up at test as well: nothing was dropped there to make up for.")
def scales_in_both(x, W, b, p, rng, train=True):
    return spoiled(x, W, b, p, rng, train) if train else x @ W / (1 - p) + b


@mistake("Weights are dropped at test too: a trained network answers the same every time.")
def drops_at_test_time(x, W, b, p, rng, train=True):
    return spoiled(x, W, b, p, rng, True)


@mistake("Nothing is dropped in training: which way round is train asked?")
def reverses_train(x, W, b, p, rng, train=True):
    return spoiled(x, W, b, p, rng, not train)


@mistake("A mask keeps all weights, or drops all of them: draw one number for each weight.")
def draws_one_number_in_all(x, W, b, p, rng, train=True):
    return spoiled(x, W, b, p, rng, train, shape=(1, 1))


@mistake("Every mask drops the same number of weights: chance decides on each on its own.")
def drops_an_exact_share(x, W, b, p, rng, train=True):
    if not train:
        return x @ W + b
    mask = np.full(W.size, 1 / (1 - p), dtype=W.dtype)
    mask[rng.permutation(W.size)[: int(p * W.size)]] = 0
    return x @ (W * mask.reshape(W.shape)) + b


@mistake("The same seed gave another result: take all randomness from rng.")
def uses_global_randomness(x, W, b, p, rng, train=True):
    return spoiled(x, W, b, p, np.random.default_rng(), train)


@mistake("Every seed gives the same mask: the rng you are given should decide.")
def fixes_the_seed(x, W, b, p, rng, train=True):
    return spoiled(x, W, b, p, np.random.default_rng(0), train)


@mistake("The share that is kept is not 1 - p: from which numbers does chance draw, and how far?")
def draws_normal_numbers(x, W, b, p, rng, train=True):
    if not train:
        return x @ W + b
    return x @ (W * (rng.normal(size=W.shape) >= p) / (1 - p)).astype(W.dtype) + b


@mistake("Two results came back: the output of the layer is asked, without its mask.")
def returns_the_mask_too(x, W, b, p, rng, train=True):
    mask = (rng.random(W.shape) >= p) / (1 - p) if train else np.ones(W.shape)
    return x @ (W * mask).astype(W.dtype) + b, mask


@mistake("The masked weights came back: the output of the layer is asked.")
def returns_the_weights(x, W, b, p, rng, train=True):
    return cut(W, p, rng) if train else W.copy()
