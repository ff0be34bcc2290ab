"""Learning without labels, to start from and to freeze: RBM, autoencoder (Lecture 16)."""

from dlcourse.reference.activations import sigmoid, sigmoid_backward
from dlcourse.reference.arguments import floats, generator, plain
from dlcourse.reference.linear import linear, linear_backward
from dlcourse.reference.losses import mse_loss, mse_loss_backward
from dlcourse.reference.optimizers import sgd_step


def rbm_cd1(v0, W, b_visible, b_hidden, lr, rng):
    """Train a restricted Boltzmann machine on a batch by one step of contrastive divergence.

    Parameters
    ----------
    v0 : array_like, shape (N, D)
        Visible units, in [0, 1].
    W : array_like, shape (D, H)
    b_visible, b_hidden : array_like, shapes (D,) and (H,)
    lr : float
    rng : numpy.random.Generator

    Returns
    -------
    W, b_visible, b_hidden
        Moved towards what the data show (positive phase) and away from what the machine makes of
        them (negative phase), means over the batch.

    Raises
    ------
    ValueError
        If v0 (N, D), W (D, H), b_visible (D,) and b_hidden (H,) do not fit, or if v0 has no rows.

    Notes
    -----
    Hidden units are sampled once, to drive the reconstruction; everything else uses probabilities,
    which are less noisy (Hinton 2010). One step of the chain, hence CD-1: not the gradient of the
    likelihood, and good enough in practice.

    Examples
    --------
    >>> import numpy as np
    >>> W, bv, bh = rbm_cd1([[1.0]], [[0.0]], [0.0], [0.0], 0.1, np.random.default_rng(0))
    >>> W.shape, bv.round(3)
    ((1, 1), array([0.05]))
    """
    v0, W, b_visible, b_hidden = floats(v0, W, b_visible, b_hidden)
    D, H = v0.shape[1:], b_hidden.shape
    if v0.ndim != 2 or b_hidden.ndim != 1 or W.shape != D + H or b_visible.shape != D:
        raise ValueError(
            "v0 (N, D), W (D, H), b_visible (D,), b_hidden (H,) do not fit: got "
            f"{v0.shape}, {W.shape}, {b_visible.shape}, {b_hidden.shape}"
        )
    if len(v0) == 0:
        raise ValueError("v0 has no rows: there is nothing to learn from")
    lr = plain(lr)
    h0 = sigmoid(v0 @ W + b_hidden)
    sampled = (generator(rng).random(h0.shape) < h0).astype(h0.dtype)
    v1 = sigmoid(sampled @ W.T + b_visible)
    h1 = sigmoid(v1 @ W + b_hidden)
    return (
        W + lr * (v0.T @ h0 - v1.T @ h1) / len(v0),
        b_visible + lr * (v0 - v1).mean(axis=0),
        b_hidden + lr * (h0 - h1).mean(axis=0),
    )


def autoencoder_gradients(X, W1, b1, W2, b2):
    """Return loss and gradients of a network that must give back its input.

    Parameters
    ----------
    X : array_like, shape (N, D)
    W1, b1 : array_like, shapes (D, H) and (H,)
        To the code, sigmoid units.
    W2, b2 : array_like, shapes (H, D) and (D,)
        Back to the input, linear units.

    Returns
    -------
    loss : scalar
        Mean of (output - X)^2 over all N D elements, without 1/2.
    dW1, db1, dW2, db2 : ndarray

    Raises
    ------
    ValueError
        If X (N, D), the two matrices and their biases do not fit, or if X has no row.

    Examples
    --------
    >>> loss, dW1, db1, dW2, db2 = autoencoder_gradients([[1.0]], [[0.0]], [0.0], [[0.0]],
    ...     [0.0])
    >>> float(loss), dW2, db2
    (1.0, array([[-1.]]), array([-2.]))
    """
    score = linear(X, W1, b1)  # (N, H)
    code = sigmoid(score)  # (N, H)
    output = linear(code, W2, b2)  # (N, D)
    doutput = mse_loss_backward(output, X)  # (N, D)
    dcode, dW2, db2 = linear_backward(doutput, code, W2, b2)  # (N, H), (H, D), (D,)
    dscore = sigmoid_backward(dcode, score)  # (N, H)
    _, dW1, db1 = linear_backward(dscore, X, W1, b1)  # (D, H), (H,)
    return mse_loss(output, X), dW1, db1, dW2, db2


def frozen_sgd_step(params, grads, lr, frozen):
    """Take one plain step with all arrays but those whose index is in the set `frozen`.

    Arguments as in `dlcourse.reference.optimizers.sgd_step`: `params`, `grads`, the rate `lr`. The
    list is new; frozen arrays come back as they are. How a pretrained network keeps its lower
    layers while the upper ones learn.

    Raises
    ------
    ValueError
        If there is not one gradient of its shape for each parameter, or if `frozen` names a
        parameter that does not exist.

    Examples
    --------
    >>> frozen_sgd_step([[1.0], [2.0]], [[10.0], [10.0]], lr=0.1, frozen={0})
    [[1.0], array([1.])]
    """
    if len(params) != len(grads):
        raise ValueError(f"{len(params)} parameters but {len(grads)} gradients")
    if unknown := sorted(set(frozen) - set(range(len(params)))):
        raise ValueError(f"frozen names {unknown}, but there are {len(params)} parameters, from 0")
    return [
        w if i in frozen else sgd_step([w], [g], lr)[0]
        for i, (w, g) in enumerate(zip(params, grads, strict=True))
    ]
