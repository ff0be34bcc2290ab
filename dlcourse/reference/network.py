"""Networks of dense layers, and their gradients by backpropagation (Lectures 1, 4 and 6).

A network is a list of weights and a list of biases, first layer first. For each layer, s is the
score, x the activation that feeds the next layer, and delta is dJ/ds. Backwards,

    delta = (delta_next @ W_next.T) * g'(s),    dJ/dW = x.T @ delta,    dJ/db = sum of delta's rows.
"""

import numpy as np

from dlcourse.reference.activations import sigmoid, sigmoid_backward, tanh_backward
from dlcourse.reference.arguments import floats
from dlcourse.reference.lengths import euclidean_norm
from dlcourse.reference.linear import linear, linear_backward
from dlcourse.reference.losses import cross_entropy, softmax_cross_entropy_backward


def mlp_forward(x, weights, biases):
    """Run a multilayer perceptron of sigmoid units and keep what every layer says.

    Parameters
    ----------
    x : array_like, shape (N, D) or (D,)
    weights : list of array_like, shapes (D, H1), (H1, H2), ...
    biases : list of array_like, shapes (H1,), (H2,), ...

    Returns
    -------
    list of ndarray
        x first, the output last: one more than there are layers. Lecture 1.

    Raises
    ------
    ValueError
        If there is not one bias for each weight, or no weight, or if the shapes of a layer do not
        fit.

    Examples
    --------
    >>> mlp_forward([[0.0]], [[[1.0, 1.0]]], [[0.0, 1000.0]])
    [array([[0.]]), array([[0.5, 1. ]])]
    """
    _check_layers(weights, biases)
    activations = [floats(x)]
    for W, b in zip(weights, biases, strict=True):
        x, W, b = floats(activations[-1], W, b)
        if x.ndim not in (1, 2) or W.ndim != 2 or len(W) != x.shape[-1] or b.shape != W.shape[1:]:
            raise ValueError(
                f"a layer takes x (N, D) or (D,), W (D, M) and b (M,): got {x.shape}, "
                f"{W.shape} and {b.shape}"
            )
        activations.append(sigmoid(x @ W + b))
    return activations


def chain_gradients(x, y, weights, biases):
    """Backpropagate through a chain of single sigmoid units, one a layer.

    Parameters
    ----------
    x, y : float
        Input and target.
    weights, biases : sequence of float
        One of each a layer.

    Returns
    -------
    dw, db : list of float
        Gradients of J = (out - y)^2 / 2, first layer first.

    Raises
    ------
    ValueError
        If there is not one bias for each weight, or no weight.

    References
    ----------
    Lecture 4: out = 0.6, y = 1 gives J = 0.08 and, at the last score, delta = -0.096.

    Examples
    --------
    >>> dw, db = chain_gradients(1.0, 1.0, [0.0], [0.0])
    >>> dw, db
    ([-0.125], [-0.125])
    """
    _check_layers(weights, biases)
    a, scores = [float(x)], []
    for w, b in zip(weights, biases, strict=True):
        scores.append(float(w * a[-1] + b))
        a.append(float(sigmoid(scores[-1])))
    dw, db = [], []
    blame = a[-1] - y  # dJ/d(activation), from the back: all are numbers here
    for w, before, score in zip(reversed(weights), reversed(a[:-1]), reversed(scores), strict=True):
        delta = sigmoid_backward(blame, score)  # dJ/d(score): after (1 - after), with its digits
        dw.insert(0, float(delta * before))
        db.insert(0, float(delta))
        blame = delta * w  # of the layer before
    return dw, db


def two_layer_gradients(X, labels, W1, b1, W2, b2):
    """Return loss and gradients of two layers: tanh units, then a softmax.

    Parameters
    ----------
    X : array_like, shape (M, D)
    labels : array_like, shape (M,)
    W1, b1 : array_like, shapes (D, H) and (H,)
    W2, b2 : array_like, shapes (H, K) and (K,)

    Returns
    -------
    loss : float
        Cross-entropy, mean over the M rows.
    dW1, db1, dW2, db2 : ndarray
        Each in the shape of its parameter.

    Raises
    ------
    ValueError
        If X (N, D), the two matrices and their biases do not fit, or if labels are not integers in
        0 ... K - 1, one a row.

    References
    ----------
    Lecture 4, the 2-5-2 network.

    Examples
    --------
    >>> loss, dW1, db1, dW2, db2 = two_layer_gradients([[1.0]], [0], [[0.0]], [0.0], [[1.0,
    ...     -1.0]], [0.0, 0.0])
    >>> float(round(loss, 4)), dW1
    (0.6931, array([[-1.]]))
    """
    s1 = linear(X, W1, b1)  # (M, H)
    x1 = np.tanh(s1)  # (M, H)
    s2 = linear(x1, W2, b2)  # (M, K)
    delta2 = softmax_cross_entropy_backward(s2, labels)  # (M, K)
    dx1, dW2, db2 = linear_backward(delta2, x1, W2, b2)  # (M, H), (H, K), (K,)
    delta1 = tanh_backward(dx1, s1)  # (M, H)
    _, dW1, db1 = linear_backward(delta1, X, W1, b1)  # (D, H), (H,)
    return cross_entropy(s2, labels), dW1, db1, dW2, db2


def mlp_scores(X, weights, biases):
    """Run the network of `backpropagate`: tanh after every layer but the last; scores (N, K).

    Raises
    ------
    ValueError
        If there is not one bias for each weight, or no weight, or if the shapes of a layer do not
        fit.

    Examples
    --------
    >>> mlp_scores([[1000.0]], [[[1.0]], [[2.0, 3.0]]], [[0.0], [0.0, 0.0]])
    array([[2., 3.]])
    """
    return _scores(X, weights, biases)[-1]


