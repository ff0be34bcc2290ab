"""Whatever a reply within its limits holds, judging it takes seconds: every exercise is tried.

The honest reply to each exercise is forged: what it holds grows until nothing more goes into it.
`at_most` comes between two steps of Python, so a single long step of a judge would be seen here.
"""

import base64
import json
import sys
import time

import numpy as np
import pytest
from answers import ROOT, solution

from dlcourse.grading import judging
from dlcourse.grading.answer import Grader
from dlcourse.grading.reply import MAX_ITEMS
from dlcourse.sandbox.exchange import Limits
from dlcourse.sandbox.sandbox import Reply

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="grading a class is for Linux"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),  # see at_most
]

FEW = ["relu", "minibatches", "topological_order", "approximate_1d"]
ALL = sorted(path.stem for path in (ROOT / "solutions" / "exercises").glob("*.py"))
CLOCK = 0.5  # seconds: what matters is that it is heard
MOST = CLOCK + 3  # a step may be under way


@pytest.fixture(autouse=True)
def unheard(monkeypatch):
    """Nothing is told of what is raised while an object is tidied away: the clock may ring again
    in the middle of telling."""
    monkeypatch.setattr(sys, "unraisablehook", lambda told: None)


@pytest.fixture(scope="module")
def grader():
    with Grader(ROOT / "solutions" / "exercises", 0) as grader:
        yield grader


def parts(value):
    """All that a value in JSON holds, itself included."""
    yield value
    inner = value.values() if isinstance(value, dict) else value
    for item in inner if isinstance(value, dict | list) else ():
        yield from parts(item)


def is_array(value):
    return isinstance(value, dict) and "dtype" in value


def array_like(code, shape):
    dtype = np.dtype(code["dtype"])
    content = np.resize(np.frombuffer(base64.b64decode(code["data"]) or bytes(16), dtype), shape)
    return {**code, "shape": list(shape), "data": base64.b64encode(content.tobytes()).decode()}


def longer(code, room):
    """As long as it can be in its first dimension."""
    size = room * 3 // 4 // np.dtype(code["dtype"]).itemsize
    rest = code["shape"][1:]
    return array_like(code, (max(1, size // max(1, int(np.prod(rest)))), *rest))


def square(code, room):
    side = int((room * 3 / 4 / np.dtype(code["dtype"]).itemsize) ** 0.5)
    return array_like(code, (side, side))


def with_arrays(grow):
    """Make every array as large as their number allows."""

    def forge(value, room):
        many = sum(is_array(part) for part in parts(value))
        share = room // max(many, 1) - 100  # for the words beside the numbers

        def replaced(part):
            if is_array(part):
                return grow(part, share) if share > len(part["data"]) else part
            if isinstance(part, dict):
                return {name: replaced(item) for name, item in part.items()}
            return [replaced(item) for item in part] if isinstance(part, list) else part

        return replaced(value)

    return forge


def long_lists(value, room):
    """Make every list that holds no other one long."""
    flat = [p for p in parts(value) if isinstance(p, list) and p and not any(map(holds, p))]
    for one in flat:
        one *= max(1, (MAX_ITEMS - 10_000) // len(flat) // len(one))
    return value


def holds(item):
    return isinstance(item, dict | list)


FORMS = {
    "long arrays": with_arrays(longer),
    "square arrays": with_arrays(square),
    "long lists": long_lists,
    "a long text": lambda value, room: "x" * room,
    "many texts": lambda value, room: ["x" * 20] * (MAX_ITEMS - 10_000),
    "numbers that collide": lambda value, room: {
        "dict": [[n * (2**61 - 1), 1] for n in range(MAX_ITEMS // 2 - 10_000)]
    },
    "long numbers": lambda value, room: [float("0." + "1" * 300)] * (MAX_ITEMS - 10_000),
    "a list in lists": lambda value, room: json.loads("[" * 20 + "1," * 400_000 + "1" + "]" * 20),
}


def judged(grader, name, forge):
    """Seconds of processor time that the forged reply of a solution takes, and what it earns."""
    paper, cells = grader.paper(name), [solution(name)]
    replies = grader.ask(paper, cells, 60)
    content = json.loads(replies[0].payload)
    values = [outcome for outcome in content["outcomes"] if "value" in outcome]
    if not values:
        return 0.0, None
    room = Limits().output - len(replies[0].payload) - (1 << 16)
    values[0]["value"] = forge(values[0]["value"], room)
    payload = json.dumps(content).encode()
    assert len(payload) <= Limits().output
    for question in filter(None, paper.questions):
        dict(question.mistakes)  # our own work, done once
    begun = time.process_time()
    told = judging.judge(paper, [Reply("ok", payload, 0, ""), *replies[1:]], 2.0, cells)
    return time.process_time() - begun, told


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "name", [n if n in FEW else pytest.param(n, marks=pytest.mark.long) for n in ALL]
)
def test_judging_takes_seconds_whatever_a_reply_holds(grader, name, form, monkeypatch):
    monkeypatch.setattr(judging, "JUDGING", CLOCK)
    took, told = judged(grader, name, FORMS[form])
    assert took < MOST, f"{took:.1f} s: {told}"
