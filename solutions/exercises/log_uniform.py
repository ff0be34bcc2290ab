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
    if first is None:
        return None
    if np.shape(first) != (size,):
        return {"first": first}
    return {"draws": [first, *(fn(low, high, size, np.random.default_rng(s)) for s in (seed, 99))]}


def judge(case, raw):
    low, high, size, _ = case
    assert isinstance(raw, dict), f"an array of shape {(size,)}"
    if "first" in raw:
        numbers = np.asarray(raw["first"]).dtype.kind in "biuf"
        # a class of the answer's own may tell another shape than it has
        told = numbers and np.shape(raw["first"]) != (size,)
        assert told, f"an array of shape {(size,)}"
        return {"shape of the result": (str(np.shape(raw["first"])), str((size,)))}
    assert len(raw["draws"]) == 3, f"an array of shape {(size,)}"
    x, again, other = map(np.asarray, raw["draws"])
    assert other.shape == x.shape, f"an array of shape {(size,)}, for every seed"
    assert x.dtype.kind in "iuf", f"an array of {size} numbers"
    if x.dtype.kind in "iu":
        return {"dtype of the numbers": (str(x.dtype), "float64")}
    rounding = 1e-12 if x.dtype == np.float64 else 1e-5
    with np.errstate(all="ignore"):
        # where the logarithms lie, from 0 at low to 1 at high
        z, further = (
            (np.log(draw.astype(float)) - np.log(low)) / (np.log(high) - np.log(low))
            for draw in (x, other)
        )
    numbers = {}
    if size >= 100:  # a few draws, right or wrong, may lie anywhere
        numbers = {
            "numbers that are not above 0": (np.count_nonzero(~(x > 0)), None, 0),
            "numbers below low": (np.count_nonzero(x < low * (1 - rounding)), None, 0),
            "numbers above high": (np.count_nonzero(x > high * (1 + rounding)), None, 0),
        }
        different = len(np.unique(x))
        told = "nearly all" if different > 0.9 * size else "a part" if different > 50 else different
        numbers["numbers that differ from all others"] = (str(told), "nearly all")
        if told != "nearly all":
            return numbers if told == "a part" else dict([numbers.popitem()])
        scales = {
            "numbers themselves are": (x - low) / (high - low),
            "numbers, from 0 to high, are": x / high,
            "roots are": (np.sqrt(x) - low**0.5) / (high**0.5 - low**0.5),
            "inverses are": (1 / x - 1 / high) / (1 / low - 1 / high),
        }
        numbers |= spread(z, scales)
        if not outside(numbers):
            # the other seed's draw is one more of the same kind, and knows nothing of the first:
            # the correlation of n independent numbers is beyond 8 standard errors once in 10^15
            far = 8 / np.sqrt(size)
            alike = float(np.corrcoef(z, further)[0, 1])
            numbers["correlation with another seed's logarithms"] = alike, -far, far
            # two draws are no closer to each other, for half the number of draws
            apart = off_each_other(z, further), 0.2 / np.sqrt(size / 2), None
            numbers["distance of two seeds' logarithms, but for their order"] = apart
            numbers |= {f"another seed, {k}": n for k, n in spread(further, {}).items()}
    return numbers | {
        "same seed, same numbers": (np.array_equal(x, again), True),
        "other seed, same numbers": (np.array_equal(x, other), False),
    }


def outside(numbers):
    """Whether one of the numbers is not what it should be, or not in its band."""
    bands = [(n, *(due if len(due) == 2 else due * 2)) for n, *due in numbers.values()]
    return not all(
        (low is None or n >= low) and (high is None or n <= high) for n, low, high in bands
    )