def backpropagate(X, labels, weights, biases):
    """Return loss and gradients of a network of any depth: tanh inside, softmax at the end.

    Parameters
    ----------
    X : array_like, shape (N, D)
    labels : array_like, shape (N,)
    weights : list of array_like, shapes (D, H1), (H1, H2), ..., (H, K)
    biases : list of array_like, shapes (H1,), (H2,), ..., (K,)

    Returns
    -------
    loss : float
        Cross-entropy, mean over the batch.
    dWs, dbs : list of ndarray
        In the order of `weights` and `biases`.

    Raises
    ------
    ValueError
        If there is not one bias for each weight, or no weight, if the shapes of a layer do not fit,
        or if labels are not integers in 0 ... K - 1, one a row.

    Notes
    -----
    One forward pass keeps the scores, one backward pass uses them. Backwards a layer takes two
    matrix products where forwards it takes one, however many weights there are. Lecture 4.

    Examples
    --------
    >>> loss, dWs, dbs = backpropagate([[1.0]], [0], [[[0.0, 0.0]]], [[0.0, 0.0]])
    >>> float(round(loss, 4)), dWs[0], dbs[0]
    (0.6931, array([[-0.5,  0.5]]), array([-0.5,  0.5]))
    """
    return mlp_gradients(X, labels, weights, biases, np.tanh, tanh_backward)


def mlp_gradients(X, labels, weights, biases, g, g_backward):
    """Return loss and gradients as `backpropagate` does, with any activation inside.

    Parameters
    ----------
    X : array_like, shape (N, D)
    labels : array_like, shape (N,)
    weights : list of array_like, shapes (D, H1), (H1, H2), ..., (H, K)
    biases : list of array_like, shapes (H1,), (H2,), ..., (K,)
    g, g_backward : callable
        An activation and its backward pass ``g_backward(dout, s)``.

    Returns
    -------
    loss : float
        Cross-entropy, mean over the batch.
    dWs, dbs : list of ndarray
        In the order of `weights` and `biases`. Lecture 6.

    Raises
    ------
    ValueError
        If there is not one bias for each weight, or no weight, if the shapes of a layer do not fit,
        or if labels are not integers in 0 ... K - 1, one a row.

    Examples
    --------
    >>> pair = np.tanh, tanh_backward
    >>> loss, dWs, dbs = mlp_gradients([[1.0]], [0], [[[0.0, 0.0]]], [[0.0, 0.0]], *pair)
    >>> float(round(loss, 4)), dWs[0], dbs[0]
    (0.6931, array([[-0.5,  0.5]]), array([-0.5,  0.5]))
    """
    scores = _scores(X, weights, biases, g)
    inputs = [floats(X), *(g(s) for s in scores[:-1])]  # (N, H) each
    dWs, dbs = [], []
    delta = softmax_cross_entropy_backward(scores[-1], labels)  # (N, K)
    for layer in reversed(range(len(weights))):  # of H inputs and M units
        dx, dW, db = linear_backward(
            delta, inputs[layer], weights[layer], biases[layer]
        )  # (N, H), (H, M), (M,)
        dWs.insert(0, dW)
        dbs.insert(0, db)
        if layer > 0:
            delta = g_backward(dx, scores[layer - 1])  # (N, H)
    return cross_entropy(scores[-1], labels), dWs, dbs


def layer_gradient_norms(X, labels, weights, g, g_prime):
    """Measure how much gradient reaches each layer: the norm of dJ/dW, first layer first.

    Parameters
    ----------
    X : array_like, shape (N, D)
    labels : array_like, shape (N,)
    weights : list of array_like
        No biases; g follows every layer but the last, the loss is the mean cross-entropy.
    g, g_prime : callable
        An activation and its derivative, both of the score.

    Returns
    -------
    list of float
        Frobenius norms. They shrink towards the input where g' is small. Lecture 6.

    Raises
    ------
    ValueError
        If there is no weight, if X and a matrix, or a matrix and the next, do not fit, or if labels
        are not integers in 0 ... K - 1, one a row.

    Examples
    --------
    >>> layer_gradient_norms([[1.0]], [0], [[[1.0]], [[1.0, -1.0]]], np.tanh,
    ...     lambda z: 1 - np.tanh(z) ** 2)[0] < 1
    True
    """
    weights = [floats(W) for W in weights]
    if not weights:
        raise ValueError("one layer is needed at least, got no weights")
    inputs, scores = [floats(X)], []
    for W in weights:
        scores.append(linear(inputs[-1], W, np.zeros(W.shape[1:], W.dtype)))
        inputs.append(g(scores[-1]))
    norms = []
    delta = softmax_cross_entropy_backward(scores[-1], labels)  # (N, K)
    for layer in reversed(range(len(weights))):  # of H inputs and M units
        norms.insert(0, float(euclidean_norm(inputs[layer].T @ delta)))  # of (H, M)
        if layer > 0:
            delta = delta @ weights[layer].T * g_prime(scores[layer - 1])  # (N, H)
    return norms


def _scores(X, weights, biases, g=np.tanh):
    """Scores of every layer, `g` between them."""
    _check_layers(weights, biases)
    scores = []
    for W, b in zip(weights, biases, strict=True):
        scores.append(linear(g(scores[-1]) if scores else X, W, b))
    return scores


def _check_layers(weights, biases):
    if len(weights) != len(biases) or len(weights) == 0:
        raise ValueError(
            f"one bias a layer and at least one layer: got {len(weights)} weights and "
            f"{len(biases)} biases"
        )
