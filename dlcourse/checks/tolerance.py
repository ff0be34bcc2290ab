"""How exactly a result must agree: by the precision of what came in, and by its size."""

from typing import NamedTuple

import numpy as np

SINGLE, DOUBLE = 1e-4, 1e-7
EPSILON = float(np.finfo(np.float32).eps)
RTOL = dict.fromkeys(("float16", "float32", "complex64"), SINGLE)


def tolerance(dtype):
    """The relative tolerance that a precision calls for."""
    return RTOL.get(str(dtype), DOUBLE)


class Held(NamedTuple):
    """What a result is held to: within `rtol` of each number, or a tenth of it of the largest one
    of its array (of `scale` where all are 0), or within `floor`.
    """

    scale: float = 1.0
    rtol: float = DOUBLE
    floor: float = 0.0


def held_to(args, expected):
    """What a case's arguments call for.

    In float32 a number that is small because large ones cancel keeps no digits: there the floor is
    16 roundings of the largest number of the whole result, or of 1.
    """
    rtol = max(map(tolerance, precisions(args)), default=DOUBLE)
    scale = largest(args) or 1.0
    floor = 16 * EPSILON * max(largest(expected), min(scale, 1.0)) if rtol > DOUBLE else 0.0
    return Held(scale, rtol, floor)


def largest(value):
    """The largest magnitude of a value's numbers; 0 if there are none."""
    arrays = [a for a in arrays_in(value) if a.dtype.kind in "biuf"]
    sizes = [np.abs(a[np.isfinite(a)]).max(initial=0.0) for a in arrays]
    return float(max(sizes, default=0.0))


def precisions(value):
    """Names of the float dtypes of a value's arrays; single numbers have none."""
    arrays = (a for a in arrays_in(value) if a.ndim)
    return {str(a.dtype) for a in arrays if a.dtype.kind == "f"}


def arrays_in(value):
    """All arrays and numbers in a value, each as an array."""
    if isinstance(value, list | tuple):
        return [array for item in value for array in arrays_in(item)]
    if isinstance(value, dict):
        return arrays_in(list(value.values()))
    numeric = isinstance(value, np.ndarray | bool | int | float)
    return [np.asarray(value)] if numeric else []
