"""The trusted side of the standing adversary: what of its loot would earn a point?"""

import json
from collections import Counter
from itertools import islice
from pathlib import Path

from dlcourse.checks import codec
from dlcourse.checks.examine import examine
from dlcourse.sandbox.sandbox import Limits

INSIDE_TEXT = (Path(__file__).parent / "adversary_inside.py").read_text(encoding="utf-8")
SETTINGS = "NAMES, RAIDED, ONLY, LARGEST"
DEFAULTS = f'{SETTINGS} = ["answer"], {{0}}, None, 60_000'
LIMITS = Limits(seconds=120, output=64 << 20)
LARGER = 8  # times as long as what the solution sends: a longer code is left where it is
GUESSES = (0, 1, True, False, -1, 2)


class Adversary:
    """Raids the cases of an exercise in the sandbox; `counts` says what it found and took along.

    Parameters
    ----------
    sandbox : Sandbox
    exercise : Exercise
    cases : list of dict
    """

    def __init__(self, sandbox, exercise, cases):
        self.sandbox, self.exercise, self.cases = sandbox, exercise, cases
        self.counts = Counter()

    def raid(self, indexes, only=None):
        """What is sent out for some cases, by all ways or some: which code by which way."""
        reply = self.sandbox.run(self.exercise.job(self._cells(indexes, only), self.cases), LIMITS)
        assert reply.status == "ok", reply.detail
        loot = json.loads(reply.payload)["loot"]
        assert len(loot) == len(self.cases)
        for index in indexes:
            assert not loot[index]["trouble"], loot[index]["trouble"]
            self.counts.update(loot[index]["counts"])
            self.counts["sent"] += len(loot[index]["codes"])
        return {index: loot[index] for index in indexes}

    def _cells(self, indexes, only):
        assert DEFAULTS in INSIDE_TEXT
        due = self.exercise.outcomes([self.cases[index] for index in indexes])
        longest = 20_000 + LARGER * max(len(json.dumps(outcome)) for outcome in due)
        values = list(self.exercise.functions), set(indexes), only, longest
        return ["import numpy as np", INSIDE_TEXT.replace(DEFAULTS, f"{SETTINGS} = {values!r}")]

    def stolen(self):
        """Ways that are right in all cases of one of the exercise's functions.

        What is not right in its first case need not be tried in the others.
        """
        of = {}
        for index, case in enumerate(self.cases):
            of.setdefault(case["function"], []).append(index)
        question, found = self.exercise.question(self.cases), []
        loot = self.raid([indexes[0] for indexes in of.values()])
        for first, *others in of.values():
            ways = self._right(question, first, loot[first])
            more = self.raid(others, ways) if ways and others else {}
            for index in more:
                ways &= self._right(question, index, more[index])
            found += sorted(ways)
        return found

    def _right(self, question, index, loot):
        codes = [json.loads(code) for code in loot["codes"]]
        right = [is_right(question, index, code) for code in codes]
        self.counts["examined"] += len(codes)
        return {way for way, number in loot["ways"].items() if right[number]}


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
