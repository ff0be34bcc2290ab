"""Help for those who are stuck alone: when it comes, what it says, and how a class goes without."""

import json
import shutil
import subprocess
import sys

import nbformat
import numpy as np
import pytest
from person import person
from small_course import HERE, NAME, build_small_course, environment

from dlcourse.checks.entry import write_entry
from dlcourse.checks.exercise import load_exercise
from dlcourse.checks.record import Record
from dlcourse.checks.student import Check, CheckFailed
from dlcourse.checks.tries import fingerprint, tries_needed

HINT = "Which of the two columns does a backward pass need"  # of solutions/exercises/relu.py
OFFER = 'Still stuck? In a new cell, show_solution("relu") shows one way to do it.'


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course of two exercises, with its solutions."""
    root = tmp_path_factory.mktemp("hints") / "root"
    return build_small_course(root, ["relu", "conv_output_size"])


@pytest.fixture
def notebook_folder(course, monkeypatch):
    """Stand where a learner's copy stands."""
    folder = course / "learn" / NAME
    folder.mkdir(parents=True, exist_ok=True)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture(scope="module")
def entries(pytestconfig):
    folder = pytestconfig.rootpath / "solutions" / "exercises"
    names = ["relu", "q_shared_node"]
    return {name: write_entry(load_exercise(folder / f"{name}.py")) for name in names}


@pytest.fixture
def numbers(entries):
    return {"lecture": NAME, "release": "1", "exercises": json.loads(json.dumps(entries))}


@pytest.fixture
def check(numbers):
    return Check(numbers)


def right(z):
    return np.maximum(z, 0)


def right_backward(dout, z):
    return dout * (z > 0)


def wrong(value):
    """An answer that is wrong in a way of its own for each value."""
    return lambda z: z * 0 + value


def told(check, answer, exercise="relu"):
    """What the check says of a wrong answer."""
    rest = (right_backward,) if exercise == "relu" else ()
    with pytest.raises(CheckFailed) as failed:
        check(exercise, answer, *rest)
    return failed.value.text


def define(source, name="relu", **namespace):
    exec(source, namespace)
    return namespace[name]


def test_the_hint_comes_with_the_third_different_wrong_answer(check, notebook_folder):
    assert "Hint:" not in told(check, wrong(1))
    assert "Hint:" not in told(check, wrong(2))
    text = told(check, wrong(3))
    assert text.count("\n  Hint: ") == 1
    assert HINT in " ".join(text.split())
    assert text.endswith(f"\n  {OFFER}")


def test_later_answers_show_it_too_after_a_restart_as_well(numbers, notebook_folder, tmp_path):
    file = tmp_path / "progress.json"
    check = Check(numbers, record=Record(file))
    for value in [1, 2, 3]:
        told(check, wrong(value))
    assert "Hint:" in told(check, wrong(4))
    assert "Hint:" in told(check, wrong(1))
    assert "Hint:" in told(Check(numbers, record=Record(file)), wrong(1))


def test_the_same_wrong_answer_again_is_no_other_try(check):
    for _ in range(5):
        assert "Hint:" not in told(check, wrong(1))


def test_the_verdict_above_the_hint_is_the_same(check):
    first = told(check, wrong(1))
    told(check, wrong(2))
    told(check, wrong(3))
    assert told(check, wrong(1)).startswith(first)


SAME = "def relu(z):\n    return z + 1\n"


@pytest.mark.parametrize(
    ("other", "is_another"),
    [
        ("def relu(z):\n    # a thought\n\n    return (z + 1)", False),
        ("def relu(x):\n    return x + 1", False),
        ("def relu(z):\n    return z + 2", True),
        ("def relu(z):\n    return z - 1", True),
        ("def relu(z, one=1):\n    return z + one", True),
        ("def relu(z, one=2):\n    return z + one", True),
        ("import numpy as np\n\n\ndef relu(z):\n    return np.add(z, 1)", True),
        ("relu = 3", True),
    ],
)
def test_another_try_is_another_code(other, is_another):
    assert (fingerprint([define(SAME)]) != fingerprint([define(other)])) == is_another


def test_a_helper_of_the_notebook_belongs_to_the_answer():
    text = "def helper(z):\n    return z + {}\n\n\ndef relu(z):\n    return [helper(a) for a in z]"
    one, same, other = (fingerprint([define(text.format(n))]) for n in (1, 1, 2))
    assert one == same
    assert one != other


def test_an_answer_that_calls_itself_has_a_fingerprint():
    text = "def relu(z):\n    return relu(z - {}) if z else 0"
    assert fingerprint([define(text.format(1))]) == fingerprint([define(text.format(1))])
    assert fingerprint([define(text.format(1))]) != fingerprint([define(text.format(2))])


def test_exceptions_count_and_what_is_not_written_or_not_run_does_not(check, capsys):
    def unwritten(z):
        raise NotImplementedError

    for _ in range(3):
        check("relu", unwritten, right_backward)
        with pytest.raises(CheckFailed, match="is not defined"):
            check("relu")
    for answer in [lambda z: 1 / 0, lambda z: z.nothing]:
        assert OFFER not in told(check, answer)
    assert OFFER in told(check, lambda: 0)


