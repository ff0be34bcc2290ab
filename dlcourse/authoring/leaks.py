"""Hold everything released against everything that must stay with the instructor."""

import ast
import re

from dlcourse.checks.exercise_cells import read_cells


def leak_problems(lecture, released, numbers):
    """List what a released notebook or its numbers give away.

    Parameters
    ----------
    lecture : Lecture
    released : NotebookNode
    numbers : str
        Text of the generated numbers file.

    Returns
    -------
    list of str
        One sentence a leak: a solution's or mistake's whole body, the source of hidden cases, a
        hidden test, or an instructor's answer.
    """
    shown = [cell.source for cell in released.cells]
    texts = {"the released notebook": "\n".join(shown), "the numbers file": numbers}
    bodies = {body for source in shown for body in function_bodies(source).values()}
    problems = []
    for exercise in lecture.exercises:
        for name, body in secret_bodies(exercise).items():
            if body in bodies or any(squeeze(body) in squeeze(text) for text in texts.values()):
                problems.append(f"{exercise.path}: the body of {name} is released")
    for cell in lecture.cells:
        if "instructor" in cell.tags and squeeze(cell.source) in squeeze(
            texts["the released notebook"]
        ):
            problems.append(f"{lecture.path}:{cell.line}: an instructor's answer is released")
    for mark in ("HIDDEN TESTS", "hidden_test(", "BEGIN SOLUTION", '"starter"'):
        for place, text in texts.items():
            if mark in text or mark in str(released.cells):
                problems.append(f"{lecture.path}: {place} holds {mark!r}")
    return problems


def secret_bodies(exercise):
    """Bodies of the solution, the mistakes and the hidden cases, normalised, by function name.

    Bodies of a single line are left out: a lecture may well show an equation as one line of code.
    """
    cells = [cell for cell in read_cells(exercise.path) if cell["type"] == "code"]
    source = "\n".join(cell["source"] for cell in cells if "starter" not in cell["tags"])
    public = function_bodies(exercise.probe.source if exercise.probe else "")
    return {
        name: body
        for name, body in function_bodies(source).items()
        if "\n" in body and name != "visible" and name not in public
    }


def function_bodies(source):
    """Normalised body (no docstring, comments or layout) of each function that `source` defines."""
    try:
        tree = ast.parse(source)
    except SyntaxError:  # Markdown, or a cell with a magic
        return {}
    bodies = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            docstring = ast.get_docstring(node) is not None
            bodies[node.name] = "\n".join(ast.unparse(s) for s in node.body[docstring:])
    return bodies


def squeeze(text):
    """Drop white space, quotes, brackets and comment signs, so that layout hides nothing."""
    return re.sub(r"\\n|[\s\\#>\"'()]", "", text)
