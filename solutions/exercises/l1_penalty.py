import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### The same price for every step
#
# `weights` is a list of arrays of any shapes. Return `(penalty, gradients)`: one number,
# $\lambda = $ `lam` times the sum of the absolute values of all weights (no 1/2 here), and the list
# of its gradients, each in the shape of its array. A weight that is exactly 0 sits in a corner of
# the penalty, between slopes to both sides: take its gradient to be 0.

# %% [markdown] tags=["hint"]
# Draw the penalty of a single weight for lam = 1, from -2 to 2. How steep is the line at -2, at
# -0.001 and at 2?


# %% tags=["solution"] parts=["penalty", "gradients"]
def l1_penalty(weights, lam):
    """Return (lam times the sum of absolute weights, the list of its gradients; 0 at 0)."""
    return lam * sum(np.sum(np.abs(W)) for W in weights), [lam * np.sign(W) for W in weights]


# %% tags=["cases"]
promises = ["integer", "float32", "empty", "pure", "repeatable"]


def visible():
    yield [np.array([[3.0, -4.0, 0.5]])], 1.0
    yield [np.array([[1.0, -2.0], [0.5, 0.0]]), np.array([[2.5], [-1.5]])], 0.5
    yield [np.array([1e-9, -1e-9, -3.0])], 2.0
    yield [np.array([[1, -2], [4, 0]])], 0.1


def hidden(rng):
    for shapes in [[(3, 4), (4, 2)], [(5,)], [(2, 3, 1), (2, 2), (1, 1)], [(3, 3)]]:
        weights = [rng.normal(size=s) for s in shapes]
        weights[0].flat[:2] = 0.0, -1e-8
        yield weights, float(rng.uniform(0.1, 2.0))
    yield [rng.normal(size=(4, 2)).T, rng.normal(size=(2, 5))], 3.0
    yield [np.zeros((2, 3)), rng.normal(size=(2, 2))], 0.7
    yield [rng.normal(size=(3, 2)).astype(np.float32) for _ in range(2)], 0.3
    yield [rng.normal(size=(2, 2))], 0


def empty(rng):
    yield [rng.normal(size=(2, 2)), np.zeros((0, 3))], 0.25


# %% tags=["mistakes"]
def magnitudes(weights):
    return sum(np.sum(np.abs(W)) for W in weights)


def spoiled(penalty=None, gradient=None):
    """The solution with its penalty or the gradient of one array computed in another way."""

    def answer(weights, lam):
        value, gradients = l1_penalty(weights, lam)
        if gradient is not None:
            gradients = [gradient(W, lam) for W in weights]
        return value if penalty is None else penalty(weights, lam), gradients

    return answer


