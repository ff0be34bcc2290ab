"""The check says what the grader will say: both are asked about the same notebooks."""

import random
import textwrap

import nbformat
import pytest
from person import person, told
from small_course import NAME, build_small_course, environment

from dlcourse.grading.answer import Grader
from dlcourse.grading.submission import program, read_notebook, rebuild

EXERCISE = "dead_fraction"
RIGHT = "def dead_fraction(activations):\n    return dead(activations).mean()\n"
HELPER = "def dead(a):\n    return (a == 0).all(axis=0)\n"
WHOLE = HELPER + "\n\n" + RIGHT


def using(term, source=WHOLE):
    """An answer that uses something more, which changes nothing."""
    return source.replace("return (a", f"return 0 * {term} + (a")


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course of two exercises."""
    root = tmp_path_factory.mktemp("agreement") / "root"
    return build_small_course(root, ["relu", EXERCISE])


@pytest.fixture(scope="module")
def master(course):
    return nbformat.read(course / "course" / NAME / f"{NAME}.ipynb", as_version=4)


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    """Where the learner's notebook is saved."""
    return tmp_path_factory.mktemp("learner") / f"{NAME}.ipynb"


@pytest.fixture(scope="module")
def kernel(course, file):
    surroundings = {**environment(course), "JPY_SESSION_NAME": str(file)}
    (file.parent / "solution.py").write_text(WHOLE, encoding="utf-8")
    with person(file.parent, **surroundings, DLCOURSE_PROGRESS="off") as run:
        yield run


@pytest.fixture(scope="module")
def grader(course):
    with Grader(course / "solutions" / "exercises", seed=1, unsafe=True) as grader:
        yield grader


@pytest.fixture
def ask(kernel, grader, master, file):
    """Take a notebook as a learner does, from the top; ask the check, then the grader."""

    def ask(place, **changed):
        """Ask about a page of which some cells are changed or added.

        Parameters
        ----------
        place : dict
            Sources of added cells, each a list, by the id of the cell that they follow.
        **changed : str
            Sources of the page's own cells.
        """
        notebook = nbformat.from_dict(master)
        whole = []
        for cell in notebook.cells:
            cell.source = changed.get(cell.id, cell.source)
            whole += [cell, *map(nbformat.v4.new_code_cell, place.get(cell.id, ()))]
        notebook.cells = whole
        nbformat.write(notebook, file)
        kernel("%reset -f")
        for cell in whole:
            if cell.cell_type == "code" and not cell.id.startswith(("check_", "test_")):
                kernel(cell.source, cell=cell.id)
        check, test = (kernel(f'check{end}("{EXERCISE}")') for end in ("", ".graded"))
        rebuilt = rebuild(master, read_notebook(file))
        result = grader.grade(EXERCISE, program(rebuilt, EXERCISE))
        return told(check), told(test), result

    return ask


IMPORTING = using("scipy.special.xlog1py(0, 1)").replace(":", ":\n    import scipy.special")


def lines(text):
    return " ".join(text.split())


