"""What the functions of this package accept, and the sentences with which they refuse."""

import operator
import reprlib

import numpy as np


def floats(*arrays):
    """Read arrays, lists and numbers as floating-point arrays; return them in the same order.

    Floats keep their type. Integers and booleans take the type of the floats beside them, so that
    labels do not turn a float32 computation into float64; alone they become float64.

    Examples
    --------
    >>> floats([1, 2])
    array([1., 2.])
    >>> [a.dtype.name for a in floats(np.float32([0.5]), [1, 0])]
    ['float32', 'float32']
    """
    arrays = [numbers(a) for a in arrays]
    given = [a.dtype for a in arrays if a.dtype.kind == "f"]
    dtype = np.result_type(*given) if given else np.float64
    arrays = [a if a.dtype.kind == "f" else a.astype(dtype) for a in arrays]
    return arrays[0] if len(arrays) == 1 else arrays


def finite(z, upwards=True):
    """Bring infinite scores `z` to the largest number of their type, or only those below.

    A gate that is 0 there, times infinity, would be NaN; NaN itself stays.

    Examples
    --------
    >>> finite(np.array([-np.inf, 1.0, np.inf]), upwards=False)
    array([-1.79769313e+308,  1.00000000e+000,              inf])
    """
    largest = np.finfo(z.dtype).max
    return np.clip(z, -largest, largest if upwards else np.inf)


def numbers(a, name="an array"):
    """Read `a`, an array, list or number; refuse what holds no real numbers, calling it `name`.

    float16 is refused too: its sums end at 65,504 and 1e-8, Adam's eps, is 0 in it. Numbers in the
    byte order of other machines come back in this one's.

    Raises
    ------
    ValueError
        If `a` is text, complex or holds objects, or is float16.

    Examples
    --------
    >>> numbers([1, 2])
    array([1, 2])
    """
    a = np.asarray(a)
    if a.dtype.kind not in "fiub":
        raise ValueError(f"expected {name} of numbers, got dtype {a.dtype}: {quoted(a)}")
    if a.dtype == np.float16:
        raise ValueError(
            f"got {name} of dtype float16, shape {a.shape}: its sums end at 65,504, "
            "so compute with .astype(np.float32)"
        )
    return in_own_order(a)


def in_own_order(a):
    """Read an array `a` in this machine's byte order, of whatever type its entries are.

    Examples
    --------
    >>> in_own_order(np.array([1.0], ">f8")).dtype.isnative
    True
    """
    return a if a.dtype.isnative else a.astype(a.dtype.newbyteorder("="))


def quoted(thing, length=80):
    """Return `thing` as an error shows it: its repr on one line, cut to a `length`.

    Examples
    --------
    >>> quoted([1, 2])
    '[1, 2]'
    >>> quoted(list(range(10_000)))
    '[0, 1, 2, 3, 4, 5, ...]'
    """
    short = reprlib.Repr()  # looks at the first entries only, however many there are
    short.maxother = short.maxstring = short.maxlong = 2 * length
    text = " ".join(short.repr(thing).split())
    return text if len(text) <= length else f"{text[: length - 4]} ..."


def plain(*hyperparameters):
    """Read `hyperparameters` that are NumPy's numbers as Python's, in order; arrays stay.

    A float64 taken from an array, such as a rate out of ``np.linspace``, would turn a float32 array
    into float64; a Python number leaves it alone.

    Examples
    --------
    >>> plain(np.float64(0.5), 3)
    [0.5, 3]
    """
    read = [
        h.item() if isinstance(h, np.generic | np.ndarray) and h.ndim == 0 else h
        for h in hyperparameters
    ]
    return read[0] if len(read) == 1 else read


def whole_numbers(least=1, **numbers):
    """Read whole numbers of any integer type as Python's, which have no largest one.

    The keywords are the names that the caller knows. NumPy's own wrap round: 200,000 times 200,000
    is 1,345,294,336 in int32.

    Raises
    ------
    ValueError
        If one is no whole number, such as 2.0, or below `least`.

    Examples
    --------
    >>> whole_numbers(height=np.int32(200_000), width=3)
    [200000, 3]
    """
    read = []
    for name, n in numbers.items():
        try:
            read.append(operator.index(n))
        except TypeError:
            read.append(least - 1)
        if read[-1] < least:
            raise ValueError(f"{name} must be a whole number from {least}; got {quoted(n)}")
    return read


def real_numbers(least=-np.inf, **numbers):
    """Read real numbers, NumPy's or Python's, as Python's.

    The keywords are the names that the caller knows.

    Raises
    ------
    ValueError
        If one is no number, such as "0.1" or a list, is NaN, or lies below `least`.

    Examples
    --------
    >>> real_numbers(0, momentum=np.float64(0.5), eps=0)
    [0.5, 0]
    """
    read = []
    for name, n in numbers.items():
        read.append(plain(n))
        if not isinstance(read[-1], int | float | np.floating) or not read[-1] >= least:
            due = "a number" if least == -np.inf else f"{least} or more"
            raise ValueError(f"{name} must be {due}, got {quoted(n)}")
    return read


