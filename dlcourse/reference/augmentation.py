"""Augmentation: images changed in ways that leave their label true (Lecture 9).

The last two axes of `img` are rows and columns; axes before them, channels or a batch, all change
alike. What comes in from outside the image is 0. The amounts are arguments: draw them with your own
`rng`, and not more than the label can bear, or a rotated 6 becomes a 9.
"""

import math

import numpy as np

from dlcourse.reference.arguments import (
    floats,
    generator,
    in_own_order,
    plain,
    quoted,
    real_numbers,
    whole_numbers,
)
from dlcourse.reference.lengths import power_of_two

# cosine and sine of a turn: the sine of pi rounds to 1e-16, a share of the pixel beside
QUARTERS = {0: (1, 0), 90: (0, 1), -90: (0, -1), 180: (-1, 0), -180: (-1, 0)}


def _image(img):
    img = in_own_order(np.asarray(img))
    if img.ndim < 2:
        raise ValueError(f"an image needs rows and columns as its last axes, got {img.shape}")
    return img


def _float_image(img):
    return floats(_image(img))


def shift_image(img, dy, dx):
    """Move an image by whole pixels: down for `dy` > 0, right for `dx` > 0.

    What leaves on one side does not come back on the other, as it would with ``np.roll``.

    Raises
    ------
    ValueError
        If img has fewer than two axes, or if dy or dx is not whole.

    Examples
    --------
    >>> shift_image([[1, 2], [3, 4]], dy=1, dx=0)
    array([[0, 0],
           [1, 2]])
    """
    img = _image(img)
    for amount in plain(dy, dx):  # 2.0 is whole as well
        if not isinstance(amount, int) and not (isinstance(amount, float) and amount.is_integer()):
            got = f"dy={quoted(dy)} and dx={quoted(dx)}"
            raise ValueError(f"an image moves by whole pixels, got {got}: round them")
    rows, columns = img.shape[-2:]
    dy, dx = (max(-n, min(int(by), n)) for by, n in ((dy, rows), (dx, columns)))
    out = np.zeros_like(img)
    to = slice(max(dy, 0), rows + min(dy, 0)), slice(max(dx, 0), columns + min(dx, 0))
    out_of = slice(max(-dy, 0), rows + min(-dy, 0)), slice(max(-dx, 0), columns + min(-dx, 0))
    out[..., *to] = img[..., *out_of]
    return out


def flip(img, axis=-1):
    """Mirror an image: left and right by default, top and bottom with ``axis=-2``.

    Raises
    ------
    ValueError
        If img has fewer than two axes, or if axis is neither -1 nor -2.

    Examples
    --------
    >>> flip([[1, 2], [3, 4]])
    array([[2, 1],
           [4, 3]])
    """
    if axis not in (-1, -2):
        raise ValueError(f"axis is -1 (left and right) or -2 (top and bottom), got {axis}")
    return np.flip(_image(img), axis).copy()


def crop(img, top, left, height, width):
    """Cut out `height` rows from `top` and `width` columns from `left`; all must be inside.

    Raises
    ------
    ValueError
        If img has fewer than two axes, if a number is not whole, or if the part does not lie
        inside.

    Examples
    --------
    >>> crop([[1, 2, 3], [4, 5, 6]], top=0, left=1, height=2, width=2)
    array([[2, 3],
           [5, 6]])
    """
    img = _image(img)
    rows, columns = img.shape[-2:]
    top, left, height, width = whole_numbers(0, top=top, left=left, height=height, width=width)
    if not (0 <= top <= top + height <= rows and 0 <= left <= left + width <= columns):
        raise ValueError(
            f"rows {top} to {top + height} and columns {left} to {left + width} do not lie in an "
            f"image of {rows} x {columns}: pad it first"
        )
    return img[..., top : top + height, left : left + width].copy()


def rotate(img, degrees):
    """Turn an image about its centre by `degrees`, counter-clockwise as seen; interpolates.

    Quarter turns move pixels and are exact.

    Raises
    ------
    ValueError
        If img has fewer than two axes, or if degrees is not finite.

    Examples
    --------
    >>> rotate([[1.0, 2.0], [3.0, 4.0]], 90)
    array([[2., 4.],
           [1., 3.]])
    """
    (degrees,) = real_numbers(degrees=degrees)
    if isinstance(degrees, int):
        degrees %= 360  # exact, however large
    if not math.isfinite(degrees):
        raise ValueError(f"degrees is a finite number, got {degrees}")
    degrees = math.remainder(degrees, 360)  # from -180 to 180, without rounding
    angle = math.radians(degrees)
    along, across = QUARTERS.get(degrees) or (math.cos(angle), math.sin(angle))
    return _resample(img, along, across)


