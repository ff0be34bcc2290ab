"""From a lecture's source to its release: nothing leaks, nothing drifts, slips are explained."""

import json
import re
import shutil

import nbformat
import pytest
from small_course import NAME, build_small_course, lecture_source

from dlcourse.authoring.build import build_lecture, check_lecture, check_lectures, write_lecture
from dlcourse.authoring.contract import contract_problems
from dlcourse.authoring.leaks import leak_problems
from dlcourse.authoring.lecture import read_lecture
from dlcourse.authoring.limits import limit_problems
from dlcourse.authoring.lookalikes import lookalike_problems
from dlcourse.authoring.notebook import build_source, starter
from dlcourse.checks.exercise import AuthorError, load_exercise

CHOICE = """\
# %% [markdown] tags=["statement"]
# ### Which way?
#
# 1. Up. 2. Down.

# %% tags=["solution"] kind="choice" points=2
q_way = 2

# %% tags=["mistakes"]
mistakes = {1: "That climbs. Where is the minimum?"}
"""

TORCH = '''\
from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Double

# %% tags=["solution"] kind="torch"
import torch


def double(x):
    """Return a tensor of twice the numbers in the list `x`."""
    y = torch.tensor(x)
    return 2 * y


# %% tags=["probe"]
def collect(fn, case):
    return fn(case).tolist()


def judge(case, raw):
    return {"sum": (float(sum(raw)), 2.0 * sum(case))}


# %% tags=["cases"]
def visible():
    yield [1.0, 2.0]


def hidden(rng):
    yield [float(x) for x in rng.normal(size=3)]


# %% tags=["mistakes"]
@mistake("The numbers come back as they were. What does double mean?")
def returns_x(x):
    import torch

    return torch.tensor(x)
'''


THREE = ["relu", "numerical_gradient", "conv_output_size"]


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A course of three exercises: a build takes a second."""
    return build_small_course(tmp_path_factory.mktemp("authoring") / "root", THREE)


@pytest.fixture
def course(built, tmp_path):
    """A copy of the course that a test may change."""
    return shutil.copytree(built, tmp_path / "course")


def write_source(course, text):
    path = course / "solutions" / "lectures" / f"{NAME}.py"
    path.write_text(text, encoding="utf-8")
    return path


def add_exercise(course, name, text):
    (course / "solutions" / "exercises" / f"{name}.py").write_text(text, encoding="utf-8")


def released(course):
    return nbformat.read(course / "course" / NAME / f"{NAME}.ipynb", as_version=4)


def test_a_fresh_build_has_no_problems(course):
    assert check_lecture(course, NAME) == []


def test_lectures_are_checked_side_by_side_and_told_in_their_order(course):
    slip = course / "solutions" / "lectures" / "98_slip.py"
    slip.write_text('# %% tags=["exercise"]\nexercise("no_such_exercise")\n', encoding="utf-8")
    path = course / "course" / NAME / f"{NAME}.ipynb"
    path.write_text(path.read_text().replace("How many corners", "How many edges"))
    [(no_size, told), (size, drift)] = check_lectures(course, ["98_slip", NAME])
    assert no_size == ""
    assert "there is no exercise 'no_such_exercise'" in told[0]
    assert size.startswith(f"{NAME}: core")
    assert drift == check_lecture(course, NAME) != []


def test_a_rebuild_is_identical_to_the_byte(course):
    before = {p: p.read_bytes() for p in course.rglob("*.ipynb")}
    write_lecture(course, NAME)
    assert before == {p: p.read_bytes() for p in before}


def test_drift_is_found(course):
    path = course / "course" / NAME / f"{NAME}.ipynb"
    path.write_text(path.read_text().replace("How many corners", "How many edges"))
    problems = check_lecture(course, NAME)
    assert len(problems) == 1
    assert "Run `dlcourse build 99_awkward`" in problems[0]


def test_every_exercise_becomes_statement_answer_check_and_test(course):
    cells = {cell.id: cell for cell in released(course).cells}
    for name in THREE:
        grader = {k: cells[k].metadata["nbgrader"] for k in (name, f"check_{name}", f"test_{name}")}
        assert grader[name]["solution"]
        assert not grader[name]["grade"]
        assert grader[f"check_{name}"]["locked"]
        assert not grader[f"check_{name}"]["grade"]
        assert grader[f"test_{name}"]["grade"]
        assert grader[f"test_{name}"]["points"] == 1.0
        assert cells[f"check_{name}"].source.startswith(f'check("{name}")  # ')
        assert "raises-exception" in cells[f"test_{name}"].metadata["tags"]
        assert f"statement_{name}" in cells
    assert cells["explain_flat"].source == "*Your explanation:*"
    assert cells["explain_flat"].metadata["nbgrader"]["points"] == 2.0
    assert "predict" in cells["guess_corners"].metadata["tags"]


def test_cells_keep_their_ids_when_others_are_inserted(course):
    before = [cell.id for cell in released(course).cells]
    text = lecture_source(THREE).replace("# Count them.", "# Count them well.", 1)
    write_source(
        course,
        text.replace(
            '# %% tags=["predict"]',
            '# %%\nx = 1\n\n# %% [markdown]\n# New.\n\n# %% tags=["predict"]',
        ),
    )
    write_lecture(course, NAME)
    after = [cell.id for cell in released(course).cells]
    assert len(set(before) - set(after)) == 1
    assert len(after) == len(before) + 2


def test_a_starter_keeps_signature_and_docstring_only(request):
    folder = request.config.rootpath / "solutions" / "exercises"
    text = starter(load_exercise(folder / "relu.py"))
    assert text.count("raise NotImplementedError") == 2
    assert "def relu_backward(dout, z):" in text
    assert '"""Return max(0, z)' in text
    assert "np.maximum" not in text
    assert "dout * (z > 0)" not in text


