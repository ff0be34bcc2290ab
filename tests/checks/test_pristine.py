"""What cells put in the place of NumPy's functions makes no answer right or wrong, and is told."""

import builtins
import json
import math
import sys

import numpy as np
import pytest
from person import told
from two_sides import EXERCISE, RIGHT, WHOLE, asking, lines

from dlcourse.checks.exercise import load_exercise
from dlcourse.checks.outcome import run_job
from dlcourse.checks.pristine import as_they_are, restore
from dlcourse.checks.verdict import judge_reply
from dlcourse.grading import judging
from dlcourse.grading.answer import Grader
from dlcourse.paths import course_root

FOLDER = course_root() / "solutions" / "exercises"


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    with asking(tmp_path_factory.mktemp("pristine")) as ask:
        yield ask


USES = "def dead_fraction(a):\n    return np.mean(np.max(np.abs(a), axis=0) == 0)\n"
NP = "import numpy as np\n\n"
SPOILS = f"{NP}np.mean = lambda *args, **kwargs: 7.0\n"
MENDS = f"{NP}np.dead = lambda a: (a == 0).all(axis=0)\n"
RELIES = RIGHT.replace("dead(a", "np.dead(a")
NEEDLESS = {
    "above, in a cell of its own": ({"begin": [SPOILS]}, USES),
    "above, in another answer's cell": (
        {"relu": ["def relu(z):\n    np.mean = np.sum\n\n\nrelu(1)\n"]},
        USES,
    ),
    "below": ({f"test_{EXERCISE}": [SPOILS]}, USES),
    "what the check itself needs": ({"begin": [f"{NP}np.isfinite = np.allclose = None"]}, USES),
    "a name taken away": ({"begin": [f"{NP}del np.mean"]}, USES),
    "errors for reports": ({"begin": [f'{NP}np.seterr(all="raise")']}, USES),
    "inside the answer": ({}, USES.replace("    return", "    np.sum = None\n    return")),
}


@pytest.mark.parametrize(("place", "answer"), NEEDLESS.values(), ids=NEEDLESS)
def test_an_answer_is_right_whatever_stands_in_the_place_of_numpys_functions(ask, place, answer):
    check, test, result = ask(place, **{EXERCISE: answer})
    stands = ask.kernel("print(np.mean is np._core.fromnumeric.mean)")
    ask.kernel("from dlcourse.checks.pristine import restore; restore(); np.seterr(all='warn')")
    assert (told(stands) == "True") == ("mean" not in str(place))  # it is the learner's kernel
    assert check == f"✓ {EXERCISE}: right."
    assert test.startswith("✓")
    assert result.status == "right", result.message


@pytest.mark.parametrize("place", ["begin", "relu"])
def test_an_answer_that_needs_a_function_put_into_numpy_is_told_so_by_both(ask, place):
    check, _, result = ask({place: [MENDS]}, **{EXERCISE: RELIES})
    ask.kernel("from dlcourse.checks.pristine import restore; restore()")
    for text in (check, result.message):
        assert "something of their own in the place of `np.dead`" in lines(text)
    assert result.points == 0


def test_a_patch_that_would_make_a_wrong_answer_right_does_not(ask):
    mends = f"{NP}np.any = np.all\n"
    wrong = "def dead_fraction(a):\n    return np.any(a == 0, axis=0).mean()\n"
    check, _, result = ask({"begin": [mends]}, **{EXERCISE: wrong})
    ask.kernel("from dlcourse.checks.pristine import restore; restore()")
    for text in (check, result.message):
        assert "in the place of `np.any`" in lines(text)
    assert result.points == 0
    check, _, _ = ask({}, **{EXERCISE: WHOLE})
    assert check == f"✓ {EXERCISE}: right."


def test_what_was_replaced_stands_there_again_after_the_check(monkeypatch):
    mine, true = (lambda *_: 7), np.exp
    monkeypatch.setattr(np, "exp", mine)
    monkeypatch.setattr(math, "floor", mine)
    monkeypatch.setattr(builtins, "sorted", mine)
    monkeypatch.setattr(np, "added", mine, raising=False)
    with as_they_are() as replaced:
        assert np.exp is true
        assert not hasattr(np, "added")
        np.exp = None
    assert replaced == ["math.floor", "np.added", "np.exp", "sorted"]
    assert np.exp is np.added is math.floor is builtins.sorted is mine


def test_a_case_finds_numpy_as_it_is_whatever_the_one_before_it_did():
    exercise = load_exercise(FOLDER / "sgd_step.py")
    spoils = (
        "\n\ntrue = sgd_step\n\n\ndef sgd_step(*args, **more):\n    found = np.exp(0.0) == 1\n"
        "    np.exp = np.sqrt\n    return true(*args, **more) if found else None\n"
    )
    cases = [case for case in exercise.hidden_cases(0) if not case.get("again")]
    asked = exercise.question(cases)
    try:
        reply = json.loads(run_job(exercise.job([exercise.solution_source + spoils], cases)))
    finally:
        restore()
    assert judge_reply(asked, reply).right


@pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is for Linux")
def test_a_forged_name_of_what_was_replaced_is_not_told():
    with Grader(FOLDER, 0) as grader:
        paper = grader.paper("relu")
        (reply,) = grader.ask(paper, ["np.exp = 1\n\n\ndef relu(z):\n    return z\n"], 2)
        content = json.loads(reply.payload)
        assert content["replaced"] == ["np.exp"]
        content["replaced"] += ["np.x_3_5"]
        forged = reply.__class__("ok", json.dumps(content).encode(), 0, "")
        found = judging.judge(paper, [forged], 2, ["np.exp = 1"])
    assert "`np.exp`" in found.message
    assert "3_5" not in found.message
