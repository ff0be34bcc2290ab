"""Print values for a learner: results in short, arguments as Python that can be typed."""

import re

import numpy as np

MOST = 40  # numbers of an argument that are written; of a larger one, its corners
LARGE = 12  # the same of a result
DIGITS = (6, 12, 17)  # as many as are needed to tell two numbers apart
EDGE = 2  # of a large array's rows, at each end
PAUSE = "..."  # where something is left out, in an array
CUT = f" {PAUSE} "  # and in a text that is too long
NAMES = {"nan": "np.nan", "inf": "np.inf", "-inf": "-np.inf"}


def shown_apart(one, other, apart=None):
    """Print two values that differ so that the texts differ where the values do.

    Parameters
    ----------
    one, other : object
        Plain data.
    apart : ndarray of bool, optional
        Of two arrays, where they differ by more than roundings; by default wherever they do.

    Returns
    -------
    (str, str)
        With as many digits as tell them apart; of a large array the first place that differs.
    """
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        pairs = zip(one, other, strict=False)
        texts = _digits(one, other)
        if not any(PAUSE in text for text in texts):
            return texts
        apart = (shown_apart(a, b) for a, b in pairs)
        return next((pair for pair in apart if pair[0] != pair[1]), texts)
    arrays = [a for a in (one, other) if isinstance(a, np.ndarray) and a.ndim]
    if len(arrays) == 2 and one.shape == other.shape:
        apart = _unequal(one, other) if apart is None else apart
        if apart.any():
            return _differing(one, other, apart)
    return _digits(one, other)


def _differing(one, other, apart):
    """Print two arrays so that a place where they differ is read; that place alone if need be."""
    seen = apart & _written(apart.shape)
    place = tuple(map(int, np.argwhere(seen if seen.any() else apart)[0]))
    inside = one[place].item(), other[place].item()
    alone = one[place].reshape(1), other[place].reshape(1)  # an array writes fewer digits
    digits = next((n for n in DIGITS if len(set(_digits(*alone, (n,)))) == 2), DIGITS[-1])
    texts = show(one, digits=digits), show(other, digits=digits)
    if seen.any() and not any(CUT in text for text in texts):
        return texts
    where = f"at [{', '.join(map(str, place))}]: "
    return tuple(where + text for text in _digits(*inside))


def _written(shape):
    """Which entries `show` writes of an array: all, or those near its corners."""
    written = np.ones(shape, dtype=bool)
    if written.size > LARGE:
        for axis, n in enumerate(shape):
            middle = [slice(None)] * axis + [slice(EDGE, max(EDGE, n - EDGE))]
            written[tuple(middle)] = False
    return written


def _digits(one, other, tried=DIGITS):
    """Print two values with as many digits as it takes to tell them apart."""
    for digits in tried:
        texts = show(one, digits=digits), show(other, digits=digits)
        if texts[0] != texts[1]:
            break
    return texts


def _unequal(one, other):
    both_nan = [a != a for a in (one, other)]  # nan alone differs from itself
    return (one != other) & ~(both_nan[0] & both_nan[1])


def show(value, width=72, digits=DIGITS[0]):
    """Print a value on one line, shortened in the middle."""
    if isinstance(value, np.ndarray):
        text = np.array2string(
            value,
            precision=digits,
            threshold=LARGE,
            edgeitems=EDGE,
            separator=", ",
            max_line_width=10**6,
        )
        text = tidy(text)
    elif isinstance(value, float):
        text = f"{value:.{digits + 1}g}"
    elif isinstance(value, list | tuple):
        inside = ", ".join(show(item, width, digits) for item in value)
        text = f"[{inside}]" if isinstance(value, list) else f"({inside})"
    else:
        text = repr(value)
    return text if len(text) <= width else f"{text[: width - 20]}{CUT}{text[-14:]}"


def tidy(text):
    """Take NumPy's padding out of a printed array, and put it on one line."""
    return re.sub(r"\[ +| +(?=[,\]])", lambda m: m[0].strip(), " ".join(text.split()))


def typed(value):
    """Write a value as Python: arrays with `np.array`, and with their dtype where it matters."""
    if isinstance(value, np.ndarray) and value.ndim:
        return _array(value)
    if isinstance(value, np.ndarray | np.generic):
        value = value.item()
    if isinstance(value, float):
        return NAMES.get(repr(value), repr(value))
    if isinstance(value, list):
        return f"[{', '.join(map(typed, value))}]"
    if isinstance(value, tuple):
        return f"({', '.join(map(typed, value))}{',' * (len(value) == 1)})"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{typed(k)}: {typed(v)}' for k, v in value.items())}}}"
    return repr(value)


def _array(value):
    usual = np.array(value.tolist()).dtype if value.size else np.dtype(float)
    dtype = "" if value.dtype == usual else f', dtype="{value.dtype}"'
    if not value.size:
        return f"np.zeros({value.shape}{dtype})"
    text = np.array2string(
        value,
        threshold=MOST,
        edgeitems=2,
        separator=", ",
        floatmode="unique",
        max_line_width=10**6,
        formatter={"float_kind": lambda number: NAMES.get(str(number), _shortest(number))},
    )
    return f"np.array({tidy(text)}{dtype})"


def _shortest(number):
    """Write a float with as many digits as tell it from its neighbours."""
    text = np.format_float_positional(number, unique=True, trim="-")
    short = text if len(text) < 10 else np.format_float_scientific(number, unique=True, trim="-")
    text = min(text, short, key=len)
    return text if "e" in text or "." in text else f"{text}."
