"""The learner's own copies of the lectures, in learn/: made once, then kept up to date.

A copy remembers in its metadata which release it was made from. If the release in course/ is
another one, a new copy takes over everything that the learner wrote, and the old file stays beside
it as a backup. Whatever cannot be read is left alone: nothing is ever lost.
"""

import hashlib
import json
import os
from dataclasses import dataclass

import nbformat

from dlcourse.grading.submission import Unreadable, read_notebook
from dlcourse.learner.carry import carry


@dataclass(frozen=True)
class Outcome:
    """What became of one learner's file.

    Attributes
    ----------
    lecture : str
    change : str
        "new", "current", "updated", "reset" or "kept" (left alone because of a problem).
    text : str
        One or two sentences for the learner.
    """

    lecture: str
    change: str
    text: str


def bring_up_to_date(root):
    """Copy new lectures from course/ to learn/, carry answers into newer releases.

    Parameters
    ----------
    root : Path
        The course's root folder.

    Returns
    -------
    list of Outcome
        One a lecture, in order.
    """
    masters = sorted((root / "course").glob("*/*.ipynb"))
    return [_update(root, m) for m in masters if m.stem == m.parent.name]


def reset(root, lecture, answers=False):
    """Give a lecture's own cells back as they were released.

    Parameters
    ----------
    root : Path
    lecture : str
        ``NN_topic``, or its number.
    answers : bool
        Give up the answers, predictions, explanations and added cells too.

    Returns
    -------
    Outcome

    Raises
    ------
    ValueError
        If there is no such lecture; the text names those that there are.
    """
    name = find_lecture(root, lecture)
    master, mine = _paths(root, name)
    if not os.path.lexists(mine):
        return _update(root, master)
    try:
        cells = [] if answers else read_notebook(mine)
    except Unreadable as error:
        text = f"{_short(root, mine)} cannot be read: {error}. "
        text += f"To start afresh (it is kept as a backup): dlcourse reset {name} --answers"
        return Outcome(name, "kept", text)
    released = _read_master(master)
    backup = _replace(mine, _stamped(released, carry(released, cells, edits=False).notebook))
    lost = "and your answers are out" if answers else "and your answers are kept"
    text = f"{name} is as released again, {lost}. Your old file: {_short(root, backup)}"
    return Outcome(name, "reset", text)


def find_lecture(root, name):
    """Find a lecture of course/ by its name or its number."""
    known = sorted(path.name for path in (root / "course").iterdir() if path.is_dir())
    found = [k for k in known if name in (k, k.split("_")[0], k.split("_")[0].lstrip("0"))]
    if len(found) != 1:
        there_are = ", ".join(known) or "none"
        raise ValueError(f"There is no lecture {name!r}. There are: {there_are}.")
    return found[0]


def _paths(root, name):
    return root / "course" / name / f"{name}.ipynb", root / "learn" / name / f"{name}.ipynb"


def _update(root, master_path):
    name = master_path.stem
    mine = _paths(root, name)[1]
    try:
        master = _read_master(master_path)
        if not os.path.lexists(mine):
            mine.parent.mkdir(parents=True, exist_ok=True)
            _write_new(mine, _stamped(master))
            return Outcome(name, "new", f"{name}: new, in {_short(root, mine)}")
        cells = read_notebook(mine)
        if _made_from(mine) == digest(master):
            return Outcome(name, "current", f"{name}: up to date")
        return _carry_over(root, master, cells, mine)
    except (Unreadable, OSError) as error:
        text = f"{name}: {_short(root, mine)} was left as it is: {error}. "
        text += f"To start afresh (it is kept as a backup): dlcourse reset {name} --answers"
        return Outcome(name, "kept", text)


def _carry_over(root, master, cells, mine):
    carried = carry(master, cells)
    backup = _replace(mine, _stamped(master, carried.notebook))
    text = f"{mine.stem}: a newer release; your answers and cells are in it. "
    if carried.given_up:
        count = len(carried.given_up)
        was = "cell of the lecture that you had changed was" if count == 1 else ""
        was = was or "cells of the lecture that you had changed were"
        text += f"{count} {was} changed there too and is as released. "
    return Outcome(mine.stem, "updated", text + f"Your old file: {_short(root, backup)}")


def _read_master(path):
    return nbformat.read(path, as_version=4)


def digest(notebook):
    """Name a release by its content, whatever its line ends."""
    text = json.dumps(notebook, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _stamped(master, notebook=None):
    """Note in a notebook (by default a copy of the master) which master it was made from."""
    stamped = nbformat.from_dict(notebook or master)
    stamped.metadata.setdefault("dlcourse", nbformat.NotebookNode())
    stamped.metadata.dlcourse["made_from"] = digest(master)
    return stamped


def _made_from(path):
    metadata = json.loads(path.read_text(encoding="utf-8-sig")).get("metadata")
    ours = metadata.get("dlcourse") if isinstance(metadata, dict) else None
    return ours.get("made_from") if isinstance(ours, dict) else None


def _replace(mine, notebook):
    """Put a notebook in the place of a file, which stays beside it as a backup."""
    fresh = mine.with_name(f".{mine.name}.new")
    fresh.write_text(_text(notebook), encoding="utf-8", newline="\n")
    backup = mine.rename(_free_backup(mine))
    fresh.replace(mine)
    return backup


def _free_backup(mine):
    number = 1
    while os.path.lexists(backup := mine.with_name(f"{mine.stem}.bak-{number}.ipynb")):
        number += 1
    return backup


def _write_new(path, notebook):
    with path.open("x", encoding="utf-8", newline="\n") as file:
        file.write(_text(notebook))


def _text(notebook):
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def _short(root, path):
    return path.relative_to(root).as_posix()
