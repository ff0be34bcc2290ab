"""Show one way to write an exercise, from its file in the course."""

import sys

from dlcourse.paths import course_root


def solution_file(exercise):
    """The exercise's file, if the folder of the learner's copy belongs to a course with one."""
    try:
        path = course_root() / "solutions" / "exercises" / f"{exercise}.py"
        return path if path.is_file() else None
    except OSError:
        return None


def display_solution(path):
    """Show a solution: in colour in a notebook, else as text."""
    from dlcourse.checks.exercise_cells import one_cell, read_cells

    try:
        source = one_cell(path, read_cells(path), "solution")["source"].strip()
    except ValueError as error:
        print(error)
        return
    if "IPython" in sys.modules:
        from IPython.display import display

        display({"text/markdown": f"```python\n{source}\n```", "text/plain": source}, raw=True)
    else:
        print(source)
