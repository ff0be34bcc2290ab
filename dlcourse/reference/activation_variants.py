"""Variants of ReLU and of the sigmoid: learned, random, bounded, hard and smooth (Lecture 6).

Conventions as in `dlcourse.reference.activations`: z is a score, `dout` the gradient with respect
to the activation's output. The hard ones replace a curve by straight lines: no exponential, and a
slope of exactly 0 outside.
"""

import math

import numpy as np

from dlcourse.reference.activations import elu, elu_backward, sigmoid
from dlcourse.reference.arguments import finite, floats, generator, plain, same_shape

SELU_SCALE, SELU_ALPHA = 1.0507009873554805, 1.6732632423543772  # Klambauer et al. 2017, eq. 14
GELU_SLOPE, GELU_CUBE = 2 * math.sqrt(2 / math.pi), 0.044715  # Hendrycks and Gimpel 2016
ERFC = np.vectorize(math.erfc, otypes=[float])  # NumPy has none


def prelu(z, weight):
    """Keep positive scores, multiply the others by a learned slope (parametric ReLU).

    Parameters
    ----------
    z : array_like, shape (N, C, ...)
        Or any shape, with one slope for all.
    weight : array_like, shape (C,) or of size 1
        One slope a channel (a unit, in a dense layer), or one for all. Not limited to 1: then
        max(weight z, z), often seen, is something else. A learned slope of 0 makes NaN of minus
        infinity, as in PyTorch.

    Raises
    ------
    ValueError
        If weight has neither one number nor one for each of the C channels of z (N, C, ...).

    Examples
    --------
    >>> prelu([[-1.0, -1.0], [2.0, 2.0]], [0.1, 0.5])
    array([[-0.1, -0.5],
           [ 2. ,  2. ]])
    """
    z, weight = floats(z, weight)
    return np.where(z > 0, z, _per_channel(weight, z) * z)


def prelu_backward(dout, z, weight):
    """Return (dz, dweight): a slope collects z dout from every place where it was used.

    Raises
    ------
    ValueError
        If dout and z differ in shape, or if weight has neither one number nor one for each of the C
        channels of z (N, C, ...).

    Examples
    --------
    >>> dz, dweight = prelu_backward([[1.0, 1.0]], [[-2.0, 3.0]], [0.1, 0.5])
    >>> dz
    array([[0.1, 1. ]])
    >>> dweight
    array([-2.,  0.])
    """
    dout, z, weight = floats(dout, z, weight)
    same_shape(dout=dout, z=z)
    slope = _per_channel(weight, z)  # (1, C, 1, ...) or ()
    shared = tuple(i for i in range(z.ndim) if slope.ndim == 0 or slope.shape[i] == 1)
    dz = np.where(z > 0, dout, slope * dout)  # (N, C, ...)
    dslope = np.where(z > 0, 0, dout * z)  # (N, C, ...), before it is added up
    dweight = dslope.sum(axis=shared).reshape(weight.shape)  # (C,) or of size 1
    return dz, dweight


def _per_channel(weight, z):
    if weight.size == 1:
        return weight.reshape(())
    if z.ndim < 2 or weight.shape != z.shape[1:2]:
        raise ValueError(
            f"prelu needs one slope, or one for each of the C channels of z (N, C, ...): got "
            f"weight {weight.shape} for z {z.shape}"
        )
    return weight.reshape(1, -1, *[1] * (z.ndim - 2))


def rrelu(z, rng, lower=1 / 8, upper=1 / 3, train=True):
    """Draw the slope of each negative score anew at every pass (randomized leaky ReLU).

    Parameters
    ----------
    z : array_like, any shape
    rng : numpy.random.Generator
        Not used where train is False.
    lower, upper : float
        Slopes are uniform between these.
    train : bool
        At test every slope is the mean, (lower + upper) / 2.

    Returns
    -------
    out, slope : ndarray, shape of z
        slope is what z was multiplied by, 1 where z > 0; `rrelu_backward` needs it.

    Raises
    ------
    ValueError
        If lower is above upper.

    Examples
    --------
    >>> rrelu([-1.0, 2.0], None, 0.2, 0.4, train=False)[0]
    array([-0.3,  2. ])
    """
    z = floats(z)
    if not lower <= upper:
        raise ValueError(f"lower must not exceed upper, got {lower} and {upper}")
    mean = np.full(z.shape, (lower + upper) / 2)
    drawn = generator(rng).uniform(lower, upper, z.shape) if train else mean
    slope = np.where(z > 0, 1, drawn).astype(z.dtype)
    return z * slope, slope