def test_the_hint_is_about_what_an_answer_gives_and_not_about_how_it_stops(
    check, notebook_folder, monkeypatch
):
    def never_ends(z):
        while True:
            z = -z

    monkeypatch.setattr("dlcourse.checks.student.SECONDS", 0.2)
    for value in [1, 2, 3]:
        told(check, wrong(value))
    for answer in [lambda z: unknown, lambda z: z.nothing, lambda: 0, never_ends]:  # noqa: F821
        text = told(check, answer)
        assert "Hint:" not in text
        assert OFFER in text
    for answer in [wrong(4), lambda z: None, lambda z: np.zeros(7), lambda z: z * np.nan]:
        assert "Hint:" in told(check, answer)


def test_a_right_answer_is_spared_the_hint(check, capsys):
    for value in [1, 2, 3]:
        told(check, wrong(value))
    check("relu", right, right_backward)
    assert capsys.readouterr().out == "✓ relu: right.\n"


def test_the_cell_with_the_points_stays_one_line(check):
    for value in [1, 2, 3]:
        told(check, wrong(value))
    code = "check.graded('relu')"
    with pytest.raises(CheckFailed) as failed:
        exec(code, {"check": check, "relu": wrong(4), "relu_backward": right_backward})
    assert failed.value._render_traceback_() == [
        "✗ relu: 0.5 of 1 point, if the grader's other cases agree."
    ]


def test_a_concept_question_gets_its_hint_while_there_is_a_choice_left(check, capsys):
    options = len(check.numbers["exercises"]["q_shared_node"]["mistakes"]) + 1
    wrong_ones = [n for n in range(1, options + 1) if n != 2]
    texts = [told(check, n, "q_shared_node") for n in wrong_ones]
    assert "Hint:" not in texts[0]
    assert "Hint:" in texts[-2]


def test_a_wrong_choice_tells_no_right_one_and_the_same_again_is_a_try(check, notebook_folder):
    first = told(check, 1, "q_shared_node")
    assert first.splitlines()[:2] == ["✗ q_shared_node", "  gave     1"]
    assert "expected" not in first
    assert "Hint:" not in first
    for answer in [7, "two", 2.5]:
        assert "none of the numbered options" in told(check, answer, "q_shared_node")
    fresh = Check(check.numbers)
    needed = tries_needed(check.numbers["exercises"]["q_shared_node"])
    texts = [told(fresh, 1, "q_shared_node") for _ in range(needed)]
    assert ["Hint:" in text for text in texts] == [False] * (needed - 1) + [True]


def test_the_cell_with_the_points_is_no_try(check):
    space = {"check": check, "q_shared_node": 1}
    for _ in range(3):
        with pytest.raises(CheckFailed):
            exec("check.graded('q_shared_node')", space)
    assert "wrong" not in check.record.entry(NAME, "q_shared_node")


def test_the_hint_is_words_on_lines_that_fit(check, course):
    numbers = (course / "build" / "numbers" / f"{NAME}.json").read_text(encoding="utf-8")
    hint = json.loads(numbers)["exercises"]["relu"]["hint"]
    assert HINT in hint
    assert "#" not in hint
    assert "\n" not in hint
    for value in [1, 2]:
        told(check, wrong(value))
    assert max(map(len, told(check, wrong(3)).splitlines())) <= 100


def test_without_a_hint_the_solution_alone_is_offered(numbers, notebook_folder, capsys):
    del numbers["exercises"]["relu"]["hint"]
    check = Check(numbers)
    check.show_solution("relu")
    assert capsys.readouterr().out.endswith(": after 3 different tries the solution comes.\n")
    for value in [1, 2]:
        told(check, wrong(value))
    text = told(check, wrong(3))
    assert "Hint" not in text
    assert OFFER in text


def test_the_solution_asks_for_tries_first(check, notebook_folder, capsys):
    check.show_solution("relu")
    told(check, wrong(1))
    check.show_solution("relu")
    told(check, wrong(2))
    check.show_solution("relu")
    assert capsys.readouterr().out.splitlines() == [
        "Try relu yourself first: after 3 different tries the hint comes, then the solution.",
        "Try relu yourself first: after 2 more tries the hint comes, then the solution.",
        "Try relu yourself first: after 1 more try the hint comes, then the solution.",
    ]
    assert "seen" not in check.record.entry(NAME, "relu")


def test_after_the_hint_the_solution_is_shown_with_its_docstring(
    check, course, notebook_folder, capsys, monkeypatch
):
    monkeypatch.delitem(sys.modules, "IPython", raising=False)  # a plain Python
    for value in [1, 2, 3]:
        told(check, wrong(value))
    check.show_solution("relu")
    shown = capsys.readouterr().out
    solution = load_exercise(course / "solutions" / "exercises" / "relu.py").solution_source
    assert shown == solution + "\n"
    assert '"""Return max(0, z)' in shown
    assert "seen" in check.record.entry(NAME, "relu")


