"""Whatever an answer can reach in its box, forge or replace there, it earns no point.

The adversary (`adversary_inside.py`) is first shown exercises with something to steal.
"""

import sys
import warnings
from dataclasses import replace
from functools import cache

import pytest
from adversary import Adversary, forged, replaced, written
from attacks_by_hand import BY_HAND
from attacks_on_judges import ON_JUDGES
from exercises import IDS, load
from leaky_exercises import LEAKS, MEASURED

from dlcourse.checks.exercise import load_exercise
from dlcourse.grading.answer import INSIDE, Paper
from dlcourse.grading.judging import judge
from dlcourse.sandbox.sandbox import Limits, Sandbox

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="grading a class is for Linux")

LIMITS = Limits(seconds=20)
EVERY = 2  # one exercise in so many is raided in `make test`, and all of them in `make test-all`
FEW = 4  # mistakes, and hidden cases, in the short form of forging
MANY = 250  # codes that the adversary sends of any exercise, at least: most send 400
CODEC = ("encode", "decode", "_encode_array", "_decode_array", "_decode_dict", "_key", "legible")
OUTCOME = (
    "run_case",
    "_bind",
    "describe_exception",
    "decode_case",
    "compile_collect",
    "message_of",
)
FUNCTIONS = [("_dlcourse_codec", CODEC), ("_dlcourse_outcome", OUTCOME)]
RESULTS = ("args[0] if args else None", "None", "1", "True", "{'value': True}", "[]")
WORDS = (0, 1, True, "right", [], {"tuple": []}, {"dict": []})

long = pytest.mark.long


@cache
def paper(name):
    """An exercise's paper that names no mistakes: to try them all takes seconds."""
    asked = Paper(load(name), seed=0)
    asked.questions = [question and replace(question, mistakes={}) for question in asked.questions]
    return asked


# a question with options is guessed once in three, by whoever wants: nothing in the box helps
ASKED = [name for name in IDS if not name.startswith("q_")]
every_exercise = pytest.mark.parametrize("name", ASKED)
some_soon = pytest.mark.parametrize(
    "name", [pytest.param(n, marks=[] if k % EVERY == 0 else long) for k, n in enumerate(ASKED)]
)
with_a_probe = pytest.mark.parametrize("name", [n for n in ASKED if load(n).probe])


@pytest.fixture(scope="module")
def boxes():
    """A box of each kind, started when it is needed."""
    running = {}

    def box(kind="numpy"):
        kind = "torch" if kind == "torch" else "numpy"
        if kind not in running:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # that it is second best is another test's matter
                running[kind] = Sandbox(kind, unsafe=True, modules=INSIDE).__enter__()
        return running[kind]

    yield box
    for box in running.values():
        box.__exit__()


def leaky(leak, folder):
    name, text = leak
    path = folder / f"{name}.py"
    path.write_text(text, encoding="utf-8")
    return load_exercise(path)


@pytest.mark.parametrize("leak", LEAKS)
def test_the_adversary_steals_what_there_is_to_steal(leak, boxes, tmp_path):
    exercise = leaky(LEAKS[leak], tmp_path)
    cases = exercise.hidden_cases(0)
    assert Adversary(boxes(), exercise, cases).stolen()


def test_the_adversary_forges_what_is_measured_inside(tmp_path):
    exercise = leaky(MEASURED, tmp_path)
    assert {name for name, _ in forged(exercise, exercise.hidden_cases(0))} == {"asks_often"}


@some_soon
def test_nothing_that_an_answer_reaches_is_worth_a_point(name, boxes):
    exercise = paper(name).exercise
    adversary = Adversary(boxes(exercise.kind), exercise, paper(name).hidden)
    assert not adversary.stolen()
    assert adversary.counts["examined"] == adversary.counts["sent"] > MANY
    assert not adversary.counts["left behind"]


@with_a_probe
@pytest.mark.parametrize("most", [FEW, pytest.param(None, marks=long)])
def test_nothing_that_is_measured_beside_an_answer_can_be_forged_to_a_point(name, most):
    assert not forged(paper(name).exercise, paper(name).hidden[:most], most)


def earned(name, cells, boxes):
    """What cells earn, judged as the grader judges them."""
    reply = boxes(paper(name).exercise.kind).run(paper(name).job(cells), LIMITS)
    told = judge(paper(name), [reply], LIMITS.seconds)
    assert told.status != "ungraded"
    return told.share


def idle(name):
    """An answer that gives nothing back."""
    names = paper(name).exercise.functions
    return "".join(f"def {f}(*args, **kwargs):\n    return None\n" for f in names)


@every_exercise
def test_replacing_the_box_and_writing_to_every_descriptor_earns_nothing(name, boxes):
    cells = [replaced(functions, module, RESULTS[0]) for module, functions in FUNCTIONS]
    cases = len(paper(name).visible + paper(name).hidden)
    for attack in (*cells, written(1, cases)):
        assert earned(name, [idle(name), attack], boxes) == 0


@long
@every_exercise
def test_replacing_any_function_of_the_box_earns_nothing(name, boxes):
    for module, functions in FUNCTIONS:
        for function in functions:
            for result in RESULTS:
                attack = replaced((function,), module, result)
                assert earned(name, [idle(name), attack], boxes) == 0, (function, result)


@long
@every_exercise
def test_writing_to_every_descriptor_earns_nothing(name, boxes):
    cases = len(paper(name).visible + paper(name).hidden)
    for word in WORDS:
        assert earned(name, [idle(name), written(word, cases)], boxes) == 0, word


def test_a_function_of_the_box_that_is_replaced_exists():
    sources = {module: path.read_text(encoding="utf-8") for module, path in INSIDE}
    for module, functions in FUNCTIONS:
        for function in functions:
            assert f"def {function}(" in sources[module]


ATTACKS = [
    pytest.param(name, text, id=f"{name}-{attack}")
    for robbed in (BY_HAND, ON_JUDGES)
    for name in robbed
    for attack, text in robbed[name].items()
]


@pytest.mark.parametrize(("name", "text"), ATTACKS)
def test_an_attack_that_once_earned_a_point_earns_none(name, text, boxes):
    assert earned(name, ["import numpy as np", text], boxes) == 0
