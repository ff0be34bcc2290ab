"""What the grader says of an answer that is not right: where to look, and no hidden input."""

import sys
import time
from pathlib import Path

import pytest
from answers import solution

from dlcourse.grading import judging, reply
from dlcourse.grading.answer import Grader
from dlcourse.grading.reply import Problem
from dlcourse.grading.trouble import lost

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="grading a class is for Linux")

FOLDER = Path(__file__).parents[2] / "solutions" / "exercises"


@pytest.fixture(scope="module")
def grader():
    with Grader(FOLDER, 0) as grader:
        yield grader


BROKEN = "# my answer\ndef relu(z):\n    return np.maximum(z, 0\n"


def test_an_error_is_told_by_its_own_cell_and_no_other_is_blamed(grader):
    cells = ["1 / 0\n", BROKEN, "import no_such_module\n"]
    told = grader.grade("sigmoid", cells)
    assert (told.status, "1 / 0" in told.message) == ("missing", False)
    told = grader.grade("sigmoid", [*cells, BROKEN.replace("relu", "sigmoid")])
    assert told.status == "error"
    assert "the cell `# my answer` stopped with SyntaxError: '(' was never closed (line 3)" in (
        told.message
    )
    assert "<cell" not in told.message
    assert "no_such_module" not in told.message


@pytest.mark.parametrize(
    ("line", "status", "said"),
    [
        ("import scipy.special as sp", "refused", "Write it with NumPy alone"),
        ("import helpers_of_mine as sp", "error", "No module named 'helpers_of_mine'"),
        ("sp = 1 / 0", "error", "the cell `sp = 1 / 0` stopped with ZeroDivisionError"),
        ("while True:\n    1\nsp = 1", "error", "the cell `while True:` took too long"),
    ],
)
@pytest.mark.parametrize("own_cell", [True, False])
def test_a_name_that_a_failed_statement_was_to_bind_is_told_with_its_reason(
    grader, line, status, said, own_cell
):
    answer = "def sigmoid(z):\n    return sp.expit(z)\n"
    cells = [f"{line}\n", answer] if own_cell else [f"{line}\n{answer}"]
    told = grader.grade("sigmoid", cells)
    assert told.status == status
    assert said in told.message
    assert "spelled" not in told.message


def test_a_name_that_nothing_was_to_bind_is_still_told_as_misspelt(grader):
    told = grader.grade("sigmoid", ["1 / 0\n", "def sigmoid(z):\n    return sp.expit(z)\n"])
    assert "spelled" in told.message


def test_exceptions_of_numpy_keep_their_names_and_their_diagnosis(grader):
    exercise = grader.paper("normal_equation").exercise
    raising = [n for n, (_, f) in exercise.wrong.items() if raises(exercise, f) == "LinAlgError"]
    assert raising
    source = (
        "def normal_equation(X, y):\n    A = np.column_stack([np.ones(len(X)), X])\n"
        "    return np.linalg.solve(A.T @ A, A.T @ y)\n"
    )
    told = grader.grade("normal_equation", [source])
    assert told.diagnosis in raising
    assert {"LinAlgError", "AxisError", "OutOfMemoryError"} <= reply.NAMES


def raises(exercise, functions):
    for outcome in exercise.outcomes(exercise.hidden_cases(0), functions):
        if "raises" in outcome:
            return outcome["raises"]["names"][0]
    return None


def test_a_measured_quantity_is_named_without_its_numbers(grader):
    exercise = grader.paper("accumulate_gradients").exercise
    verdict = judging.judge_outcomes(grader.paper("relu").questions[0], [])
    verdict = judging.replace(
        verdict, sentence="", status="value", gave="gradient of node 7: 1.25", cases=8
    )
    said = judging.concealed(exercise, verdict)
    assert "Another value comes out than the one expected (gradient of node)." in said
    assert not any(digit in said.replace("of 8", "").replace("8 ", "") for digit in "7125")
    plain = judging.concealed(grader.paper("relu").exercise, verdict)
    assert "gradient" not in plain  # an array whose text looks so


def test_memory_has_a_sentence_of_its_own(grader):
    hog = solution("conv_output_size").replace(
        "    room =", "    if size > 13:\n        np.ones(1 << 40)\n    room ="
    )
    told = grader.grade("conv_output_size", [hog])
    assert told.status == "error"
    assert "It asked for more memory than an answer may have." in told.message


def test_a_cell_with_many_failing_lines_is_told_in_the_time_of_one():
    cell = "x = 1\ny = missing\n" * 5000
    problems = [Problem(0, 2 * place + 1, "NameError: no") for place in range(200)]
    begun = time.process_time()
    found = lost([cell], [*problems, Problem(0, 9999, "NameError: last")], [])
    assert time.process_time() - begun < 2
    assert found == {"y": "the cell `x = 1` stopped with NameError: last"}


def test_replies_that_say_the_same_are_judged_once(grader, monkeypatch):
    wrong = "def sigmoid(z):\n    return 1 / (1 + np.exp(z))\n"
    first = grader.grade("sigmoid", [wrong])
    judged = []
    monkeypatch.setattr(judging, "judge_outcomes", lambda *_: judged.append(1))
    again = grader.grade("sigmoid", ["# typed otherwise\n", wrong.replace("(1 + ", "( 1 + ")])
    assert not judged
    assert (again.status, again.message, again.diagnosis) == (
        first.status,
        first.message,
        first.diagnosis,
    )


def test_replies_that_say_the_same_are_told_by_the_cells_of_each(grader):
    answer = "def sigmoid(z):\n    return sp.expit(z)\n"
    for first_line in ("sp = 1 / 0  # one\n", "sp = 1 / 0  # two\n"):
        told = grader.grade("sigmoid", [first_line, answer])
        assert f"the cell `{first_line.strip()}` stopped with ZeroDivisionError" in told.message


def test_of_judgements_only_so_many_are_kept(grader, monkeypatch):
    paper = grader.paper("sigmoid")
    monkeypatch.setattr("dlcourse.grading.answer.JUDGED", 3)
    paper.judged.clear()
    for number in range(10):
        paper.remember(bytes([number]), None)
        assert 1 <= len(paper.judged) <= 3
        assert bytes([number]) in paper.judged
    paper.judged.clear()
