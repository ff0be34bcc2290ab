"""Universal approximation, constructed: networks whose weights are set, not learned (Lecture 2).

A steep sigmoid is a step, two steps make a bump, bumps side by side draw any continuous function
on an interval; in two dimensions bumps become towers.
"""

import math

import numpy as np

from dlcourse.reference.activations import relu, sigmoid
from dlcourse.reference.arguments import floats, generator, plain, whole_numbers

STEEP = 1000.0  # of a step, when the cell that it bounds has width 1


def sigmoid_step(x, position, steepness):
    """Rise from 0 to 1 at `position`: sigmoid(steepness (x - position)).

    Notes
    -----
    The unit has weight w = steepness and bias b = -steepness position, so it steps at -b / w, and
    is 1/2 there, however steep.

    Examples
    --------
    >>> sigmoid_step([0.0, 0.5, 1.0], position=0.5, steepness=1000.0).round(6)
    array([0. , 0.5, 1. ])
    """
    position, steepness = plain(position, steepness)
    return sigmoid(steepness * (floats(x) - position))


def bump(x, left, right, height, steepness=1000.0):
    """Be about `height` between left and right and 0 elsewhere: one step up, one step down.

    Parameters
    ----------
    x : array_like, any shape
    left, right, height : float
    steepness : float
        Of both steps, as in `sigmoid_step`.

    Notes
    -----
    Two hidden units with outer weights height and -height; half the height at both ends.

    Examples
    --------
    >>> bump([0.0, 0.5, 1.0], left=0.25, right=0.75, height=3.0).round(6)
    array([0., 3., 0.])
    """
    up, down = sigmoid_step(x, left, steepness), sigmoid_step(x, right, steepness)
    return plain(height) * (up - down)


def approximate_1d(f, n_bumps, low, high):
    """Draw f on [low, high] with bumps side by side, each as high as f in its middle.

    Parameters
    ----------
    f : callable
        Evaluated at the middles of the n_bumps cells.
    n_bumps : int
    low, high : float

    Returns
    -------
    callable
        Takes an array, returns the same shape.

    Raises
    ------
    ValueError
        If n is below 1, or low is not below high.

    Notes
    -----
    A bump has only half its height at its ends. Between two cells the neighbour adds its half;
    at low and high nobody would, so the outer bumps reach one cell further.

    Examples
    --------
    >>> network = approximate_1d(lambda x: x**2, n_bumps=100, low=0.0, high=1.0)
    >>> abs(float(network(0.5)) - 0.25) < 0.01
    True
    """
    edges, middles, width = _cells(n_bumps, *plain(low, high))
    heights = [float(f(middle)) for middle in middles]
    left, right = edges[:-1].copy(), edges[1:].copy()
    left[0] -= width
    right[-1] += width
    steepness = STEEP / width

    def network(x):
        x = floats(x)
        total = np.zeros_like(x)
        for a, b, height in zip(left.tolist(), right.tolist(), heights, strict=True):
            total = total + bump(x, a, b, height, steepness)
        return total

    return network


def network_1d(f, epsilon, low, high):
    """Construct a network that is within epsilon of f everywhere on [low, high].

    Parameters
    ----------
    f : callable
        Continuous; takes an array inside [low, high], returns the same shape.
    epsilon : float
    low, high : float

    Returns
    -------
    w, b, v : ndarray, shape (K,)
        The network is x -> sum over k of v_k sigmoid(w_k x + b_k).

    Raises
    ------
    ValueError
        If epsilon is not above 0, if low is not below high, or if f strays by epsilon however
        narrow the steps are.

    Notes
    -----
    A staircase: unit k steps from the height of cell k - 1 to that of cell k. Cells are halved
    until f, on 33 points a cell, strays from the height of its cell's middle by less than 0.9
    epsilon. A function that wiggles between those points cannot be caught: no finite number of
    looks can bound an arbitrary f.

    Examples
    --------
    >>> w, b, v = network_1d(np.cos, epsilon=0.1, low=0.0, high=3.0)
    >>> x = np.linspace(0, 3, 50)
    >>> bool(np.abs(sigmoid(np.outer(x, w) + b) @ v - np.cos(x)).max() < 0.1)
    True
    """
    if not epsilon > 0:
        raise ValueError(f"epsilon must be above 0, got {epsilon}")
    n = 8
    while True:
        edges, middles, width = _cells(n, low, high)
        points = np.clip(edges[:-1, None] + np.linspace(0, width, 33), low, high)
        heights = np.broadcast_to(np.asarray(f(middles), dtype=float), middles.shape)
        if np.all(np.abs(f(points) - heights[:, None]) < 0.9 * epsilon):
            break
        if n >= 2**17:
            raise ValueError(f"f strays by {epsilon} within {width:.1e}: is it continuous?")
        n *= 2
    positions = np.append(low - width, edges[1:-1])  # the first step is over before low
    w = np.full(n, STEEP / width)
    return w, -w * positions, np.diff(heights, prepend=0.0)


