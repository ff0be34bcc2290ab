"""Where the course lies: the folder that holds solutions/, course/ and the gradebook."""

from pathlib import Path


def course_root(start=None):
    """Find the course's root folder at or above `start` (by default, the current folder).

    Raises
    ------
    FileNotFoundError
        If no folder above holds a course.
    """
    start = Path(start or Path.cwd()).resolve()
    for folder in [start, *start.parents]:
        if (folder / "nbgrader_config.py").is_file() and (folder / "course").is_dir():
            return folder
    raise FileNotFoundError(
        f"There is no course at or above {start}: change into the folder that holds "
        "nbgrader_config.py and course/, then try again."
    )
