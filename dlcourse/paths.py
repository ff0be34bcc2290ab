"""Where the course lies: the folder that holds solutions/, course/ and the gradebook.

A wheel brings a whole course along, in dlcourse/root/ (pyproject.toml says what of it). A learner
who has nothing else has a folder with learn/ in it, and lectures and solutions from the package.
"""

import importlib.metadata
import json
from importlib import resources
from pathlib import Path

from dlcourse.extras import pip, with_extras

PACKAGE = Path(str(resources.files("dlcourse")))


def course_root(start=None):
    """Find the course's root folder at or above `start` (by default, the current folder).

    Raises
    ------
    FileNotFoundError
        If no folder above holds a course.
    """
    start = Path(start or Path.cwd()).resolve()
    for folder in [start, *start.parents]:
        if is_course(folder):
            return folder
    text = f"There is no course at or above {start}: change into the folder that holds "
    text += "nbgrader_config.py and course/, then try again"
    raise FileNotFoundError(
        f"{text}, or make one: dlcourse new-course FOLDER." if brought() else f"{text}."
    )


def is_course(folder):
    """Tell a course's root folder from others."""
    return (folder / "nbgrader_config.py").is_file() and (folder / "course").is_dir()


def brought():
    """The course that the installed package brings along; None where it is installed in place."""
    folder = PACKAGE / "root"
    return folder if is_course(folder) else None


def learner_root(start=None):
    """Find a learner's folder at or above `start`: a course, or one that `dlcourse lab` has made.

    Where there is none, a package that brings the course along has one in the home folder.

    Raises
    ------
    FileNotFoundError
        If no folder above holds a course, and the package brings none.
    """
    start = Path(start or Path.cwd()).resolve()
    for folder in [start, *start.parents]:
        if is_course(folder) or ((folder / "learn").is_dir() and (folder / ".dlcourse").is_dir()):
            return folder
    return Path.home() / "dlcourse" if brought() else course_root(start)


def source_root(root):
    """Find the course from which a learner's folder has its lectures.

    Parameters
    ----------
    root : Path
        The learner's folder: a course itself, or any other.

    Raises
    ------
    FileNotFoundError
        If the package brings no course along.
    """
    in_place = PACKAGE.parent
    for folder in (root, PACKAGE / "root", in_place):
        if is_course(folder):
            return folder
    raise FileNotFoundError(f"{root} is no course, and this dlcourse brings none along.")


def renewal():
    """What a learner types to have the newest package and lectures, where this one comes from."""
    if brought() is None:
        return "`make lab`"
    extras = with_extras().removeprefix("dlcourse")
    try:
        if (course_root() / "pyproject.toml").is_file():  # Windows has no make
            return f'`{pip()} install -c constraints.txt ".{extras}"`, then `dlcourse lab`'
    except OSError:
        pass
    if _from_a_file():
        call = f'`{pip()} install "NEWER.whl{extras}"`, with the name of the newer wheel'
        return f"{call}, then `dlcourse lab`"
    return f'`{pip()} install --upgrade "dlcourse{extras}"`, then `dlcourse lab`'


def _from_a_file():
    """Tell whether a wheel's file was installed, so that an index may know nothing of dlcourse."""
    try:
        noted = importlib.metadata.distribution("dlcourse").read_text("direct_url.json")
        return noted is not None and "archive_info" in json.loads(noted)
    except (importlib.metadata.PackageNotFoundError, ValueError):
        return False


def opening():
    """What a learner types to open the course."""
    return "`dlcourse lab`" if brought() else "`make lab`"