def test_kinds_choice_and_torch_are_built(course):
    add_exercise(course, "q_way", CHOICE)
    add_exercise(course, "double", TORCH)
    write_source(course, lecture_source(["q_way", "double"]))
    lecture, notebook, *_ = build_lecture(course, NAME)
    cells = {cell.id: cell for cell in notebook.cells}
    assert cells["q_way"].source == "q_way = ...  # the number of your answer"
    assert cells["test_q_way"].metadata["nbgrader"]["points"] == 2.0
    assert cells["double"].source.startswith("import torch")
    assert "torch.tensor" not in cells["double"].source
    assert [lookalike_problems(e) for e in lecture.exercises] == [[], []]


LEAKS = {
    "the whole body": "def helper(f, x):\n{body}",
    "the body with other layout": "def helper(f, x):\n{body}\n    # said differently\n",
    "a Markdown cell": "# Look:\n# ```\n# {flat}\n# ```",
}


@pytest.mark.parametrize("form", LEAKS)
def test_a_leaked_solution_is_found(course, form):
    lecture, notebook, *_ = build_lecture(course, NAME)
    assert leak_problems(lecture, notebook, "{}") == []
    exercise = next(e for e in lecture.exercises if e.id == "numerical_gradient")
    body = exercise.solution_source.split('"""')[2].strip("\n")
    text = LEAKS[form].format(body=body, flat=body.replace("\n", "\n# "))
    new = nbformat.v4.new_markdown_cell if text.startswith("#") else nbformat.v4.new_code_cell
    notebook.cells.append(new(text))
    assert "numerical_gradient" in leak_problems(lecture, notebook, "{}")[0]


def test_leaks_of_hidden_cases_hidden_tests_and_instructors_answers_are_found(course):
    lecture, notebook, *_ = build_lecture(course, NAME)
    source = build_source(lecture, "x")
    problems = leak_problems(lecture, source, "{}")
    assert any("hidden_test(" in p for p in problems)
    assert any("an instructor's answer" in p for p in problems)
    hidden = re.search(r"def hidden.*?\n\n", lecture.exercises[0].path.read_text(), re.DOTALL)[0]
    assert any("hidden" in p for p in leak_problems(lecture, notebook, json.dumps(hidden)))


def test_the_contract_is_kept_to_the_letter(course):
    lecture = read_lecture(course / "solutions" / "lectures" / f"{NAME}.py")
    rows = {e.id: [f"{f}{s}" for f, s in e.signatures.items()] for e in lecture.exercises}
    assert contract_problems(lecture, {NAME: rows}) == []
    wrong = {**rows, "relu": ["relu(x)"], "tanh": ["tanh(x)"]}
    del wrong["conv_output_size"]
    problems = contract_problems(lecture, {NAME: wrong})
    assert len(problems) == 3
    assert any("the contract says relu(x)" in p for p in problems)


