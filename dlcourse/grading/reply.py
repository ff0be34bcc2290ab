"""Read what a child in the sandbox sent back: the student's word, believed in no form but one.

Whatever an honest child shortens or leaves out is shortened and left out here again.
"""

import json
import re
from typing import NamedTuple

import numpy as np

from dlcourse.checks import codec
from dlcourse.checks.loud import HUSHED
from dlcourse.sandbox.exchange import EXCEPTIONS


class Problem(NamedTuple):
    """What one statement of a cell said when it failed; both by number."""

    cell: int
    place: int
    text: str


MAX_ITEMS = 500_000  # the most that a right answer sends is 150,000: lists in the place of arrays
MAX_PROBLEMS = 200
HALF = re.compile(rb"\\u[dD][89a-fA-F]")  # how JSON writes half of a character
MESSAGE, LINE = 500, 200  # as in outcome.py
REPORTS = {"divide by zero", "overflow", "underflow", "invalid value", HUSHED}  # NumPy's, ours
NUMPYS = {  # exceptions, and warnings that have been made errors
    name
    for module in (np.exceptions, np.linalg)
    for name, value in vars(module).items()
    if isinstance(value, type) and issubclass(value, BaseException)
}
TORCHS = {"_LinAlgError", "OutOfMemoryError"}  # not loaded to judge what needs none of it
NAMES = EXCEPTIONS | NUMPYS | TORCHS | {"WrongSignature"}


def read_reply(payload, n_cases, names):
    """Read a child's reply, which is the student's word: any form but the agreed one is refused.

    Parameters
    ----------
    payload : bytes
    n_cases : int
    names : collection of str
        What the exercise asks for.

    Returns
    -------
    dict
        Holds nothing but what is known, and no name but those of Python, NumPy, PyTorch and the
        exercise: a class can be called after what an answer has seen.

    Raises
    ------
    codec.Unreadable
        If it is not what `dlcourse.checks.outcome.run_job` writes.
    """
    if payload.count(b",") > MAX_ITEMS:
        raise codec.Unreadable("too many items")
    try:
        plain = payload.isascii() and not HALF.search(payload)
        content = json.loads(payload.decode("ascii")) if plain else _whole(json.loads(payload))
    except (ValueError, RecursionError):
        raise codec.Unreadable("not JSON") from None
    if not isinstance(content, dict):
        raise codec.Unreadable("not a dict")
    trouble = {
        "stopped": _places(content.get("stopped", [])),
        "problems": _problems(content.get("problems", [])),
        "replaced": _texts(content.get("replaced", []))[:MAX_PROBLEMS],
    }
    if "missing" in content:
        return {"missing": _missing(content, names), **trouble}
    outcomes = content.get("outcomes")
    if not isinstance(outcomes, list) or len(outcomes) != n_cases:
        raise codec.Unreadable("outcomes")
    return {"outcomes": [_outcome(outcome) for outcome in outcomes], **trouble}


def _whole(content):
    """Rid forged text of halves of characters, which no file takes: an honest child sends none."""
    if isinstance(content, str):
        return content if content.isascii() else codec.legible(content)
    if isinstance(content, list):
        return [_whole(item) for item in content]
    if isinstance(content, dict):
        return {_whole(key): _whole(value) for key, value in content.items()}
    return content


def _missing(content, names):
    missing = _texts(content["missing"])
    if not missing or not set(missing) <= set(names):
        raise codec.Unreadable("what is missing")
    return missing


def _problems(value):
    if not isinstance(value, list) or not all(isinstance(p, list) and len(p) == 3 for p in value):
        raise codec.Unreadable("problems")
    last = value[-MAX_PROBLEMS:]
    places, texts = _places([p[:2] for p in last]), _texts([p[2] for p in last])
    return [Problem(*place, _problem(text)) for place, text in zip(places, texts, strict=True)]


def _problem(text):
    name, _, message = text.partition(": ")
    message = re.sub(r" \(<cell \d+>, line (\d+)\)", r" (line \1)", message[:MESSAGE])
    return f"{known_name([name])}: {message}"


def known_name(names):
    """The first name that Python, NumPy or PyTorch has, of an exception's class and its bases."""
    return next((name for name in names if name in NAMES), "Exception")


def _outcome(outcome):
    if not isinstance(outcome, dict) or ("value" in outcome) == ("raises" in outcome):
        raise codec.Unreadable("an outcome")
    found = {"reports": sorted(REPORTS.intersection(_texts(outcome.get("reports", []))))}
    if "after" in outcome:
        found["after"] = outcome["after"]
    if "value" in outcome:
        return {"value": outcome["value"], **found}
    return {"raises": _raised(outcome["raises"]), **found}


def _raised(raised):
    if not isinstance(raised, dict):
        raise codec.Unreadable("an exception")
    message, line = _texts([raised.get("message"), raised.get("line")])
    names = _texts(raised.get("names"))
    if not names:
        raise codec.Unreadable("an exception without a class")
    known = [name for name in names if name in NAMES][: len(NAMES)]
    return {"names": known or ["Exception"], "message": message[:MESSAGE], "line": line[:LINE]}


def _places(value):
    """Pairs of numbers, of a cell and a statement in it."""
    pairs = value if isinstance(value, list) else [None]
    for pair in pairs:
        if not isinstance(pair, list) or [type(n) for n in pair] != [int, int] or min(pair) < 0:
            raise codec.Unreadable("places")
    return tuple(map(tuple, pairs[:MAX_PROBLEMS]))


def _texts(value):
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise codec.Unreadable("texts")
    return value
