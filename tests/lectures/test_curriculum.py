"""The curriculum's topics (solutions/topics.toml): each is claimed by a cell, and what it names is.

A topic names reference functions and exercises, or says in a sentence why it has none. The twins
and the tests of the functions follow from the table of operations.
"""

import re
import tomllib
from functools import cache
from pathlib import Path

import pytest
from cases import find, gather

from dlcourse.authoring.build import lecture_names
from dlcourse.authoring.lecture import read_cells

ROOT = Path(__file__).parents[2]
LECTURES = ROOT / "solutions" / "lectures"
TOPICS = {
    f"{lecture}.{key}": entry
    for lecture, entries in tomllib.loads(
        (ROOT / "solutions" / "topics.toml").read_text(encoding="utf-8")
    ).items()
    for key, entry in entries.items()
}
EXERCISES = {path.stem for path in (ROOT / "solutions" / "exercises").glob("*.py")}
OPS, NO_ROW, NO_TWIN, _ = gather()
ROWS = {row.name for row in OPS} | {
    f"{row.topic}.{row.backward}" if isinstance(row.backward, str) else f"{row.name}_backward"
    for row in OPS
}
GIVEN = [f"{n:02}" for n in range(1, 18)]


def claims(cells):
    """The topics that a lecture's cells claim: a list of cells by key."""
    found = {}
    for cell in cells:
        for key in filter(None, re.split(r",\s*", cell.metadata.get("covers", ""))):
            found.setdefault(key, []).append(cell)
    return found


def topic_problems(topics, claimed, lecture):
    """Say which topics of one lecture no cell claims, and what is claimed without being one."""
    mine = {key for key in topics if key.startswith(f"{lecture}.")}
    problems = [f"{key}: no cell of the lecture claims it" for key in sorted(mine - set(claimed))]
    return problems + [f"{key}: claimed, but no topic" for key in sorted(set(claimed) - mine)]


def name_problems(key, entry, exercises=frozenset(EXERCISES)):
    """Say which names of an entry do not exist, and which place is empty without a reason."""
    problems = []
    for place in ("reference", "exercise"):
        value = entry.get(place)
        if not value or (isinstance(value, str) and len(value.split()) < 2):
            problems.append(f"{key}: {place} has neither names nor a reason")
    for name in entry["reference"] if isinstance(entry.get("reference"), list) else []:
        problems += [f"{key}: {name}: {why}" for why in reference_problems(name)]
    for name in entry["exercise"] if isinstance(entry.get("exercise"), list) else []:
        if name not in exercises:
            problems.append(f"{key}: there is no exercise {name}")
    return problems


def reference_problems(name):
    """Say what a function lacks: itself, its twin or its test (a row, or the reason for none)."""
    try:
        find("reference", name)
    except (AttributeError, ImportError):
        return ["not in the reference"]
    problems = [] if name in ROWS or name in NO_ROW else ["no row in the table, and no reason"]
    try:
        find("twins", name)
    except (AttributeError, ImportError):
        backward = name.endswith("_backward")  # autograd is the twin of a backward pass
        problems += [] if backward or name in NO_TWIN else ["no twin, and no reason"]
    return problems


def untested(key, entry, cells):
    """Tell whether nothing runs for a topic: text alone, no function, no exercise."""
    runs = any(cell.type == "code" for cell in cells)
    named = [isinstance(entry[place], list) for place in ("reference", "exercise")]
    return not runs and not any(named) and "told" not in entry["reference"]


@cache
def lecture_of(number):
    [name] = [name for name in lecture_names(ROOT) if name.startswith(f"{number}_")]
    return read_cells(LECTURES / f"{name}.py")


@pytest.mark.parametrize("lecture", GIVEN)
def test_every_topic_of_the_curriculum_is_claimed_by_a_cell(lecture):
    assert topic_problems(TOPICS, claims(lecture_of(lecture)), lecture) == []


@pytest.mark.parametrize("key", TOPICS)
def test_what_a_topic_names_exists_or_the_entry_says_why_not(key):
    assert name_problems(key, TOPICS[key]) == []


@pytest.mark.parametrize("lecture", GIVEN)
def test_a_topic_without_a_function_an_exercise_or_a_run_is_told_in_words_and_says_so(lecture):
    claimed = claims(lecture_of(lecture))
    mine = {key: cells for key, cells in claimed.items() if key in TOPICS}
    assert [key for key, cells in mine.items() if untested(key, TOPICS[key], cells)] == []


@pytest.mark.parametrize("lecture", GIVEN)
def test_the_exercises_that_a_lecture_holds_are_those_that_its_topics_name(lecture):
    named = {
        name
        for key, entry in TOPICS.items()
        if key.startswith(f"{lecture}.") and isinstance(entry["exercise"], list)
        for name in entry["exercise"]
    }
    held = {
        re.search(r'"(\w+)"', cell.source)[1]
        for cell in lecture_of(lecture)
        if "exercise" in cell.tags
    }
    assert held == named


def test_the_map_has_every_lecture_that_it_is_due_for():
    assert sorted({key[:2] for key in TOPICS}) == GIVEN
    assert all(entry["topic"].strip() for entry in TOPICS.values())


def test_a_topic_that_no_cell_claims_is_found():
    planted = {**TOPICS, "06.planted": {"topic": "t", "reference": "x y", "exercise": "x y"}}
    problems = topic_problems(planted, claims(lecture_of("06")), "06")
    assert problems == ["06.planted: no cell of the lecture claims it"]


def test_a_claim_that_is_no_topic_is_found():
    short = {key: entry for key, entry in TOPICS.items() if key != "06.vanishing"}
    problems = topic_problems(short, claims(lecture_of("06")), "06")
    assert problems == ["06.vanishing: claimed, but no topic"]


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({"reference": ["losses.no_such_loss"], "exercise": "a reason"}, "not in the reference"),
        ({"reference": ["nowhere.relu"], "exercise": "a reason"}, "not in the reference"),
        ({"reference": "a reason", "exercise": ["no_such_exercise"]}, "there is no exercise"),
        ({"reference": "a reason"}, "exercise has neither names nor a reason"),
        ({"reference": [], "exercise": "a reason"}, "reference has neither names nor a reason"),
        ({"reference": "none", "exercise": "a reason"}, "reference has neither"),
    ],
)
def test_a_planted_name_or_gap_is_found(entry, words):
    [problem] = name_problems("06.planted", entry)
    assert words in problem


def test_a_function_without_a_row_or_a_twin_is_found(monkeypatch):
    monkeypatch.setattr("test_curriculum.ROWS", ROWS - {"activations.elu"})
    assert reference_problems("activations.elu") == ["no row in the table, and no reason"]
    monkeypatch.setattr("test_curriculum.NO_TWIN", {})
    assert "no twin, and no reason" in reference_problems("graph.topological_order")


def test_claims_never_leave_the_sources():
    released = (ROOT / "course").glob("*/*.ipynb")
    assert [path.stem for path in released if '"covers"' in path.read_text(encoding="utf-8")] == []
