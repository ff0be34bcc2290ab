import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Xavier, normal
#
# Draw the weights of a dense layer, an array (n_in, n_out), from a normal distribution with mean 0
# and standard deviation $\sqrt{2/(n_{in} + n_{out})}$. All randomness comes from `rng`.

# %% [markdown] tags=["hint"]
# A draw can be measured: with n_in = 150 and n_out = 50 the deviation should be about 0.1 and the
# mean about 0. Print both, the shape, and what two generators of the same seed give.


# %% tags=["solution"]
def xavier_normal(n_in, n_out, rng):
    """Return weights (n_in, n_out) from a normal distribution of variance 2 / (n_in + n_out)."""
    return rng.normal(0, np.sqrt(2 / (n_in + n_out)), (n_in, n_out))


# %% tags=["probe"]
def collect(fn, case):
    n_in, n_out, seed = case
    draws = [fn(n_in, n_out, np.random.default_rng(s)) for s in (seed, seed, seed + 1)]
    first = draws[0]
    ragged = isinstance(first, list | tuple) and len({np.shape(row) for row in first}) > 1
    drawn = not ragged and np.ndim(first) == 2 and np.asarray(first).dtype.kind == "f"
    if drawn:
        return {"draws": draws}
    return {"odd": first} if isinstance(first, dict) else first  # none that reads like ours


def judge(case, raw):
    n_in, n_out, _ = case
    drawn = isinstance(raw, dict) and len(raw.get("draws", ())) == 3
    assert drawn, f"an array of floats, of shape {(n_in, n_out)}"
    W, again, other = map(np.asarray, raw["draws"])
    assert W.ndim == 2, f"an array of floats, of shape {(n_in, n_out)}"
    if W.shape != (n_in, n_out):
        return {"rows of the weights": (len(W), n_in), "columns": (W.shape[1], n_out)}
    first = measured(W, 2 / (n_in + n_out))
    numbers = first | {
        "same seed, same weights": (np.array_equal(W, again), True),
        "other seed, same weights": (np.array_equal(W, other), False),
    }
    if outside(first):
        return numbers
    # the other seed's draw is one more of the same kind, and knows nothing of the first: the
    # correlation of n independent numbers is beyond 8 standard errors once in 10^15
    far = 8 / np.sqrt(W.size)
    assert other.shape == W.shape, f"an array of floats, of shape {W.shape}, for every seed"
    alike = float(np.corrcoef(W.ravel(), other.ravel())[0, 1])
    more = {f"another seed, {name}": n for name, n in measured(other, 2 / (n_in + n_out)).items()}
    more |= apart(W, other, 2 / (n_in + n_out))
    return numbers | {"correlation with another seed's weights": (alike, -far, far)} | more


def outside(numbers):
    """Whether one of the numbers is not what it should be, or not in its band."""
    bands = [(n, *(due if len(due) == 2 else due * 2)) for n, *due in numbers.values()]
    return not all(
        (low is None or n >= low) and (high is None or n <= high) for n, low, high in bands
    )


def measured(W, variance):
    """How weights are spread."""
    from statistics import NormalDist

    due = np.sqrt(variance)
    n_out = W.shape[1]
    ratio = float(W.std() / due)
    # 7 standard errors of the mean, more of the deviation: a false alarm in 10^11 draws
    slack = 7 / np.sqrt(W.size)
    units = {"different units": (len(np.unique(W, axis=1).T), n_out)}
    if units["different units"][0] < n_out:
        return units | {"weights other than 0": (np.count_nonzero(W), 1, None)}
    numbers = units | {"mean, in standard deviations": (float(W.mean() / W.std()), -slack, slack)}
    if abs(W.mean() / W.std()) > slack:  # the spread around 0 would say nothing more
        return numbers
    return numbers | {
        "standard deviation / the one that is due": (ratio, 1 - slack, 1 + slack),
        # coarse: tells the mistakes apart
        "half powers of 2 in that ratio": (round(2 * np.log2(max(ratio, 1e-6))), 0),
        # 0.683 of normal numbers, 0.577 of uniform ones; the standard error is below slack / 14
        "share within one standard deviation": (
            float(np.mean(np.abs(W) < W.std())),
            0.683 - slack / 2,
            0.683 + slack / 2,
        ),
        # 25 of n numbers are due beyond it (3.02 for 10,000): none is there with probability e^-25
        "largest weight, in standard deviations": (
            float(np.abs(W).max() / W.std()),
            NormalDist().inv_cdf(1 - 12.5 / W.size),
            None,
        ),
    }


