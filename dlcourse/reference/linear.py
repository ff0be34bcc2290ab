"""The dense layer: every output is a weighted sum of all inputs plus a bias (Lecture 4)."""

from dlcourse.reference.arguments import floats, output_gradient


def linear(x, W, b):
    """Compute the scores of a dense layer: x @ W + b.

    Parameters
    ----------
    x : array_like, shape (N, D_in)
        One row a sample.
    W : array_like, shape (D_in, D_out)
        One column a unit.
    b : array_like, shape (D_out,)

    Returns
    -------
    ndarray, shape (N, D_out)

    Raises
    ------
    ValueError
        If x is not (N, D_in), W not (D_in, D_out) or b not (D_out,).

    Notes
    -----
    PyTorch's nn.Linear stores the transpose, (D_out, D_in), and computes x @ W.T + b.

    Examples
    --------
    >>> linear([[1.0, 2.0]], [[1.0, 0.0], [0.0, 10.0]], [0.5, 0.5])
    array([[ 1.5, 20.5]])
    """
    x, W, b = floats(x, W, b)
    _check(x, W, b)
    return x @ W + b


def linear_backward(dout, x, W, b):
    """Carry a gradient through a dense layer.

    Parameters
    ----------
    dout : array_like, shape (N, D_out)
        Gradient of the loss with respect to ``linear(x, W, b)``.
    x, W, b
        The inputs given to `linear`.

    Returns
    -------
    dx : ndarray, shape (N, D_in)
    dW : ndarray, shape (D_in, D_out)
    db : ndarray, shape (D_out,)

    Raises
    ------
    ValueError
        If dout has not the shape of the output, or if x is not (N, D_in), W not (D_in, D_out) or b
        not (D_out,).

    Notes
    -----
    No division by N: the loss decides whether to average over the batch.

    References
    ----------
    Lecture 4. Twin: autograd through `dlcourse.twins.linear.linear`.

    Examples
    --------
    >>> dx, dW, db = linear_backward([[1.0], [1.0]], [[1.0, 2.0], [3.0, 4.0]], [[5.0], [6.0]],
    ...     [0.0])
    >>> dx
    array([[5., 6.],
           [5., 6.]])
    >>> dW
    array([[4.],
           [6.]])
    >>> db
    array([2.])
    """
    dout, x, W, b = floats(dout, x, W, b)
    _check(x, W, b)
    output_gradient(dout, (len(x), len(b)))
    dx = dout @ W.T  # (N, D_out) @ (D_out, D_in) = (N, D_in)
    dW = x.T @ dout  # (D_in, N) @ (N, D_out) = (D_in, D_out)
    db = dout.sum(axis=0)  # (D_out,): one bias serves every row, so the rows add up
    return dx, dW, db


def _check(x, W, b):
    if x.ndim != 2 or W.ndim != 2 or x.shape[1] != W.shape[0] or b.shape != W.shape[1:]:
        raise ValueError(
            f"linear needs x (N, D_in), W (D_in, D_out) and b (D_out,), got {x.shape}, "
            f"{W.shape} and {b.shape}"
        )
