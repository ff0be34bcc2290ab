import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### The same weight for every class
#
# `y` (n,) holds labels, integers from 0. Return an array of floats (max(y) + 1,): the weight of
# class $k$ is
#
# $$w_k = \frac{n}{K\,n_k},$$
#
# where $n_k$ counts the rows of class $k$ and $K$ the classes that occur. A label below the largest
# one that does not occur gets weight 0 and does not count in $K$.

# %% [markdown] tags=["hint"]
# Give each row of the first example the weight of its class and add them up, class by class. Every
# class should have the same sum, and all rows together the sum n.


# %% tags=["solution"]
def class_weights(y):
    """Return the weight n / (K n_k) of every label 0 ... max(y); 0 for a label without rows."""
    counts = np.bincount(y)
    present = counts > 0
    return np.where(present, len(y) / (present.sum() * np.maximum(counts, 1)), 0.0)


# %% tags=["cases"]
promises = ["labels", "pure", "repeatable"]


def visible():
    yield np.array([0, 0, 1, 0, 0, 0, 1, 0])
    yield np.array([1, 0, 2, 2, 0, 2, 1, 2, 2, 1])
    yield np.array([3, 0, 3, 3, 1, 1, 3, 3])  # one is of class 0, and nobody of class 2


def hidden(rng):
    for n, k in [(30, 2), (25, 4), (60, 6)]:
        y = rng.integers(0, k, size=n)
        y[:k] = np.arange(k)
        yield y
    yield np.array([2, 2, 5, 2, 2])
    yield np.zeros(4, int)
    yield np.array([1, 1, 1])
    yield rng.integers(0, 3, size=600) ** 2  # more rows than a small integer counts
    yield rng.integers(0, 2, size=700).astype(np.uint8)


# %% tags=["mistakes"]
def counted(y):
    counts = np.bincount(y)
    return counts, counts > 0


@mistake("Larger classes got larger weights: a row of a rare class should weigh more.")
def weighs_by_frequency(y):
    return np.bincount(y) / len(y)


@mistake("The weights are in the right proportion, but too large: what does K divide?")
def forgets_the_number_of_classes(y):
    counts, present = counted(y)
    return np.where(present, len(y) / np.maximum(counts, 1), 0.0)


@mistake("These are 1 over the counts: the weights of all rows should add up to n.")
def inverts_the_counts(y):
    counts, present = counted(y)
    return np.where(present, 1 / np.maximum(counts, 1), 0.0)


@mistake("The weights of the classes add up to 1 here: the weights of the rows should add up to n.")
def adds_up_to_one(y):
    weights = class_weights(y)
    return weights / weights.sum()


@mistake("The largest class got weight 1: by the formula a row weighs 1 on average over all rows.")
def weighs_the_largest_one(y):
    counts, present = counted(y)
    return np.where(present, counts.max() / np.maximum(counts, 1), 0.0)


@mistake("The rarest class got weight 1: put n, K and its own count into the formula.")
def weighs_the_rarest_one(y):
    weights = class_weights(y)
    return weights / weights.max()


@mistake("A label without rows was counted in K: how many classes occur?")
def counts_absent_classes(y):
    counts, present = counted(y)
    return np.where(present, len(y) / (len(counts) * np.maximum(counts, 1)), 0.0)


@mistake("The label without rows was left out: each number up to the largest label has its place.")
def leaves_out_absent_classes(y):
    weights = class_weights(y)
    return weights[weights > 0]


@mistake("A label without rows got a weight: it should be 0.")
def weighs_absent_classes(y):
    counts, present = counted(y)
    return len(y) / (present.sum() * np.maximum(counts, 1))


@mistake("A label without rows got an infinite weight: it should be 0.")
def divides_by_zero(y):
    counts, present = counted(y)
    with np.errstate(divide="ignore"):
        return len(y) / (present.sum() * counts)


@mistake("There is one weight for each row: return one for each class.")
def weighs_rows(y):
    return class_weights(y)[y]


@mistake("These are the counts: which classes should weigh more?")
def returns_the_counts(y):
    return np.bincount(y)


@mistake("The formula has n above the bar, the number of all rows: here it is the largest count.")
def takes_largest_for_n(y):
    counts, present = counted(y)
    return np.where(present, counts.max() / (present.sum() * np.maximum(counts, 1)), 0.0)


@mistake("The weight is 1 minus the class's share: then ten times rarer is not ten times heavier.")
def subtracts_the_share(y):
    counts, present = counted(y)
    return np.where(present, 1 - counts / len(y), 0.0)


@mistake("The fraction was cut to an integer: a weight is a float.")
def divides_integers(y):
    counts, present = counted(y)
    return np.where(present, len(y) // (present.sum() * np.maximum(counts, 1)), 0)
