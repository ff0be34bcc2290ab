import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Hinge loss
#
# `scores` is (N,) or (N, K), `y` holds targets 0 or 1 in the same shape. With $t = 2y - 1$, which
# is -1 or 1, an output costs $\max(0, m - t\,s)$, with the margin $m$. Return the sum over
# the outputs of a row, averaged over the N rows.

# %% [markdown] tags=["hint"]
# Make a table for the first example with the columns s, y, t, t s and cost. The four costs are 0,
# 1.5, 1.3 and 0.


# %% tags=["solution"]
def hinge_loss(scores, y, margin=1.0):
    """Return max(0, margin - (2y - 1) scores), summed over outputs, averaged over rows."""
    return np.sum(np.maximum(0, margin - (2 * y - 1) * scores)) / len(scores)


# %% tags=["cases"]
promises = ["integer", "float32", "pure", "repeatable"]


def visible():
    yield np.array([2.0, -0.5, 0.3, -1.0]), np.array([1, 1, 0, 0])
    yield np.array([[0.5, -3.0], [2.0, 0.2], [-0.5, 1.5]]), np.array([[1, 0], [0, 1], [1, 1]])
    yield np.array([1.5, -0.5]), np.array([1, 0]), 2.0


def hidden(rng):
    for shape, margin in [((6,), 1.0), ((4, 3), 0.5), ((5, 2), 2.0), ((3, 1), 1.5)]:
        y = rng.integers(0, 2, size=shape)
        y.flat[:2] = 0, 1
        yield rng.normal(scale=1.5, size=shape), y, margin
    yield rng.normal(size=(4, 2)), rng.integers(0, 2, size=(4, 2))
    yield np.array([[2, -1], [0, 1]]), np.array([[1.0, 1.0], [0.0, 1.0]])
    quarters = rng.integers(-12, 13, size=4) / 4  # float32 adds them up without rounding
    yield quarters.astype(np.float32), np.array([1, 0, 0, 1])


# %% tags=["mistakes"]
def terms(scores, y, margin):
    return np.maximum(0, margin - (2 * y - 1) * scores)


def reads_zero_as_zero(divisor):
    @mistake("Targets of 0 cost the margin whatever the score: turn 0 and 1 into -1 and 1 first.")
    def uses_y_as_it_is(scores, y, margin=1.0):
        return np.sum(np.maximum(0, margin - y * scores)) / divisor(scores)

    return uses_y_as_it_is


uses_y_as_it_is, averages_y_as_it_is = reads_zero_as_zero(len), reads_zero_as_zero(np.size)


@mistake("Scores far on the right side lower the loss: they should cost 0, not less.")
def forgets_the_maximum(scores, y, margin=1.0):
    return np.sum(margin - (2 * y - 1) * scores) / len(scores)


def averaged(margin_used):
    @mistake("With several outputs the loss is too small: outputs are added up, rows are averaged.")
    def averages_over_everything(scores, y, margin=1.0):
        return np.mean(terms(scores, y, margin_used(margin)))

    return averages_over_everything


averages_over_everything = averaged(lambda margin: margin)
averages_with_margin_one = averaged(lambda margin: 1.0)


@mistake("The loss grows with the batch: its rows are averaged.")
def sums_over_everything(scores, y, margin=1.0):
    return np.sum(terms(scores, y, margin))


@mistake("The margin makes no difference in your loss.")
def ignores_the_margin(scores, y, margin=1.0):
    return np.sum(terms(scores, y, 1.0)) / len(scores)


@mistake("Right answers cost more than wrong ones: check the sign in front of t s.")
def turns_the_sign(scores, y, margin=1.0):
    return np.sum(terms(-scores, y, margin)) / len(scores)


@mistake("The terms are squared: the hinge is a straight line.")
def squares_the_terms(scores, y, margin=1.0):
    return np.sum(terms(scores, y, margin) ** 2) / len(scores)


@mistake("Only outputs on the wrong side cost something: the margin asks for more than that.")
def forgets_the_margin(scores, y, margin=1.0):
    return np.sum(terms(scores, y, 0.0)) / len(scores)


@mistake("There is one cost for each output here: add up a row's costs, then average the rows.")
def returns_every_cost(scores, y, margin=1.0):
    return terms(scores, y, margin)


@mistake(
    "Scores of shape (N,) were added up: there each row has one output, and rows are averaged."
)
def sums_a_lone_output_over_rows(scores, y, margin=1.0):
    return np.mean(np.sum(terms(scores, y, margin), axis=-1))
