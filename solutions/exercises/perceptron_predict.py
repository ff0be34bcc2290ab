import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Does the unit fire?
#
# A threshold unit fires where $x \cdot w + b > 0$. `X` (N, D) holds one point in each row, `w` (D,)
# the weights, and `b` is a number. Return integers (N,): 1 for each point at which the unit fires,
# 0 for each other point. (True and False pass for 1 and 0.) Where the score is exactly 0, the unit
# does not fire.

# %% [markdown] tags=["hint"]
# Print the scores of the first example, one number a row, and write beside each the 0 or 1 that you
# expect. Which comparison turns one column into the other?


# %% tags=["solution"]
def perceptron_predict(X, w, b):
    """Return 1 for each row of `X` with x @ w + b > 0, else 0: integers (N,)."""
    return (X @ w + b > 0).astype(int)


# %% tags=["cases"]
promises = ["integer", "empty: X", "pure", "repeatable"]


def visible():
    X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [2.0, -1.0], [1.0, 1.0]])
    yield X, np.array([1.0, 2.0]), -1.0
    yield X, np.array([-1.0, 0.5]), 0.25


def hidden(rng):
    for n, d in [(12, 3), (9, 1), (20, 4)]:
        X, w = rng.integers(-3, 4, size=(n, d)), rng.integers(1, 4, size=d)
        X[:4] = [[2], [-2], [1], [0]]
        X[4] = 0
        yield X.astype(float), w.astype(float), float(rng.choice([-1.0, 1.0]))
    X = rng.normal(size=(30, 2))
    yield X, np.array([1.0, -1.0]), 0.8
    yield np.array([[1, 1], [0, 2], [-1, 0]]), np.array([1, -1]), 0
    yield np.array([[0.3, 0.1], [-0.3, 0.1]]), np.array([1.0, 0.5]), 0.0
    yield np.zeros((0, 3)), np.ones(3), 1.0


# %% tags=["mistakes"]
@mistake("A point on the line came out as 1: it counts as 0.")
def fires_on_the_line(X, w, b):
    return (X @ w + b >= 0).astype(int)


@mistake("The bias makes no difference in your answer.")
def forgets_the_bias(X, w, b):
    return (X @ w > 0).astype(int)


@mistake("The bias has the wrong sign: it is added, as in x w + b.")
def subtracts_the_bias(X, w, b):
    return (X @ w - b > 0).astype(int)


@mistake("The classes came out as -1 and 1: the exercise asks for 0 and 1.")
def returns_signs(X, w, b):
    return np.where(X @ w + b > 0, 1, -1)


@mistake("These are the signs of the scores, -1, 0 or 1: a row that does not fire counts as 0.")
def returns_three_signs(X, w, b):
    return np.sign(X @ w + b)


@mistake("These are the scores: which of them make the unit fire?")
def returns_scores(X, w, b):
    return X @ w + b


@mistake("The two sides are swapped: on which side of the line does the unit fire?")
def swaps_the_sides(X, w, b):
    return (X @ w + b < 0).astype(int)


@mistake("Your threshold is 1/2: a score is not a probability, and the unit fires above 0.")
def threshold_of_one_half(X, w, b):
    return (X @ w + b > 0.5).astype(int)