def test_who_solved_it_may_compare_and_has_not_been_helped(check, notebook_folder, capsys):
    check("relu", right, right_backward)
    check.show_solution("relu")
    assert "return dout * (z > 0)" in capsys.readouterr().out
    assert "seen" not in check.record.entry(NAME, "relu")


@pytest.fixture
def kernel(course, notebook_folder, tmp_path):
    """A learner's kernel in which the lecture has begun."""
    surroundings = {**environment(course), "DLCOURSE_PROGRESS": str(tmp_path / "progress.json")}
    released = nbformat.read(course / "course" / NAME / f"{NAME}.ipynb", as_version=4)
    begin = next(cell.source for cell in released.cells if cell.id == "begin")
    with person(notebook_folder, **surroundings) as run:
        assert run(begin) == []
        yield run


def test_in_a_notebook_the_solution_comes_in_colour_and_as_text(kernel):
    for number in [1, 2, 3]:
        kernel(f"def relu(z):\n    return {number}\ndef relu_backward(dout, z):\n    return dout")
        [verdict] = kernel("check('relu')")
    assert OFFER in "\n".join(verdict["traceback"])
    [solution] = kernel('show_solution("relu")')
    assert solution["data"]["text/markdown"].startswith("```python\ndef relu(z):")
    assert solution["data"]["text/plain"].startswith("def relu(z):")


def test_a_cell_that_python_cannot_read_is_not_mistaken_for_the_answer(kernel):
    note = "Your last cell with conv_output_size did not run (SyntaxError in line 2)"
    unreadable, check = "def conv_output_size(n):\n    retrun n", "check('conv_output_size')"
    kernel(unreadable)
    [undefined] = kernel(check)
    kernel("import numpy as np")
    kernel(load_exercise(HERE / "solutions/exercises/conv_output_size.py").solution_source)
    [right] = kernel(check)
    kernel(unreadable)
    [noted] = kernel(check)
    kernel("a cell of something else")
    [other] = kernel(check)
    assert undefined["traceback"][0].startswith(note)
    assert "  conv_output_size is not defined" in undefined["traceback"][-1]
    assert right["text"] == other["text"] == "✓ conv_output_size: right.\n"
    assert noted["text"].startswith(note)
    assert noted["text"].endswith(right["text"])


def test_where_there_are_no_solutions_a_sentence_says_so(check, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for value in [1, 2, 3]:
        assert "show_solution" not in told(check, wrong(value))
    check.show_solution("relu")
    [line] = capsys.readouterr().out.splitlines()
    assert line.startswith("There are no solutions here")


def test_a_class_that_has_the_course_without_its_solutions_is_a_place_without_them(
    course, check, tmp_path, monkeypatch, capsys
):
    root = shutil.copytree(course, tmp_path / "class")
    shutil.rmtree(root / "solutions")
    monkeypatch.chdir(root)
    check.show_solution("relu")
    assert "no solutions here" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["relo", "../relu", None, ""])
def test_a_slip_in_the_name_costs_a_sentence(check, notebook_folder, capsys, name):
    check.show_solution(name)
    assert "There are: relu, q_shared_node." in capsys.readouterr().out


def test_the_function_itself_will_do_for_its_name(check, notebook_folder, capsys):
    def relu(z):
        return z

    check.show_solution(relu)
    assert capsys.readouterr().out.startswith("Try relu yourself first")


def test_a_broken_exercise_file_costs_a_sentence(course, check, tmp_path, monkeypatch, capsys):
    root = shutil.copytree(course, tmp_path / "mine")
    (root / "solutions" / "exercises" / "relu.py").write_text("def relu(", encoding="utf-8")
    monkeypatch.chdir(root)
    check("relu", right, right_backward)
    check.show_solution("relu")
    assert "the source cannot be read" in capsys.readouterr().out


def test_an_instructor_switches_hints_off(numbers, notebook_folder):
    check = Check(numbers, hints=False)
    texts = [told(check, wrong(value)) for value in [1, 2, 3, 4]]
    assert not any("Hint:" in text for text in texts)
    assert OFFER in texts[2]


def test_an_instructor_switches_solutions_off(numbers, notebook_folder, capsys):
    check = Check(numbers, solutions=False)
    texts = [told(check, wrong(value)) for value in [1, 2, 3, 4]]
    assert "Hint:" in texts[2]
    assert not any("show_solution" in text for text in texts)
    check.show_solution("relu")
    assert "shows no solutions" in capsys.readouterr().out


def exercise_files():
    return sorted((HERE / "solutions" / "exercises").glob("*.py"))


@pytest.mark.parametrize("path", exercise_files(), ids=lambda path: path.stem)
def test_every_exercise_has_a_hint(path):
    from dlcourse.checks.exercise_cells import one_cell, read_cells

    hint = one_cell(path, read_cells(path), "hint")["source"]
    assert len(hint.split()) > 8


def test_a_check_cell_starts_without_the_packages_that_help_needs():
    code = (
        "import sys, dlcourse.checks.student as s\nprint(*{n.split('.')[0] for n in sys.modules})"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert {"IPython", "platformdirs", "filelock", "jupytext"} & set(run.stdout.split()) == set()
