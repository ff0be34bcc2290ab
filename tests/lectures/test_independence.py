"""No lecture leans on another, no exercise on another, and no cell on a learner's answer.

That each lecture runs unanswered, in its cells' order and from a fresh kernel, is held by
lecture_claims.py.
"""

import ast
import re
import sys
from pathlib import Path

import pytest
from answers import solution
from exercises import FOLDER, load

from dlcourse.authoring.build import lecture_names
from dlcourse.authoring.lecture import read_cells
from dlcourse.checks.student import CheckFailed
from dlcourse.grading.answer import Grader
from dlcourse.grading.grade import read_master
from dlcourse.grading.program import program
from dlcourse.grading.submission import tags

ROOT = Path(__file__).parents[2]
LECTURES = [name for name in lecture_names(ROOT) if (ROOT / "course" / name).is_dir()]
MASTERS = {name: read_master(ROOT, name) for name in LECTURES}
ASKED = [
    (lecture, cell.id)
    for lecture, master in MASTERS.items()
    for cell in master.cells
    if "answer" in tags(cell)
]
PACKAGES = {"dlcourse", "numpy", "torch", "sympy", "sklearn", "matplotlib", "scipy", "optuna"}
REACHING = {"open", "exec", "eval", "compile", "__import__", "input"}  # out of the notebook

every_lecture = pytest.mark.parametrize("lecture", LECTURES)
every_exercise = pytest.mark.parametrize(("lecture", "name"), ASKED, ids=lambda v: v)
linux = pytest.mark.skipif(sys.platform != "linux", reason="grading a class is for Linux")


# ------------------------------------------------------------------------- lectures, as text
def code_of(lecture):
    """The syntax tree of each of a lecture's own code cells."""
    cells = read_cells(ROOT / "solutions" / "lectures" / f"{lecture}.py")
    return [ast.parse(c.source) for c in cells if c.type == "code" and "exercise" not in c.tags]


def answers_of(lecture):
    """The names that a learner defines in a lecture."""
    cells = read_cells(ROOT / "solutions" / "lectures" / f"{lecture}.py")
    ids = [re.search(r'"(\w+)"', c.source)[1] for c in cells if "exercise" in c.tags]
    return {name for one in ids for name in load(one).functions}


def reaches(trees):
    """What code takes from outside its notebook and the packages: names of modules and calls."""
    found = set()
    for node in (n for tree in trees for n in ast.walk(tree)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add("." * node.level + (node.module or ""))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            found |= {node.func.id} & REACHING
    known = PACKAGES | sys.stdlib_module_names - {"importlib", "subprocess", "runpy", "os"}
    return {name for name in found if name.split(".")[0] not in known}


def touched(trees, names):
    """Which of `names` code binds or reads, wherever it stands."""
    found = set()
    for node in (n for tree in trees for n in ast.walk(tree)):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.alias):
            found.add(node.asname or node.name.split(".")[0])
    return found & names


@every_lecture
def test_a_lecture_takes_code_from_packages_only_never_from_another_lecture(lecture):
    assert reaches(code_of(lecture)) == set()


@every_lecture
def test_no_lecture_cell_binds_or_calls_a_name_that_the_learner_defines(lecture):
    assert touched(code_of(lecture), answers_of(lecture)) == set()


@pytest.mark.parametrize(
    "planted",
    [
        "from solutions.exercises.relu import relu",
        "import test_state",
        "import importlib",
        "def f():\n    from ..lectures import other",
        "exec(open('../04_backpropagation/04_backpropagation.ipynb').read())",
    ],
)
def test_a_lecture_that_reaches_for_another_is_found(planted):
    assert reaches([ast.parse(planted)])


@pytest.mark.parametrize(
    "planted",
    [
        "relu = 1",
        "for relu in range(3):\n    pass",
        "def relu(z):\n    return z",
        "from dlcourse.reference.activations import relu",
        "print(relu(1))",
        "def f(z):\n    return relu(z)",
        "if (relu := 3):\n    pass",
        "x, (relu, y) = 1, (2, 3)",
    ],
)
def test_a_cell_that_touches_an_answers_name_is_found(planted):
    assert touched([ast.parse(planted)], {"relu", "elu"}) == {"relu"}
    harmless = "from dlcourse.reference import activations\nactivations.relu(elu=1)"
    assert touched([ast.parse(harmless)], {"relu", "elu"}) == set()


# ------------------------------------------------------------ exercises, each solved alone
def solved_alone(lecture, **answers):
    """A learner's notebook with these answers typed in, and all others as they were released."""
    master = MASTERS[lecture].copy()
    master.cells = [cell.copy() for cell in master.cells]
    for cell in master.cells:
        cell.source = answers.get(cell.id, cell.source)
    return master


def run_check(notebook, name):
    """What the check cell says, after the given cells and all answers above it, and no others."""
    space = {"__name__": "__main__"}
    for cell in notebook.cells:
        if cell.cell_type != "code" or not {"given", "answer"} & tags(cell) | {cell.id} & {"begin"}:
            continue
        exec(cell.source, space)
        if cell.id == name:
            break
    try:
        exec(f'check("{name}")', space)
    except CheckFailed as failed:
        return failed.text
    return ""


@pytest.fixture(scope="module")
def grader():
    with Grader(FOLDER, seed=3) as grader:
        yield grader


@linux
@every_exercise
def test_an_exercise_solved_alone_gets_its_points(grader, lecture, name):
    notebook = solved_alone(lecture, **{name: solution(name)})
    result = grader.grade(name, program(notebook, name))
    assert (result.status, result.points) == ("right", result.max_points), result.message


@linux
@every_exercise
def test_an_exercise_left_alone_gets_none(grader, lecture, name):
    result = grader.grade(name, program(solved_alone(lecture), name))
    assert (result.status, result.points) == ("missing", 0.0), result.message


@every_exercise
def test_an_exercise_solved_alone_passes_its_check_in_the_notebook(lecture, name, capsys):
    notebook = solved_alone(lecture, **{name: solution(name)})
    assert run_check(notebook, name) == ""
    assert f"✓ {name}: right." in capsys.readouterr().out


LEANING = """
def dead_fraction(activations):
    return np.mean(np.all(relu(activations) == 0, axis=0))
"""


@linux
def test_an_answer_that_leans_on_another_exercise_gets_points_only_beside_it(grader):
    alone = solved_alone("06_activations", dead_fraction=LEANING)
    beside = solved_alone("06_activations", dead_fraction=LEANING, relu=solution("relu"))
    assert grader.grade("dead_fraction", program(alone, "dead_fraction")).points == 0
    assert grader.grade("dead_fraction", program(beside, "dead_fraction")).points == 1


def test_the_check_sees_that_an_answer_leans_on_another_exercise(capsys):
    alone = solved_alone("06_activations", dead_fraction=LEANING)
    beside = solved_alone("06_activations", dead_fraction=LEANING, relu=solution("relu"))
    said = run_check(alone, "dead_fraction") + capsys.readouterr().out
    assert "✓" not in said
    assert "dead_fraction" in said
    assert run_check(beside, "dead_fraction") == ""
