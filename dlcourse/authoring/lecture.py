"""One lecture source, read as data: cells with their tags, metadata and first lines."""

import ast
import re
from dataclasses import dataclass, replace
from pathlib import Path

from dlcourse.checks.exercise import AuthorError, load_exercise

EXERCISE = re.compile(r"""exercise\(["'](\w+)["']\)""")


@dataclass(frozen=True)
class Cell:
    """One cell of a lecture source; `exercise` is set where the cell names one."""

    type: str
    source: str
    tags: tuple
    metadata: dict
    line: int
    exercise: object = None


@dataclass(frozen=True)
class Lecture:
    """One lecture: its name (``NN_topic``), source file and cells."""

    name: str
    path: Path
    cells: list

    @property
    def title(self):
        """The first heading."""
        return self.cells[0].source.splitlines()[0].lstrip("# ").strip()

    @property
    def exercises(self):
        """Exercises in the order in which the lecture names them."""
        return [cell.exercise for cell in self.cells if cell.exercise]


def read_lecture(path):
    """Read a lecture source and the exercise files that it names.

    Parameters
    ----------
    path : Path
        ``solutions/lectures/NN_topic.py``; the exercises lie in ``../exercises``.

    Raises
    ------
    AuthorError
        With file, line and remedy.
    """
    path = Path(path)
    lecture = Lecture(path.stem, path, [_with_exercise(path, cell) for cell in read_cells(path)])
    _refuse_duplicates(lecture)
    return lecture


def read_cells(path):
    """Read a lecture source's cells alone, without the exercises that they name."""
    import jupytext

    if not path.is_file():
        known = ", ".join(sorted(p.stem for p in path.parent.glob("[0-9]*.py"))) or "none yet"
        raise AuthorError(path, 1, "there is no such lecture", f"There are: {known}")
    text = path.read_text(encoding="utf-8")
    try:
        ast.parse(text, str(path))
    except SyntaxError as error:
        raise AuthorError(
            path, error.lineno, f"it cannot be read: {error.msg}", "Mend it"
        ) from None
    if not text.startswith("# %%"):
        raise AuthorError(path, 1, "text before the first cell", 'Begin with "# %% [markdown]"')
    lines = [n for n, line in enumerate(text.splitlines(), 1) if line.startswith("# %%")]
    notebook = jupytext.reads(text, fmt="py:percent")
    return [_cell(cell, n) for cell, n in zip(notebook.cells, lines, strict=True)]


def _cell(cell, line):
    tags = tuple(cell.metadata.get("tags", ()))
    metadata = {key: value for key, value in cell.metadata.items() if key != "tags"}
    return Cell(cell.cell_type, cell.source, tags, metadata, line)


def _with_exercise(path, cell):
    if "exercise" not in cell.tags:
        return cell
    match = EXERCISE.fullmatch(cell.source.strip())
    if not match:
        problem = f"an exercise cell holds {cell.source[:60]!r}"
        raise AuthorError(path, cell.line, problem, 'Write one line: exercise("its_id")')
    file = path.parent.parent / "exercises" / f"{match[1]}.py"
    if not file.is_file():
        remedy = f"Write {file.name}, or mend the id"
        raise AuthorError(path, cell.line, f"there is no exercise {match[1]!r}", remedy)
    return replace(cell, exercise=load_exercise(file))


def _refuse_duplicates(lecture):
    seen = set()
    for cell in lecture.cells:
        if cell.exercise and cell.exercise.id in seen:
            problem = f"the exercise {cell.exercise.id!r} is named twice"
            raise AuthorError(lecture.path, cell.line, problem, "Name it once")
        seen.add(cell.exercise.id if cell.exercise else None)
