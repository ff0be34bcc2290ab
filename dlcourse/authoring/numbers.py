"""Numbers that a lecture's prose takes from a run: declared with a band, stored, never drifting.

The stored value is what the prose shows, on every machine, as long as a fresh run's lies in the
band; `dlcourse build --numbers NN_topic` runs the lecture and stores what is lacking.
"""

import json
from typing import NamedTuple

from dlcourse.authoring.notebook import identity
from dlcourse.checks.exercise_cells import AuthorError


class Number(NamedTuple):
    """One declared number: the expression that gives it after its cell, and its band."""

    name: str
    expression: str
    low: float
    high: float
    line: int

    def problem(self, value):
        """Say why a value is none of this number's; "" if it is."""
        if self.low <= value <= self.high:
            return ""
        return f"{self.name} is {value:.6g}, outside its band from {self.low:g} to {self.high:g}"


def declared(path, cells):
    """Find the declarations in a lecture's cells: lists of `Number` by the id of the cell.

    Raises
    ------
    AuthorError
        If one is not ``name: [low, high]`` or ``name: ["expression", low, high]``, or comes twice.
    """
    found, seen = {}, set()
    for cell in cells:
        for name, value in cell.metadata.get("numbers", {}).items():
            number = _number(path, cell, name, value)
            if name in seen:
                raise AuthorError(path, cell.line, f"{name!r} is declared twice", "Name it anew")
            seen.add(name)
            found.setdefault(identity(cell), []).append(number)
    return found


def _number(path, cell, name, value):
    expression, *band = value if len(value) == 3 else [name, *value]
    plain = len(band) == 2 and all(isinstance(x, int | float) for x in band)
    if not plain or band[0] >= band[1]:
        problem = f"the number {name!r} is declared as {value!r}"
        raise AuthorError(
            path, cell.line, problem, 'Write [low, high] or ["expression", low, high]'
        )
    return Number(name, expression, *band, cell.line)


def numbers_file(path):
    """Where a lecture's numbers are stored: beside it."""
    return path.with_suffix(".json")


def read_numbers(lecture):
    """Read a lecture's stored numbers by name; only those that it declares."""
    names = {n.name for group in declared(lecture.path, lecture.cells).values() for n in group}
    file = numbers_file(lecture.path)
    stored = json.loads(file.read_text(encoding="utf-8")) if names and file.is_file() else {}
    return {name: value for name, value in stored.items() if name in names}


def store_numbers(path, cells, fresh):
    """Store a run's numbers: a stored one in its band stays, to the last digit.

    Parameters
    ----------
    path : Path
        The lecture's source.
    cells : list of Cell
    fresh : dict
        Value by name, from `dlcourse.authoring.run.run_lecture`.

    Returns
    -------
    list of str
        A sentence for each fresh value outside its band, which is not stored.
    """
    file = numbers_file(path)
    stored = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    kept, problems = {}, []
    for number in (n for group in declared(path, cells).values() for n in group):
        value, old = fresh[number.name], stored.get(number.name)
        if number.problem(value):
            problems.append(f"{path}:{number.line}: {number.problem(value)}")
        if old is not None and not number.problem(old):
            kept[number.name] = old
        elif not number.problem(value):
            kept[number.name] = float(f"{value:.6g}")
    if kept:
        text = json.dumps(kept, indent=1, sort_keys=True) + "\n"
        file.write_text(text, encoding="utf-8", newline="\n")
    return problems
