"""The course's exercises, each read once for all tests of a process."""

from dataclasses import replace
from functools import cache
from pathlib import Path

from dlcourse.checks.entry import lecture_names, load_numbers
from dlcourse.checks.examine import examine
from dlcourse.checks.exercise import load_exercise

FOLDER = Path(__file__).parents[1] / "solutions" / "exercises"
FILES = sorted(FOLDER.glob("*.py"))
IDS = [path.stem for path in FILES]


@cache
def load(name):
    """The exercise of this name; what a test changes, it changes in a copy."""
    return load_exercise(FOLDER / f"{name}.py")


@cache
def question(name, seed):
    """What is asked on the hidden cases of a seed; None: on the visible ones."""
    if seed is None:
        return load(name).visible_question
    return load(name).question(load(name).hidden_cases(seed))


@cache
def released_entries():
    """What the check cells read, by exercise; `dlcourse build --check` holds it to the sources."""
    found = {}
    for lecture in lecture_names():
        found |= load_numbers(lecture)["exercises"]
    return found


@cache
def tried(name, seed):
    """What is asked, and what each known mistake does there, run once for both.

    Returns
    -------
    Question, dict
        Outcomes by mistake.
    """
    exercise, asked = load(name), question(name, seed)
    outcomes = {key: exercise.outcomes(asked.cases, f) for key, (_, f) in exercise.wrong.items()}
    signed = {
        key: (exercise.wrong[key][0], [examine(asked, i, one)[1] for i, one in enumerate(did)])
        for key, did in outcomes.items()
    }
    return replace(asked, mistakes=signed), outcomes
