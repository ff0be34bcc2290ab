"""Of a probe only `collect` and what it needs runs beside an answer, on what `give` hands out."""

import ast
import json
from pathlib import Path

import numpy as np
import pytest

from dlcourse.checks import codec
from dlcourse.checks.entry import read_question, write_entry
from dlcourse.checks.exercise import load_exercise
from dlcourse.checks.outcome import run_job
from dlcourse.checks.probe import Probe, what_travels
from dlcourse.checks.show import shown_apart
from dlcourse.checks.student import judge_answer
from dlcourse.checks.verdict import judge_reply

FOLDER = Path(__file__).parents[2] / "solutions" / "exercises"

PROBE = '''
from itertools import islice

import math

SIZES, UNUSED = (2, 3), 7
SLOPES = {n: n for n in SIZES}


class Kept:
    size = SLOPES


@staticmethod
def decorated(x=math.pi):
    return x


def truth(case):
    return 2 * case


def collect(fn, case):
    """Doubles."""
    truth = Kept.size  # a local name, not the function

    def inner():
        return [decorated() for _ in islice(truth, 2)]

    return fn(case), case.judge, inner


def give(case):
    return case["given"]


def judge(case, raw):
    return {"double": (raw, truth(case["given"]))}
'''


def names(source):
    tree = ast.parse(source)
    return {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)} | {
        n.name for n in tree.body if hasattr(n, "name")
    }


def test_collect_travels_with_what_it_needs_and_nothing_else():
    kept = names(what_travels(PROBE))
    assert {"collect", "Kept", "SLOPES", "SIZES", "decorated", "math"} <= kept
    assert not {"judge", "give"} & kept
    assert "return 2 * case" not in what_travels(PROBE)
    assert "import islice" in what_travels(PROBE)


def test_a_probe_gives_away_no_more_of_a_case_than_it_says():
    probe = Probe(PROBE)
    case = {"function": None, "args": {"given": 3, "kept": 6}}
    assert probe.given(case) == {"function": None, "args": 3}
    assert Probe("def collect(fn, case):\n    return fn(case)").given(case) == case


EXERCISE = """
import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Double

# %% [markdown] tags=["hint"]
# Try 3.


# %% tags=["solution"]
def double(x):
    \"\"\"Return twice x.\"\"\"
    return x + x


# %% tags=["probe"]
def give(case):
    return case[0]


def collect(fn, case):
    return fn(case)


def judge(case, raw):
    return {"double": (raw, case[1])}


# %% tags=["cases"]
def visible():
    yield np.array([1.0, 2.0]), np.array([2.0, 4.0])


def hidden(rng):
    x = rng.normal(size=3)
    yield x, 2 * x


# %% tags=["mistakes"]
@mistake("The numbers came back as they were. What does double mean?")
def returns_x(x):
    return x
"""

RIGHT = "def double(x):\n    return 2 * x"
WRONG = "def double(x):\n    return 3 * x"
CHANGES = "def double(x):\n    x *= 2\n    return x"
REACHES = """
import sys

def double(x):
    frame = sys._getframe(1)
    while frame:
        for names in (frame.f_locals, frame.f_globals):
            if "judge" in names or "give" in names:
                return 2 * x
            for value in names.values():
                if isinstance(value, tuple) and len(value) == 2:
                    return value[1]
        frame = frame.f_back
"""


@pytest.fixture
def double(tmp_path):
    path = tmp_path / "double.py"
    path.write_text(EXERCISE, encoding="utf-8")
    return load_exercise(path)


def graded(exercise, source):
    cases = exercise.hidden_cases(0)
    reply = json.loads(run_job(exercise.job([source], cases)))
    return judge_reply(exercise.question(cases), reply)


def in_the_notebook(exercise, source):
    entry = json.loads(json.dumps(write_entry(exercise)))
    namespace = {}
    exec(source, namespace)
    return judge_answer(read_question("double", entry), {"double": namespace["double"]}, entry)


@pytest.mark.parametrize("asked", [graded, in_the_notebook])
def test_the_truth_of_a_case_stays_at_home_on_both_routes(double, asked):
    assert asked(double, RIGHT).right
    assert asked(double, WRONG).status == "value"
    assert asked(double, CHANGES).status == "input changed"
    assert asked(double, "def double(x):\n    return x").diagnosis == "returns_x"


def test_an_answer_reaches_neither_the_judge_nor_what_was_not_given(double):
    assert not graded(double, REACHES).right
    job = json.loads(double.job([RIGHT], double.hidden_cases(0)))
    assert "judge" not in job["collect"]
    kept = double.hidden_cases(0)[0]["args"][1]
    assert codec.encode(kept)["data"] not in json.dumps(job)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.py")), ids=lambda path: path.stem)
def test_no_exercise_sends_its_judge_or_its_solution_into_the_box(path):
    exercise = load_exercise(path)
    job = json.loads(exercise.job([], exercise.visible_cases()))
    tree = ast.parse(job["collect"] or "")
    defined = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    assert not {"judge", "give", "hidden", *exercise.functions, *exercise.wrong} & defined


def test_what_was_given_and_has_changed_is_shown_though_its_parts_differ_in_shape():
    x = np.arange(100.0)
    y = x + (x == 50) * 1e-12
    gave, due = shown_apart((x, [x[:3], y], "relu"), (x, [x[:3], x], "relu"))
    assert gave != due
    assert "at [50]: " in gave
