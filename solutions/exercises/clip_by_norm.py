import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Clip by the norm
#
# `grads` is a list of arrays of any shapes, the gradients of one network. Their norm is one number,
# over all of them together: $\lVert g \rVert = \sqrt{\sum g_i^2}$, with $i$ over all numbers of all
# arrays. If it exceeds `max_norm` > 0, multiply every array by `max_norm` $/ \lVert g \rVert$, so
# that the direction stays and the norm becomes `max_norm`. Otherwise all numbers remain, zeros too.
# Return a list of arrays; where nothing is clipped, they may be the ones that came in. (PyTorch
# adds $10^{-6}$ to the norm before it divides; here nothing is added.)

# %% [markdown] tags=["hint"]
# The list [3, 0], [[4]] has one norm, which is 5. Print the factor that you multiply by, for this
# list, with a limit of 1 and with a limit of 10.


# %% tags=["solution"]
def clip_by_norm(grads, max_norm):
    """Return the list of gradients, scaled so that their common norm is `max_norm` at most."""
    norm = np.sqrt(sum(float(np.sum(g.astype(float) ** 2)) for g in grads))
    factor = max_norm / norm if norm > max_norm else 1.0
    return [g * float(factor) for g in grads]


# %% tags=["cases"]
promises = ["integer: grads", "float32: grads", "pure", "repeatable"]


def visible():
    yield [np.array([3.0, 0.0]), np.array([[4.0]])], 1.0
    yield [np.array([3.0, 0.0]), np.array([[4.0]])], 10.0
    yield [np.array([1.0, -2.0]), np.array([[2.0, 0.0], [0.0, 4.0]])], 2.5
    yield [np.array([3e-5, -4e-5]), np.array([0.0])], 1e-5
    yield [np.array([0.54]), np.array([-0.72])], 0.6
    yield [np.zeros(2), np.zeros((1, 2))], 0.5
    yield [np.array([6, -2]), np.array([[3]])], 3.5
    yield [np.array([2.0, -3.0], np.float32), np.array([6.0], np.float32)], 0.5


def hidden(rng):
    for shapes in [[(3, 4), (4,), (4, 2), (2,)], [(5,)], [(2, 3, 1), (2, 2)]]:
        grads = [rng.normal(size=s) * rng.uniform(0.3, 3) for s in shapes]
        norm = float(np.sqrt(sum(np.sum(g**2) for g in grads)))
        for share in [0.2, 0.9, 1.1, 5.0]:
            yield grads, share * norm
        yield [g * 0.1 for g in grads], 0.05 * norm
        yield [g * 1e-5 for g in grads], 0.5e-5 * norm
    yield [np.zeros(3), np.array([[0.0]])], 2.0
    yield [np.zeros(3), rng.normal(size=(2, 2))], 0.3
    yield [rng.normal(size=(2, 3)).T, rng.normal(size=2)], 1.0
    yield [rng.normal(size=(2, 2)).astype(np.float32) for _ in range(2)], 0.7


# %% tags=["mistakes"]
def norm_of(grads):
    return np.sqrt(sum(np.sum(g**2) for g in grads))


def with_norm(norm):
    """The solution with another norm."""

    def answer(grads, max_norm):
        size = norm(grads)
        return [g * (max_norm / size if size > max_norm else 1.0) for g in grads]

    return answer


def with_factor(factor):
    """The solution with another factor; `factor` gets the norm and `max_norm`."""

    def answer(grads, max_norm):
        with np.errstate(all="ignore"):
            return [g * factor(np.float64(norm_of(grads)), max_norm) for g in grads]

    return answer


