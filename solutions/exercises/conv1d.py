import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Slide a filter along a signal
#
# `x` has $I$ numbers and the filter `w` has $F \le I$. Without padding there are $I - F + 1$ places
# for the filter, and as many outputs. Deep learning calls *convolution* what mathematics calls
# cross-correlation: the filter lies on the signal as it is. Index from 0:
#
# $$o_i = \sum_{u=0}^{F-1} w_u\, x_{i+u}.$$
#
# With `flip=True` return the convolution of mathematics for the same places, which reads the filter
# from its end: $o_i = \sum_u w_{F-1-u}\, x_{i+u}$.
#
# Example: `x` = (1, 2, 4, 0) and `w` = (1, -1) give (-1, -2, 4), and with `flip=True` (1, 2, -4).

# %% [markdown] tags=["hint"]
# Write the signal 1, 2, 4, 0 on one strip of paper and a filter 1, 10 on another. Slide it by hand,
# once as it is and once turned round, and print what your function gives.


# %% tags=["solution"]
def conv1d(x, w, flip=False):
    """Return the I - F + 1 sums of products of `w`, as it is or turned round, along `x`."""
    if flip:
        w = w[::-1]
    return np.array([w @ x[i : i + len(w)] for i in range(len(x) - len(w) + 1)])


# %% tags=["cases"]
promises = ["integer", "float32", "pure", "repeatable"]


def visible():
    yield np.array([1.0, 2.0, 4.0, 0.0]), np.array([1.0, -1.0])
    yield np.array([1.0, 2.0, 4.0, 0.0]), np.array([1.0, -1.0]), True
    yield np.array([2.0, -1.0, 0.5, 3.0, 1.0]), np.array([1.0, 0.0, 3.0])
    yield np.array([2.0, -1.0, 0.5, 3.0, 1.0]), np.array([1.0, 0.0, 3.0]), True
    yield np.array([3.0, -2.0, 1.0]), np.array([1.0, 2.0, -4.0]), True  # one place
    yield np.array([3.0, -2.0]), np.array([2.5])
    yield np.array([1, 2, 5]), np.array([0.5, 0.25])


def hidden(rng):
    for size, kernel_size in [(9, 4), (12, 3), (5, 5), (7, 2), (6, 1), (30, 11)]:
        for flip in (False, True):
            yield rng.normal(size=size), rng.normal(size=kernel_size), flip
    yield rng.normal(size=16)[::2], rng.normal(size=6)[::-2]
    yield rng.normal(size=8).astype(np.float32), rng.normal(size=3).astype(np.float32)
    yield rng.integers(-9, 9, size=7), rng.normal(size=3)


# %% tags=["mistakes"]
def of_the_solution(change):
    """What `change` makes of the solution's outputs."""
    return lambda x, w, flip=False: change(conv1d(x, w, flip), x, w, flip)


@mistake("The two are the wrong way round: without flip the filter lies on the signal as it is.")
def flips_the_other_way(x, w, flip=False):
    return conv1d(x, w, not flip)


@mistake("flip makes no difference: the filter is never turned round.")
def never_flips(x, w, flip=False):
    return conv1d(x, w)


@mistake("flip makes no difference: the filter is always turned round, as np.convolve does.")
def always_flips(x, w, flip=False):
    return conv1d(x, w, True)


@mistake("With flip the outputs come in reverse order: which of the two is to be turned round?")
def flips_the_signal(x, w, flip=False):
    return conv1d(x[::-1], w) if flip else conv1d(x, w)


@mistake("With flip the outputs are turned round: turn the filter, before the sums.")
def flips_the_outputs(x, w, flip=False):
    return conv1d(x, w)[::-1] if flip else conv1d(x, w)


@mistake("The last place is missing: the filter fits once more at the end.")
def misses_the_last_place(x, w, flip=False):
    return conv1d(x, w, flip)[:-1]


