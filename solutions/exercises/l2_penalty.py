import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### The price of large weights
#
# `weights` is a list of arrays of any shapes, the weights of a network; the biases were left out of
# it. Return `(penalty, gradients)`: one number, $\frac{\lambda}{2}$ times the sum of all squared
# weights, $\lambda$ = `lam`, and the list of its gradients, each in the shape of its array. Nothing
# is divided by the number of weights.

# %% [markdown] tags=["hint"]
# Take the single weight 3 and lam = 1. What is the penalty there, what is it at 3.001, and by how
# much does it grow for each unit?


# %% tags=["solution"] parts=["penalty", "gradients"]
def l2_penalty(weights, lam):
    """Return (lam / 2 times the sum of squared weights, the list of its gradients)."""
    return lam / 2 * sum(np.sum(W**2) for W in weights), [lam * W for W in weights]


# %% tags=["cases"]
promises = ["integer", "float32", "empty", "pure", "repeatable"]


def visible():
    yield [np.array([[3.0, -4.0]])], 1.0
    yield [np.array([[1.0, -2.0], [0.5, 0.0]]), np.array([[2.0], [-1.0]])], 0.5
    yield [np.array([1.0, -1.0, 3.0])], 0.0
    yield [np.array([[1, -2], [4, 0]])], 0.1


def hidden(rng):
    for shapes in [[(3, 4), (4, 2)], [(5,)], [(2, 3, 1), (2, 2), (1, 1)], [(3, 3)]]:
        yield [rng.normal(size=s) for s in shapes], float(rng.uniform(0.1, 2.0))
    yield [rng.normal(size=(4, 2)).T, rng.normal(size=(2, 5))], 3.0
    yield [rng.normal(size=(3, 2)).astype(np.float32) for _ in range(2)], 0.3
    yield [rng.normal(size=(2, 2))], 0


def empty(rng):
    yield [rng.normal(size=(2, 2)), np.zeros((0, 3))], 0.25


# %% tags=["mistakes"]
def squares(weights):
    return sum(np.sum(W**2) for W in weights)


def spoiled(penalty=None, gradient=None):
    """The solution with its penalty or the gradient of one array computed in another way."""

    def answer(weights, lam):
        value, gradients = l2_penalty(weights, lam)
        if gradient is not None:
            gradients = [gradient(W, lam) for W in weights]
        return value if penalty is None else penalty(weights, lam), gradients

    return answer