def spread(z, scales):
    """How uniform the logarithms are, and what else is. All bands from the DKW inequality.

    The distribution function of n uniform draws is nowhere off by more than d, but for probability
    2 exp(-2 n d^2): 5e-11 at d = 3.5 / sqrt(n). A share is one value of it.
    """
    n, slack = len(z), 3.5 / np.sqrt(len(z))
    numbers = {
        "share below the middle of the scale": (np.mean(z < 0.5), 0.5 - slack, 0.5 + slack),
        "share in the lowest quarter": (np.mean(z < 0.25), 0.25 - slack, 0.25 + slack),
        "share in the highest quarter": (np.mean(z > 0.75), 0.25 - slack, 0.25 + slack),
        # nowhere off by more than 0.2 / sqrt(n): 5e-13, from sqrt(2 pi) / 0.2 exp(-pi^2 / 0.32)
        "share farthest from a uniform logarithm": (off_uniform(z), 0.2 / np.sqrt(n), slack),
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
        for scale, places in scales.items():
            numbers[f"the {scale} uniform"] = bool(off_uniform(places) < slack), False
        own = (z - z.min()) / max(np.ptp(z), 1e-300)
        if off_uniform(own) < slack:  # a part of the scale, or more than it: how much, coarsely
            powers = round(4 * np.log2(np.ptp(z)))
            numbers["quarter powers of 2 in the share of the scale"] = (powers, 0)
            for quarter in ("lowest", "highest"):  # said by these, and near their bands by chance
                del numbers[f"share in the {quarter} quarter"]
    return numbers


def off_uniform(z):
    """How far a sample's distribution function is from that of [0, 1], at most."""
    z, n = np.clip(np.sort(z), 0, 1), len(z)
    return float(np.maximum(np.arange(1, n + 1) / n - z, z - np.arange(n) / n).max())


def off_each_other(z, further):
    """How far the distribution functions of two samples are apart, at most."""
    both = np.concatenate([z, further])
    ranks = [np.searchsorted(np.sort(draw), both, side="right") for draw in (z, further)]
    return float(np.abs(ranks[0] - ranks[1]).max() / len(z))


def call(case):
    return "log_uniform({}, {}, {}, np.random.default_rng({}))", *case


# %% tags=["cases"]
def visible():
    yield 1e-3, 1.0, 8000, 7
    yield 1.0, 100.0, 2000, 6
    yield 0.5, 32.0, 2000, 8
    yield 1e-3, 0.1, 1, 9


def hidden(rng):
    for low, high, size in [
        (1e-4, 0.1, 8000),
        (2.0, 600.0, 4000),
        (0.3, 1.5, 1500),
        (1, 256, 3000),
    ]:
        yield low, high, size, int(rng.integers(1000, 10**6))
    yield 1e-6, 1e-2, 1, int(rng.integers(1000, 10**6))
    yield 1e-2, 1e3, 14, int(rng.integers(1000, 10**6))


# %% tags=["mistakes"]
def mixing(log, power, sentence):
    """An answer whose logarithm and power have different bases."""

    @mistake(sentence)
    def mixes_the_bases(low, high, size, rng):
        return power(rng.uniform(log(low), log(high), size))

    return mixes_the_bases


FAR = "The numbers go beyond the bounds: do the logarithm and the power have the same base?"
NEAR = "The numbers fill a part of the scale alone: do logarithm and power have the same base?"
ten_from_natural = mixing(np.log, lambda z: 10.0**z, FAR)
ten_from_two = mixing(np.log2, lambda z: 10.0**z, FAR)
natural_from_two = mixing(np.log2, np.exp, FAR)
natural_from_ten = mixing(np.log10, np.exp, NEAR)
two_from_natural = mixing(np.log, np.exp2, NEAR)
two_from_ten = mixing(np.log10, np.exp2, NEAR)


@mistake("Nearly all numbers lie near high: they are uniform themselves, not their logarithms.")
def draws_on_the_plain_scale(low, high, size, rng):
    return rng.uniform(low, high, size)


@mistake("These are the logarithms: what leads from a logarithm back to the number?")
def returns_the_logarithms(low, high, size, rng):
    return rng.uniform(np.log(low), np.log(high), size)


@mistake("The bounds went into exp as they are: which numbers lie between low and high?")
def forgets_the_logarithms(low, high, size, rng):
    return np.exp(rng.uniform(low, high, size))


@mistake("These are logarithms of uniform numbers: uniform logarithms are asked.")
def takes_the_logarithm_at_the_end(low, high, size, rng):
    return np.log(rng.uniform(low, high, size))


@mistake("One number came back: `size` of them are asked, as an array.")
def ignores_the_size(low, high, size, rng):
    return np.exp(rng.uniform(np.log(low), np.log(high)))


@mistake("All numbers are the same: one was drawn and repeated.")
def repeats_one_number(low, high, size, rng):
    return np.full(size, np.exp(rng.uniform(np.log(low), np.log(high))))


@mistake("The same seed gave other numbers: take all randomness from rng.")
def uses_global_randomness(low, high, size, rng):
    return log_uniform(low, high, size, np.random.default_rng())


@mistake("Every seed gives the same numbers: the rng that you are given should decide.")
def fixes_the_seed(low, high, size, rng):
    return log_uniform(low, high, size, np.random.default_rng(0))


@mistake("The numbers stand at equal ratios, from low up to high: chance should decide where.")
def lays_a_grid(low, high, size, rng):
    return np.geomspace(low, high, size)


@mistake("Each number of an even grid came once: chance decides on each number on its own.")
def shuffles_a_grid(low, high, size, rng):
    return rng.permutation(np.geomspace(low, high, size))


@mistake("Only a few different numbers came: any number between the bounds may be drawn.")
def draws_from_a_short_grid(low, high, size, rng):
    return rng.choice(np.geomspace(low, high, 10), size)


@mistake("Only whole powers came: the exponent is a number with decimals, not an integer.")
def draws_whole_exponents(low, high, size, rng):
    bounds = np.floor(np.log10(low)), np.ceil(np.log10(high)) + 1
    return 10.0 ** rng.integers(*map(int, bounds), size)


@mistake("Within each decade the numbers are uniform themselves: the logarithm is, all along.")
def draws_a_decade_and_a_digit(low, high, size, rng):
    decades = max(round(np.log10(high / low)), 1)
    return low * 10.0 ** rng.integers(0, decades, size) * rng.uniform(1, 10, size)


@mistake("Nearly all numbers lie near low: 1 / x is uniform in your answer, not the logarithm.")
def draws_on_the_scale_of_inverses(low, high, size, rng):
    return 1 / rng.uniform(1 / high, 1 / low, size)


@mistake("The root is uniform in your answer: the logarithm is asked.")
def draws_on_the_scale_of_roots(low, high, size, rng):
    return rng.uniform(np.sqrt(low), np.sqrt(high), size) ** 2


@mistake("Some numbers lie beyond the bounds: the logarithm is uniform, not normal.")
def draws_normal_logarithms(low, high, size, rng):
    logs = np.log(low), np.log(high)
    return np.exp(rng.normal(np.mean(logs), 0.8 * (logs[1] - logs[0]), size))


@mistake("Many numbers lie at a bound: what was drawn beyond it was moved there.")
def clips_normal_logarithms(low, high, size, rng):
    return np.clip(draws_normal_logarithms(low, high, size, rng), low, high)


@mistake("The numbers reach from 0 to high, and uniformly: does the ratio carry the power?")
def forgets_the_power(low, high, size, rng):
    return low * (high / low) * rng.random(size)


@mistake("The numbers do not follow the bounds: how often does low fit into high?")
def stays_in_one_decade(low, high, size, rng):
    return low * 10 ** rng.random(size)


@mistake("The numbers come in ascending order: leave them in the order of the draws.")
def sorts_the_numbers(low, high, size, rng):
    return np.sort(log_uniform(low, high, size, rng))


@mistake("The numbers stand in an array with two axes: one is asked.")
def gives_a_column(low, high, size, rng):
    return log_uniform(low, high, size, rng)[:, None]


@mistake("No number lies in the upper half of the scale: how far does it reach?")
def covers_half_of_the_scale(low, high, size, rng):
    return low * (high / low) ** (rng.random(size) / 2)


@mistake("Only whole powers came: the exponent is a number with decimals, not an integer.")
def draws_powers_within_the_bounds(low, high, size, rng):
    first, last = np.log10(low), np.log10(high)
    return 10.0 ** rng.integers(round(first), max(round(last), round(first)) + 1, size)


@mistake("The logarithms crowd in the middle of the scale: they are not uniform.")
def draws_a_bell(low, high, size, rng):
    middle, width = np.log(low * high) / 2, np.log(high / low)
    return np.exp(np.clip(rng.normal(middle, width / 4, size), np.log(low), np.log(high)))
