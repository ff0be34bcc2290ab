import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### The best discriminator
#
# `p_data` and `p_model` are two densities at the same places, arrays of one shape (any number of
# axes), 0 or more; far out they may be as small as $10^{-30}$. Return $D^*$ at each place, by
# (15.2). Where both densities are exactly 0, no point ever falls, and every answer is as good as
# any other: return 0.5 there.

# %% [markdown] tags=["hint"]
# Take three places: one with data alone, one with fakes alone, one with nothing. Say what D should
# answer at each, and compare.


# %% tags=["solution"]
def optimal_discriminator(p_data, p_model):
    """Return the best D at each place, 0.5 where both densities are 0."""
    with np.errstate(invalid="ignore"):
        D = p_data / (p_data + p_model)
    return np.where(np.isnan(D), 0.5, D)


# %% tags=["cases"]
promises = ["integer", "float32", "empty", "pure", "repeatable"]


def visible():
    yield np.array([0.75, 0.2, 0.5]), np.array([0.25, 0.6, 0.5])
    yield np.array([0.3, 0.0, 0.0]), np.array([0.0, 0.4, 0.0])
    yield np.array([[2.0, 1.0], [0.0, 3.0]]), np.array([[1.0, 3.0], [0.0, 0.5]])
    yield np.array([3e-20, 2e-30, 0.0]), np.array([1e-20, 3e-30, 0.0])


def hidden(rng):
    for shape in [(5,), (2, 3), (2, 1, 3)]:
        p, q = rng.uniform(size=(2, *shape))
        p.flat[:2], q.flat[1:3] = 0.0, 0.0
        yield p, q
    yield rng.uniform(size=(3, 2)).T, rng.uniform(size=(2, 3))
    yield rng.permutation([2, 0, 1, 0]), np.array([3, 0, 1, 2])
    yield np.array([1e-6, 2e-7, 0.0]), np.array([3e-6, 1e-7, 0.0])
    p, q = rng.uniform(1e-30, 1e-29, size=(2, 4))
    yield np.append(p, 0.0), np.append(q, 0.0)
    yield rng.uniform(size=4).astype(np.float32), rng.uniform(size=4).astype(np.float32)


# %% tags=["mistakes"]
def quotient(top, total, otherwise=0.5):
    """top / total, and `otherwise` where the total is 0."""
    known = total > 0
    return np.where(known, top / np.where(known, total, 1), otherwise)


@mistake("D is large where fakes are: it is the probability that a point is real.")
def swaps_the_densities(p_data, p_model):
    return quotient(p_model, p_data + p_model)


@mistake("Where both densities are 0 this gives nan: the task asks for 0.5 there.")
def divides_by_zero(p_data, p_model):
    with np.errstate(invalid="ignore"):
        return p_data / (p_data + p_model)


@mistake("Where both densities are 0 this gives 0: the task asks for 0.5 there.")
def zero_in_the_void(p_data, p_model):
    return quotient(p_data, p_data + p_model, 0)


@mistake("Where both densities are 0 this gives 1: the task asks for 0.5 there.")
def one_in_the_void(p_data, p_model):
    return quotient(p_data, p_data + p_model, 1)


@mistake("A half in places where one density alone is 0: ask for both.")
def half_where_either_is_zero(p_data, p_model):
    return np.where((p_data > 0) & (p_model > 0), quotient(p_data, p_data + p_model), 0.5)


@mistake("A half in places without data: where fakes are, D is sure. Ask for both densities.")
def half_without_data(p_data, p_model):
    return np.where(p_data > 0, quotient(p_data, p_data + p_model), 0.5)


@mistake("A half in places without fakes: where data is, D is sure. Ask for both densities.")
def half_without_fakes(p_data, p_model):
    return np.where(p_model > 0, quotient(p_data, p_data + p_model), 0.5)


@mistake("This is a verdict, not a probability: how sure is D?")
def decides(p_data, p_model):
    return np.where(p_data == p_model, 0.5, (p_data > p_model) * 1.0)


@mistake("This verdict is 0 or 1: how sure is D?")
def decides_ties_too(p_data, p_model):
    return (p_data > p_model) * 1.0


@mistake("This verdict is 1 or 0: how sure is D?")
def decides_ties_for_data(p_data, p_model):
    return (p_data >= p_model) * 1.0


@mistake("This is the ratio of the densities, which may exceed 1: D is a probability.")
def ratio(p_data, p_model):
    return quotient(p_data, p_model)


@mistake("This is the ratio of the densities, and 1 without fakes: D is a share of their sum.")
def ratio_with_one(p_data, p_model):
    return np.where(p_model == 0, 1.0, p_data / np.where(p_model == 0, 1, p_model))


@mistake("This is the difference of the densities: D is a share of their sum.")
def difference(p_data, p_model):
    return p_data - 1.0 * p_model


@mistake("The difference over the sum runs from -1 to 1: D is a probability.")
def difference_over_sum(p_data, p_model):
    return quotient(p_data - 1.0 * p_model, p_data + p_model)


@mistake("The densities were divided by their sums first: take them as they are.")
def normalizes(p_data, p_model):
    p, q = p_data / max(p_data.sum(), 1e-12), p_model / max(p_model.sum(), 1e-12)
    return quotient(p, p + q)


@mistake("One sum divides all places: each has a D of its own.")
def divides_by_one_sum(p_data, p_model):
    total = (p_data + p_model).sum() * np.ones(p_data.shape)
    return quotient(p_data, total)


@mistake("The densities were mixed half and half, and one half was forgotten above: D exceeds 1.")
def divides_by_the_mean(p_data, p_model):
    return quotient(p_data, (p_data + p_model) / 2, 0.5)


@mistake("The sigmoid of a difference of densities: the logit is a difference of their logarithms.")
def sigmoid_of_difference(p_data, p_model):
    return 1 / (1 + np.exp(p_model - 1.0 * p_data))


@mistake("Whole numbers became 0 or 1 somewhere: which dtype has the array of results?")
def keeps_whole_numbers(p_data, p_model):
    out = np.full_like(p_data, 0.5)
    total = p_data + p_model
    out[total > 0] = p_data[total > 0] / total[total > 0]
    return out


def added_below(eps):
    @mistake("A small number was added below: where densities are smaller still, it decides alone.")
    def adds_below(p_data, p_model):
        return p_data / (p_data + p_model + eps)

    return adds_below


below_1e6, below_1e7, below_1e8 = added_below(1e-6), added_below(1e-7), added_below(1e-8)
below_1e9, below_1e10 = added_below(1e-9), added_below(1e-10)
below_1e12, below_1e15 = added_below(1e-12), added_below(1e-15)


@mistake("Tiny densities get a D near 0: the divisor was kept larger than they are.")
def lifts_the_divisor(p_data, p_model):
    total = p_data + p_model
    return np.where(total == 0, 0.5, p_data / np.maximum(total, 1e-8))


def added_to_both(eps):
    @mistake("Tiny densities get 0.5, or nearly so: it is for places where both are exactly 0.")
    def adds_to_both(p_data, p_model):
        return (p_data + eps) / (p_data + p_model + 2 * eps)

    return adds_to_both


both_1e8, both_1e12 = added_to_both(1e-8), added_to_both(1e-12)
