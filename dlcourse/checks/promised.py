"""Hidden cases that hold an answer to its exercise's promises, derived from the other cases.

A derived case names its ``promise``. Where its arguments are of another type than those it was
derived from, ``truth`` holds the same numbers in float64: the solution answers these, so that an
expected value never suffers from what the promise is about. A file whose cases cannot be derived
from gives its own: a function of the promise's name beside ``hidden``, written like it.
"""

import inspect

import numpy as np

from dlcourse.checks.promises import FAR, WORDS
from dlcourse.checks.tolerance import arrays_in

ORDINARY = 200.0  # numbers beyond are a case about large numbers


def promised_cases(exercise, cases, rng):
    """Derive one case for each promise and each function that it holds for.

    Parameters
    ----------
    exercise : Exercise
    cases : list of dict
        Hidden and visible cases, from which others are derived.
    rng : Generator
        For the file's own cases.

    Returns
    -------
    list of dict

    Raises
    ------
    ValueError
        If a promise fits none of the cases.
    """
    found = []
    for promise in sorted(exercise.promises, key=lambda p: WORDS.index(p.word)):
        own = exercise.own_cases.get(promise.word) or _single_of(exercise.own_cases, promise.word)
        if own is not None:
            found += [{**exercise.as_case(case), "promise": promise.word} for case in own(rng)]
        elif promise.word in DERIVE:
            derive = _of_probe if exercise.probe else _derived
            found += derive(exercise, promise, cases)
    return [_with_truth(case, exercise.probe) for case in found]


def _single_of(own_cases, word):
    """The file's own large numbers in float32."""
    large = own_cases.get("extreme64") if word == "extreme32" else None
    return large and (lambda rng: (_each(case, _single) for case in large(rng)))


def _derived(exercise, promise, cases):
    for name, function in exercise.functions.items():
        places = _places(promise, name, function, exercise.functions)
        if places is None:
            continue
        about = [c for c in cases if c["function"] in (name, None)]
        pool = [c["args"] for c in about]
        args = DERIVE[promise.word](pool, places)
        if args and promise.word == "integer":
            args = _telling(function, args, pool, places)
        if args is None:
            raise ValueError(
                f"no case of {name} has arrays from which one for {promise.word!r} could be made"
            )
        yield {"function": about[0]["function"], "args": args, "promise": promise.word}


def _of_probe(exercise, promise, cases):
    """The same of what a probe hands to the answer: parts of a case, by the names in `collect`."""
    names = promise.names or {
        name for f in exercise.functions.values() for name in inspect.signature(f).parameters
    }
    taken = exercise.probe.taken
    places = [i for i, name in enumerate(taken) if name in names]
    pool = [c["args"] for c in cases]
    if promise.word != "repeatable":
        pool = [args for args in pool if isinstance(args, tuple) and len(args) == len(taken)]
        pool = [] if exercise.probe.gives or not places else pool
    args = DERIVE[promise.word](pool, places) if pool else None
    if args is None:
        raise ValueError(
            f"{promise.word!r} of {exercise.id}: nothing that its probe hands over as it is could "
            "be made such a case"
        )
    yield {"function": None, "args": args, "promise": promise.word}


def _places(promise, name, function, functions):
    """Which arguments of a function a promise is about; None if it is not about the function."""
    arguments = list(inspect.signature(function).parameters)
    chosen = [i for i, argument in enumerate(arguments) if argument in promise.names]
    if not promise.names or name in promise.names:
        return range(len(arguments))
    others = set(promise.names) & functions.keys()
    return chosen if chosen and not others else None


def _with_truth(case, probe):
    """Add the same numbers in the types in which the solution answers best; a probe's judge has a
    truth of its own."""
    word = case["promise"]
    if word == "repeatable":
        case = {**case, "again": True}
    truth = _each(case["args"], _plain) if word in TYPES and not probe else None
    return case if truth is None else {**case, "truth": truth}


def _plain(array):
    if array.dtype.kind == "f" or array.dtype == np.int32:
        return array.astype(np.float64)
    return array.astype(np.int64) if array.dtype.kind in "iu" else array


TYPES = ("integer", "labels", "float32", "extreme32")


