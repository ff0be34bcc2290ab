"""What LeNet-5 had in 1998 and later networks have not (lecture 13).

Its squashing function, the table of connections of its third layer, and an output that compares
with pictures of the digits. Equations and tables are those of LeCun, Bottou, Bengio, Haffner,
"Gradient-based learning applied to document recognition", 1998. Its trained pooling is
`dlcourse.reference.pooling.subsample`.
"""

import numpy as np

from dlcourse.reference.arguments import class_labels, floats, output_gradient, same_shape
from dlcourse.reference.losses import cross_entropy, softmax_cross_entropy_backward

AMPLITUDE, SLOPE = 1.7159, 2 / 3  # of the paper's tanh: it is 1 at 1, and -1 at -1

# which of S2's six maps each of C3's sixteen maps sees (the paper's table 1)
C3_INPUTS = (
    *((0, 1, 2), (1, 2, 3), (2, 3, 4), (3, 4, 5), (0, 4, 5), (0, 1, 5)),
    *((0, 1, 2, 3), (1, 2, 3, 4), (2, 3, 4, 5), (0, 3, 4, 5), (0, 1, 4, 5), (0, 1, 2, 5)),
    *((0, 1, 3, 4), (1, 2, 4, 5), (0, 2, 3, 5), (0, 1, 2, 3, 4, 5)),
)
C3_TABLE = np.array([[channel in inputs for channel in range(6)] for inputs in C3_INPUTS])

# the answers that the output layer compares F6 with: each digit as a picture of 12 x 7 units
PICTURES = """
....... ....... ....... ....... ....... ....... ....... ....... ....... .......
..###.. ...##.. .#####. .#####. ....##. ####### ..####. ####### .#####. .#####.
.##.##. ..###.. ##...## ##...## ...###. ##..... .##.... #....## ##...## ##...##
##...## .####.. .....## .....## ..####. ##..... ##..... .....## ##...## ##...##
##...## ...##.. ....##. .....## .##.##. ######. ######. ....##. .##.##. ##...##
##...## ...##.. ...##.. ..####. ##..##. .....## ##...## ....##. ..###.. .######
##...## ...##.. ..##... .....## ####### .....## ##...## ...##.. .##.##. .....##
##...## ...##.. .##.... .....## ....##. .....## ##...## ...##.. ##...## .....##
.##.##. ...##.. ##..... ##...## ....##. ##...## ##...## ..##... ##...## ....##.
..###.. .###### ####### .#####. ....##. .#####. .#####. ..##... .#####. .####..
....... ....... ....... ....... ....... ....... ....... ....... ....... .......
....... ....... ....... ....... ....... ....... ....... ....... ....... .......
"""
_ROWS = [line.split() for line in PICTURES.strip().splitlines()]
DIGIT_CODES = np.array(
    [[1 if c == "#" else -1 for row in _ROWS for c in row[digit]] for digit in range(10)]
)


def scaled_tanh(x):
    """Squash with the paper's tanh, ``1.7159 tanh(2 x / 3)``; shape of x.

    Notes
    -----
    Its targets +-1 lie where it bends most, not in the flat tails, so that learning towards them
    does not stall.
    """
    return AMPLITUDE * np.tanh(SLOPE * floats(x))


def scaled_tanh_backward(dout, x):
    """Carry the gradient `dout` from `scaled_tanh` back to its input x."""
    dout, x = floats(dout, x)
    same_shape(dout=dout, x=x)
    return dout * (AMPLITUDE * SLOPE) * (1 - np.tanh(SLOPE * x) ** 2)


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
    """
    x, centres = floats(x, centres)
    if x.ndim != 2 or x.shape[1:] != centres.shape[1:]:
        raise ValueError(f"rows (N, D) meet centres (K, D); got {x.shape} and {centres.shape}")
    return ((x[:, None] - centres) ** 2).sum(axis=2)


def rbf_backward(dout, x, centres):
    """Carry the gradient `dout` (N, K) from `rbf` back to its rows; centres are fixed, get none."""
    dout, x, centres = floats(dout, x, centres)
    output_gradient(dout, (len(x), len(centres)))
    return 2 * (dout.sum(axis=1, keepdims=True) * x - dout @ centres)


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

    Notes
    -----
    Without ``exp(-j)`` this is softmax cross-entropy on the negated penalties.
    """
    scores, labels = _with_rubbish_class(penalties, labels, j)
    return cross_entropy(scores, labels)


def penalty_loss_backward(penalties, labels, j=0.1):
    """Return the gradient of `penalty_loss` with respect to the penalties, (N, K)."""
    scores, labels = _with_rubbish_class(penalties, labels, j)
    return -softmax_cross_entropy_backward(scores, labels)[:, :-1]


def _with_rubbish_class(penalties, labels, j):
    """Negate penalties to scores, and add a class "none of them" of score -j."""
    penalties = floats(penalties)
    if penalties.ndim != 2:
        raise ValueError(f"penalties come as (N, K); got shape {penalties.shape}")
    labels = class_labels(labels, penalties.shape[1], len(penalties))
    rubbish = np.full((len(penalties), 1), -j, penalties.dtype)
    return np.concatenate([-penalties, rubbish], axis=1), labels
