"""Variants of ReLU and of the sigmoid: learned, random, bounded and hard ones (Lecture 6).

Conventions as in `dlcourse.reference.activations`: z is a score, `dout` the gradient with respect
to the activation's output. The hard ones replace a curve by straight lines: no exponential, and a
slope of exactly 0 outside.
"""

import numpy as np

from dlcourse.reference.arguments import floats, same_shape


def prelu(z, weight):
    """Keep positive scores, multiply the others by a learned slope (parametric ReLU).

    Parameters
    ----------
    z : array_like, shape (N, C, ...)
        Or any shape, with one slope for all.
    weight : array_like, shape (C,) or of size 1
        One slope a channel (a unit, in a dense layer), or one for all. Not limited to 1: then
        max(weight z, z), often seen, is something else.
    """
    z, weight = floats(z, weight)
    return np.where(z > 0, z, _per_channel(weight, z) * z)


def prelu_backward(dout, z, weight):
    """Return (dz, dweight): a slope collects z dout from every place where it was used."""
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
    """
    z = floats(z)
    if not lower <= upper:
        raise ValueError(f"lower must not exceed upper, got {lower} and {upper}")
    drawn = rng.uniform(lower, upper, z.shape) if train else np.full(z.shape, (lower + upper) / 2)
    slope = np.where(z > 0, 1, drawn).astype(z.dtype)
    return z * slope, slope


def rrelu_backward(dout, slope):
    """Multiply by the slopes that the forward pass drew."""
    dout, slope = floats(dout, slope)
    same_shape(dout=dout, slope=slope)
    return dout * slope  # shape of z


def relu6(z):
    """Clip scores to [0, 6]: the output, not the gradient, is clipped."""
    return np.clip(floats(z), 0, 6)


def relu6_backward(dout, z):
    """Let the gradient through where 0 < z < 6, both ends excluded."""
    return hardtanh_backward(dout, z, min_val=0.0, max_val=6.0)


def hardtanh(z, min_val=-1.0, max_val=1.0):
    """Clip scores to [min_val, max_val]."""
    if not min_val < max_val:
        raise ValueError(f"min_val must be below max_val, got {min_val} and {max_val}")
    return np.clip(floats(z), min_val, max_val)


def hardtanh_backward(dout, z, min_val=-1.0, max_val=1.0):
    """Let the gradient through where min_val < z < max_val, both ends excluded."""
    dout, z = floats(dout, z)
    same_shape(dout=dout, z=z)
    return dout * ((z > min_val) & (z < max_val))  # shape of z


def hardsigmoid(z):
    """Draw the sigmoid with a ruler: 0 up to z = -3, 1 from z = 3, a line between.

    Notes
    -----
    relu6(z + 3) / 6, PyTorch's form. Other texts take clip(0.2 z + 0.5, 0, 1).
    """
    return np.clip(floats(z) + 3, 0, 6) / 6


def hardsigmoid_backward(dout, z):
    """Multiply by 1/6 where -3 < z < 3, else by 0."""
    dout, z = floats(dout, z)
    same_shape(dout=dout, z=z)
    return dout * ((z > -3) & (z < 3)) / 6  # shape of z


def hardswish(z):
    """Let each score gate itself: z hardsigmoid(z). Dips to -3/8 at z = -3/2."""
    z = floats(z)
    return z * hardsigmoid(z)


def hardswish_backward(dout, z):
    """Multiply by 0 up to z = -3, by 1 from z = 3, by z / 3 + 1/2 between."""
    dout, z = floats(dout, z)
    same_shape(dout=dout, z=z)
    between = dout * (np.clip(z, -3, 3) / 3 + 0.5)  # shape of z
    return np.where(z <= -3, 0, np.where(z >= 3, dout, between))  # shape of z
