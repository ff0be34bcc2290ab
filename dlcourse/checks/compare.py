"""Compare what an answer gave with what is expected, and say what is wrong first.

A *finding* is None (right) or a `Finding`: what kind of fault, and what was received and expected,
in words that a learner reads. Tolerances: float64 and lists at rtol 1e-7, float32 at 1e-4, where
the inputs, the expected result or the answer's are of it; the absolute tolerance is a tenth of
that, times the largest expected magnitude. Another precision than the inputs' is no fault; where
the inputs are float64 a float32 result is asked what float32 can do, by check and grader alike
(`dlcourse.checks.tolerance.explained`), so that it hides no small fault of the formula.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from dlcourse.checks.codec import Opaque
from dlcourse.checks.show import show, shown_apart
from dlcourse.checks.tolerance import Held

RTOL_LOOKALIKE = 1e-9
DEFAULT = Held()


@dataclass(frozen=True)
class Finding:
    """What is wrong first: `kind`, what was received and expected, in short; `why`, where known.

    `words` are the two texts, or a function that makes them: of all wrong cases one is told.
    """

    kind: str
    words: tuple | Callable = ("", "")
    why: str = ""

    @cached_property
    def told(self):
        """What was received and what was expected."""
        return tuple(self.words()) if callable(self.words) else self.words

    @property
    def gave(self):
        """What was received."""
        return self.told[0]

    @property
    def expected(self):
        """What was expected."""
        return self.told[1]

    def reworded(self, change):
        """The same fault with `change` of its two texts, once they are read."""
        return Finding(self.kind, lambda: change(*self.told), self.why)


def compare(got, expected, held=DEFAULT):
    """Hold a decoded result against the expected one.

    Parameters
    ----------
    got, expected : object
        Results as `dlcourse.checks.codec.decode` gives them.
    held : Held
        From `dlcourse.checks.tolerance.held_to`: what the inputs allow.

    Returns
    -------
    Finding or None
        None if `got` is right. A list may stand for a tuple or an array, a 0-d array for a scalar,
        a tuple of scalars for a 1-d array's entries; integers are asked of arrays alone.
    """
    if isinstance(expected, list | tuple):
        return _compare_sequence(got, expected, held)
    if isinstance(expected, dict):
        return _compare_dict(got, expected, held)
    if expected is None or isinstance(expected, str):
        same = type(got) is type(expected) and got == expected
        return None if same else Finding("value", partial(_shown, got, expected))
    return _compare_numbers(got, expected, held)


def _compare_sequence(got, expected, held):
    if isinstance(got, np.ndarray) and got.ndim == 1 and all(map(_is_scalar, expected)):
        got = entries(got)
    if not isinstance(got, list | tuple):
        return Finding("type", partial(_described, got, expected))
    if len(got) != len(expected):
        return Finding("shape", partial(_described, got, expected))
    for position, (one, other) in enumerate(zip(got, expected, strict=True)):
        finding = compare(one, other, held)
        if finding:
            return _located(finding, f"item {position}")
    return None


def entries(array):
    """A row of numbers as a list of arrays without axes, each in the row's precision."""
    return list(map(np.asarray, array))


def _is_scalar(value):
    return not isinstance(value, list | tuple | dict) and np.ndim(value) == 0


def _compare_dict(got, expected, held):
    if not isinstance(got, dict):
        return Finding("type", partial(_described, got, expected))
    if set(got) != set(expected):
        words = f"keys {sorted(map(str, got))}", f"{sorted(map(str, expected))}"
        return Finding("value", words)
    for key, value in expected.items():
        finding = compare(got[key], value, held)
        if finding:
            return _located(finding, repr(key))
    return None


def _located(finding, place):
    return finding.reworded(lambda *texts: [f"{place}: {text}" for text in texts])


