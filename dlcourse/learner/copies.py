"""The learner's own copies of the lectures, in learn/: made once, then kept up to date.

A copy remembers in its metadata which lecture and which release it was made from, so that it is
found under any name. If the release in course/ is another one, a new copy takes over everything
that the learner wrote, and the old file stays beside it as a backup. Work that was done in course/
itself is taken along. Whatever cannot be read is left alone: nothing is ever lost. Where the
learner's folder has no course/, the installed package has the releases.
"""

import hashlib
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path

import nbformat

from dlcourse.grading.submission import Unreadable, read_notebook
from dlcourse.learner.carry import carry, worked_in
from dlcourse.paths import source_root

ASIDE = re.compile(r".*\.(bak|from-course)-\d+")  # stems of files that nobody works in


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
        The learner's folder, which holds learn/: the course's root folder, or one without a course.

    Returns
    -------
    list of Outcome
        One a lecture, in order.
    """
    masters = sorted((source_root(root) / "course").glob("*/*.ipynb"))
    found = copies_by_lecture(root)
    outcomes = []
    for master in masters:
        if master.stem == master.parent.name:
            own = _paths(root, master.stem)[1]
            # a copy under another name stands for the one under the lecture's
            places = {own} if os.path.lexists(own) else set()
            places |= set(found.get(master.stem, ()))
            outcomes += [_update(root, master, mine) for mine in sorted(places or {own})]
    return outcomes


def copies_by_lecture(root):
    """Find the learner's notebooks in learn/, whatever their names: paths by lecture."""
    found = {}
    for path in sorted((root / "learn").rglob("*.ipynb")):
        if not ASIDE.fullmatch(path.stem) and ".ipynb_checkpoints" not in path.parts:
            found.setdefault(_lecture_of(path), []).append(path)
    return found


def worked_in_course(root):
    """Name the lectures in whose release, in course/ itself, somebody has worked."""
    found = []
    for path in sorted((root / "course").glob("*/*.ipynb")):
        try:
            found += [path.stem] if worked_in(read_notebook(path)) else []
        except (Unreadable, OSError):
            continue
    return found


def restore(name):
    """How to have a lecture's release back in course/."""
    return f"git checkout -- course/{name} (without git: fetch the course anew, and keep learn/)"


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
    if name in worked_in_course(root):
        text = f"course/{name} holds your own work, so that there is no release to go back to. "
        text += f"Run `dlcourse lab` once: it takes that work to learn/. Then: {restore(name)}"
        return Outcome(name, "kept", text)
    if not os.path.lexists(mine):
        others = copies_by_lecture(root).get(name, [])
        if len(others) > 1:
            names = ", ".join(_short(root, path) for path in others)
            text = f"There are several copies of {name}: {names}. Give the one to reset the name "
            return Outcome(name, "kept", f"{text}{_short(root, mine)}.")
        if not others:
            return _update(root, master, mine)
        [mine] = others
    try:
        cells = [] if answers else read_notebook(mine)
    except Unreadable as error:
        text = f"{_short(root, mine)} cannot be read: {error}. "
        text += f"To start afresh (it is kept as a backup): dlcourse reset {name} --answers"
        return Outcome(name, "kept", text)
    released = _read_master(master)
    try:
        backup = _replace(mine, _stamped(released, carry(released, cells, edits=False).notebook))
    except OSError as error:
        text = f"{_short(root, mine)} was left as it is: its folder takes no files"
        return Outcome(name, "kept", f"{text} ({error.strerror}).")
    lost = "and your answers are out" if answers else "and your answers are kept"
    text = (
        f"{_short(root, mine)} is as released again, {lost}. Your old file: {_short(root, backup)}"
    )
    return Outcome(name, "reset", text)


def find_lecture(root, name):
    """Find a lecture of course/ by its name or its number."""
    known = sorted(path.name for path in (source_root(root) / "course").iterdir() if path.is_dir())
    found = [k for k in known if name in (k, k.split("_")[0], k.split("_")[0].lstrip("0") or "0")]
    if len(found) != 1:
        there_are = ", ".join(known) or "none"
        raise ValueError(f"There is no lecture {name!r}. There are: {there_are}.")
    return found[0]