def test_a_mistake_that_has_the_answers_name_is_an_authors_slip(course, tmp_path):
    text = (course / "solutions" / "exercises" / "relu.py").read_text("utf-8")
    slip = text + '\n\n@mistake("Which end is cut?")\ndef relu(z):\n    return z\n'
    (tmp_path / "relu.py").write_text(slip, "utf-8")
    line = len(text.splitlines()) + 3
    with pytest.raises(AuthorError, match=rf"relu\.py:{line}: a mistake is called relu, too"):
        load_exercise(tmp_path / "relu.py")


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (
            "# %%\n" + "x = 1\n" * 16 + "\n# %% [markdown]\n# a\n\n# %%\n" + "y = 1\n" * 17,
            "16 lines",
        ),
        ("# %%\n" + "x = 1\n" * 26, "26 lines"),
        ("# %%\nx = 1\n\n# %% [markdown]\n# " + "word " * 251, "251 words"),
        ("# %%\nx = 1\n\n# %%\ny = 2", "two code cells in a row"),
        ("# %% [markdown]\n# a\n\n# %% [markdown]\n# b\n\n# %% [markdown]\n# c", "three Markdown"),
        ("# %%\n# @title A loss\nplot_loss([1, 2])", "without alternative text"),
        ('# %%\ndescribed(plot_loss([1, 2]), "a loss")', "drawn in the open"),
        (
            "# %%\n# @title A loss\ncurve = [1, 2]\ndescribed(plot_loss(curve), 'a loss')\n\n"
            "# %% [markdown]\n# a\n\n# %%\nsum(curve)",
            "a later cell reads 'curve'",
        ),
        ("# %%\nx = 1\n\n# %%\n# @title A loss\ny = 1\n\n# %%\nz = 1", "two code cells in a row"),
        ("# %%\n# @title A\nx = 1\n\n# %%\n# @title B\ny = 1", "two code cells in a row"),
        (
            "# %%\nx = 1\n\n# %% [markdown]\n# | | b |\n# |---|---|\n# | 1 | |",
            "a column without a heading",
        ),
    ],
)
def test_each_limit_of_the_guide_is_held(course, cells, words):
    path = write_source(
        course, lecture_source(THREE) + "\n# %% [markdown]\n# Then.\n\n" + cells + "\n"
    )
    problems = limit_problems(read_lecture(path))
    assert len(problems) == 1
    assert words in problems[0]
    assert re.match(rf"{re.escape(str(path))}:\d+: ", problems[0])


def test_one_long_cell_of_each_kind_is_allowed(course):
    cells = "\n# %%\n" + "x = 1\n" * 25 + "\n# %% [markdown]\n# " + "word " * 250 + "\n"
    path = write_source(course, lecture_source(THREE) + "\n# %% [markdown]\n# Then.\n" + cells)
    assert limit_problems(read_lecture(path)) == []


def test_a_figure_may_follow_what_it_shows_at_once_for_its_caption_is_a_sentence(course):
    cells = (
        "# %%\ncurve = [1, 2]\n\n# %%\n# @title A loss\ndescribed(plot_loss(curve), 'it rises')\n"
    )
    path = write_source(course, lecture_source(THREE) + "\n# %% [markdown]\n# Then.\n\n" + cells)
    assert limit_problems(read_lecture(path)) == []


