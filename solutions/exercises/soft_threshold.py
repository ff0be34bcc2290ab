import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Towards zero, and no further
#
# Move every number of `w` (any shape) by `t` ≥ 0 towards 0. What is no further than `t` from 0
# becomes exactly 0; nothing changes its sign. Return a new array: of 3, -3 and 0.5 with t = 1 it
# holds 2, -2 and 0.

# %% [markdown] tags=["hint"]
# Draw the result over w from -3 to 3 for t = 1. It has three pieces: which formula has each of
# them, and do they meet?


# %% tags=["solution"]
def soft_threshold(w, t):
    """Return `w` moved by `t` towards 0, exactly 0 where it is closer than that."""
    return np.sign(w) * np.maximum(np.abs(w) - t, 0)


# %% tags=["cases"]
promises = ["integer: w", "float32", "empty", "pure", "repeatable"]


def visible():
    yield np.array([3.0, -3.0, 0.5, -0.5, 0.0]), 1.0
    yield np.array([[2.0, -0.25], [0.75, -4.0]]), 0.5
    yield np.array([1.0, -2.0, 0.0]), 0.0
    yield np.array([0.2, -0.1, 0.3]), 5.0
    yield np.array([2, -3, 0]), 0.75


def hidden(rng):
    for shape in [(6,), (3, 4), (2, 3, 2), (5, 5), (1, 1)]:
        w = rng.normal(size=shape)
        for t in (0.3, 1.1):
            yield w, t
        yield 5 * w, float(rng.uniform(0.5, 4.0))
    yield rng.normal(size=(4, 3)).T, 0.6
    yield rng.normal(size=7), 0
    yield 1e-6 * rng.normal(size=9), 5e-7
    yield 1e6 * rng.normal(size=9), 3e5
    yield np.array([1.5, -1.5, 0.0, 1.25, -1.75]), 1.5  # exactly at the threshold
    yield rng.normal(size=(4, 5)).astype(np.float32), 0.4


# %% tags=["mistakes"]
@mistake("What is further than t from 0 has not moved: everything moves by t.")
def keeps_what_is_large(w, t):
    return np.where(np.abs(w) > t, w, 0.0)


@mistake("Numbers close to 0 went past it and came out on the other side.")
def overshoots(w, t):
    return np.sign(w) * (np.abs(w) - t)


@mistake("Numbers close to 0 stayed as they were: they become 0.")
def leaves_what_is_small(w, t):
    return np.where(np.abs(w) > t, w - t * np.sign(w), w)


@mistake("Everything moved down by t: negative numbers move towards 0, too.")
def moves_down(w, t):
    return w - t


@mistake("Negative numbers became 0: those further than t from 0 keep their sign.")
def forgets_negative_numbers(w, t):
    return np.maximum(w - t, 0)


@mistake("The signs are lost: what was negative comes out positive.")
def loses_the_signs(w, t):
    return np.maximum(np.abs(w) - t, 0)


@mistake("Numbers moved away from 0.")
def moves_outwards(w, t):
    return w + t * np.sign(w)


@mistake("Numbers beyond t moved away from 0.")
def moves_large_ones_outwards(w, t):
    return np.where(np.abs(w) > t, w + t * np.sign(w), 0.0)


@mistake("This is what you cut off: what is left is asked.")
def clips(w, t):
    return np.clip(w, -t, t)


@mistake("Numbers shrink by a factor: each moves by the same t, however large it is.")
def shrinks(w, t):
    return w / (1 + t)


@mistake("Numbers shrink by a factor: each moves by the same t, however large it is.")
def decays(w, t):
    return w - t * w


@mistake("Negative numbers beyond t moved away from 0: which way is 0 from there?")
def moves_negative_ones_down(w, t):
    return np.where(np.abs(w) > t, w - t, 0.0)


@mistake("Negative numbers stayed as they were: they move towards 0, too.")
def leaves_negative_numbers(w, t):
    return np.where(w < 0, w, np.maximum(w - t, 0))


@mistake("t makes no difference in your result.")
def ignores_the_threshold(w, t):
    return np.sign(w) * np.maximum(np.abs(w) - 1.0, 0)


@mistake("Numbers moved by half of t: by t is asked.")
def moves_by_half(w, t):
    return np.sign(w) * np.maximum(np.abs(w) - t / 2, 0)


@mistake("These are signs alone: by t a number moves, and the rest of it stays.")
def returns_signs(w, t):
    return np.where(np.abs(w) > t, np.sign(w), 0)


@mistake("Small numbers became t or -t: they become 0.")
def holds_at_the_threshold(w, t):
    return np.sign(w) * np.maximum(np.abs(w), t)


@mistake("Whole numbers stayed whole: which dtype has your new array?")
def keeps_integers(w, t):
    return soft_threshold(w, t).astype(w.dtype)


@mistake("Zeros came out as nan: what is 0 divided by its size?")
def divides_by_the_size(w, t):
    with np.errstate(all="ignore"):
        return w / np.abs(w) * np.maximum(np.abs(w) - t, 0)


@mistake("Numbers between t and 2t from 0 became 0: what is small, before the move or after it?")
def drops_what_is_small_after_the_move(w, t):
    moved = w - t * np.sign(w)
    return np.where(np.abs(w) > 2 * t, moved, 0.0)


@mistake("Numbers shrink by a factor: each moves by the same t, however large it is.")
def decays_no_further_than_zero(w, t):
    return w * max(1 - t, 0)


@mistake("The numbers came back in one long row: the shape should be that of w.")
def flattens(w, t):
    return soft_threshold(w, t).ravel()


@mistake("It stops where w is no matrix: any shape may come in.")
def takes_two_axes(w, t):
    out = np.zeros(w.shape)
    for i in range(len(w)):
        for j in range(len(w[0])):
            out[i, j] = soft_threshold(w[i, j], t)
    return out
