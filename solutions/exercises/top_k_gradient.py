import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Only the largest go back
#
# `delta` (N, D) holds a gradient for each of $D$ units on each of $N$ rows. Return a new array in
# which every row keeps its `k` entries of largest magnitude as they are, and holds 0 elsewhere. `k`
# may be 0 (then nothing is kept) or $D$ and more (then everything is). Within a row no two entries
# other than 0 have the same magnitude.

# %% [markdown] tags=["hint"]
# Take the single row 1, -3, 2 and print what np.argsort gives for its magnitudes. Then try k = 0, 1
# and 5, and two rows at once.


# %% tags=["solution"]
def top_k_gradient(delta, k):
    """Return `delta` with all but the `k` largest magnitudes of each row set to 0."""
    ranks = np.argsort(np.argsort(-np.abs(delta), axis=1), axis=1)
    return np.where(ranks < k, delta, 0)


# %% tags=["cases"]
promises = ["integer: delta", "float32", "empty", "pure", "repeatable"]


def visible():
    delta = np.array([[1.0, -3.0, 2.0, 0.5], [-0.25, 0.1, 0.0, -0.75]])
    yield delta, 1
    yield delta, 2
    yield delta, 3
    yield delta, 0
    yield delta, 4
    yield delta, 6
    yield np.array([[4.0, -7.0, 1.0], [2.0, 3.0, -5.0]]), 2


def hidden(rng):
    for shape in [(3, 5), (1, 6), (4, 4), (6, 3), (5, 8)]:
        delta = rng.normal(size=shape) * np.exp(rng.normal(size=(shape[0], 1)))
        for k in (1, 2, shape[1] - 1, int(rng.integers(1, shape[1] + 1))):
            yield delta, k
    yield rng.normal(size=(6, 4)).T, 3
    delta = rng.normal(size=(4, 6))
    yield delta, 0
    yield delta, 6
    yield delta, 11
    yield -np.abs(delta), 2
    yield delta * (delta > 0), 2  # behind a ReLU: many zeros
    yield delta * (delta > 0.5), 5
    yield delta[:, :1], 1
    yield delta[:, :1], 0
    yield delta.astype(np.float32), 2


def integer(rng):
    sizes = np.stack([rng.permutation(9)[:5] + 1 for _ in range(4)])
    yield (sizes * rng.choice([-1, 1], size=sizes.shape)).astype(np.int32), 2


# %% tags=["mistakes"]
def kept(delta, k, key):
    """Keep the k entries of each row for which `key` is largest."""
    ranks = np.argsort(np.argsort(-key, axis=1, kind="stable"), axis=1)
    return np.where(ranks < k, delta, 0)


@mistake("The largest values were kept: a gradient of -3 is larger than one of 2 in magnitude.")
def goes_by_value(delta, k):
    return kept(delta, k, delta)


@mistake("The smallest magnitudes were kept: the largest are asked.")
def keeps_the_smallest(delta, k):
    return kept(delta, k, -np.abs(delta))


@mistake("The lowest values were kept: largest in magnitude is asked, of both signs.")
def keeps_the_lowest(delta, k):
    return kept(delta, k, -delta)


@mistake("k entries of the whole array were kept: each row keeps k of its own.")
def goes_over_the_whole(delta, k):
    order = np.argsort(-np.abs(delta).ravel(), kind="stable")[:k]
    out = np.zeros(delta.size, delta.dtype)
    out[order] = delta.ravel()[order]
    return out.reshape(delta.shape)


@mistake("k entries of each column were kept: a row is one example.")
def goes_along_the_columns(delta, k):
    return kept(delta.T, k, np.abs(delta.T)).T


@mistake("The largest were set to 0 and the others kept: it is the other way round.")
def drops_the_largest(delta, k):
    return delta - kept(delta, k, np.abs(delta))


@mistake("One entry too many is kept in each row.")
def keeps_one_more(delta, k):
    return kept(delta, k + 1, np.abs(delta))


@mistake("One entry too few is kept in each row: the k-th largest belongs to them.")
def keeps_one_less(delta, k):
    return kept(delta, k - 1, np.abs(delta))


