"""Single neurons and linear models: threshold units, perceptron, Hebb, regression (Lecture 1).

A threshold unit fires, 1, where its score z = x @ w + b is above 0. A point exactly on the line
counts as 0; texts that let it fire need other biases for the same gate.
"""

import numpy as np

from dlcourse.reference.arguments import class_labels, floats, numbers, plain, whole_numbers


def step(z):
    """Fire where the score is positive: 1.0 where z > 0, else 0.0.

    Examples
    --------
    >>> step([-1.0, 0.0, 2.0])
    array([0., 0., 1.])
    """
    z = floats(z)
    return (z > 0).astype(z.dtype)


def heaviside(z, at_zero=0.5):
    """Return 0, `at_zero` or 1 as the score is negative, zero or positive.

    Examples
    --------
    >>> heaviside([-1.0, 0.0, 2.0])
    array([0. , 0.5, 1. ])
    """
    z = floats(z)
    return np.heaviside(z, z.dtype.type(at_zero))


def sign(z):
    """Return -1, 0 or 1 as the score is negative, zero or positive.

    Examples
    --------
    >>> sign([-3.0, 0.0, 2.0])
    array([-1.,  0.,  1.])
    """
    return np.sign(floats(z))


def piecewise_linear(z):
    """Return z + 1/2 between -1/2 and 1/2, 0 below and 1 above.

    Examples
    --------
    >>> piecewise_linear([-1.0, 0.0, 0.25, 1.0])
    array([0.  , 0.5 , 0.75, 1.  ])
    """
    return np.clip(floats(z) + 0.5, 0, 1)


def mcculloch_pitts(x, inhibitory, threshold):
    """Run the unit of 1943: it fires if enough exciting inputs and no inhibiting one are on.

    Parameters
    ----------
    x : array_like of {0, 1}, shape (N, D)
    inhibitory : array_like of bool, shape (D,)
        One such input that is on vetoes all others.
    threshold : int
        Number of exciting inputs needed.

    Returns
    -------
    ndarray of int, shape (N,)

    Raises
    ------
    ValueError
        If x is not (N, D) or inhibitory not (D,).

    Examples
    --------
    >>> mcculloch_pitts([[1, 1, 0], [1, 1, 1]], inhibitory=[False, False, True], threshold=2)
    array([1, 0])
    """
    x, inhibitory = floats(x), numbers(inhibitory).astype(bool)
    if x.ndim != 2 or x.shape[1:] != inhibitory.shape:
        raise ValueError(f"expected x (N, D), inhibitory (D,): got {x.shape}, {inhibitory.shape}")
    excited = x[:, ~inhibitory].sum(axis=1) >= threshold
    vetoed = x[:, inhibitory].any(axis=1)
    return (excited & ~vetoed).astype(int)


def logic_gate(name):
    """Return weights and bias (w, b) of a threshold unit for `name`: "and", "or", "not", ...

    Raises
    ------
    ValueError
        If `name` is none of the gates that one unit computes.

    Notes
    -----
    With inputs 0 and 1: the sum of two is above 1.5 only for (1, 1), above 0.5 for any 1. There
    is no entry for "xor", since no line separates its cases: see `xor_network`.

    Examples
    --------
    >>> w, b = logic_gate("and")
    >>> perceptron_predict([[0, 0], [0, 1], [1, 1]], w, b)
    array([0, 0, 1])
    """
    gates = {
        "and": ([1.0, 1.0], -1.5),
        "or": ([1.0, 1.0], -0.5),
        "not": ([-1.0], 0.5),
        "nand": ([-1.0, -1.0], 1.5),
        "nor": ([-1.0, -1.0], 0.5),
    }
    if name not in gates:
        raise ValueError(f"one threshold unit computes {', '.join(gates)}; got {name!r}")
    w, b = gates[name]
    return np.array(w), b


def xor_network():
    """Return (W1, b1, W2, b2) of two layers of threshold units that compute XOR.

    Returns
    -------
    W1 : ndarray, shape (2, 2)
    b1 : ndarray, shape (2,)
    W2 : ndarray, shape (2, 1)
    b2 : ndarray, shape (1,)

    Notes
    -----
    The hidden units are OR and AND; XOR is "or, but not and". Thresholds lie half-way between
    the cases, so inputs may be off by up to 1/4 each.

    Examples
    --------
    >>> W1, b1, W2, b2 = xor_network()
    >>> X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    >>> step(step(X @ W1 + b1) @ W2 + b2).ravel()
    array([0., 1., 1., 0.])
    """
    W1, b1 = np.array([[1.0, 1.0], [1.0, 1.0]]), np.array([-0.5, -1.5])
    W2, b2 = np.array([[1.0], [-1.0]]), np.array([-0.5])
    return W1, b1, W2, b2


def perceptron_predict(X, w, b):
    """Classify each row: 1 where X @ w + b > 0, else 0.

    Parameters
    ----------
    X : array_like, shape (N, D)
    w : array_like, shape (D,)
    b : float

    Returns
    -------
    ndarray of int, shape (N,)

    Raises
    ------
    ValueError
        If X is not (N, D) or w not (D,).

    Examples
    --------
    >>> perceptron_predict([[1.0], [0.0], [-1.0]], [1.0], 0.0)
    array([1, 0, 0])
    """
    (X, w), b = floats(X, w), plain(b)
    if X.ndim != 2 or w.shape != X.shape[1:]:
        raise ValueError(f"expected X (N, D) and w (D,), got {X.shape} and {w.shape}")
    return (X @ w + b > 0).astype(int)


