"""Local response normalization: neighbouring channels damp each other (Lecture 13)."""

from dlcourse.reference.arguments import floats, output_gradient, plain, whole_numbers


def local_response_norm(x, size=5, alpha=1e-4, beta=0.75, k=2.0):
    """Divide each activation by a power of the energy of its neighbours across channels.

    Parameters
    ----------
    x : ndarray, shape (N, C, ...)
    size : int
        Channels in a neighbourhood, the centre included; ``size // 2`` of them before it.
    alpha, beta, k : float
        AlexNet's constants are the defaults.

    Returns
    -------
    ndarray, shape of x
        ``x[:, i] / (k + alpha * sum of x[:, j]**2 over the neighbours j)**beta``.

    Raises
    ------
    ValueError
        If x has no channel axis or size is below 1.

    Notes
    -----
    The sum is not divided by its length. PyTorch divides: its alpha is `size` times this one. Its
    k is 1 by default. At the first and last channels there are fewer neighbours, no padding. Where
    a square does not fit, above 1e19 in float32, the output is 0, as in PyTorch.

    References
    ----------
    Lecture 13. Twin: `dlcourse.twins.response_norm.local_response_norm`.

    Examples
    --------
    >>> local_response_norm([[1.0, 2.0]], size=3, alpha=1.0, beta=1.0, k=0.0)
    array([[0.2, 0.4]])
    """
    x, (alpha, beta, k) = _channels(x, size), plain(alpha, beta, k)
    return x * _energy(x, size, alpha, k) ** -beta


def local_response_norm_backward(dout, x, size=5, alpha=1e-4, beta=0.75, k=2.0):
    """Carry the gradient `dout` through `local_response_norm`; shape of x.

    Raises
    ------
    ValueError
        If dout has not the shape of the output, if x has no channels, or if size is below 1.

    Notes
    -----
    A channel acts on its own output and, through the energy, on those of all channels whose
    neighbourhood it belongs to. For an even `size` that is not its own neighbourhood but the
    mirrored one.

    Examples
    --------
    >>> local_response_norm_backward([[1.0]], [[2.0]], size=1, alpha=1.0, beta=1.0, k=0.0)
    array([[-0.25]])
    """
    x, (alpha, beta, k) = _channels(x, size), plain(alpha, beta, k)
    dout = output_gradient(dout, x.shape, x.dtype)
    energy = _energy(x, size, alpha, k)  # (N, C, ...), as all below
    passed = dout * energy**-beta  # (N, C, ...)
    before, after = size // 2, (size - 1) // 2
    blame = _neighbour_sum(passed * x / energy, after, before)  # (N, C, ...)
    return passed - 2 * alpha * beta * x * blame  # (N, C, ...)


def _energy(x, size, alpha, k):
    return k + alpha * _neighbour_sum(x * x, size // 2, (size - 1) // 2)


def _neighbour_sum(x, before, after):
    """Sum over channels i - before to i + after, as far as they exist."""
    C = x.shape[1]
    total = x.copy()
    for step in range(1, min(before, C - 1) + 1):
        total[:, step:] += x[:, : C - step]
    for step in range(1, min(after, C - 1) + 1):
        total[:, : C - step] += x[:, step:]
    return total


def _channels(x, size):
    x = floats(x)
    (size,) = whole_numbers(size=size)
    if x.ndim < 2 or x.shape[1] < 1:
        raise ValueError(
            f"x has channels on axis 1 and a neighbourhood holds at least 1; "
            f"got shape {x.shape}, size={size}"
        )
    return x