def zoom(img, factor):
    """Enlarge an image about its centre (`factor` > 1) or shrink it, in the same frame.

    Raises
    ------
    ValueError
        If img has fewer than two axes, or if factor is not above 0, or so small that 1 / factor is
        infinite.

    Examples
    --------
    >>> zoom([[1.0, 1.0], [1.0, 1.0]], 2.0)
    array([[1., 1.],
           [1., 1.]])
    """
    (factor,) = real_numbers(factor=factor)
    if not factor > 0 or math.isinf(1 / factor):
        raise ValueError(f"factor must be above 0, and 1 / factor finite, got {factor}")
    return _resample(img, 1 / factor, 0.0)


def _resample(img, along, across):
    """Read each pixel where the linear map of its offset from the centre says, bilinearly.

    Every target pixel asks where it came from: the other direction would leave holes.
    """
    img = _float_image(img)
    rows, columns = img.shape[-2:]
    y, x = np.mgrid[:rows, :columns]
    y, x = y - (rows - 1) / 2, x - (columns - 1) / 2
    from_y = along * y + across * x + (rows - 1) / 2
    from_x = along * x - across * y + (columns - 1) / 2
    out = np.zeros_like(img)
    for corner_y in (np.floor(from_y), np.floor(from_y) + 1):
        for corner_x in (np.floor(from_x), np.floor(from_x) + 1):
            weight = (1 - np.abs(from_y - corner_y)) * (1 - np.abs(from_x - corner_x))
            inside = (0 <= corner_y) & (corner_y < rows) & (0 <= corner_x) & (corner_x < columns)
            i = np.clip(corner_y, 0, rows - 1).astype(int)
            j = np.clip(corner_x, 0, columns - 1).astype(int)
            weight = (weight * inside).astype(img.dtype)
            out += weight * np.where(weight > 0, img[..., i, j], 0)  # 0 * infinity would be NaN
    return out


def contrast(img, factor):
    """Move each pixel away from the mean of its image (`factor` > 1) or towards it.

    One mean for each pair of row and column axes; values are not clipped to any range.

    Raises
    ------
    ValueError
        If img has fewer than two axes or no pixels.

    Examples
    --------
    >>> contrast([[0.0, 1.0], [1.0, 2.0]], 2.0)
    array([[-1.,  1.],
           [ 1.,  3.]])
    """
    img = _float_image(img)
    if 0 in img.shape[-2:]:
        raise ValueError(f"an image without pixels has no mean, got shape {img.shape}")
    (factor,) = real_numbers(factor=factor)
    pixels = math.prod(img.shape[-2:])
    unit = power_of_two(img.reshape(*img.shape[:-2], pixels), axis=-1)[..., None]
    unit = np.where(unit > 1, unit, 1).astype(img.dtype)  # the sum of numbers near the largest fits
    img = img / unit
    mean = img.mean(axis=(-2, -1), keepdims=True)
    return (mean + factor * (img - mean)) * unit


def noise(img, std, rng):
    """Add Gaussian noise of standard deviation `std` to every pixel; values are not clipped.

    Raises
    ------
    ValueError
        If img has fewer than two axes, or if std is below 0.

    Examples
    --------
    >>> noise(np.zeros((2, 3)), 0.1, np.random.default_rng(0)).shape
    (2, 3)
    """
    (std,) = real_numbers(0, std=std)
    img = _float_image(img)
    return img + (std * generator(rng).standard_normal(img.shape)).astype(img.dtype)


def mixup(x, targets, lam, rng):
    """Blend each row, and its target, with a partner drawn from the batch (Zhang 2018).

    Parameters
    ----------
    x : array_like, shape (N, ...)
    targets : array_like, shape (N, K)
        Probabilities; labels first become rows of zeros with a one.
    lam : float
        The share of the row itself, in [0, 1]: ``rng.beta(alpha, alpha)`` with alpha 0.2, say.
    rng : numpy.random.Generator
        Draws the partners, a permutation of the rows.

    Returns
    -------
    x, targets : ndarray, in the shapes given

    Raises
    ------
    ValueError
        If `lam` is outside [0, 1], or there are not as many targets as rows.

    Examples
    --------
    >>> x, targets = np.array([[0.0], [10.0]]), np.eye(2)
    >>> x, targets = mixup(x, targets, 0.75, np.random.default_rng(3))  # the rows meet each other
    >>> x.ravel()
    array([2.5, 7.5])
    >>> targets
    array([[0.75, 0.25],
           [0.25, 0.75]])
    """
    x, targets, (lam,) = floats(x), floats(targets), real_numbers(lam=lam)
    if x.ndim < 1 or targets.ndim != 2 or len(x) != len(targets) or not 0 <= lam <= 1:
        raise ValueError(
            f"needs x (N, ...), targets (N, K) and lam in [0, 1]: got {x.shape}, {targets.shape}, "
            f"lam={lam}"
        )
    partner, lam = generator(rng).permutation(len(x)), float(lam)
    return _blend(x, x[partner], lam), _blend(targets, targets[partner], lam)


def _blend(own, other, lam):
    if lam in (0, 1):  # 0 * infinity would be NaN
        return (own if lam else other).copy()
    return lam * own + (1 - lam) * other
