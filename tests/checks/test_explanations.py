"""Questions that are answered in words: who has written may compare, where solutions are shown."""

import re
import sys
from pathlib import Path

import pytest

from dlcourse.authoring.lecture import read_lecture
from dlcourse.checks.entry import lecture_names, load_numbers
from dlcourse.checks.solutions import explanations
from dlcourse.checks.student import Check

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def place(monkeypatch, tmp_path):
    monkeypatch.chdir(ROOT / "course")
    monkeypatch.setenv("DLCOURSE_PROGRESS", str(tmp_path / "progress.json"))
    monkeypatch.delitem(sys.modules, "IPython", raising=False)  # a plain Python


@pytest.mark.parametrize("name", lecture_names())
def test_the_answers_are_those_of_the_lectures_author(name):
    written = read_lecture(ROOT / "solutions" / "lectures" / f"{name}.py").cells
    due = {
        cell.metadata["grade_id"]: cell.source.strip()
        for cell in written
        if "instructor" in cell.tags
    }
    assert due
    assert explanations(name) == due


def test_an_answer_is_shown_by_its_name_and_another_word_names_them(capsys):
    check = Check(load_numbers("06_activations"))
    check.show_solution("explain_death")
    assert capsys.readouterr().out.startswith("The inputs are pixels or ReLU outputs")
    check.show_solution("explain")
    shown = capsys.readouterr().out
    assert re.findall(r'show_solution\("(\w+)"\)', shown) == ["explain_level", "explain_death"]


def test_where_no_solutions_are_shown_no_answer_is(capsys):
    check = Check(load_numbers("06_activations"), solutions=False)
    check.show_solution("explain_death")
    assert capsys.readouterr().out.startswith("This edition of the lecture shows no solutions")


def test_where_there_is_no_source_it_says_so(capsys, monkeypatch):
    monkeypatch.setattr("dlcourse.checks.student.explanations", lambda lecture: None)
    Check(load_numbers("06_activations")).show_solution("explain_death")
    assert capsys.readouterr().out.startswith("There are no solutions here")