def generator(rng):
    """Return `rng`, a numpy.random.Generator, as it is; refuse what cannot draw, such as a seed.

    Raises
    ------
    ValueError
        If `rng` has none of a generator's methods.

    Examples
    --------
    >>> int(generator(np.random.default_rng(0)).integers(10))
    8
    >>> generator(0)
    Traceback (most recent call last):
        ...
    ValueError: rng is a numpy.random.Generator, got 0: np.random.default_rng(7), say
    """
    if not any(hasattr(rng, draw) for draw in ("random", "normal", "permutation")):
        raise ValueError(
            f"rng is a numpy.random.Generator, got {quoted(rng)}: np.random.default_rng(7), say"
        )
    return rng


def same_shape(**arrays):
    """Refuse arrays whose shapes differ; the keywords are the names that the caller knows.

    Raises
    ------
    ValueError
        If two of the arrays differ in shape.

    Examples
    --------
    >>> same_shape(x=[1, 2], y=[3, 4])
    >>> same_shape(x=[1, 2], y=[3])
    Traceback (most recent call last):
        ...
    ValueError: these must have the same shape, got x (2,) and y (1,)
    """
    shapes = {name: np.shape(a) for name, a in arrays.items()}
    if len(set(shapes.values())) > 1:
        listed = " and ".join(f"{name} {shape}" for name, shape in shapes.items())
        raise ValueError(f"these must have the same shape, got {listed}")


def output_gradient(dout, shape, dtype=np.float64):
    """Read `dout`, the gradient of an output of that shape; refuse another, never broadcast it.

    Integers become numbers of the type `dtype`, that of the output.

    Raises
    ------
    ValueError
        If dout has another shape.

    Examples
    --------
    >>> output_gradient([1.0, 2.0], (2,))
    array([1., 2.])
    """
    if np.shape(dout) != tuple(shape):
        raise ValueError(f"dout has the shape of the output, {tuple(shape)}; got {np.shape(dout)}")
    return floats(dout, np.zeros((), dtype))[0]


def class_labels(labels, n_classes, n_rows=None):
    """Read integer labels (N,) in 0 ... n_classes - 1; refuse any other, or N other than n_rows.

    Raises
    ------
    ValueError
        If the labels are no integers (N,), lie outside of 0 ... n_classes - 1, or are not n_rows.

    Examples
    --------
    >>> class_labels([0, 2, 1], n_classes=3)
    array([0, 2, 1])
    >>> class_labels([-1, 1], n_classes=2)
    Traceback (most recent call last):
        ...
    ValueError: labels must lie in 0 ... 1, got -1 ... 1: use (y + 1) / 2
    """
    labels = np.asarray(labels)
    if labels.ndim != 1 or labels.dtype.kind not in ("iub" if labels.size else "iubf"):
        raise ValueError(
            f"labels must be integers of shape (N,), got {labels.dtype} {labels.shape}: "
            "a one-hot table becomes labels by .argmax(axis=1)"
        )
    labels = labels.astype(np.intp)
    if n_rows is not None and len(labels) != n_rows:
        raise ValueError(f"one label a row: got {len(labels)} labels for {n_rows} rows")
    if labels.size and not (labels.min() >= 0 and labels.max() < n_classes):
        sides = n_classes == 2 and set(labels.tolist()) <= {-1, 1}
        raise ValueError(
            f"labels must lie in 0 ... {n_classes - 1}, got {labels.min()} ... {labels.max()}"
            + (": use (y + 1) / 2" if sides else "")
        )
    return labels


def zero_or_one(y, shares=False):
    """Refuse targets `y` other than 0 and 1, or other than `shares` between them.

    Raises
    ------
    ValueError
        If a target is another number.

    Examples
    --------
    >>> zero_or_one(np.array([0, 1, 1]))
    >>> zero_or_one(np.array([-1, 1]))
    Traceback (most recent call last):
        ...
    ValueError: targets are 0 or 1, got -1: use (y + 1) / 2
    """
    fits = (y >= 0) & (y <= 1) if shares else (y == 0) | (y == 1)
    if not np.all(fits):
        allowed = "lie in [0, 1]" if shares else "are 0 or 1"
        sides = np.isin(y, [-1, 1]).all()
        raise ValueError(
            f"targets {allowed}, got {y[~fits][0]}" + (": use (y + 1) / 2" if sides else "")
        )


def parameter_and_state(w, t=1, **state):
    """Read a parameter, then gradient and state in their order, as arrays of one float type.

    `state` names what must have the shape of `w`; a single number, such as the 0.0 that a state
    starts from, has no type of its own. `t` counts steps from 1.

    Raises
    ------
    ValueError
        If an array has not the shape of w, or if t is below 1 or NaN.

    Examples
    --------
    >>> parameter_and_state([1.0, 2.0], g=[0.5, 0.5], v=0.0)
    [array([1., 2.]), array([0.5, 0.5]), array(0.)]
    """
    w = numbers(w, "a parameter")
    for name, array in state.items():
        if numbers(array, name).shape not in (w.shape, ()):
            raise ValueError(
                f"{name} has shape {np.shape(array)} and the parameter w {w.shape}: "
                f"give {name} the shape of w"
            )
    if not t >= 1:
        raise ValueError(f"t counts steps from 1, got t={t}: pass 1 for the first step")
    arrays = [w, *map(np.asarray, state.values())]
    dtype = floats(*(a for a in arrays if a.ndim == w.ndim), w)[-1].dtype
    arrays = [a.astype(dtype, copy=False) for a in arrays]
    return arrays[0] if len(arrays) == 1 else arrays