def apart(W, other, variance):
    """Whether two seeds' weights are draws: neither a set of numbers nor one draw in two orders.

    The distribution function of n draws is off by d at most: by more than 3.5 / sqrt(n) with
    probability 2 exp(-2 * 3.5^2), 5e-11, and by less than 0.2 / sqrt(n) with probability
    sqrt(2 pi) / 0.2 exp(-pi^2 / (8 * 0.2^2)), 5e-13. So are two draws from each other, for n / 2.
    """
    from math import erf

    n = W.size
    draws = [np.sort(draw.astype(float), axis=None) for draw in (W, other)]
    root = np.sqrt(2 * variance)
    places = [np.vectorize(erf)(draw / root) / 2 + 0.5 for draw in draws]
    steps = np.arange(n + 1) / n
    off = [max(np.max(steps[1:] - z), np.max(z - steps[:-1])) * np.sqrt(n) for z in places]
    ranks = [np.searchsorted(draw, np.concatenate(draws), side="right") for draw in draws]
    # each number comes once, and its negative does not; a half float has no room for that
    alone = len(np.unique(np.abs(W))) / n if W.dtype.itemsize > 2 else 1.0
    return {
        "share of weights whose size is no other's": (alone, 0.9, None),
        "least distance from a normal distribution, times sqrt(n)": (min(off), 0.2, None),
        "largest distance from a normal distribution, times sqrt(n)": (max(off), None, 3.5),
        "distance of two seeds' weights, but for their order": (
            float(np.abs(ranks[0] - ranks[1]).max() / np.sqrt(2 * n)),
            0.2,
            None,
        ),
    }


def call(case):
    return "xavier_normal({}, {}, np.random.default_rng({}))", *case


# %% tags=["cases"]
def visible():
    yield 200, 50, 7
    yield 30, 300, 7


def hidden(rng):
    for n_in, n_out in [(150, 40), (60, 240), (100, 100)]:
        yield n_in, n_out, int(rng.integers(10**6))


# %% tags=["mistakes"]
@mistake("The weights are far too small: that is the variance. What does the generator expect?")
def forgets_the_root(n_in, n_out, rng):
    return rng.normal(0, 2 / (n_in + n_out), (n_in, n_out))


@mistake("The weights are far too large: check the parentheses under the root.")
def forgets_the_brackets(n_in, n_out, rng):
    return rng.normal(0, np.sqrt(2 / n_in + n_out), (n_in, n_out))


@mistake("The spread depends on the inputs alone: Xavier balances inputs and outputs.")
def counts_the_inputs_only(n_in, n_out, rng):
    return rng.normal(0, np.sqrt(1 / n_in), (n_in, n_out))


@mistake("The spread is that of He, for ReLU: Xavier balances inputs and outputs.")
def draws_he(n_in, n_out, rng):
    return rng.normal(0, np.sqrt(2 / n_in), (n_in, n_out))


@mistake("The variance is half of what it should be: a 2 is missing.")
def forgets_the_two(n_in, n_out, rng):
    return rng.normal(0, np.sqrt(1 / (n_in + n_out)), (n_in, n_out))


@mistake("Mean and spread are right, but too few numbers lie near 0 for a normal distribution.")
def draws_uniform(n_in, n_out, rng):
    return rng.uniform(-np.sqrt(6 / (n_in + n_out)), np.sqrt(6 / (n_in + n_out)), (n_in, n_out))


@mistake("The weights are too large: that is the bound of a uniform draw, not the deviation.")
def bound_is_the_deviation(n_in, n_out, rng):
    return rng.normal(0, np.sqrt(6 / (n_in + n_out)), (n_in, n_out))


@mistake("The mean of the weights lies above 0: they should be centered there.")
def is_not_centred(n_in, n_out, rng):
    return np.sqrt(2 / (n_in + n_out)) * rng.random((n_in, n_out)) * np.sqrt(12)


@mistake("The array is transposed: inputs run along the rows, units along the columns.")
def lies_on_its_side(n_in, n_out, rng):
    return rng.normal(0, np.sqrt(2 / (n_in + n_out)), (n_out, n_in))


@mistake("All units start with the same weights: what will ever make them differ?")
def repeats_one_unit(n_in, n_out, rng):
    return np.repeat(rng.normal(0, np.sqrt(2 / (n_in + n_out)), (n_in, 1)), n_out, axis=1)


@mistake("All weights are 0: what will ever make two units differ?")
def starts_at_zero(n_in, n_out, rng):
    return np.zeros((n_in, n_out))


@mistake("The same seed gave other weights: take all randomness from rng.")
def uses_global_randomness(n_in, n_out, rng):
    return xavier_normal(n_in, n_out, np.random.default_rng())


@mistake("Every seed gives the same weights: the rng you are given should decide.")
def fixes_the_seed(n_in, n_out, rng):
    return xavier_normal(n_in, n_out, np.random.default_rng(0))


@mistake("The wider the layer, the larger the weights: the fraction under the root is upside down.")
def turns_the_fraction_over(n_in, n_out, rng):
    return rng.normal(0, np.sqrt((n_in + n_out) / 2), (n_in, n_out))


@mistake("The weights are far too small: the root covers the 2 alone, not the whole fraction.")
def root_of_the_number_only(n_in, n_out, rng):
    return rng.normal(0, np.sqrt(2) / (n_in + n_out), (n_in, n_out))
