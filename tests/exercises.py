"""The course's exercises, each read once for all tests of a process."""

from functools import cache
from pathlib import Path

from dlcourse.checks.exercise import load_exercise

FOLDER = Path(__file__).parents[1] / "solutions" / "exercises"
FILES = sorted(FOLDER.glob("*.py"))
IDS = [path.stem for path in FILES]


@cache
def load(name):
    """The exercise of this name; what a test changes, it changes in a copy."""
    return load_exercise(FOLDER / f"{name}.py")
