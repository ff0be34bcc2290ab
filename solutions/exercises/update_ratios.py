import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### How far did each layer move?
#
# `before` and `after` are lists of arrays of the same shapes: the parameters before and after one
# step. Return a list of floats, one for each array $\theta$ of `before` and $\theta'$ of `after`:
#
# $$\frac{\lVert \theta' - \theta \rVert}{\lVert \theta \rVert}, \qquad
# \lVert \theta \rVert = \sqrt{\textstyle\sum \theta_i^2} \text{ over all numbers of the array}$$
#
# An array that did not move gives 0, even if it is all zeros; an array of zeros that moved gives
# infinity (`float("inf")`).

# %% [markdown] tags=["hint"]
# In the first example the first array goes from (3, 4) to (3, 4.5). How long was it, and how long
# is the way that it went?


# %% tags=["solution"]
def update_ratios(before, after):
    """Return norm(after - before) / norm(before) of each array; 0 / 0 is 0 here."""
    ratios = []
    for old, new in zip(before, after, strict=True):
        moved, length = np.linalg.norm(new - old), np.linalg.norm(old)
        ratios.append(0.0 if moved == 0 else float(moved / length) if length else float("inf"))
    return ratios


# %% tags=["cases"]
promises = ["float32", "pure", "repeatable"]


def visible():
    yield [np.array([3.0, 4.0]), np.zeros(2)], [np.array([3.0, 4.5]), np.zeros(2)]
    yield [np.array([[1.0, 2.0], [2.0, 0.0]])], [np.array([[1.0, 1.0], [4.0, 2.0]])]
    yield [np.zeros(3), np.array([2.0])], [np.array([0.0, 0.5, 0.0]), np.array([-2.0])]
    yield [np.array([1e-9, 0.0])], [np.array([3e-9, 0.0])]  # a small array that moved far


def hidden(rng):
    for shapes in [[(4, 3), (3,)], [(2, 3, 2)], [(5,), (2, 2), (3, 4)]]:
        before = [rng.normal(size=shape) for shape in shapes]
        yield before, [w + 0.1 * rng.normal(size=w.shape) for w in before]
    still = rng.normal(size=(3, 2))
    yield [still, np.zeros((2, 2)), np.zeros(2)], [still.copy(), np.zeros((2, 2)), np.ones(2)]
    yield [rng.normal(size=4)], [np.zeros(4)]
    yield [np.array([2e-9, 1e-9])], [np.array([2e-9, -1e-9])]


def float32(rng):
    before = [rng.normal(size=(4, 3)).astype(np.float32), rng.normal(size=3).astype(np.float32)]
    yield before, [w + np.float32(0.25) * w[::-1] for w in before]


# %% tags=["mistakes"]
def each(before, after, ratio):
    with np.errstate(all="ignore"):
        return [float(ratio(old, new)) for old, new in zip(before, after, strict=True)]


def length(w):
    return np.sqrt((w * w).sum())


def safely(moved, base):
    return 0.0 if moved == 0 else moved / base if base else np.inf


@mistake("Nothing moved and nothing was there: 0 divided by 0 should give 0 here.")
def gives_nan_for_zeros(before, after):
    return each(before, after, lambda old, new: length(new - old) / length(old))


@mistake("Zero weights that moved should give infinity.")
def gives_zero_for_zero_weights(before, after):
    return each(
        before, after, lambda old, new: length(new - old) / length(old) if old.any() else 0.0
    )


@mistake("The way was divided by the length after the step: by the length before it is asked.")
def divides_by_the_new_length(before, after):
    return each(before, after, lambda old, new: safely(length(new - old), length(new)))


@mistake("That is how far each array moved: compare it with the array's own length.")
def forgets_to_divide(before, after):
    return each(before, after, lambda old, new: length(new - old))


@mistake("The lengths were subtracted, but a step can change the direction alone: subtract first.")
def subtracts_the_lengths(before, after):
    return each(before, after, lambda old, new: safely(abs(length(new) - length(old)), length(old)))


@mistake("That is the new length as a share of the old one: how long is the way between them?")
def divides_the_lengths(before, after):
    return each(before, after, lambda old, new: safely(length(new), length(old)))


@mistake("The roots are missing: these are the squares of the ratios.")
def forgets_the_roots(before, after):
    return each(before, after, lambda old, new: safely(((new - old) ** 2).sum(), (old**2).sum()))


@mistake("Absolute values were added up: the norm is the root of the sum of squares.")
def adds_magnitudes(before, after):
    return each(before, after, lambda old, new: safely(np.abs(new - old).sum(), np.abs(old).sum()))


@mistake("The largest numbers were compared: the norm is the root of the sum of squares.")
def compares_the_largest(before, after):
    return each(before, after, lambda old, new: safely(np.abs(new - old).max(), np.abs(old).max()))


@mistake("The ratio was taken number by number and averaged: take the norm of a whole array first.")
def averages_the_ratios(before, after):
    return each(
        before,
        after,
        lambda old, new: np.mean(
            np.where(new == old, 0.0, np.abs(new - old) / np.where(old == 0, 0.0, np.abs(old)))
        ),
    )


@mistake("One number came back for all arrays: each has its own ratio.")
def joins_all_arrays(before, after):
    old, new = (np.concatenate([w.ravel() for w in ws]) for ws in (before, after))
    return [float(safely(length(new - old), length(old)))]


@mistake("The first array alone was measured: is the return inside the loop?")
def returns_from_the_loop(before, after):
    return update_ratios(before, after)[:1]


@mistake(
    "The norm of a matrix is the root of the sum of its squares here, not its largest stretch."
)
def takes_the_spectral_norm(before, after):
    def norm(w):
        return np.linalg.norm(w, 2) if w.ndim < 3 else length(w)

    return each(before, after, lambda old, new: safely(norm(new - old), norm(old)))


@mistake("A small number was added to the length: zero weights that moved should give infinity.")
def adds_a_small_number(before, after):
    return each(before, after, lambda old, new: length(new - old) / (length(old) + 1e-8))


@mistake("That is the old length over the way: the other way round.")
def turns_the_ratio(before, after):
    return each(before, after, lambda old, new: safely(length(old), length(new - old)))


@mistake("The mean length of a row was compared: one norm for each whole array.")
def averages_over_rows(before, after):
    def norm(w):
        return np.linalg.norm(w, axis=-1).mean()

    return each(before, after, lambda old, new: safely(norm(new - old), norm(old)))
