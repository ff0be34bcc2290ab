"""From nbgrader's source notebook to the released one, through nbgrader's generate_assignment."""

import json
import tempfile
from pathlib import Path

import nbformat
from traitlets.config import Config

from dlcourse.frame import quiet_nbgrader

# nbgrader's own steps in their order, with Starters in the place of ClearSolutions; a build
# touches no gradebook, so SaveCells is left to `dlcourse grade` and the formgrader
PREPROCESSORS = [
    "nbgrader.preprocessors.IncludeHeaderFooter",
    "nbgrader.preprocessors.LockCells",
    "dlcourse.authoring.preprocessors.Starters",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.CheckCellMetadata",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.ClearHiddenTests",
    "nbgrader.preprocessors.ClearMarkScheme",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.CheckCellMetadata",
]


def notebook_text(notebook):
    """Write a notebook the one way: sorted keys, one space, LF, so that a rebuild is identical."""
    return json.dumps(notebook, sort_keys=True, indent=1, ensure_ascii=False) + "\n"


def release_notebook(source, name):
    """Run nbgrader's generate_assignment on one source notebook.

    Parameters
    ----------
    source : NotebookNode
        The instructor's notebook.
    name : str
        The lecture's name.

    Returns
    -------
    NotebookNode
        The released notebook, without outputs, solutions and hidden tests.
    """
    from nbgrader.converters import GenerateAssignment
    from nbgrader.coursedir import CourseDirectory

    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        file = root / "source" / name / f"{name}.ipynb"
        file.parent.mkdir(parents=True)
        file.write_text(notebook_text(source), encoding="utf-8")
        config = Config()
        config.CourseDirectory.root = str(root)
        config.CourseDirectory.assignment_id = name
        config.GenerateAssignment.preprocessors = PREPROCESSORS
        config.GenerateAssignment.no_database = True
        with quiet_nbgrader():
            converter = GenerateAssignment(coursedir=CourseDirectory(config=config), config=config)
            converter.start()
        released = nbformat.read(root / "release" / name / f"{name}.ipynb", as_version=4)
    return released