def rrelu_backward(dout, slope):
    """Multiply by the slopes that the forward pass drew.

    Raises
    ------
    ValueError
        If dout and slope differ in shape.

    Examples
    --------
    >>> rrelu_backward([10.0, 10.0], [0.25, 1.0])
    array([ 2.5, 10. ])
    """
    dout, slope = floats(dout, slope)
    same_shape(dout=dout, slope=slope)
    return dout * slope  # shape of z


def relu6(z):
    """Clip scores to [0, 6]: the output, not the gradient, is clipped.

    Examples
    --------
    >>> relu6([-1.0, 3.0, 9.0])
    array([0., 3., 6.])
    """
    return np.clip(floats(z), 0, 6)


def relu6_backward(dout, z):
    """Let the gradient through where 0 < z < 6, both ends excluded.

    Raises
    ------
    ValueError
        If dout and z differ in shape.

    Examples
    --------
    >>> relu6_backward([1.0, 1.0, 1.0], [-1.0, 3.0, 6.0])
    array([0., 1., 0.])
    """
    return hardtanh_backward(dout, z, min_val=0.0, max_val=6.0)


def hardtanh(z, min_val=-1.0, max_val=1.0):
    """Clip scores to [min_val, max_val].

    Raises
    ------
    ValueError
        If min_val is not below max_val.

    Examples
    --------
    >>> hardtanh([-3.0, 0.5, 2.0])
    array([-1. ,  0.5,  1. ])
    """
    return np.clip(floats(z), *_bounds(min_val, max_val))


def hardtanh_backward(dout, z, min_val=-1.0, max_val=1.0):
    """Let the gradient through where min_val < z < max_val, both ends excluded.

    Raises
    ------
    ValueError
        If dout and z differ in shape, or if min_val is not below max_val.

    Examples
    --------
    >>> hardtanh_backward([1.0, 1.0, 1.0], [-3.0, 0.5, 1.0])
    array([0., 1., 0.])
    """
    dout, z = floats(dout, z)
    same_shape(dout=dout, z=z)
    low, high = _bounds(min_val, max_val)
    slope = (~((z <= low) | (z >= high))).astype(z.dtype)  # shape of z: 1, 0, at NaN 1
    slope *= dout
    return slope


def _bounds(min_val, max_val):
    if not min_val < max_val:
        raise ValueError(f"min_val must be below max_val, got {min_val} and {max_val}")
    return plain(min_val, max_val)


def hardsigmoid(z):
    """Draw the sigmoid with a ruler: 0 up to z = -3, 1 from z = 3, a line between.

    Notes
    -----
    relu6(z + 3) / 6, PyTorch's form. Other texts take clip(0.2 z + 0.5, 0, 1).

    Examples
    --------
    >>> hardsigmoid([-3.0, 0.0, 1.5, 3.0])
    array([0.  , 0.5 , 0.75, 1.  ])
    """
    out = floats(z) + 3
    out = np.clip(out, 0, 6, out=np.asarray(out))  # ours: no further copy
    out /= 6
    return out


def hardsigmoid_backward(dout, z):
    """Multiply by 1/6 where -3 < z < 3, else by 0.

    Raises
    ------
    ValueError
        If dout and z differ in shape.

    Examples
    --------
    >>> hardsigmoid_backward([6.0, 6.0], [0.0, 4.0])
    array([1., 0.])
    """
    slope = hardtanh_backward(dout, z, -3.0, 3.0)  # shape of z
    slope /= 6
    return slope


def hardswish(z):
    """Let each score gate itself: z hardsigmoid(z). Dips to -3/8 at z = -3/2.

    Examples
    --------
    >>> hardswish([-3.0, -1.5, 3.0])
    array([-0.   , -0.375,  3.   ])
    """
    z = floats(z)
    out = hardsigmoid(z)
    out *= np.clip(z, -3, np.inf)  # below, 0 times it: 0 also at minus infinity
    return out


def hardswish_backward(dout, z):
    """Multiply by 0 up to z = -3, by 1 from z = 3, by z / 3 + 1/2 between.

    Raises
    ------
    ValueError
        If dout and z differ in shape.

    Examples
    --------
    >>> hardswish_backward([1.0, 1.0, 1.0], [-4.0, 0.0, 4.0])
    array([0. , 0.5, 1. ])
    """
    dout, z = floats(dout, z)
    same_shape(dout=dout, z=z)
    slope = np.clip(z, -3, 3)  # all in the shape of z
    slope /= 3
    slope -= np.trunc(slope) / 2  # 0 between; from -1 to -1/2 on the left, from 1 to 1/2 right
    slope += 0.5
    slope *= dout
    return slope


