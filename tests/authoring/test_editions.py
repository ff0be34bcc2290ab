"""What a release offers to those who are stuck: its switches, and what it asks of a hint."""

import json
import shutil

import pytest
from small_course import NAME, build_small_course

from dlcourse.authoring.build import build_lecture, check_lecture
from dlcourse.authoring.edition import Edition, read_edition
from dlcourse.authoring.leaks import leak_problems
from dlcourse.authoring.limits import hint_problems
from dlcourse.checks.exercise import AuthorError, load_exercise
from dlcourse.grading.releases import release
from dlcourse.grading.submission import read_cells


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course of two exercises, with its solutions."""
    root = tmp_path_factory.mktemp("editions") / "root"
    return build_small_course(root, ["relu", "conv_output_size"])


def begin_source(root):
    released = build_lecture(root, NAME).released
    return next(cell.source for cell in released.cells if cell.id == "begin")


@pytest.mark.parametrize(
    ("settings", "arguments", "brings_solutions"),
    [
        ("", "", True),
        ("c.SelfStudy.hints = False", ", hints=False", True),
        ("c.SelfStudy.solutions = False", ", solutions=False", False),
        ("c.SelfStudy.hints = c.SelfStudy.solutions = False", ", hints=False, solutions=False", 0),
    ],
)
def test_the_released_cell_carries_the_switches(
    course, tmp_path, settings, arguments, brings_solutions
):
    root = shutil.copytree(course, tmp_path / "root")
    plain = begin_source(root)
    with (root / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write(f"\n{settings}\n")
    source = begin_source(root)
    assert f'"{arguments})' in source
    assert ("show_solution = check.show_solution" in source) == bool(brings_solutions)
    assert (check_lecture(root, NAME) == []) == (source == plain)  # a switch wants a new build


def test_both_editions_are_the_same_release_to_the_grader(course, tmp_path):
    root = shutil.copytree(course, tmp_path / "root")
    names = []
    for settings in ["", "c.SelfStudy.hints = False"]:
        (root / "nbgrader_config.py").write_text(f"c = get_config()\n{settings}\n", "utf-8")
        _, released, files, _ = build_lecture(root, NAME)
        names.append(release(read_cells(released)))
    [numbers] = [text for path, text in files.items() if path.suffix == ".json"]
    assert names == [json.loads(numbers)["release"]] * 2


@pytest.mark.parametrize("setting", ["hint = False", "hints = 0", "solutions = 'no'"])
def test_a_switch_that_means_nothing_is_refused(tmp_path, setting):
    config = tmp_path / "nbgrader_config.py"
    config.write_text(f"c = get_config()\nc.SelfStudy.{setting}\n", encoding="utf-8")
    with pytest.raises(AuthorError, match=r"c\.SelfStudy\.hints and c\.SelfStudy\.solutions"):
        read_edition(tmp_path)


def test_this_course_is_the_self_study_edition(pytestconfig):
    assert read_edition(pytestconfig.rootpath) == Edition(hints=True, solutions=True)


@pytest.mark.parametrize(
    ("hint", "problem"),
    [("word " * 61, "61 words"), ("The slope $g'(z)$.", "plain text"), ("So:\n```", "plain text")],
)
def test_a_hint_that_would_not_be_read_is_refused(course, hint, problem):
    path = course / "solutions" / "exercises" / "relu.py"
    exercise = load_exercise(path)
    assert list(hint_problems(exercise)) == []
    object.__setattr__(exercise, "hint", hint)
    assert problem in next(hint_problems(exercise))


def test_a_hint_that_is_the_solution_is_a_leak(course):
    lecture, released, files, _ = build_lecture(course, NAME)
    [text] = [text for path, text in files.items() if path.suffix == ".json"]
    assert leak_problems(lecture, released, text) == []
    solution = lecture.exercises[1].solution_source.split('"""')[2]
    leaking = text.replace("Draw 8 boxes", " ".join(solution.split()).replace('"', "'"))
    assert leaking != text
    [problem] = leak_problems(lecture, released, leaking)
    assert "the body of conv_output_size is released" in problem