def tower(x, y, x_range, y_range, height, steepness=1000.0):
    """Be about `height` on a rectangle and 0 elsewhere.

    Parameters
    ----------
    x, y : array_like
        Of shapes that broadcast.
    x_range, y_range : tuple of float
        (left, right) and (front, back).
    height, steepness : float

    Raises
    ------
    ValueError
        If x and y have shapes that do not broadcast.

    Notes
    -----
    Two bumps added make a cross: 2 where both are, 1 on the four arms. A unit that fires above
    3/2 keeps the middle only: four units in the first layer, one in the second.

    Examples
    --------
    >>> tower([0.5, 0.5], [0.5, 2.0], (0.0, 1.0), (0.0, 1.0), height=3.0).round(6)
    array([3., 0.])
    """
    both = bump(x, *x_range, 1.0, steepness) + bump(y, *y_range, 1.0, steepness)
    return plain(height) * sigmoid_step(both, 1.5, steepness)


def approximate_2d(f, n, x_range, y_range):
    """Draw f on a rectangle with n x n towers, each as high as f in the middle of its cell.

    Parameters
    ----------
    f : callable
        Takes two numbers.
    n : int
    x_range, y_range : tuple of float
        (low, high)

    Returns
    -------
    callable
        Takes two numbers or arrays of shapes that broadcast.

    Raises
    ------
    ValueError
        If n is below 1, or low is not below high.

    Notes
    -----
    The outer towers reach one cell further, as in `approximate_1d`. Where four cells meet each
    tower sees 1/2 + 1/2, below its threshold: thin holes remain at inner corners.

    Examples
    --------
    >>> network = approximate_2d(lambda x, y: x * y, 8, (0.0, 1.0), (0.0, 1.0))
    >>> abs(float(network(0.55, 0.55)) - 0.55**2) < 0.1
    True
    """
    x_range, y_range = plain(*x_range), plain(*y_range)
    _, x_middles, x_width = _cells(n, *x_range)
    _, y_middles, y_width = _cells(n, *y_range)
    reach = [(i - (i == 0), i + 1 + (i == n - 1)) for i in range(n)]  # in cells
    heights = [[float(f(x, y)) for y in y_middles.tolist()] for x in x_middles.tolist()]

    def network(x, y):
        x = (floats(x) - x_range[0]) / x_width  # now every cell has width 1
        y = (floats(y) - y_range[0]) / y_width
        total = np.zeros(np.broadcast_shapes(x.shape, y.shape), np.result_type(x, y))
        for i in range(n):
            for j in range(n):
                total = total + tower(x, y, reach[i], reach[j], heights[i][j], STEEP)
        return total

    return network


