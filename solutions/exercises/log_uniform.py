import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Numbers on a logarithmic scale
#
# Draw `size` numbers between `low` and `high`, $0 < \text{low} < \text{high}$, whose *logarithm* is
# uniform: every interval is as likely as any other one whose ends have the same ratio, so that as
# many numbers fall between 0.001 and 0.01 as between 0.01 and 0.1. Return an array (size,), in the
# order of the draws. All randomness comes from `rng`.

# %% [markdown] tags=["hint"]
# Draw 1000 numbers between 0.0001 and 1 and count those below 0.01. Then print the smallest and the
# largest number, the shape, and what two generators of the same seed give.


# %% tags=["solution"]
def log_uniform(low, high, size, rng):
    """Draw an array (size,) of numbers in [low, high] whose logarithm is uniform."""
    return np.exp(rng.uniform(np.log(low), np.log(high), size))


# %% tags=["probe"]
def collect(fn, case):
    low, high, size, seed = case
    first = fn(low, high, size, np.random.default_rng(seed))
    if np.shape(first) != (size,):
        return first
    return {"draws": [first, *(fn(low, high, size, np.random.default_rng(s)) for s in (seed, 99))]}


def judge(case, raw):
    low, high, size, _ = case
    assert isinstance(raw, dict), f"an array of shape {(size,)}"
    x, again, other = map(np.asarray, raw["draws"])
    assert x.dtype.kind in "iuf", f"an array of {size} numbers"
    if x.dtype.kind in "iu":
        return {"dtype of the numbers": (str(x.dtype), "float64")}
    rounding = 1e-12 if x.dtype == np.float64 else 1e-5
    with np.errstate(all="ignore"):
        # where the logarithms lie, from 0 at low to 1 at high
        z = (np.log(x.astype(float)) - np.log(low)) / (np.log(high) - np.log(low))
    numbers = {
        "numbers that are not above 0": (np.count_nonzero(~(x > 0)), None, 0),
        "numbers below low": (np.count_nonzero(x < low * (1 - rounding)), None, 0),
        "numbers above high": (np.count_nonzero(x > high * (1 + rounding)), None, 0),
    }
    if size >= 100:
        numbers |= spread(z, (x - low) / (high - low), x / high)
    alike = size == 0
    return numbers | {
        "same seed, same numbers": (np.array_equal(x, again), True),
        "other seed, same numbers": (np.array_equal(x, other), alike),
    }


def spread(z, plain, part):
    """How uniform the logarithms are, and what else is. All bands from the DKW inequality.

    The distribution function of n uniform draws is nowhere off by more than d, but for probability
    2 exp(-2 n d^2): 5e-11 at d = 3.5 / sqrt(n). A share is one value of it.
    """
    n, slack = len(z), 3.5 / np.sqrt(len(z))
    numbers = {
        "different numbers": (len(np.unique(z)), 0.9 * n, None),
        "share below the middle of the scale": (np.mean(z < 0.5), 0.5 - slack, 0.5 + slack),
        "share in the lowest quarter": (np.mean(z < 0.25), 0.25 - slack, 0.25 + slack),
        "share in the highest quarter": (np.mean(z > 0.75), 0.25 - slack, 0.25 + slack),
        "share farthest from a uniform logarithm": (off_uniform(z), None, slack),
        # of n draws two neighbours are farther apart than 3 mean gaps but for probability
        # e^(-n / 20): 1e-9 and less from n = 415 on; numbers on a grid keep their distance
        "largest gap / the mean gap, on the scale": (
            np.diff(np.sort(z)).max() / max(np.ptp(z), 1e-300) * n,
            3 if n > 415 else 1,
            None,
        ),
        # 14 numbers in order by chance: 1 in 14!, which is 9e10
        "in ascending order": (bool(np.all(np.diff(z) >= 0)), False),
    }
    # to tell the mistakes apart: another quantity that is uniform
    if off_uniform(z) > slack:
        numbers["the numbers themselves are uniform"] = (bool(off_uniform(plain) < slack), False)
        numbers["number / high is uniform from 0"] = (bool(off_uniform(part) < slack), False)
    return numbers


def off_uniform(z):
    """How far a sample's distribution function is from that of [0, 1], at most."""
    z, n = np.clip(np.sort(z), 0, 1), len(z)
    return float(np.maximum(np.arange(1, n + 1) / n - z, z - np.arange(n) / n).max())


def call(case):
    return "log_uniform({}, {}, {}, np.random.default_rng({}))", *case


# %% tags=["cases"]
def visible():
    yield 1e-4, 1.0, 1000, 7
    yield 0.5, 32.0, 1000, 8
    yield 1e-3, 0.1, 1, 9


def hidden(rng):
    for low, high, size in [
        (1e-5, 1e-1, 2000),
        (2.0, 3000.0, 900),
        (0.3, 1.5, 1500),
        (1, 256, 800),
    ]:
        yield low, high, size, int(rng.integers(1000, 10**6))
    yield 1e-6, 1e-2, 1, int(rng.integers(1000, 10**6))
    yield 1e-2, 1e3, 14, int(rng.integers(1000, 10**6))


# %% tags=["mistakes"]
@mistake("Nearly all numbers lie near high: they are uniform themselves, not their logarithms.")
def draws_on_the_plain_scale(low, high, size, rng):
    return rng.uniform(low, high, size)


@mistake("These are the logarithms: what leads from a logarithm back to the number?")
def returns_the_logarithms(low, high, size, rng):
    return rng.uniform(np.log(low), np.log(high), size)


@mistake("The numbers reach far beyond the bounds: do log and power have the same base?")
def mixes_the_bases(low, high, size, rng):
    return 10 ** rng.uniform(np.log(low), np.log(high), size)


@mistake("The numbers do not reach the bounds: do log and exp have the same base?")
def mixes_the_bases_the_other_way(low, high, size, rng):
    return np.exp(rng.uniform(np.log10(low), np.log10(high), size))


@mistake("The bounds went into exp as they are: which numbers lie between low and high?")
def forgets_the_logarithms(low, high, size, rng):
    return np.exp(rng.uniform(low, high, size))


@mistake("One number came back: `size` of them are asked, as an array.")
def ignores_the_size(low, high, size, rng):
    return np.exp(rng.uniform(np.log(low), np.log(high)))


@mistake("The same seed gave other numbers: take all randomness from rng.")
def uses_global_randomness(low, high, size, rng):
    return log_uniform(low, high, size, np.random.default_rng())


@mistake("Every seed gives the same numbers: the rng that you are given should decide.")
def fixes_the_seed(low, high, size, rng):
    return log_uniform(low, high, size, np.random.default_rng(0))
