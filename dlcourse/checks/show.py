"""Print values for a learner: results in short, arguments as Python that can be typed."""

import re

import numpy as np

MOST = 40  # numbers of an array that are written; of a larger one, its corners
NAMES = {"nan": "np.nan", "inf": "np.inf", "-inf": "-np.inf"}


def shown_apart(one, other):
    """Print two values that differ so that the texts differ, too: more digits, or one place."""
    for digits in (6, 12, 17):
        texts = show(one, digits=digits), show(other, digits=digits)
        if texts[0] != texts[1]:
            return texts
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        apart = (shown_apart(a, b) for a, b in zip(one, other, strict=False))
        return next((pair for pair in apart if pair[0] != pair[1]), texts)
    if np.shape(one) == np.shape(other) and (places := np.argwhere(np.not_equal(one, other))).size:
        place = tuple(map(int, places[0]))
        where = f"at [{', '.join(map(str, place))}]: "
        return tuple(where + show(np.asarray(a)[place].item(), digits=17) for a in (one, other))
    return texts


def show(value, width=72, digits=6):
    """Print a value on one line, shortened in the middle."""
    if isinstance(value, np.ndarray):
        text = np.array2string(
            value,
            precision=digits,
            threshold=12,
            edgeitems=2,
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
    return text if len(text) <= width else f"{text[: width - 20]} ... {text[-14:]}"


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
