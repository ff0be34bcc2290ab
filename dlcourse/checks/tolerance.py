"""How exactly a result must agree: by the precision of what came in, and by its size."""

import numpy as np

SINGLE, DOUBLE = 1e-4, 1e-7
RTOL = dict.fromkeys(("float16", "float32", "complex64"), SINGLE)


def tolerance(dtype):
    """The relative tolerance that a precision calls for."""
    return RTOL.get(str(dtype), DOUBLE)


def held_to(args):
    """The scale and the relative tolerance that a case's arguments call for."""
    arrays = arrays_in(args)
    sizes = [np.abs(a[np.isfinite(a)]).max(initial=0.0) for a in arrays if a.dtype.kind in "biuf"]
    rtol = max(map(tolerance, precisions(args)), default=DOUBLE)
    return float(max(sizes, default=0.0)) or 1.0, rtol


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
