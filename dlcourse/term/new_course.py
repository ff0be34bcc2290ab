"""Make a course folder for an instructor, of what the installed package brings along."""

import shutil
import sys
from importlib import resources

from dlcourse.checks.surroundings import own_version
from dlcourse.grading.marks import Gradebook
from dlcourse.paths import source_root

PARTS = ["nbgrader_config.py", "constraints.txt", "course", "solutions", "docs"]
KINDS = {".ipynb", ".json", ".md", ".py", ".toml", ".txt"}


def make_course(folder):
    """Make a course: the released lectures and their checks' numbers, the sources of both,
    settings, an empty gradebook, and the pages about grading.

    Parameters
    ----------
    folder : Path
        A folder that is empty or not there.

    Returns
    -------
    list of str
        What was made, and what to do next.

    Raises
    ------
    OSError
        If something is in the folder already, or it takes no files.
    """
    if folder.is_dir() and any(folder.iterdir()):
        raise FileExistsError(f"{folder} holds something already: name a new folder.")
    source = source_root(folder)
    for part in PARTS:
        _copy(source / part, folder / part)
    # the folder keeps its release, whatever package is installed later: so its numbers stay, too
    with resources.as_file(resources.files("dlcourse.checks") / "numbers") as numbers:
        _copy(numbers, folder / "build" / "numbers")
    with Gradebook(f"sqlite:///{folder}/gradebook.db", None, None):
        pass
    lectures = len(list((folder / "course").glob("*/*.ipynb")))
    return [
        f"{folder}: {lectures} lectures of dlcourse {own_version()}, and an empty gradebook.",
        *_what_works(sys.platform),
        "docs/term.md leads through a term, docs/grading.md says what is promised.",
    ]


def _what_works(system):
    if system == "linux":
        return [
            "Change into it. `dlcourse due`, `collect`, `grade`, `report` and `marks` work there:"
        ]
    return [
        "Change into it. `dlcourse build`, `due`, `by-hand` and `marks` work there. To `collect`,",
        "`grade` and `report`, copy the folder to Linux, where answers can be run in a sandbox:",
    ]


def _copy(source, target):
    """Copy a file, or a folder's files; not their rights, since a package may be read-only."""
    files = [source] if source.is_file() else sorted(source.rglob("*"))
    for file in files:
        if file.is_file() and file.suffix in KINDS:
            to = target / file.relative_to(source)
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, to)
