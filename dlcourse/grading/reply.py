"""Read what a child in the sandbox sent back: the student's word, believed in no form but one.

Whatever an honest child shortens or leaves out is shortened and left out here again.
"""

import json

from dlcourse.checks import codec
from dlcourse.checks.loud import HUSHED
from dlcourse.sandbox.exchange import EXCEPTIONS

MAX_ITEMS = 500_000  # the most that a right answer sends is 150,000: lists in the place of arrays
MAX_PROBLEMS = 200
MESSAGE, LINE = 500, 200  # as in outcome.py
REPORTS = {"divide by zero", "overflow", "underflow", "invalid value", HUSHED}  # NumPy's, ours
NAMES = EXCEPTIONS | {"WrongSignature"}


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
        Holds nothing but what is known, and no name but Python's own and those of the exercise: a
        class can be called after what an answer has seen.

    Raises
    ------
    codec.Unreadable
        If it is not what `dlcourse.checks.outcome.run_job` writes.
    """
    if payload.count(b",") > MAX_ITEMS:
        raise codec.Unreadable("too many items")
    try:
        content = _whole(json.loads(payload))
    except (ValueError, RecursionError):
        raise codec.Unreadable("not JSON") from None
    if not isinstance(content, dict):
        raise codec.Unreadable("not a dict")
    stopped = {"stopped": _numbers(content.get("stopped", []))}
    if "missing" in content:
        return {**_missing(content, names), **stopped}
    outcomes = content.get("outcomes")
    if not isinstance(outcomes, list) or len(outcomes) != n_cases:
        raise codec.Unreadable("outcomes")
    return {"outcomes": [_outcome(outcome) for outcome in outcomes], **stopped}


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
    missing, problems = _texts(content["missing"]), _texts(content.get("problems"))
    if not missing or not set(missing) <= set(names):
        raise codec.Unreadable("what is missing")
    return {"missing": missing, "problems": list(map(_problem, problems[-MAX_PROBLEMS:]))}


def _problem(text):
    name, _, message = text.partition(": ")
    return f"{known_name([name])}: {message[:MESSAGE]}"


def known_name(names):
    """The first name of a class that Python itself has, of an exception's class and its bases."""
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


def _numbers(value):
    if not isinstance(value, list) or not all(type(n) is int and n >= 0 for n in value):
        raise codec.Unreadable("numbers")
    return tuple(value[:MAX_PROBLEMS])


def _texts(value):
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise codec.Unreadable("texts")
    return value