def _each(value, change):
    """Change every array in a value, lists, tuples and dicts included."""
    if isinstance(value, np.ndarray):
        return change(value)
    if isinstance(value, list | tuple):
        return type(value)(_each(item, change) for item in value)
    if isinstance(value, dict):
        return {key: _each(item, change) for key, item in value.items()}
    return value


def _change(args, places, change):
    return tuple(_each(a, change) if i in places else a for i, a in enumerate(args))


def _ordinary(pool, places, kinds="f", largest=ORDINARY):
    """The first arguments whose arrays at `places` are filled, and one of a kind; or None."""
    for args in pool:
        filled = [a for a in arrays_in(args) if a.ndim]
        meant = arrays_in([a for i, a in enumerate(args) if i in places and not np.isscalar(a)])
        right = [a for a in meant if a.dtype.kind in kinds and a.dtype != np.float32]
        if right and all(a.size and np.abs(a).max() <= largest for a in filled):
            return args
    return None


def _integer(pool, places):
    """Whole numbers, away from 0: what is positive stays so."""

    def whole(array):
        if array.dtype.kind != "f":
            return array
        return (np.sign(array) * np.ceil(np.abs(array))).astype(np.int32)

    args = _ordinary(pool, places)
    return args and _change(args, places, whole)


def _telling(function, args, pool, places):
    """A case of whole numbers whose result has a fraction, or else `args`.

    An answer that gives its result the type of what came in cuts that fraction off. All arrays are
    whole, or, where no such case is found, one of them.
    """
    single = [[place] for place in places] if len(places) > 1 else []
    for chosen in [places, *single]:
        for case in [_integer([case], chosen) for case in pool]:
            if case and _has_fraction(function, case):
                return case
    return args


def _has_fraction(function, args):
    try:
        results = arrays_in(function(*_each(args, np.copy)))
    except (ValueError, IndexError, ZeroDivisionError):  # a case that asks for an error
        return False
    return any(a.dtype.kind == "f" and np.any(a % 1) for a in results if np.isfinite(a).all())


def _labels(pool, places):
    def small(array):
        return array.astype(np.uint8) if array.dtype.kind in "iu" else array

    args = _ordinary(pool, places, kinds="iu", largest=255)
    return args and _change(args, places, small)


def _single(array):
    return array.astype(np.float32) if array.dtype.kind == "f" else array


def _float32(pool, places):
    args = _ordinary(pool, places)
    return args and _change(args, range(len(args)), _single)


def _empty(pool, places):
    """Cut the batch: the arrays whose length is that of the first one in every case."""
    given = [i for i in places if i < len(pool[0])]
    first = next((i for i in given if isinstance(pool[0][i], np.ndarray)), None)
    if first is None:
        return None
    axes = max(args[first].ndim for args in pool)
    pool = [args for args in pool if args[first].ndim == axes]
    batch = [i for i in places if _as_long(pool, i, first)]
    args = _ordinary(pool, places, kinds="biuf")
    return args and tuple(a[:0] if i in batch else a for i, a in enumerate(args))


def _as_long(pool, place, first):
    """Tell whether the argument at `place` has the length of the first one wherever it is given."""
    pairs = [(args[place], args[first]) for args in pool if place < len(args)]
    arrays = [(a, b) for a, b in pairs if isinstance(a, np.ndarray) and a.ndim]
    return bool(arrays) and all(len(a) == len(b) for a, b in arrays)


def _extreme64(pool, places):
    """Stretch numbers until they reach FAR on both sides; one in the middle stays ordinary."""

    def far(array):
        if array.dtype.kind != "f":
            return array
        stretched = np.clip(array * (FAR / (np.abs(array).max() or 1.0)), -FAR, FAR)
        stretched.flat[0] = FAR
        if array.size > 1:
            stretched.flat[-1] = -FAR
        if array.size > 2:
            stretched.flat[array.size // 2] = array.flat[array.size // 2]
        return stretched

    args = _ordinary(pool, places)
    return args and _change(args, places, far)


def _extreme32(pool, places):
    args = _extreme64(pool, places)
    return args and _change(args, range(len(args)), _single)


def _repeatable(pool, places):
    return pool[0]


DERIVE = {
    "integer": _integer,
    "labels": _labels,
    "float32": _float32,
    "empty": _empty,
    "extreme64": _extreme64,
    "extreme32": _extreme32,
    "repeatable": _repeatable,
}