LOST = {
    "a module inside": (
        {EXERCISE: IMPORTING},
        {},
        "`scipy.special`",
    ),
    "a module above": (
        {EXERCISE: "from scipy import special\n\n\n" + using("special.xlog1py(0, 1)")},
        {},
        "`special` (of `scipy`)",
    ),
    "a demonstration's import": (
        {EXERCISE: using("math.pi")},
        {},
        "`math`, which a cell of the lecture's own defines",
    ),
    "another module's function": (
        {EXERCISE: "from dlcourse.reference.activations import dead_fraction"},
        {},
        "`dead_fraction` (of `dlcourse.reference.activations`)",
    ),
    "a module's function inside": (
        {EXERCISE: RIGHT.replace("    return", "    from solution import dead\n\n    return")},
        {},
        "`solution`",
    ),
    "all of a file": (
        {EXERCISE: "from solution import *"},
        {},
        "`dead_fraction` (of `solution`)",
    ),
    "a magic that hides the cell": (
        {EXERCISE: "%%mine\n" + WHOLE},
        {"begin": ["def mine(line, cell):\n    exec(cell, globals())\n\n\n"
                   "get_ipython().register_magic_function(mine, 'cell')"]},
        "`dead_fraction`, whose cell begins with `%%mine`",
    ),
    "a helper below": (
        {EXERCISE: RIGHT},
        {f"test_{EXERCISE}": [HELPER]},
        "`dead`, whose cell stands below this check",
    ),
    "an answer below another one": (
        {EXERCISE: WHOLE.replace("mean()", "sum()")},
        {f"check_{EXERCISE}": [WHOLE]},
        "`dead_fraction`, whose cell stands below this check",
    ),
    "a helper from a demonstration": (
        {EXERCISE: RIGHT, "guess_corners": HELPER},
        {},
        "`dead`, which a cell of the lecture's own defines",
    ),
    "a value made of a demonstration's": (
        {EXERCISE: "NOTHING = math.floor(0.5)\n" + using("NOTHING")},
        {},
        "`math`, which a cell of the lecture's own defines",
    ),
    "the notebook's display": (
        {EXERCISE: WHOLE.replace("    return", "    display(3)\n    return")},
        {},
        "`display`",
    ),
    "a shell's line": (
        {EXERCISE: "one = !echo 1\n" + using("int(one[0])")},
        {},
        "a line that begins with `%` or `!`",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("changed", "place", "names"), LOST.values(), ids=LOST)
def test_what_the_grader_will_not_find_is_named_beside_the_tick(ask, changed, place, names):
    check, test, result = ask(place, **changed)
    assert check.startswith(f"✓ {EXERCISE}: right.")
    assert f"it will not find {names}." in lines(check)
    assert f"the grader will not find {names}." in lines(test)
    assert result.points == 0, result.message


FOUND = {
    "in its cell": ({EXERCISE: WHOLE}, {}),
    "a helper above": ({EXERCISE: RIGHT}, {"begin": [HELPER]}),
    "%%time": ({EXERCISE: "%%time\n" + WHOLE}, {}),
    "%%capture": ({EXERCISE: "%%capture out\n" + WHOLE}, {}),
    "a magic line": ({EXERCISE: "%matplotlib inline\n!ls\n" + WHOLE}, {}),
    "below its check, its cell untouched": ({}, {f"check_{EXERCISE}": [WHOLE]}),
    "below its test, its cell untouched": ({}, {f"test_{EXERCISE}": [HELPER, RIGHT]}),
    "Python's own modules": (
        {EXERCISE: "import functools\n\n\n@functools.wraps(abs)\n" + WHOLE},
        {},
    ),
    "NumPy's": ({EXERCISE: "from numpy import pi\n\n\n" + using("pi * np.pi")}, {}),
    "merged into another answer's cell": ({"relu": WHOLE, EXERCISE: "pass"}, {}),
    "a local variable with a demonstration's name": ({EXERCISE: using("(math := 0)")}, {}),
    "an import of what a demonstration imports, too": (
        {EXERCISE: "import math\n\n\n" + using("math.pi")},
        {},
    ),
}


@pytest.mark.parametrize(("changed", "place"), FOUND.values(), ids=FOUND)
def test_what_the_grader_finds_gets_the_tick_alone(ask, changed, place):
    check, test, result = ask(place, **changed)
    assert check == f"✓ {EXERCISE}: right."
    assert test == f"✓ {EXERCISE}: 1 point, if the grader's other cases agree."
    assert result.status == "right", result.message


SPIN = (
    "import time\n\nend = time.process_time() + 2.2\nwhile time.process_time() < end:\n    pass\n"
)
TABLE = "TABLE = 0\n"


def test_a_value_from_a_cell_over_the_graders_budget_is_named_beside_the_tick(ask):
    place = {"begin": [SPIN + TABLE]}
    check, _, result = ask(place, **{EXERCISE: using("TABLE")})
    assert check.startswith(f"✓ {EXERCISE}: right.")
    assert "may leave out `TABLE`, whose cell took 2." in lines(check)
    assert result.points == 0, result.message


def test_a_definition_in_a_slow_cell_is_not_named(ask):
    check, _, result = ask({"begin": [f"{SPIN}\n\n{HELPER}"]}, **{EXERCISE: RIGHT})
    assert check == f"✓ {EXERCISE}: right."
    assert result.status == "right", result.message


HEADS = ["", "", "", "%%time\n", "%%capture\n", "%matplotlib inline\n", "# mine\n", "import math\n"]
USES = ["0", "1", "np.pi", "math.pi", "abs(a.sum())", "special.xlog1py(0, 1)"]
IMPORTS = ["", "", "import math", "from scipy import special", "import numpy as np", "np = np"]
PLACES = ["guess_corners", "relu", "check_relu", EXERCISE, f"check_{EXERCISE}", f"test_{EXERCISE}"]


def decorated(draw):
    """A right answer, cut and placed at random: added cells by place, and changed cells."""
    helper = using(draw.choice(USES), HELPER)
    if (inside := draw.choice(IMPORTS)) and "np =" not in inside:
        helper = helper.replace("    return", f"    {inside}\n    return")
    parts = draw.choice([[f"{helper}\n\n{RIGHT}"], [helper, RIGHT]])
    parts = [draw.choice(HEADS) + part for part in parts]
    place, changed = {}, {}
    if draw.random() < 0.5:
        changed[EXERCISE] = parts.pop()
    for part in parts:
        place.setdefault(draw.choice(PLACES), []).append(part)
    if above := draw.choice(IMPORTS):
        place.setdefault(draw.choice(PLACES), []).insert(0, above)
    return place, changed


@pytest.mark.parametrize("seed", range(40))
def test_the_check_and_the_grader_agree_on_answers_decorated_at_random(ask, seed):
    place, changed = decorated(random.Random(seed))
    check, test, result = ask(place, **changed)
    found = check == f"✓ {EXERCISE}: right."
    told_so = textwrap.indent("\n".join([check, test, result.message]), "  ")
    assert found == (result.status == "right"), f"{place}\n{changed}\n{told_so}"
    assert found == test.startswith("✓")