def _compare_numbers(got, expected, held):
    if not is_numeric(got):
        return Finding("type", partial(_described, got, expected))
    asked = isinstance(got, np.ndarray) and got.ndim > 0
    got, expected = as_array(got), as_array(expected)
    if not asked and got.size == expected.size == 0:
        return None  # lists cannot say (0, 3)
    if got.shape != expected.shape:
        return Finding("shape", (_shape_text(got.shape), _shape_text(expected.shape)))
    if asked and got.size and not _fitting_kind(got.dtype.kind, expected.dtype.kind):
        words = tuple(f"an array of {KINDS[a.dtype.kind]}" for a in (got, expected))
        return Finding("type", words)
    finite = np.isfinite(expected)
    if not np.isfinite(got[finite]).all():
        return Finding("not finite", partial(_shown, got, expected))
    near = _near(got, expected, held.by(got, expected))
    if near.all():
        return None
    why = WHOLE if asked and _lost_decimals(got, expected) else ""
    return Finding("value", partial(shown_apart, got, expected, ~near), why)


WHOLE = "These are whole numbers where decimals are expected: which dtype has the array?"


def _lost_decimals(got, expected):
    """Tell whether integers are what is left of the expected numbers."""
    if got.dtype.kind not in "iu" or expected.dtype.kind != "f":
        return False
    return any(np.array_equal(got, cut(expected)) for cut in (np.trunc, np.floor, np.round))


def _shape_text(shape):
    return f"shape {shape}" if shape else "a single number"


KINDS = dict.fromkeys("iu", "integers") | {
    "b": "True and False",
    "f": "decimals",
    "c": "complex numbers",
}


def _fitting_kind(got, expected):
    """Wholeness is asked of integers; whole numbers may stand for any."""
    return got == expected or got in "biu"


def close(got, expected, held=DEFAULT):
    """Tell whether two arrays of one shape agree, NaN with NaN and inf with inf."""
    return bool(_near(got, expected, held).all())


def _near(got, expected, held):
    """Where two arrays of one shape agree."""
    if got.dtype.kind in "biu" and expected.dtype.kind in "biu":
        return np.asarray(got == expected)
    magnitudes = np.abs(expected[np.isfinite(expected)])
    largest = float(magnitudes.max(initial=0.0)) or held.scale
    atol = max(0.1 * held.rtol * largest, held.floor)
    return np.isclose(got, expected, rtol=held.rtol, atol=atol, equal_nan=True)


def identical(one, other):
    """Tell whether two decoded values are the same in every bit (inputs before and after)."""
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(identical, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(identical(one[k], other[k]) for k in one)
    if is_numeric(one) and is_numeric(other):
        one, other = as_array(one), as_array(other)
        if one.dtype != other.dtype or one.shape != other.shape:
            return False
        return np.array_equal(one, other, equal_nan=one.dtype.kind in "fc")
    return type(one) is type(other) and (isinstance(one, Opaque) or one == other)


def is_numeric(value):
    """Tell whether a decoded value is a number, an array, or a regular list of numbers."""
    return _shape(value) is not None


def _shape(value):
    """The shape of what is numeric, else None; each number is looked at once."""
    if isinstance(value, bool | int | float):
        return ()
    if isinstance(value, np.ndarray):
        return value.shape
    shapes = {_shape(item) for item in value} if isinstance(value, list) else {None}
    if None in shapes or len(shapes) > 1:
        return None
    return (len(value), *(shapes.pop() if shapes else ()))


def as_array(numeric):
    """Give what `is_numeric` accepts as an array; ints that no dtype holds become floats."""
    array = np.asarray(numeric)
    return array.astype(float) if array.dtype == object else array


def _shown(*values):
    return map(show, values)


def _described(*values):
    return map(describe, values)


def describe(value):
    """Name the type of a value in a learner's words."""
    if value is None:
        return "None (is there a return?)"
    if isinstance(value, Opaque):
        return f"an object of type {value.type_name}"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}" if value.ndim else "a number"
    if isinstance(value, bool | int | float):
        return "a number"
    if isinstance(value, list | tuple):
        return f"a {type(value).__name__} of {len(value)}"
    if isinstance(value, dict):
        return f"a dict of {len(value)}"
    return f"{value!r}"[:80]
