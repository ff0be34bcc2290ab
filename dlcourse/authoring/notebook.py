"""From a lecture to nbgrader's source notebook: statements, starters, checks, tests, ids."""

import ast
import re

import nbformat

from dlcourse.authoring.edition import Edition
from dlcourse.authoring.minutes import is_folded
from dlcourse.checks.exercise import AuthorError
from dlcourse.checks.page import content_id
from dlcourse.checks.starter import source_digest

STUB = ["# your code here", "raise NotImplementedError"]
SELF_STUDY = Edition()
GUARDED = """\
# @title Prepare the checks: run this cell first
try:
    from dlcourse.checks.begin import begin
except ImportError as missing:
    import glob, subprocess, sys

    if "google.colab" not in sys.modules:
        here = f"{missing} in {sys.executable}, which is not the course's Python."
        raise SystemExit(f"{here} Open this page with `dlcourse lab` (or `make lab`).") from None
    package = max(glob.glob("dlcourse-*.whl"), default="dlcourse")
    print(f"The course is missing in this Colab runtime. Installing {package} ...")
    if subprocess.run([sys.executable, "-m", "pip", "install", "-q", package]).returncode:
        how = "Upload the course's dlcourse-….whl (folder at the left), then run this cell again."
        raise SystemExit(how) from None
    from dlcourse.checks.begin import begin
""".splitlines()
EXPLAIN_STUB = "*Your explanation:*"


def build_source(lecture, release, edition=SELF_STUDY):
    """Assemble the instructor's notebook of a lecture, solutions and hidden tests in.

    Parameters
    ----------
    lecture : Lecture
    release : str
        Release of the lecture's numbers, written into the cell that prepares the checks.
    edition : Edition
        What this course offers to those who are stuck; written into the same cell.

    Returns
    -------
    nbformat.NotebookNode
        nbgrader's source notebook. Each answer cell carries its starter in its metadata, which
        `dlcourse.authoring.preprocessors.Starters` puts in place at release.
    """
    cells = []
    for cell in lecture.cells:
        if cell.type == "code" and not any(made.id == "begin" for made in cells):
            cells.append(begin_cell(lecture, release, edition))
        if cell.exercise:
            cells += exercise_cells(cell.exercise)
        else:
            cells.append(lecture_cell(lecture, cell))
    _make_ids_unique(cells)
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            "dlcourse": {"lecture": lecture.name, "release": release},
        }
    )
    nbformat.validate(notebook)
    return notebook


def begin_cell(lecture, release, edition):
    """The first cell that runs: it prepares the checks, and a learner may overlook it.

    A Python that is not the course's has nothing of ours to say so, hence the cell says it itself.
    """
    off = "".join(f", {name}=False" for name, on in edition._asdict().items() if not on)
    lines = [*GUARDED, "", f'check = begin("{lecture.name}", "{release}"{off})']
    if edition.solutions:
        lines.append("show_solution = check.show_solution  # if you are stuck, after a few tries")
    source = "\n".join(lines)
    return folded(_code("begin", source, tags=["demo"], grader=_grader("begin", locked=True)))


def lecture_cell(lecture, cell):
    """A cell of the lecture's own: text, demo, given, prediction, or an answer in words."""
    if "instructor" in cell.tags:
        return explain_cell(lecture, cell)
    if cell.type == "markdown":
        return nbformat.v4.new_markdown_cell(cell.source, id=content_id(cell.type, cell.source))
    tags = [tag for tag in cell.tags if tag != "demo"]
    if "given" not in tags:
        tags.append("demo")
    made = _code(identity(cell), cell.source, tags=tags)
    if is_folded(cell):
        folded(made)
    kept = {key: cell.metadata[key] for key in ("erratum", "claim") if key in cell.metadata}
    if kept:
        made.metadata["dlcourse"] = kept
    return made


def folded(made):
    """Fold a cell: JupyterLab and Notebook show its first line, and Colab makes a form of it."""
    made.metadata["jupyter"] = {"source_hidden": True}
    made.metadata["cellView"] = "form"
    return made


def identity(cell):
    """The id of a lecture's own cell in the notebook, unless another one has the same text."""
    return _guess_name(cell) if "predict" in cell.tags else content_id(cell.type, cell.source)


