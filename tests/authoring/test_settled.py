"""Errata and claims: each row is settled once, in its lecture; the tables say what cells say."""

import json
import shutil
from pathlib import Path

import pytest

from dlcourse.authoring.settled import (
    find_places,
    find_verdicts,
    read_rows,
    released_lectures,
    settled_problems,
    table_problems,
    tables,
    write_tables,
)

ROOT = Path(__file__).parents[2]
ERRATA = """
[K9]
source = "KAV"
says = "two and two is five"
is = "four"
lecture = "01"

[K8]
source = "KAV"
says = "later"
is = "not now"
lecture = "03"
"""
CLAIMS = """
[C9]
source = "HKU"
claim = "it is fast"
lecture = "02"
"""


def cell(kind, source, identity, **row):
    metadata = {"dlcourse": row} if row else {}
    return {"cell_type": kind, "source": source, "id": identity, "metadata": metadata}


def write_notebook(root, name, *cells):
    path = root / "course" / name / f"{name}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"cells": cells}), encoding="utf-8")


@pytest.fixture
def root(tmp_path):
    """A course of two released lectures in which every row that is due is settled."""
    (tmp_path / "solutions").mkdir()
    (tmp_path / "solutions" / "errata.toml").write_text(ERRATA, encoding="utf-8")
    (tmp_path / "solutions" / "claims.toml").write_text(CLAIMS, encoding="utf-8")
    heading = cell("markdown", "## 4 Sums (core, 5 minutes)\nCount.", "m-1")
    write_notebook(tmp_path, "01_sums", heading, cell("code", "2 + 2", "c-1", erratum="K9"))
    verdict = "**Verdict on C9: it holds\nhere.** By a factor of 2. Look:\n\nMore text."
    measured = cell("code", "timeit", "c-2", claim="C9")
    write_notebook(tmp_path, "02_speed", measured, cell("markdown", verdict, "m-2"))
    write_tables(tmp_path)
    return tmp_path


def doc(root, name):
    return (root / "docs" / f"{name}.md").read_text(encoding="utf-8")


def test_a_row_says_what_is_printed_what_holds_and_which_cell_settles_it(root):
    link = "[01, 4 Sums](../course/01_sums/01_sums.ipynb#cell-id=c-1)"
    assert f"| K9 | KAV | two and two is five | four | {link} |" in doc(root, "errata")
    assert "| K8 | KAV | later | not now | lecture 03, not yet released |" in doc(root, "errata")


def test_a_verdict_is_the_sentence_that_the_lecture_prints(root):
    assert "| C9 | HKU | it is fast | it holds here. | [02, 02_speed]" in doc(root, "claims")
    assert "**C9** (lecture 02): it holds here. By a factor of 2.\n" in doc(root, "claims")


def test_a_verdict_that_names_no_row_is_about_the_claim_measured_last(root):
    verdict = cell("markdown", "**Verdict: it is slow.** By half.", "m-2")
    assert plant(root, "02_speed", cell("code", "timeit", "c-2", claim="C9"), verdict) == []
    write_tables(root)
    assert "| C9 | HKU | it is fast | it is slow. | [02, 02_speed]" in doc(root, "claims")


def test_a_second_verdict_on_the_claim_measured_last_is_found(root):
    verdict = "**Verdict: it is slow.** By half.\n\n**Verdict: it is fast.** No."
    measured = cell("code", "timeit", "c-2", claim="C9")
    [problem] = plant(root, "02_speed", measured, cell("markdown", verdict, "m-2"))
    assert "C9 is due in ['02'], its verdicts are in ['02', '02']" in problem


def test_a_complete_course_has_no_problems_and_drift_is_one(root):
    assert table_problems(root) == []
    text = doc(root, "claims")
    (root / "docs" / "claims.md").write_text(text.replace("a factor of 2", "a factor of 3"))
    [problem] = table_problems(root)
    assert "not what the lectures give. Run `dlcourse build`" in problem


def plant(root, name, *cells):
    write_notebook(root, name, *cells)
    return settled_problems(root)


def test_a_row_that_no_cell_settles_is_found(root):
    [problem] = plant(root, "01_sums", cell("code", "2 + 2", "c-1"))
    assert "K9 is due in ['01'], cells that settle it are in none" in problem


def test_a_row_of_a_lecture_that_is_released_is_due(root):
    [problem] = plant(root, "03_later", cell("code", "1", "c-3"))
    assert "K8 is due in ['03']" in problem


def test_a_row_settled_twice_is_found(root):
    twice = [cell("code", "2 + 2", f"c-{n}", erratum="K9") for n in (1, 2)]
    [problem] = plant(root, "01_sums", *twice)
    assert "cells that settle it are in ['01', '01']" in problem


def test_a_row_settled_in_another_lecture_than_its_own_is_found(root):
    [problem] = plant(root, "02_other", cell("code", "1", "c-3", erratum="K8"))
    assert "K8 is due in no released lecture, cells that settle it are in ['02']" in problem


def test_an_id_that_no_table_has_is_found(root):
    settled = cell("code", "2 + 2", "c-1", erratum="K9"), cell("code", "1", "c-2", erratum="K77")
    [problem] = plant(root, "01_sums", *settled)
    assert "no row K77, which 01_sums settles" in problem


def test_a_claim_without_a_verdict_is_found(root):
    [problem] = plant(root, "02_speed", cell("code", "timeit", "c-2", claim="C9"))
    assert "C9 is due in ['02'], its verdicts are in none" in problem


def test_a_course_without_rows_gets_no_tables(tmp_path):
    shutil.copytree(ROOT / "course" / "01_neurons", tmp_path / "course" / "01_neurons")
    assert tables(tmp_path) == {}


def test_every_erratum_and_claim_of_the_released_lectures_is_settled_once_with_one_verdict():
    assert settled_problems(ROOT) == []
    lectures = released_lectures(ROOT)
    assert len(find_places(lectures, "erratum")) >= 20
    assert set(find_verdicts(lectures)) == set(find_places(lectures, "claim"))
    assert len(read_rows(ROOT, "errata")) == 77
    assert len(read_rows(ROOT, "claims")) == 34


def test_the_tables_in_docs_are_what_the_lectures_give():
    assert [p for p in table_problems(ROOT) if "docs" in p] == []