def random_features_fit(X, y, n_features, ridge, rng):
    """Fit a two-layer network of which only the outer weights are learned.

    Parameters
    ----------
    X : array_like, shape (N, D)
    y : array_like, shape (N,)
    n_features : int
        Hidden units cos(x @ W + b) with W from N(0, 1) and b uniform in [0, 2 pi), drawn once.
    ridge : float
        Adds ridge times the sum of the squared outer weights to the sum of squared errors.
    rng : numpy.random.Generator

    Returns
    -------
    callable
        Takes (N, D), returns (N,).

    Raises
    ------
    ValueError
        If X is not (N, D) or y not (N,), if n_features is below 1 or ridge below 0, or if X or y
        holds NaN or infinity.

    Notes
    -----
    The best outer weights solve a linear problem. With more and more features the fit tends to
    kernel regression with a Gaussian kernel (Rahimi and Recht 2007). The mean of y is fitted by
    an outer bias that the penalty leaves alone.

    Examples
    --------
    >>> X = np.linspace(-1, 1, 40)[:, None]
    >>> predict = random_features_fit(X, X[:, 0] ** 2, 50, 1e-6, np.random.default_rng(0))
    >>> bool(np.abs(predict(X) - X[:, 0] ** 2).max() < 0.01)
    True
    """
    (X, y), ridge, (n_features,) = floats(X, y), plain(ridge), whole_numbers(n_features=n_features)
    if X.ndim != 2 or y.shape != X.shape[:1] or not len(X) or not 0 <= ridge < np.inf:
        raise ValueError(
            f"expected X (N, D), y (N,), n_features >= 1 and ridge >= 0: got {X.shape}, "
            f"{y.shape}, {n_features} and {ridge}"
        )
    if not (np.isfinite(X).all() and np.isfinite(y).all()):
        raise ValueError("a least-squares fit needs finite numbers, got NaN or infinity")
    W = generator(rng).normal(size=(X.shape[1], n_features)).astype(X.dtype)
    b = rng.uniform(0, 2 * np.pi, n_features).astype(X.dtype)

    def features(X):
        return math.sqrt(2 / n_features) * np.cos(X @ W + b)

    mean_features, mean_y = features(X).mean(axis=0), y.mean()
    # rows sqrt(ridge) I with targets 0 are the penalty, written as more data
    penalty = math.sqrt(ridge) * np.eye(n_features, dtype=X.dtype)
    A = np.vstack([features(X) - mean_features, penalty])
    v = np.linalg.lstsq(A, np.append(y - mean_y, np.zeros(n_features, y.dtype)))[0]
    return lambda X: (features(floats(X)) - mean_features) @ v + mean_y


def fourier_features(x, n_frequencies, period):
    """Return hidden units cos(w_k x + b_k) whose outer weights are Fourier coefficients.

    Parameters
    ----------
    x : array_like, shape (N,)
    n_frequencies : int
    period : float

    Returns
    -------
    ndarray, shape (N, 1 + 2 n_frequencies)
        A constant, then cosine and sine of each frequency 2 pi k / period.

    Raises
    ------
    ValueError
        If x is not (N,), or n_frequencies is no whole number from 0.

    Notes
    -----
    Biases 0 and -pi/2: cos(z - pi/2) is sin z. With +-pi/2, as one slide has it, there are only
    sines, and an even function is out of reach.

    Examples
    --------
    >>> fourier_features([0.0, 0.25], n_frequencies=1, period=1.0).round(6)
    array([[1., 1., 0.],
           [1., 0., 1.]])
    """
    x, period = floats(x), plain(period)
    (n_frequencies,) = whole_numbers(0, n_frequencies=n_frequencies)
    if x.ndim != 1:
        raise ValueError(f"expected x (N,), got shape {x.shape}")
    k = np.arange(1, n_frequencies + 1, dtype=x.dtype)
    angles = 2 * np.pi / period * k * x[:, None]
    waves = np.stack([np.cos(angles), np.sin(angles)], axis=2)
    return np.hstack([np.ones_like(x)[:, None], waves.reshape(len(x), 2 * len(k))])


def sawtooth(x, depth):
    """Fold [0, 1] `depth` times: 2^depth straight pieces from 2 ReLUs a layer.

    Each layer computes the tent 2 relu(x) - 4 relu(x - 1/2), which rises to 1 at 1/2 and falls
    back. With one hidden layer 2^depth pieces need 2^depth - 1 inner kinks, so about as many
    units (Telgarsky 2016).

    Raises
    ------
    ValueError
        If depth is no whole number from 0.

    Examples
    --------
    >>> sawtooth([0.0, 0.25, 0.5, 0.75], depth=2)
    array([0., 1., 0., 1.])
    """
    x = floats(x)
    for _ in range(*whole_numbers(0, depth=depth)):
        x = 2 * relu(x) - 4 * relu(x - 0.5)
    return x


def _cells(n, low, high):
    """Edges (n + 1,), middles (n,) and width of n equal cells."""
    (n,) = whole_numbers(n=n)
    if not (low < high and math.isfinite(high - low)):
        raise ValueError(f"expected low < high, both finite, got {low} and {high}")
    edges = np.linspace(low, high, n + 1)
    return edges, (edges[:-1] + edges[1:]) / 2, (high - low) / n
