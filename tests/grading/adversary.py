"""The trusted side of the standing adversary: what of its loot would earn a point?"""

import json
from itertools import islice
from pathlib import Path

from dlcourse.checks import codec
from dlcourse.checks.verdict import examine
from dlcourse.sandbox.sandbox import Limits

INSIDE_TEXT = (Path(__file__).parent / "adversary_inside.py").read_text(encoding="utf-8")
LIMITS = Limits(seconds=300, memory=4 << 30, output=512 << 20)
GUESSES = (0, 1, True, False, -1, 2)


def adversary(exercise, everything=False):
    """The adversary's cells."""
    own = f"NAMES, EVERYTHING = {list(exercise.functions)!r}, {everything}"
    return ["import numpy as np", INSIDE_TEXT.replace('NAMES, EVERYTHING = ["answer"], False', own)]


def raided(sandbox, exercise, cases, everything=False):
    """What the adversary sends out for each case: which code by which way, and the codes."""
    reply = sandbox.run(exercise.job(adversary(exercise, everything), cases), LIMITS)
    assert reply.status == "ok", reply.detail
    loot = json.loads(reply.payload)["loot"]
    assert len(loot) == len(cases)
    for ways, _, trouble in loot:
        assert ways, trouble or "the adversary has not come to anything"
        assert not trouble, trouble
    return loot


def stolen(exercise, cases, loot):
    """Ways of the adversary that are right in all cases of one of the exercise's functions."""
    question, found = exercise.question(cases), []
    for function in {case["function"] for case in cases}:
        left = None
        for index in (i for i, case in enumerate(cases) if case["function"] == function):
            ways, codes, _ = loot[index]
            asked = {n for way, n in ways.items() if left is None or way in left}
            right = {n for n in asked if is_right(question, index, json.loads(codes[n]))}
            left = {way for way, n in ways.items() if n in right and (left is None or way in left)}
        found += sorted(left)
    return found


def is_right(question, index, code):
    try:
        return examine(question, index, {"value": code})[0] is None
    except (codec.Unreadable, RecursionError):
        return False


def forged(exercise, cases, most=None):
    """Measurements in what wrong answers send whose forging makes one right: (mistake, place)."""
    question = exercise.question(cases)
    found = []
    for name, (_, wrong) in islice(exercise.wrong.items(), most):
        first = exercise.outcomes(cases[:1], wrong)[0].get("value")
        if not list(measured(first)):  # nothing to forge: spare the others, which may take seconds
            continue
        codes = [o.get("value") for o in exercise.outcomes(cases, wrong)]
        if None in codes:
            continue
        for place in sorted(set.intersection(*(set(measured(code)) for code in codes)), key=str):
            for guess in GUESSES:
                forgeries = (put(code, place, guess) for code in codes)
                if all(is_right(question, i, forgery) for i, forgery in enumerate(forgeries)):
                    found.append((name, place))
    return sorted(set(found))


def measured(code, place=()):
    """Places of the lone whole numbers and truth values in what a probe sends."""
    if type(code) in (int, bool):
        yield place
    elif isinstance(code, dict) and "dtype" not in code:
        for key, items in code.items():
            yield from measured(items, (*place, key))
    elif isinstance(code, list) and len(code) <= 12:
        for number, item in enumerate(code):
            yield from measured(item, (*place, number))


def put(code, place, value):
    if not place:
        return value
    copy = code.copy()
    copy[place[0]] = put(code[place[0]], place[1:], value)
    return copy


def replaced(function, module, result):
    """A cell that replaces a function of the box, or all of them, by one that gives `result`."""
    return f"""
import sys, types
module = sys.modules[{module!r}]
for name, thing in list(vars(module).items()):
    if isinstance(thing, types.FunctionType) and name in {function!r}:
        setattr(module, name, lambda *args, **kwargs: {result})
"""


def written(value, cases):
    """A cell that writes a whole reply with `value` for each case to every descriptor."""
    outcome = {"value": value, "after": None, "reports": []}
    content = json.dumps({"outcomes": [outcome] * cases})
    return f"""
import os, struct
payload = {content!r}.encode()
for descriptor in range(64):
    try:
        os.write(descriptor, struct.pack("!3scQ", b"DL:", b"o", len(payload)) + payload)
    except OSError:
        pass
"""