@mistake("The entries came back without their signs.")
def loses_the_signs(delta, k):
    return kept(np.abs(delta), k, np.abs(delta))


@mistake("These are ones where an entry is kept: the entries themselves are asked.")
def returns_the_mask(delta, k):
    return kept(np.ones_like(delta), k, np.abs(delta))


@mistake("With k = 0 everything was kept: which slice is [-0:]?")
def stumbles_over_zero(delta, k):
    out = np.zeros_like(delta)
    last = np.argsort(np.abs(delta), axis=1, kind="stable")[:, -k:]
    np.put_along_axis(out, last, np.take_along_axis(delta, last, axis=1), axis=1)
    return out


@mistake("With k larger than the number of units there is no k-th entry to compare with.")
def stumbles_over_many(delta, k):
    if not k:
        return np.zeros_like(delta)
    bar = np.sort(np.abs(delta), axis=1)[:, [-k]]
    return np.where(np.abs(delta) >= bar, delta, 0)


@mistake("k = 0 keeps everything and k > D stops: look at the index of the k-th largest there.")
def stumbles_over_both(delta, k):
    bar = np.sort(np.abs(delta), axis=1)[:, [-k]]
    return np.where(np.abs(delta) >= bar, delta, 0)


@mistake("Only the k kept entries came back: the shape should be that of delta.")
def returns_the_entries(delta, k):
    order = np.argsort(-np.abs(delta), axis=1, kind="stable")[:, :k]
    return np.take_along_axis(delta, order, axis=1)


@mistake("The places of the entries came back: the entries themselves are asked.")
def returns_the_places(delta, k):
    return np.argsort(-np.abs(delta), axis=1, kind="stable")[:, :k]


@mistake("What is kept was scaled up: it stays as it is.")
def scales_up(delta, k):
    return kept(delta, k, np.abs(delta)) * (delta.shape[1] / max(k, 1))


@mistake("The first k entries of each row were kept: the largest may stand anywhere.")
def keeps_the_first(delta, k):
    return np.where(np.arange(delta.shape[1]) < k, delta, 0)


@mistake("The columns were chosen for all rows together: each row has its own largest entries.")
def one_choice_for_all_rows(delta, k):
    key = np.abs(delta).sum(axis=0, keepdims=True)
    return kept(delta, k, np.broadcast_to(key, delta.shape))


@mistake("Every entry that beats k was kept: k is a number of entries, not a size.")
def takes_k_for_a_threshold(delta, k):
    return np.where(np.abs(delta) > k, delta, 0)


@mistake("The order of the sort was taken for ranks: it tells where the largest stand.")
def takes_the_order_for_ranks(delta, k):
    return np.where(np.argsort(-np.abs(delta), axis=1, kind="stable") < k, delta, 0)


@mistake("Some rows keep more entries than others: each row keeps k of its own.")
def shares_k_for_each_row(delta, k):
    return goes_over_the_whole(delta, k * len(delta))


@mistake("One entry too few is kept in each row: the k-th largest belongs to them.")
def excludes_the_bar(delta, k):
    return delta.copy() if k >= delta.shape[1] else kept(delta, k - 1, np.abs(delta))


@mistake("Only the k kept entries came back: the shape should be that of delta.")
def returns_the_entries_in_their_order(delta, k):
    order = np.sort(np.argsort(-np.abs(delta), axis=1, kind="stable")[:, :k], axis=1)
    return np.take_along_axis(delta, order, axis=1)


@mistake("k = 0 keeps everything and k > D stops: what does a partition at -k ask for there?")
def partitions_without_care(delta, k):
    out = np.zeros_like(delta)
    last = np.argpartition(np.abs(delta), -k, axis=1)[:, -k:]
    np.put_along_axis(out, last, np.take_along_axis(delta, last, axis=1), axis=1)
    return out


@mistake("A column that one row chose was kept in all rows: which rows does out[:, places] name?")
def keeps_the_columns_of_any_row(delta, k):
    places = np.argsort(-np.abs(delta), axis=1, kind="stable")[:, :k]
    out = np.zeros_like(delta)
    out[:, places] = delta[:, places]
    return out
