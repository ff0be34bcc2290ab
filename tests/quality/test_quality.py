"""The measurement of the grader: it must itself tell good from bad."""

import shutil
import sys
from pathlib import Path

import pytest

from dlcourse.grading.grade import Desk
from dlcourse.quality.measure import Quality, equivalents, measure
from dlcourse.quality.mutants import mutants
from dlcourse.quality.page import page, steadiness_table, table
from dlcourse.quality.steadiness import measure_steadiness

ROOT = Path(__file__).parents[2]
FORM = ["relu", "conv_output_size", "dropout", "numerical_gradient"]

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="grading is for Linux")


def test_mutants_change_one_thing_each():
    source = "def f(x):\n    if x > 2 and True:\n        return -x.T * 3\n    return x.sum()\n"
    labels = [label for label, _ in mutants(source)]
    assert sorted(labels) == sorted(
        [
            "line 2: And became Or",
            "line 2: Gt became GtE",
            "line 2: 2 became 3",
            "line 2: True became False",
            "line 3: Mult became Div",
            "line 3: a minus vanished",
            "line 3: a transpose vanished",
            "line 3: 3 became 4",
            "line 4: sum became mean",
        ]
    )
    assert len({text for _, text in mutants(source)}) == len(labels)


@pytest.fixture(scope="module")
def measured():
    return measure(ROOT, names=FORM)


def test_the_grader_rejects_names_and_accepts_as_it_should(measured):
    assert [q.survivors for q in measured] == [[]] * 4
    assert [q.refused for q in measured] == [[]] * 4
    assert [q.misnamed for q in measured] == [[]] * 4
    for q in measured:
        assert q.mistakes_named == {"visible": q.mistakes, "hidden": q.mistakes}
        assert q.alternatives >= 2


def test_a_blind_exercise_is_caught_by_the_measurement(tmp_path):
    (tmp_path / "solutions").mkdir()
    shutil.copytree(ROOT / "solutions" / "exercises", tmp_path / "solutions" / "exercises")
    (tmp_path / "solutions" / "equivalents.toml").write_text("")
    path = tmp_path / "solutions" / "exercises" / "conv_output_size.py"
    text = path.read_text(encoding="utf-8")
    start, end = text.index("def visible()"), text.index('# %% tags=["mistakes"]')
    cases = "def visible():\n    yield 8, 3\n\n\ndef hidden(rng):\n    yield 9, 3\n\n\n"
    path.write_text(text[:start] + cases + text[end:], encoding="utf-8")
    (measured,) = measure(tmp_path, names=["conv_output_size"])
    assert measured.survivors
    assert "survives" in table([measured])


@pytest.mark.long
def test_every_exercise_meets_the_targets():
    measured = measure(ROOT, workers=2)
    mistakes = sum(q.mistakes for q in measured)
    for place in ("visible", "hidden"):
        assert sum(q.mistakes_rejected[place] for q in measured) >= 0.99 * mistakes
        assert sum(q.mistakes_named[place] for q in measured) >= 0.85 * mistakes
    assert sum(len(q.misnamed) for q in measured) <= 0.01 * 2 * mistakes
    tried = sum(q.mutants - q.equivalent for q in measured)
    assert tried - sum(len(q.survivors) for q in measured) >= 0.95 * tried
    assert [q.refused for q in measured if q.refused] == []


def test_every_argued_mutant_exists():
    for name, labels in equivalents(ROOT).items():
        source = (ROOT / "solutions" / "exercises" / f"{name}.py").read_text(encoding="utf-8")
        solution = source.split('tags=["solution"]')[1].split("# %%")[0].split("\n", 1)[1]
        known = {label for label, _ in mutants(solution)}
        assert set(labels) - {"*"} <= known, name


def test_the_page_holds_what_was_measured_and_the_marks_are_the_same_each_time(measured):
    by_one, measured = measured[:2], measure(ROOT, names=FORM[:2], workers=2)
    assert measured == by_one
    assert all(len(q.samples) >= 3 and q.mistakes >= 8 for q in measured)
    steady = measure_steadiness(ROOT, measured, repetitions=2, workers=2)
    answers = steady.rows[1][1]
    assert answers >= 8
    assert steady.rows == [("graded 2 times", 2 * answers, 0), ("1 worker against 2", answers, 0)]
    text = page(measured, steady, 7)
    row = f"| relu | {measured[0].mistakes} |"
    for words in ["over 2 exercises", "seed 7", row, "visible cases alone", "| 0 |"]:
        assert words in text
    assert max(map(len, text.splitlines())) <= 100


def test_a_grader_of_moods_is_caught(monkeypatch):
    moods = iter(range(10**6))
    true = Desk.grade_file

    def moody(self, file, known):
        outcome = true(self, file, known)
        outcome.lines[0]["points"] = float(next(moods))
        return outcome

    monkeypatch.setattr(Desk, "grade_file", moody)
    measured = [Quality("relu", samples=[["relu = 1"]])]
    monkeypatch.setattr("dlcourse.quality.steadiness._of", lambda found, names: found)
    steady = measure_steadiness(ROOT, measured, repetitions=2, workers=1)
    assert steady.rows[0][2] >= 8
    assert steady.rows[1][2] >= 8
    assert "relu, s0: error and error" in steadiness_table(steady)
