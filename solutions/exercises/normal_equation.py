import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### The best line, in one step
#
# `X` is (N, D) and `y` (N,). Put a column of ones in front of `X` to get $A$, and return theta (D +
# 1,), the bias first, with the smallest sum of squared errors: a solution of
# $A^\top A\,\theta = A^\top y$. If there are several, because columns of $A$ are collinear, return
# the shortest of them: the one whose D + 1 numbers, the bias included, have the smallest sum of
# squares.

# %% [markdown] tags=["hint"]
# Begin with two points: `X = [[0], [2]]` and `y = [1, 5]` give theta = (1, 2). Then look through
# `np.linalg` for what still works where a matrix has no inverse.


# %% tags=["solution"]
def normal_equation(X, y):
    """Return theta (D + 1,), bias first, of least squares; of many solutions the shortest."""
    A = np.column_stack([np.ones(len(X)), X])
    return np.linalg.pinv(A) @ y


# %% tags=["cases"]
promises = ["integer", "pure", "repeatable"]


def visible():
    yield np.array([[0.0], [1.0], [2.0], [4.0]]), np.array([1.0, 3.0, 4.0, 9.0])
    yield np.array([[1.0, 1.0], [2.0, 2.0], [4.0, 4.0]]), np.array([1.0, 2.0, 6.0])
    yield np.array([[1.0, 2.0], [2.0, 2.0], [5.0, 2.0]]), np.array([3.0, 5.0, 6.0])
    yield np.array([[1], [2], [5]]), np.array([3, 5, 6])


def hidden(rng):
    for n, d in [(6, 2), (9, 4), (5, 1)]:
        yield rng.normal(size=(n, d)), rng.normal(size=n) + 1
    x = rng.permutation(7)[:, None].astype(float)
    yield np.hstack([x, x]), rng.normal(size=7) + 2
    yield np.hstack([x, np.full((7, 1), 2.0)]), rng.normal(size=7) + 2
    yield rng.permutation(12).reshape(6, 2), rng.integers(-4, 5, size=6)
    x = rng.normal(size=(8, 1))  # columns that nearly agree: a ridge of a millionth shows
    yield np.hstack([x, x + 0.03 * rng.normal(size=(8, 1))]), rng.normal(size=8) + 1


# %% tags=["mistakes"]
def with_ones(X):
    return np.column_stack([np.ones(len(X)), X])


@mistake("The bias comes last: it should come first.")
def bias_last(X, y):
    return np.roll(normal_equation(X, y), -1)


@mistake("There is one number too few: where is the bias? The line need not go through the origin.")
def forgets_the_bias(X, y):
    return np.linalg.pinv(X) @ y


@mistake(
    "Where columns are collinear, the matrix has no inverse: which solution is asked for then?"
)
def inverts(X, y):
    A = with_ones(X)
    return np.linalg.solve(A.T @ A, A.T @ y)


@mistake("Each entry of the matrix was inverted on its own: that is not the inverse of the matrix.")
def inverts_each_entry(X, y):
    A = with_ones(X)
    return (A.T @ A) ** -1 @ A.T @ y


@mistake("A penalty pulls all numbers towards 0: the exercise asks for plain least squares.")
def adds_a_ridge(X, y):
    A = with_ones(X)
    return np.linalg.solve(A.T @ A + np.eye(A.shape[1]), A.T @ y)


@mistake("With a constant feature the solution is not the shortest: the bias counts in the norm.")
def leaves_the_bias_out_of_the_norm(X, y):
    mean, mean_y = X.mean(axis=0), y.mean()
    w = np.linalg.pinv(X - mean) @ (y - mean_y)
    return np.append(mean_y - mean @ w, w)


@mistake("That is only the right-hand side of the equation: it is not solved yet.")
def stops_at_the_right_hand_side(X, y):
    return with_ones(X).T @ y


@mistake("These are the predictions, one for each row: the exercise asks for theta.")
def returns_predictions(X, y):
    A = with_ones(X)
    return A @ (np.linalg.pinv(A) @ y)