RELU = "solutions/exercises/relu.py"
SLIPS = {
    "an unknown exercise": (
        "lecture",
        'exercise("relu")',
        'exercise("rulu")',
        "no exercise 'rulu'",
    ),
    "a malformed exercise cell": (
        "lecture",
        'exercise("relu")',
        "exercise(relu)",
        "Write one line",
    ),
    "an exercise named twice": (
        "lecture",
        'exercise("conv_output_size")',
        'exercise("relu")',
        "named twice",
    ),
    "a lecture that does not parse": (
        "lecture",
        "import math",
        "import math math",
        "cannot be read",
    ),
    "an answer without grade_id": ("lecture", ' grade_id="explain_flat"', "", "no grade_id"),
    "no visible case": (
        "relu",
        "    yield relu, np.array([[-2",
        "    return\n    yield relu, np.array([[-2",
        "visible() yields no case",
    ),
    "a hidden case of too many arguments": (
        "relu",
        "def hidden(rng):\n",
        "def hidden(rng):\n    yield relu_backward, 1, 2, 3\n",
        "hidden(rng) yields 3 arguments for relu_backward. It is relu_backward(dout, z)",
    ),
    "a case that does not say which function it is for": (
        "relu",
        "    yield relu, np.array([[-2",
        "    yield np.zeros(2), np.zeros(2)\n    yield relu, np.array([[-2",
        "yield the one that is meant first",
    ),
    "hidden cases that do not run": (
        "relu",
        "def hidden(rng):\n",
        "def hidden(rng):\n    1 / 0\n",
        "hidden(rng) does not run: ZeroDivisionError",
    ),
    "an undocumented solution": (
        "relu",
        '    """Return max(0, z) for each element of `z`, in the shape of `z`."""\n',
        "",
        "no docstring",
    ),
    "an unreadable source": ("relu", "def relu(z):", "def relu(z:", "cannot be read"),
    "a wrong name": ("relu", "def relu(z):", "def rely(z):", "relu"),
    "a cell that does not run": (
        "relu",
        "import numpy as np",
        "import numpyy as np",
        "does not run",
    ),
    "an unknown kind": (
        "relu",
        '# %% tags=["solution"]',
        '# %% tags=["solution"] kind="jax"',
        "kind 'jax'",
    ),
    "no statement": ("relu", 'tags=["statement"]', 'tags=["story"]', 'tagged "statement"'),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_an_authors_slip_gets_file_line_and_remedy(course, slip):
    place, old, new, words = SLIPS[slip]
    path = course / RELU
    if place == "lecture":
        path = course / "solutions" / "lectures" / f"{NAME}.py"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(AuthorError) as slipped:
        build_lecture(course, NAME)
    assert words in str(slipped.value)
    assert re.match(rf"{re.escape(str(path))}:\d+: .+\. .+", str(slipped.value))


def test_an_unknown_lecture_lists_those_there_are(course):
    with pytest.raises(AuthorError, match=r"There are: 99_awkward"):
        build_lecture(course, "98_nothing")


def test_mistakes_that_cannot_be_told_apart_are_found(course):
    path = course / RELU
    text = path.read_text(encoding="utf-8")
    same = '@mistake("Another sentence.", of=relu)\ndef also_abs(z):\n    return np.sqrt(z**2)\n'
    path.write_text(f"{text}\n\n{same}", encoding="utf-8")
    problems = lookalike_problems(load_exercise(path))
    assert "returns_the_absolute_value and also_abs look the same on the visible" in problems[0]


@pytest.mark.parametrize("factor", [1.0, 1 + 1e-6])
def test_a_mistake_that_passes_or_nearly_passes_is_found(course, factor):
    path = course / RELU
    almost = f'@mistake("Hm.", of=relu)\ndef almost(z):\n    return np.maximum(z, 0) * {factor}\n'
    path.write_text(path.read_text(encoding="utf-8") + "\n\n" + almost, encoding="utf-8")
    problems = lookalike_problems(load_exercise(path))
    assert any("almost passes the visible cases" in p for p in problems)


def test_a_promise_beyond_the_mathematics_is_found(course):
    path = course / RELU
    text = path.read_text(encoding="utf-8").replace('"integer: z"', '"extreme64: relu"')
    path.write_text(text.replace("np.maximum(z, 0)", "np.exp(z)", 1), encoding="utf-8")
    problems = lookalike_problems(load_exercise(path))
    assert any("extreme64 promises a number where the solution gives inf" in p for p in problems)


def test_a_solution_that_leans_on_an_import_of_its_file_is_found(course):
    path = course / RELU
    text = path.read_text(encoding="utf-8").replace(
        "import numpy as np", "import math\nimport numpy as np", 1
    )
    path.write_text(
        text.replace("    return dout * (z > 0)", "    math.pi\n    return dout * (z > 0)", 1),
        encoding="utf-8",
    )
    problems = lookalike_problems(load_exercise(path))
    assert "the solution fails on the visible cases" in problems[0]
    assert "name 'math' is not defined" in problems[0]