def perceptron_fit(X, y, lr=1.0, max_epochs=100):
    """Learn a separating line by correcting one mistake at a time (Rosenblatt's rule).

    Parameters
    ----------
    X : array_like, shape (N, D)
    y : array_like of {0, 1}, shape (N,)
    lr : float
        Scales w and b; starting from zero it changes no decision.
    max_epochs : int
        When to give up: on classes that no line separates the rule never stops by itself.

    Returns
    -------
    w : ndarray, shape (D,)
    b : float
    mistakes : list of int
        One count an epoch; the last is 0 if the rule converged.

    Raises
    ------
    ValueError
        If X is not (N, D) or holds NaN or infinity, if y is not 0 and 1, one a
        row, or if max_epochs is no whole number from 0.

    Notes
    -----
    w + lr (y - prediction) x: towards a positive that was missed, away from a negative that was
    taken. Right rows change nothing.

    Examples
    --------
    >>> w, b, mistakes = perceptron_fit([[1.0], [-1.0]], [1, 0])
    >>> w, b, mistakes
    (array([1.]), 1.0, [1, 0])
    """
    X = floats(X)
    if X.ndim != 2 or not np.isfinite(X).all():
        raise ValueError(
            f"expected finite features X (N, D), got shape {X.shape} with "
            f"{np.sum(~np.isfinite(X))} numbers that are NaN or infinite"
        )
    y = class_labels(y, 2, len(X))
    lr = plain(lr)
    w, b, mistakes = np.zeros(X.shape[1:], X.dtype), 0.0, []
    for _ in range(*whole_numbers(0, max_epochs=max_epochs)):
        errors = 0
        for x, target in zip(X, y, strict=True):
            error = int(target) - int(x @ w + b > 0)
            if error:
                w = w + lr * error * x
                b = b + lr * error
                errors += 1
        mistakes.append(errors)
        if errors == 0:
            break
    return w, b, mistakes


def hebb_step(W, x, y, lr=1.0):
    """Strengthen what fires together: W + lr x.T @ y.

    Parameters
    ----------
    W : array_like, shape (D, M)
    x, y : array_like, shapes (N, D) and (N, M)
        What the units before and after the connections did.
    lr : float

    Returns
    -------
    ndarray, shape (D, M)

    Raises
    ------
    ValueError
        If W is not (D, M), x not (N, D) or y not (N, M).

    Notes
    -----
    There is no error in this rule: it never weakens by itself, and repeated steps grow without
    bound. Started at 0 with lr = 1 it stores patterns y for orthonormal cues x.

    Examples
    --------
    >>> hebb_step([[0.0, 0.0]], [[1.0]], [[1.0, -1.0]])
    array([[ 1., -1.]])
    """
    W, x, y = floats(W, x, y)
    if x.ndim != 2 or y.ndim != 2 or len(x) != len(y) or W.shape != (x.shape[1], y.shape[1]):
        raise ValueError(
            f"expected W (D, M), x (N, D) and y (N, M), got {W.shape}, {x.shape}, {y.shape}"
        )
    return W + plain(lr) * (x.T @ y)


def normal_equation(X, y):
    """Solve least squares at once.

    Parameters
    ----------
    X : array_like, shape (N, D)
    y : array_like, shape (N,)

    Returns
    -------
    theta : ndarray, shape (D + 1,)
        Bias first. Of several solutions (collinear features) the one of least norm.

    Raises
    ------
    ValueError
        If X is not (N, D) or y not (N,), if they have no row, or hold NaN or infinity.

    Notes
    -----
    The minimum of the mean of (A theta - y)^2 solves A'A theta = A'y, where A is X with a column
    of ones. Inverting A'A squares its condition number and fails on collinear features; a
    singular value decomposition, inside np.linalg.lstsq, does neither.

    Examples
    --------
    >>> normal_equation([[0.0], [1.0], [2.0]], [1.0, 3.0, 5.0]).round(6)
    array([1., 2.])
    """
    A, y = _with_ones(X, y)
    if not (np.isfinite(A).all() and np.isfinite(y).all()):
        raise ValueError("least squares needs finite numbers, got NaN or infinity in X or y")
    return np.linalg.lstsq(A, y)[0]


def linear_regression_descent(X, y, lr, steps):
    """Approach least squares by gradient descent from zero; returns theta as `normal_equation`.

    Each of the `steps` costs 2 N D multiplications, where the direct solution needs about N D^2. It
    converges if lr < N / (largest eigenvalue of A'A).

    Raises
    ------
    ValueError
        If X is not (N, D) or y not (N,), if they have no row, or if steps is no whole number from
        0.

    Examples
    --------
    >>> linear_regression_descent([[-1.0], [1.0]], [-2.0, 2.0], lr=0.25, steps=50).round(6)
    array([0., 2.])
    """
    A, y = _with_ones(X, y)
    theta, lr = np.zeros(A.shape[1], A.dtype), plain(lr)
    for _ in range(*whole_numbers(0, steps=steps)):
        theta = theta - lr * 2 / len(A) * (A.T @ (A @ theta - y))
    return theta


def _with_ones(X, y):
    X, y = floats(X, y)
    if X.ndim != 2 or y.shape != X.shape[:1] or not len(X):
        raise ValueError(f"expected X (N, D) and y (N,), not empty: got {X.shape} and {y.shape}")
    return np.hstack([np.ones((len(X), 1), X.dtype), X]), y