def selu(z):
    """Scale ELU so that mean 0 and variance 1 are a fixed point of a layer of independent inputs.

    Parameters
    ----------
    z : array_like, any shape

    Returns
    -------
    ndarray, shape of z
        1.0507 z above 0, 1.0507 * 1.6733 (exp(z) - 1) below.

    Notes
    -----
    Made for LeCun's initialization, with which a deep network keeps its signals without a
    normalizing layer.

    Examples
    --------
    >>> selu([-1000.0, 0.0, 1.0]).round(4)
    array([-1.7581,  0.    ,  1.0507])
    """
    out = elu(z, SELU_ALPHA)
    out *= SELU_SCALE
    return out


def selu_backward(dout, z):
    """Carry `dout` back through `selu`; at 0 the slope is that of the left side, as in PyTorch.

    Raises
    ------
    ValueError
        If dout and z differ in shape.

    Examples
    --------
    >>> selu_backward([1.0, 1.0], [0.0, 3.0]).round(4)
    array([1.7581, 1.0507])
    """
    dz = elu_backward(dout, z, SELU_ALPHA)  # shape of z
    dz *= SELU_SCALE
    return dz


def silu(z):
    """Let each score gate itself smoothly: z sigmoid(z), also called swish.

    Parameters
    ----------
    z : array_like, any shape

    Returns
    -------
    ndarray, shape of z
        Not monotonous: the least value is -0.278, at z = -1.278.

    Examples
    --------
    >>> silu([-1000.0, 0.0, 1000.0])
    array([  -0.,    0., 1000.])
    """
    z = floats(z)
    out = sigmoid(z)
    out *= finite(z, upwards=False)
    return out


def silu_backward(dout, z):
    """Carry `dout` back through `silu`: the slope is s + z s (1 - s), with s the sigmoid of z.

    Raises
    ------
    ValueError
        If dout and z differ in shape.

    Examples
    --------
    >>> silu_backward([1.0], [0.0])
    array([0.5])
    """
    dout, z = floats(dout, z)
    same_shape(dout=dout, z=z)
    s = sigmoid(z)  # all in the shape of z
    slope = 1 - s
    slope *= finite(z)
    slope += 1
    slope *= s
    slope *= dout
    return slope


def gelu(z, approximate="none"):
    """Weigh each score by the share of a normal distribution below it: z Phi(z).

    Parameters
    ----------
    z : array_like, any shape
    approximate : str
        "none", or "tanh" for the formula that GPT-2 uses, at most 0.0005 away.

    Returns
    -------
    ndarray, shape of z

    Raises
    ------
    ValueError
        If `approximate` is another word.

    Notes
    -----
    NumPy has no error function, so "none" calls Python's for every number: slow, and exact. Phi is
    half of erfc(-z / sqrt 2); 1 + erf(z / sqrt 2) would keep no digit of it below z = -8.

    Examples
    --------
    >>> gelu([-1000.0, 1.0]).round(4), gelu([1.0], approximate="tanh").round(4)
    (array([-0.    ,  0.8413]), array([0.8412]))
    """
    z = floats(z)
    _check_approximate(approximate)
    near = np.clip(z, -40, 40)  # the share is constant beyond, and squares overflow
    share = _share_by_tanh(near) if approximate == "tanh" else 0.5 * ERFC(-near / math.sqrt(2))
    share = share.astype(z.dtype, copy=False)
    share *= finite(z, upwards=False)
    return share


def gelu_backward(dout, z, approximate="none"):
    """Carry `dout` back through `gelu`: the slope is Phi(z) + z phi(z).

    Raises
    ------
    ValueError
        If dout and z differ in shape, or if `approximate` is another word than "none" and "tanh".

    Examples
    --------
    >>> gelu_backward([1.0], [0.0])
    array([0.5])
    """
    dout, z = floats(dout, z)
    same_shape(dout=dout, z=z)
    _check_approximate(approximate)
    near = np.clip(z, -40, 40)  # all in the shape of z
    if approximate == "tanh":
        share = _share_by_tanh(near)
        slope = 3 * GELU_CUBE * near**2
        slope += 1
        slope *= GELU_SLOPE  # of what stands inside the sigmoid
        slope *= 1 - share
        slope *= near
        slope += 1
        slope *= share  # share + z share (1 - share) inner slope
    else:
        density = np.exp(-near * near / 2) / math.sqrt(2 * math.pi)
        slope = (0.5 * ERFC(-near / math.sqrt(2)) + near * density).astype(z.dtype, copy=False)
    slope *= dout
    return slope


def _share_by_tanh(z):
    """Return (1 + tanh(u / 2)) / 2 without the 1, as sigmoid(u): all digits of a small share."""
    u = GELU_CUBE * z**2  # shape of z; z**3 takes many times as long
    u += 1
    u *= GELU_SLOPE
    u *= z
    return sigmoid(u)


def _check_approximate(approximate):
    if approximate not in ("none", "tanh"):
        raise ValueError(f'approximate must be "none" or "tanh", got {approximate!r}')