forgets_the_half = mistake("The gradients are right, the penalty is twice as large: where is 1/2?")(
    spoiled(lambda ws, lam: lam * squares(ws))
)
doubles_the_gradient = mistake(
    "The penalty is right, its gradients are twice as large: what becomes of the 1/2?"
)(spoiled(gradient=lambda W, lam: 2 * lam * W))
halves_the_gradient = mistake(
    "The penalty is right, its gradients are half as large: what is the derivative of a square?"
)(spoiled(gradient=lambda W, lam: lam / 2 * W))
uses_the_other_convention = mistake(
    "Both are twice as large as asked: they fit each other, but here the sum has a 1/2 before it."
)(spoiled(lambda ws, lam: lam * squares(ws), lambda W, lam: 2 * lam * W))
takes_a_root = mistake("A root was taken of the sum of squares: leave it out.")(
    spoiled(lambda ws, lam: lam / 2 * np.sqrt(squares(ws)))
)
adds_the_norms = mistake("The lengths of the arrays are added, not their squares.")(
    spoiled(lambda ws, lam: lam / 2 * sum(np.sqrt(np.sum(W**2)) for W in ws))
)
squares_the_sum = mistake(
    "The sum was squared: there weights of both signs cancel. Which comes first?"
)(spoiled(lambda ws, lam: lam / 2 * sum(np.sum(W) for W in ws) ** 2))
squares_each_sum = mistake(
    "The sum of each array was squared: there weights of both signs cancel. Which comes first?"
)(spoiled(lambda ws, lam: lam / 2 * sum(np.sum(W) ** 2 for W in ws)))
adds_magnitudes = mistake("The magnitudes are added: their squares are asked.")(
    spoiled(lambda ws, lam: lam / 2 * sum(np.sum(np.abs(W)) for W in ws))
)
averages = mistake("The squares were averaged over an array: add them up.")(
    spoiled(lambda ws, lam: lam / 2 * sum(np.mean(W**2) if W.size else 0.0 for W in ws))
)
averages_over_all = mistake("The squares were averaged over all weights: add them up.")(
    spoiled(lambda ws, lam: lam / 2 * squares(ws) / sum(W.size for W in ws))
)
counts_the_first_only = mistake("The penalty counts the first array alone: go through the list.")(
    spoiled(lambda ws, lam: lam / 2 * squares(ws[:1]))
)
counts_the_last_only = mistake("The penalty counts the last array alone: add up over the list.")(
    spoiled(lambda ws, lam: lam / 2 * squares(ws[-1:]))
)
forgets_the_strength = mistake("The penalty does not depend on lam.")(
    spoiled(lambda ws, lam: squares(ws) / 2)
)
forgets_the_strength_in_gradients = mistake("The penalty is right; its gradients need lam, too.")(
    spoiled(gradient=lambda W, lam: 1.0 * W)
)
turns_the_sign = mistake(
    "The gradients point downhill: a gradient points to where the penalty grows."
)(spoiled(gradient=lambda W, lam: -lam * W))
takes_signs = mistake("The penalty is right; its gradients keep the signs of the weights alone.")(
    spoiled(gradient=lambda W, lam: lam * np.sign(W))
)
takes_magnitudes_for_gradients = mistake(
    "The gradients have lost their signs: the penalty of a weight below 0 grows to the left."
)(spoiled(gradient=lambda W, lam: lam * np.abs(W)))
squares_in_the_gradients = mistake(
    "The gradients hold squares: how fast does a square grow with its weight?"
)(spoiled(gradient=lambda W, lam: lam * W**2))
returns_shrunken_weights = mistake(
    "The gradients are asked: these are weights after a step along them."
)(spoiled(gradient=lambda W, lam: W - lam * W))
keeps_integers = mistake(
    "Gradients of whole weights came out as whole numbers: which dtype has your new array?"
)(spoiled(gradient=lambda W, lam: (lam * W).astype(W.dtype)))


@mistake("There is a penalty for each array: add them to one number.")
def one_penalty_an_array(weights, lam):
    penalties = [lam / 2 * np.sum(W**2) for W in weights]
    return penalties, [lam * W for W in weights]


@mistake("The two are the other way round: the penalty comes first.")
def swaps_the_results(weights, lam):
    return l2_penalty(weights, lam)[::-1]


@mistake("The penalty alone came back: its gradients are asked, too.")
def returns_the_penalty(weights, lam):
    return l2_penalty(weights, lam)[0]


@mistake("Only the first array has a gradient: is the return inside the loop?")
def returns_from_the_loop(weights, lam):
    return l2_penalty(weights[:1], lam)


@mistake("Penalty and gradients are divided by the number of weights: nothing is to be divided.")
def averages_both(weights, lam):
    size = sum(W.size for W in weights)
    value, gradients = l2_penalty(weights, lam)
    return value / size, [g / size for g in gradients]


@mistake("The gradients came back in one long row: each belongs in the shape of its array.")
def joins_the_gradients(weights, lam):
    value, gradients = l2_penalty(weights, lam)
    return value, np.concatenate([g.ravel() for g in gradients])


@mistake(
    "np.linalg.norm(W, 2) of a matrix is its largest stretch: what norm has all squares in it?"
)
def takes_the_matrix_norm(weights, lam):
    return lam / 2 * sum(np.linalg.norm(W, 2) ** 2 for W in weights), [lam * W for W in weights]


@mistake("Python's own sum adds up the rows of a matrix, and a row is left: one number is asked.")
def adds_rows_only(weights, lam):
    return lam / 2 * sum(sum(W**2) for W in weights), [lam * W for W in weights]


@mistake("Arrays of different shapes do not fit into one: each of them has a sum.")
def stacks_the_arrays(weights, lam):
    return lam / 2 * np.sum([W**2 for W in weights]), l2_penalty(weights, lam)[1]
