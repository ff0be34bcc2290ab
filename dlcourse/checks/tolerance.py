"""How exactly a result must agree: by the precision of what came in, and by its size."""

import math
from functools import cache
from typing import NamedTuple

import numpy as np

SINGLE, DOUBLE = 1e-4, 1e-7
EPSILON = float(np.finfo(np.float32).eps)
SINGLES = {"float16", "float32"}
RTOL = dict.fromkeys((*SINGLES, "complex64"), SINGLE)


@cache
def tolerance(dtype):
    """The relative tolerance that a precision calls for."""
    return RTOL.get(str(dtype), DOUBLE)


ROUNDINGS = 16  # of the largest number: what an array in float32 may be off
OTHERS = 8  # times as far off as the solution in float32 another right answer may be
ALIKE = 2  # the same beyond SINGLE, where the rounding of the inputs is most of it
MOST = 0.1  # of the largest number: a case where float32 can do no better decides no more


class Held(NamedTuple):
    """What a result is held to: within `rtol` of each number, or a tenth of it of the largest one
    of its array (of `scale` where all are 0), or within `floor`.

    `single` is for arrays in float32 where float64 came in: the share of the largest number that
    they may be off. None holds them to what float32 inputs are held to.
    """

    scale: float = 1.0
    rtol: float = DOUBLE
    floor: float = 0.0
    single: float | None = None

    def by(self, got, expected):
        """The same for one array that came out, by its precision and that of the expected one."""
        rtol = max(self.rtol, *(tolerance(a.dtype) for a in (got, expected)))
        ours = max(self.rtol, tolerance(expected.dtype))
        if self.single is None or rtol == ours:
            return self._replace(rtol=rtol)
        floor = self.single * (largest(expected) or self.scale)
        return self._replace(rtol=ours, floor=max(self.floor, floor))


def held_to(args, expected):
    """What a case's arguments call for.

    In float32 a number that is small because large ones cancel keeps no digits: there the floor is
    16 roundings of the largest number of the whole result, or of 1.
    """
    rtol = max(map(tolerance, precisions(args)), default=DOUBLE)
    scale = largest(args) or 1.0
    size = max(largest(expected), min(scale, 1.0))
    floor = ROUNDINGS * EPSILON * size if rtol > DOUBLE else 0.0
    return Held(scale, rtol, floor)


def held_by_single(expected, single):
    """What a number is held to that is made of results, some of them in float32."""
    if single is None:
        return Held()
    return Held(floor=single * (largest(expected) or 1.0), single=single)


def in_float32(value):
    """A value with every float64 array in float32."""
    if isinstance(value, list | tuple):
        return type(value)(map(in_float32, value))
    if isinstance(value, dict):
        return {key: in_float32(item) for key, item in value.items()}
    double = isinstance(value, np.ndarray) and value.dtype == np.float64
    return value.astype(np.float32) if double else value


def explained(args, pairs):
    """What share of its largest number an array in float32 may be off, where float64 came in.

    Parameters
    ----------
    args : object
        What came in: large numbers are rounded to large steps, which an exponential passes on.
    pairs : iterable of (object, object)
        What is right, and what the solution makes of the same arguments in float32: where it is
        far off since large numbers cancel, so may another right answer be.

    Returns
    -------
    float
        At most what inputs in float32 are allowed, or twice what the solution is off, of two
        digits, upwards.
    """
    pairs = [(a, b) for one, two in pairs for a, b in _arrays(one, two)]
    with np.errstate(all="ignore"):
        off = max((_off(a, b) for a, b in pairs), default=0.0)
    least = min(EPSILON * max(ROUNDINGS, largest(args)), SINGLE)
    share = min(max(least, min(OTHERS * off, SINGLE), ALIKE * off), MOST)
    step = 10.0 ** (math.floor(math.log10(share)) - 1)
    return float(f"{math.ceil(share / step * (1 - 1e-9)) * step:.1e}")


def _arrays(due, single):
    """Arrays of decimals of one shape, of what is due and of what there is in float32."""
    pairs = zip(arrays_in(due), arrays_in(single), strict=False)
    return [(a, b) for a, b in pairs if a.shape == b.shape and a.dtype.kind == "f"]


def _off(expected, single):
    finite = np.isfinite(expected)
    if not finite.any():
        return 0.0
    off = np.abs(single[finite] - expected[finite]).max() / (np.abs(expected[finite]).max() or 1.0)
    return off if np.isfinite(off) else SINGLE / OTHERS


def largest(value):
    """The largest magnitude of a value's numbers; 0 if there are none."""
    arrays = [a for a in arrays_in(value) if a.dtype.kind in "biuf"]
    sizes = [np.abs(a[np.isfinite(a)]).max(initial=0.0) for a in arrays]
    return float(max(sizes, default=0.0))


def precisions(value):
    """Names of the float dtypes of a value's arrays; single numbers have none."""
    return dtypes([a for a in arrays_in(value) if a.ndim])


def dtypes(value):
    """Names of the float dtypes of a value's arrays and numbers."""
    return {name_of(a.dtype) for a in arrays_in(value) if a.dtype.kind == "f"}


name_of = cache(str)  # of a dtype: NumPy spells it anew each time


def arrays_in(value):
    """All arrays and numbers in a value, each as an array."""
    if isinstance(value, list | tuple):
        return [array for item in value for array in arrays_in(item)]
    if isinstance(value, dict):
        return arrays_in(list(value.values()))
    numeric = isinstance(value, np.ndarray | bool | int | float)
    return [np.asarray(value)] if numeric else []
