"""What LeNet-5 had in 1998 and later networks have not (Lecture 13).

Its squashing function, the table of connections of its third layer, and an output that compares
with pictures of the digits. Equations and tables are those of LeCun, Bottou, Bengio, Haffner,
"Gradient-based learning applied to document recognition", 1998. Its trained pooling is
`dlcourse.reference.average_pooling.subsample`.
"""

import numpy as np

from dlcourse import lenet5
from dlcourse.reference.activations import tanh_backward
from dlcourse.reference.arguments import class_labels, floats, output_gradient, plain, same_shape
from dlcourse.reference.losses import cross_entropy, softmax_cross_entropy_backward

AMPLITUDE, SLOPE = 1.7159, 2 / 3  # of the paper's tanh: it is 1 at 1, and -1 at -1

C3_TABLE = np.array([[channel in inputs for channel in range(6)] for inputs in lenet5.C3_INPUTS])
DIGIT_CODES = np.array(lenet5.DIGIT_CODES, dtype=int)  # integers: they leave float32 alone


def scaled_tanh(x):
    """Squash with the paper's tanh, ``1.7159 tanh(2 x / 3)``; shape of x.

    Notes
    -----
    Its targets +-1 lie where it bends most, not in the flat tails, so that learning towards them
    does not stall.

    Examples
    --------
    >>> scaled_tanh([-1.0, 0.0, 1.0]).round(3)
    array([-1.,  0.,  1.])
    """
    return AMPLITUDE * np.tanh(SLOPE * floats(x))


def scaled_tanh_backward(dout, x):
    """Carry the gradient `dout` from `scaled_tanh` back to its input x.

    Raises
    ------
    ValueError
        If dout and x differ in shape.

    Examples
    --------
    >>> scaled_tanh_backward([1.0], [0.0]).round(4)
    array([1.1439])
    """
    dout, x = floats(dout, x)
    same_shape(dout=dout, x=x)
    return AMPLITUDE * SLOPE * tanh_backward(dout, SLOPE * x)  # shape of x


def rbf(x, centres):
    """Measure how far each row is from each centre: LeNet-5's output layer.

    Parameters
    ----------
    x : ndarray, shape (N, D)
    centres : ndarray, shape (K, D)

    Returns
    -------
    ndarray, shape (N, K)
        Squared Euclidean distances. Penalties, not scores: the smallest names the class.

    Raises
    ------
    ValueError
        If x is not (N, D) or centres not (K, D).

    Examples
    --------
    >>> rbf([[0.0, 0.0]], [[3.0, 4.0], [0.0, 1.0]])
    array([[25.,  1.]])
    """
    x, centres = floats(x, centres)
    _meet(x, centres)
    return ((x[:, None] - centres) ** 2).sum(axis=2)


def rbf_backward(dout, x, centres):
    """Carry the gradient `dout` (N, K) from `rbf` back to its rows; centres are fixed, get none.

    Raises
    ------
    ValueError
        If dout has not the shape of the output, or if x is not (N, D) or centres not (K, D).

    Examples
    --------
    >>> rbf_backward([[1.0, 0.0]], [[0.0, 0.0]], [[3.0, 4.0], [0.0, 1.0]])
    array([[-6., -8.]])
    """
    dout, x, centres = floats(dout, x, centres)
    _meet(x, centres)
    output_gradient(dout, (len(x), len(centres)))
    total = dout.sum(axis=1, keepdims=True)  # (N, 1)
    return 2 * (total * x - dout @ centres)  # (N, D)


def _meet(x, centres):
    if x.ndim != 2 or x.shape[1:] != centres.shape[1:]:
        raise ValueError(f"rows (N, D) meet centres (K, D); got {x.shape} and {centres.shape}")


def penalty_loss(penalties, labels, j=0.1):
    """Average the paper's loss (its equation 9): low for the true class, high for the others.

    ``penalty of the true class + log(exp(-j) + sum of exp(-penalty) over all classes)``.

    Parameters
    ----------
    penalties : ndarray, shape (N, K)
    labels : ndarray of int, shape (N,)
    j : float
        Bounds the second term: a wrong class whose penalty is far above j is left in peace.

    Returns
    -------
    scalar

    Raises
    ------
    ValueError
        If penalties is not (N, K), or if labels are not integers in 0 ... K - 1, one a row.

    Notes
    -----
    Without ``exp(-j)`` this is softmax cross-entropy on the negated penalties.

    Examples
    --------
    >>> float(penalty_loss([[0.0, 1000.0]], [0], j=1000.0))
    0.0
    """
    scores, labels = _with_rubbish_class(penalties, labels, j)
    return cross_entropy(scores, labels)


def penalty_loss_backward(penalties, labels, j=0.1):
    """Return the gradient of `penalty_loss` with respect to the penalties, (N, K).

    Raises
    ------
    ValueError
        If penalties is not (N, K), or if labels are not integers in 0 ... K - 1, one a row.

    Examples
    --------
    >>> penalty_loss_backward([[0.0, 0.0]], [0], j=1000.0)
    array([[ 0.5, -0.5]])
    """
    scores, labels = _with_rubbish_class(penalties, labels, j)
    return -softmax_cross_entropy_backward(scores, labels)[:, :-1]  # (N, K), without the rubbish


def _with_rubbish_class(penalties, labels, j):
    """Negate penalties to scores, and add a class "none of them" of score -j."""
    penalties = floats(penalties)
    if penalties.ndim != 2:
        raise ValueError(f"penalties come as (N, K); got shape {penalties.shape}")
    labels = class_labels(labels, penalties.shape[1], len(penalties))
    rubbish = np.full((len(penalties), 1), -plain(j), penalties.dtype)
    return np.concatenate([-penalties, rubbish], axis=1), labels