adds_the_norms = mistake("The norms of the arrays were added: their squares are.")(
    with_norm(lambda grads: sum(norm_of([g]) for g in grads))
)
takes_the_largest_norm = mistake(
    "The norm was that of the longest array: all numbers belong to it."
)(with_norm(lambda grads: max(norm_of([g]) for g in grads)))
takes_the_first_norm = mistake("The norm was that of the first array: all of them belong to it.")(
    with_norm(lambda grads: norm_of(grads[:1]))
)
takes_the_last_norm = mistake("The norm was that of the last array: is the sum kept in your loop?")(
    with_norm(lambda grads: norm_of(grads[-1:]))
)
adds_magnitudes = mistake("The norm is the root of the sum of squares, not a sum of sizes.")(
    with_norm(lambda grads: sum(np.sum(np.abs(g)) for g in grads))
)
takes_the_largest_number = mistake("The largest number was taken for the norm: all count.")(
    with_norm(lambda grads: max(np.max(np.abs(g)) for g in grads))
)
adds_before_it_squares = mistake("The numbers were added before they were squared: signs cancel.")(
    with_norm(lambda grads: abs(sum(np.sum(g) for g in grads)))
)
takes_the_root_of_the_norms = mistake(
    "The norms of the arrays were added, not squared, under the root."
)(with_norm(lambda grads: np.sqrt(sum(norm_of([g]) for g in grads))))
averages_the_squares = mistake("The squares were averaged: the norm is the root of their sum.")(
    with_norm(lambda grads: norm_of(grads) / np.sqrt(sum(g.size for g in grads)))
)
forgets_the_root = mistake("The sum of squares was taken for the norm: a root is missing.")(
    with_norm(lambda grads: norm_of(grads) ** 2)
)
never_clips = mistake("Nothing was clipped: when is the norm larger than max_norm?")(
    with_factor(lambda norm, limit: 1.0)
)
scales_always = mistake("Short gradients were made longer: only a norm beyond max_norm changes.")(
    with_factor(lambda norm, limit: limit / norm if norm else 1.0)
)
scales_always_and_zeros = mistake(
    "Short gradients were made longer, and zeros became nan: only a norm beyond max_norm changes."
)(with_factor(lambda norm, limit: limit / norm))
scales_the_short = mistake(
    "The short gradients were scaled, and the long ones stayed: turn it round."
)(with_factor(lambda norm, limit: limit / norm if 0 < norm < limit else 1.0))
scales_the_short_and_zeros = mistake(
    "The short gradients were scaled, zeros became nan, and the long ones stayed: turn it round."
)(with_factor(lambda norm, limit: max(limit / norm, 1.0) if norm else np.nan))
makes_zeros_nan = mistake("Zeros became nan: what are they divided by?")(
    with_factor(lambda norm, limit: min(norm, limit) / norm)
)
scales_to_one = mistake("Long gradients came out with norm 1: max_norm is asked.")(
    with_factor(lambda norm, limit: 1 / norm if norm > limit else 1.0)
)
divides_by_the_limit = mistake("Long gradients were divided by max_norm: what makes it the norm?")(
    with_factor(lambda norm, limit: 1 / limit if norm > limit else 1.0)
)
multiplies_by_the_limit = mistake(
    "Long gradients were multiplied by max_norm, whatever their norm."
)(with_factor(lambda norm, limit: limit if norm > limit else 1.0))
turns_the_factor_round = mistake("Long gradients became longer: the factor is upside down.")(
    with_factor(lambda norm, limit: norm / limit if norm > limit else 1.0)
)
adds_a_little = mistake(
    "A little was added to the norm, as PyTorch adds 1e-6 in the denominator: here nothing is."
)(with_factor(lambda norm, limit: min(limit / (norm + 1e-6), 1.0)))
adds_very_little = mistake("Something was added to the norm, which shows where norms are small.")(
    with_factor(lambda norm, limit: min(limit / (norm + 1e-8), 1.0))
)
compares_with_one = mistake("The factor is right, but the norm was compared with 1.")(
    with_factor(lambda norm, limit: limit / norm if norm > 1 else 1.0)
)
divides_by_the_square = mistake("Long gradients were divided by the square of the norm.")(
    with_factor(lambda norm, limit: limit / norm**2 if norm > limit else 1.0)
)
takes_the_root_of_the_factor = mistake(
    "max_norm was put under the root: only the sum of squares is."
)(with_factor(lambda norm, limit: np.sqrt(limit) / norm if norm**2 > limit else 1.0))
compares_squares = mistake("The factor is right, but the square of the norm was compared.")(
    with_factor(lambda norm, limit: limit / norm if norm**2 > limit else 1.0)
)
takes_zeros = mistake("Long gradients became 0: they should be scaled.")(
    with_factor(lambda norm, limit: 0.0 if norm > limit else 1.0)
)


@mistake("Each array was shortened by its own norm: one norm and one factor serve the whole list.")
def clips_each_alone(grads, max_norm):
    return [g * (max_norm / max(norm_of([g]), max_norm)) for g in grads]


@mistake("Each array was compared by its own norm: one norm decides for all.")
def compares_each_alone(grads, max_norm):
    norm = norm_of(grads)
    return [g * (max_norm / norm) if norm_of([g]) > max_norm else g for g in grads]


@mistake("Single numbers were cut at max_norm, so the direction has changed.")
def clips_numbers(grads, max_norm):
    return [np.clip(g, -max_norm, max_norm) for g in grads]


@mistake("Only the first array has changed: go through the whole list.")
def scales_the_first_only(grads, max_norm):
    return clip_by_norm(grads, max_norm)[:1] + grads[1:]


@mistake("Only the first array came back: is the return inside the loop?")
def returns_from_the_loop(grads, max_norm):
    return clip_by_norm(grads, max_norm)[:1]


@mistake("The numbers are right, and they were written into the arrays that you were given.")
def changes_the_arrays(grads, max_norm):
    norm = norm_of(grads)
    for g in grads if norm > max_norm else []:
        g *= max_norm / norm
    return grads


@mistake("Every number became the factor or stayed as it was: what does the factor multiply?")
def returns_the_factor(grads, max_norm):
    norm = norm_of(grads)
    return [max_norm / norm if norm > max_norm else g for g in grads]


@mistake(
    "The norm of a matrix is the root of the sum of its squares here, not its largest stretch."
)
def takes_the_spectral_norm(grads, max_norm):
    norm = np.linalg.norm([np.linalg.norm(g, 2) if g.ndim < 3 else norm_of([g]) for g in grads])
    return [g * (max_norm / max(norm, max_norm)) for g in grads]


@mistake("One norm decides, and each array was divided by its own: all have one factor.")
def divides_by_each_norm(grads, max_norm):
    if norm_of(grads) <= max_norm:
        return grads
    return [g * (max_norm / (norm_of([g]) or 1.0)) for g in grads]