def _paths(root, name):
    file = Path(name, f"{name}.ipynb")
    return source_root(root) / "course" / file, root / "learn" / file


def _update(root, master_path, mine):
    name = master_path.stem
    try:
        taken = _take_along(root, master_path)
        master = _read_master(master_path)
        if not os.path.lexists(mine):
            mine.parent.mkdir(parents=True, exist_ok=True)
            _write_new(mine, _stamped(master))
            return Outcome(name, "new", f"{name}: new, in {_short(root, mine)}{taken}")
        cells = read_notebook(mine)
        if _made_from(mine) == digest(master):
            change = "updated" if taken else "current"
            return Outcome(name, change, f"{name}: up to date{taken}")
        return _carry_over(root, master, cells, mine, taken)
    except (Unreadable, OSError) as error:
        text = f"{name}: {_short(root, mine)} was left as it is: {error}. "
        text += f"To start afresh (it is kept as a backup): dlcourse reset {name} --answers"
        return Outcome(name, "kept", text)


def _take_along(root, master_path):
    """Keep what somebody wrote in the release itself; say where it is, and how to mend that."""
    name = master_path.stem
    if not master_path.is_relative_to(root) or not worked_in(read_notebook(master_path)):
        return ""
    folder = root / "learn" / name
    folder.mkdir(parents=True, exist_ok=True)
    content = master_path.read_bytes()
    kept = [p for p in folder.glob(f"{name}.from-course-*.ipynb") if p.read_bytes() == content]
    if not kept:
        kept = [_free(folder / f"{name}.ipynb", "from-course")]
        kept[0].write_bytes(content)
    return (
        f". You have worked in course/{name} itself: what you wrote there now stands in your copy "
        f"in learn/, where that had nothing of its own, and whole in {_short(root, kept[0])}. To "
        f"have the release back: {restore(name)}"
    )


def _carry_over(root, master, cells, mine, taken):
    carried = carry(master, cells)
    backup = _replace(mine, _stamped(master, carried.notebook))
    text = f"{mine.stem}: a newer release; your answers and cells are in it. "
    if taken:
        text = f"{mine.stem}: brought up to date{taken}. "
    if carried.given_up:
        count = len(carried.given_up)
        was = "cell of the lecture that you had changed was" if count == 1 else ""
        was = was or "cells of the lecture that you had changed were"
        text += f"{count} {was} changed there too and is as released. "
    name = master.metadata.get("dlcourse", {}).get("lecture", mine.stem)
    return Outcome(name, "updated", text + f"Your old file: {_short(root, backup)}")


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
    return _noted(path).get("made_from")


def _lecture_of(path):
    """The lecture that a notebook says it is of; empty for any other file."""
    try:
        return str(_noted(path).get("lecture", ""))
    except (OSError, ValueError, RecursionError, AttributeError):
        return ""


def _noted(path):
    """What we have noted in a notebook's metadata."""
    metadata = json.loads(path.read_text(encoding="utf-8-sig")).get("metadata")
    ours = metadata.get("dlcourse") if isinstance(metadata, dict) else None
    return ours if isinstance(ours, dict) else {}


def _replace(mine, notebook):
    """Put a notebook in the place of a file, which stays beside it as a backup."""
    fresh = mine.with_name(f".{mine.name}.new")
    fresh.write_text(_text(notebook), encoding="utf-8", newline="\n")
    backup = mine.rename(_free(mine, "bak"))
    fresh.replace(mine)
    return backup


def _free(mine, word):
    number = 1
    while os.path.lexists(path := mine.with_name(f"{mine.stem}.{word}-{number}.ipynb")):
        number += 1
    return path


def _write_new(path, notebook):
    with path.open("x", encoding="utf-8", newline="\n") as file:
        file.write(_text(notebook))


def _text(notebook):
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def _short(root, path):
    return path.relative_to(root).as_posix()