halves = mistake("The penalty is half as large as asked: here is no 1/2.")(
    spoiled(lambda ws, lam: lam / 2 * magnitudes(ws))
)
halves_both = mistake("Penalty and gradients are half as large as asked: here is no 1/2.")(
    spoiled(lambda ws, lam: lam / 2 * magnitudes(ws), lambda W, lam: lam / 2 * np.sign(W))
)
adds_with_signs = mistake("Weights of both signs cancel in your penalty: each costs something.")(
    spoiled(lambda ws, lam: lam * sum(np.sum(W) for W in ws))
)
takes_the_sum_positive = mistake(
    "The sum was made positive, not the weights: before that both signs cancel."
)(spoiled(lambda ws, lam: lam * abs(sum(np.sum(W) for W in ws))))
adds_squares = mistake("The penalty adds squares: magnitudes are asked.")(
    spoiled(lambda ws, lam: lam * sum(np.sum(W**2) for W in ws))
)
adds_half_squares = mistake("The penalty adds squares, and halves them: magnitudes are asked.")(
    spoiled(lambda ws, lam: lam / 2 * sum(np.sum(W**2) for W in ws))
)
averages = mistake("The magnitudes were averaged over an array: add them up.")(
    spoiled(lambda ws, lam: lam * sum(np.mean(np.abs(W)) if W.size else 0.0 for W in ws))
)
averages_over_all = mistake("The magnitudes were averaged over all weights: add them up.")(
    spoiled(lambda ws, lam: lam * magnitudes(ws) / sum(W.size for W in ws))
)
counts_the_first_only = mistake("The penalty counts the first array alone: go through the list.")(
    spoiled(lambda ws, lam: lam * magnitudes(ws[:1]))
)
counts_the_last_only = mistake("The penalty counts the last array alone: add up over the list.")(
    spoiled(lambda ws, lam: lam * magnitudes(ws[-1:]))
)
forgets_the_strength = mistake("The penalty does not depend on lam.")(
    spoiled(lambda ws, lam: magnitudes(ws))
)
forgets_the_strength_in_gradients = mistake("The penalty is right; its gradients need lam, too.")(
    spoiled(gradient=lambda W, lam: 1.0 * np.sign(W))
)
pulls_large_weights_harder = mistake(
    "Your gradients grow with the weights: how much steeper is the penalty at 2 than at 1?"
)(spoiled(gradient=lambda W, lam: lam * W))
forgets_the_signs = mistake(
    "Your gradients are the same on both sides of 0: the penalty of a weight below 0 falls to the "
    "right."
)(spoiled(gradient=lambda W, lam: lam * np.ones_like(W)))
forgets_the_signs_but_not_zero = mistake(
    "Your gradients are never below 0: the penalty of a weight below 0 falls to the right."
)(spoiled(gradient=lambda W, lam: lam * np.abs(np.sign(W))))
returns_magnitudes = mistake(
    "Your gradients are the prices of the single weights: how fast does each of them grow?"
)(spoiled(gradient=lambda W, lam: lam * np.abs(W)))
turns_the_sign = mistake(
    "The gradients point downhill: a gradient points to where the penalty grows."
)(spoiled(gradient=lambda W, lam: -lam * np.sign(W)))
rises_at_zero = mistake("A weight that is exactly 0 has the gradient of a positive one.")(
    spoiled(gradient=lambda W, lam: lam * np.where(W >= 0, 1.0, -1.0))
)
falls_at_zero = mistake("A weight that is exactly 0 has the gradient of a negative one.")(
    spoiled(gradient=lambda W, lam: lam * np.where(W > 0, 1.0, -1.0))
)
forgets_negative_weights = mistake("Weights below 0 have no gradient: their penalty has a slope.")(
    spoiled(gradient=lambda W, lam: lam * (W > 0))
)
takes_small_for_zero = mistake("Weights close to 0 were taken for 0: 1e-9 has a slope, too.")(
    spoiled(gradient=lambda W, lam: lam * np.where(np.abs(W) < 1e-6, 0.0, np.sign(W)))
)
keeps_integers = mistake(
    "Gradients of whole weights came out as whole numbers: which dtype has your new array?"
)(spoiled(gradient=lambda W, lam: (lam * np.sign(W)).astype(W.dtype)))


@mistake("The gradient at 0 is nan: what is 0 divided by its magnitude?")
def divides_by_the_magnitude(weights, lam):
    with np.errstate(all="ignore"):
        return l1_penalty(weights, lam)[0], [lam * (W / np.abs(W)) for W in weights]


@mistake("There is a penalty for each array: add them to one number.")
def one_penalty_an_array(weights, lam):
    return [lam * np.sum(np.abs(W)) for W in weights], l1_penalty(weights, lam)[1]


@mistake("The two are the other way round: the penalty comes first.")
def swaps_the_results(weights, lam):
    return l1_penalty(weights, lam)[::-1]


@mistake("The penalty alone came back: its gradients are asked, too.")
def returns_the_penalty(weights, lam):
    return l1_penalty(weights, lam)[0]


@mistake("Only the first array has a gradient: is the return inside the loop?")
def returns_from_the_loop(weights, lam):
    return l1_penalty(weights[:1], lam)


@mistake("Penalty and gradients are divided by the number of weights: nothing is to be divided.")
def averages_both(weights, lam):
    size = sum(W.size for W in weights)
    value, gradients = l1_penalty(weights, lam)
    return value / size, [g / size for g in gradients]


@mistake("The gradients came back in one long row: each belongs in the shape of its array.")
def joins_the_gradients(weights, lam):
    value, gradients = l1_penalty(weights, lam)
    return value, np.concatenate([g.ravel() for g in gradients])


@mistake("np.linalg.norm(W, 1) of a matrix is its largest column: what adds up all numbers?")
def takes_the_matrix_norm(weights, lam):
    return lam * sum(np.linalg.norm(W, 1) for W in weights), l1_penalty(weights, lam)[1]


@mistake("Python's own sum adds up the rows of a matrix, and a row is left: one number is asked.")
def adds_rows_only(weights, lam):
    return lam * sum(sum(np.abs(W)) for W in weights), l1_penalty(weights, lam)[1]


@mistake("Arrays of different shapes do not fit into one: each of them has a sum.")
def stacks_the_arrays(weights, lam):
    return lam * np.sum([np.abs(W) for W in weights]), l1_penalty(weights, lam)[1]