@mistake("There are more outputs than places: the filter hangs over the ends of the signal.")
def hangs_over_both_ends(x, w, flip=False):
    return np.convolve(x, w if flip else w[::-1], "full")


@mistake(
    "There are more outputs than places, and flip makes no difference: np.convolve alone lets the "
    "filter hang over both ends, and always turns it round."
)
def convolves_in_full(x, w, flip=False):
    return np.convolve(x, w)


@mistake("There are as many outputs as inputs: without padding the filter fits less often.")
def keeps_the_size(x, w, flip=False):
    out = np.convolve(x, w if flip else w[::-1], "full")
    return out[(len(w) - 1) // 2 :][: len(x)]


@mistake("The filter hangs over the end of the signal: it must fit wholly.")
def hangs_over_the_end(x, w, flip=False):
    return conv1d(np.append(x, np.zeros(len(w) - 1, x.dtype)), w, flip)


@mistake("The products were averaged: they are added.")
def averages(x, w, flip=False):
    return conv1d(x, w, flip) / len(w)


@mistake("The windows do not overlap: the filter moves on by one number, not by its length.")
def jumps_by_its_length(x, w, flip=False):
    return conv1d(x, w, flip)[:: len(w)]


@mistake("Each place has still its single products: add them up.")
def does_not_sum(x, w, flip=False):
    windows = np.lib.stride_tricks.sliding_window_view(x, len(w))
    return windows * (w[::-1] if flip else w)


@mistake("The sums have lost terms: only the first weight counts.")
def counts_the_first_weight(x, w, flip=False):
    w = w[::-1] if flip else w
    return conv1d(x, np.where(np.arange(len(w)) == 0, w, 0))


@mistake("The sums have lost terms: is what came before kept in your loop?")
def counts_the_last_weight(x, w, flip=False):
    w = w[::-1] if flip else w
    return conv1d(x, np.where(np.arange(len(w)) == len(w) - 1, w, 0))


@mistake("The first place is missing: the filter fits where the signal begins.")
def misses_the_first_place(x, w, flip=False):
    return conv1d(x, w, flip)[1:]


@mistake(
    "The signs of the outputs are the wrong way round with flip: the filter is turned, not -w."
)
def changes_the_sign(x, w, flip=False):
    return conv1d(x, -w if flip else w)


@mistake("A single number came out: the filter slides, and each place has a sum.")
def adds_the_places(x, w, flip=False):
    return conv1d(x, w, flip).sum()


@mistake("Zeros follow where the filter fits no more: how many places are there for it?")
def fills_up_with_zeros(x, w, flip=False):
    out = np.zeros(len(x), np.result_type(x, w))
    out[: len(x) - len(w) + 1] = conv1d(x, w, flip)
    return out


@mistake("With flip the places before the first input were read from the end: what is x[-1]?")
def counts_from_the_end(x, w, flip=False):
    places = range(len(x) - len(w) + 1)
    back = [sum(w[u] * x[i - u] for u in range(len(w))) for i in places]
    return np.array(back) if flip else conv1d(x, w)


@mistake("The last output has stayed 0: the filter fits once more.")
def leaves_the_last_place(x, w, flip=False):
    out = conv1d(x, w, flip)
    out[-1] = 0
    return out


@mistake("The sums have lost their decimals: what can an array of whole numbers hold?")
def keeps_the_type_of_the_signal(x, w, flip=False):
    return conv1d(x, w, flip).astype(x.dtype)


@mistake("Each sum lacks its last product: which is the last u?")
def forgets_the_last_product(x, w, flip=False):
    w = w[::-1] if flip else w
    return conv1d(x, np.append(w[:-1], 0 * w[:1]))


@mistake("With flip the first weight has stayed the first: which one is w[-0]?")
def turns_round_all_but_the_first(x, w, flip=False):
    return conv1d(x, np.append(w[:1], w[:0:-1]) if flip else w)