def explain_cell(lecture, cell):
    """An Explain answer: the instructor's text in the source, an empty cell at release."""
    name = cell.metadata.get("grade_id")
    if not name:
        problem = "an instructor's answer has no grade_id"
        raise AuthorError(
            lecture.path, cell.line, problem, 'Add grade_id="explain_..." to its line'
        )
    points = float(cell.metadata.get("points", 0))
    made = nbformat.v4.new_markdown_cell(cell.source, id=name)
    made.metadata["tags"] = ["explain"]
    if points:
        made.metadata["nbgrader"] = _grader(name, solution=True, grade=True, points=points)
    made.metadata["dlcourse"] = {"starter": EXPLAIN_STUB}
    return made


def exercise_cells(exercise):
    """Statement, answer, visible check, and the test that carries the points."""
    name = exercise.id
    statement = nbformat.v4.new_markdown_cell(exercise.released_statement, id=f"statement_{name}")
    statement.metadata["nbgrader"] = _grader(f"statement_{name}", locked=True)
    answer = _code(name, exercise.solution_source, ["answer"], _grader(name, solution=True))
    answer.metadata["dlcourse"] = {
        "exercise": name,
        "version": exercise.version,
        "asked": exercise.asked,
        "starter": starter(exercise),
        **_begins(exercise),
    }
    check = _code(
        f"check_{name}",
        f'check("{name}")  # no check? Run the first cell of this page',
        ["check", "raises-exception"],
        _grader(f"check_{name}", locked=True),
    )
    test = _code(
        f"test_{name}",
        test_source(name),
        ["test", "raises-exception"],
        _grader(f"test_{name}", grade=True, locked=True, points=exercise.points),
    )
    test.metadata["jupyter"] = {"source_hidden": True}
    return [statement, answer, check, test]


def _begins(exercise):
    """Name the starter of the exercise's own, by which its cell is known in a later release."""
    own = exercise.starter_source
    return {"begins": source_digest(own)} if own else {}


def test_source(name):
    """The graded cell: the visible verdict, then the region that never leaves the instructor."""
    return (
        f'check.graded("{name}")\n'
        "### BEGIN HIDDEN TESTS\n"
        "from dlcourse.grading.answer import hidden_test\n\n"
        f'hidden_test("{name}", globals())\n'
        "### END HIDDEN TESTS"
    )


def starter(exercise):
    """Write the starter by AST: signatures and docstrings stay, every body goes.

    An exercise with a starter of its own begins with that.

    Parameters
    ----------
    exercise : Exercise

    Returns
    -------
    str
        What the learner finds in the answer cell. A choice starts as ``name = ...``.
    """
    if exercise.variable:
        return "\n".join(
            f"{name} = ...  # the number of your answer" for name in exercise.functions
        )
    if exercise.starter_source:
        return exercise.starter_source
    lines = exercise.solution_source.splitlines()
    parts = []
    for statement in ast.parse(exercise.solution_source).body:
        if isinstance(statement, ast.FunctionDef):
            docstring = statement.body[0]
            start = min([statement.lineno, *(d.lineno for d in statement.decorator_list)])
            head = lines[start - 1 : docstring.end_lineno]
            parts.append("\n".join([*head, *(f"    {line}" for line in STUB)]))
        else:
            parts.append("\n".join(lines[statement.lineno - 1 : statement.end_lineno]))
    return "\n\n\n".join(parts)


def _code(identity, source, tags, grader=None):
    cell = nbformat.v4.new_code_cell(source, id=identity)
    cell.metadata["tags"] = list(tags)
    if grader:
        cell.metadata["nbgrader"] = grader
    return cell


def _grader(grade_id, grade=False, solution=False, locked=False, points=None):
    """Cell metadata in nbgrader's schema version 3."""
    made = {
        "cell_type": "code",
        "grade": grade,
        "grade_id": grade_id,
        "locked": locked,
        "schema_version": 3,
        "solution": solution,
        "task": False,
    }
    if points is not None:
        made["points"] = points
    if not (grade and locked):
        del made["cell_type"]
    return made


def _guess_name(cell):
    match = re.match(r"\s*(\w+)\s*=", cell.source)
    return match[1] if match else content_id(cell.type, cell.source)


def _make_ids_unique(cells):
    seen = {}
    for cell in cells:
        count = seen[cell.id] = seen.get(cell.id, 0) + 1
        if count > 1:
            cell.id = f"{cell.id}-{count}"
