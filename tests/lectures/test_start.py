"""The start notebook: it opens first, and its table says what the lectures say of themselves."""

import json
import re
import shutil
import sys
import urllib.request
from pathlib import Path

import pytest
from jupyter_lab import running_lab

from dlcourse.authoring.build import lecture_names
from dlcourse.learner.copies import bring_up_to_date

ROOT = Path(__file__).parents[2]
START = "00_start"
RELEASED = [name for name in lecture_names(ROOT) if (ROOT / "course" / name).is_dir()]
LECTURES = [name for name in RELEASED if name != START]
TIME = re.compile(
    r"\*\*Time:\*\* (\d+) minutes for the sections marked \*core\*(?:, with a place to stop after "
    r"(\d+))?(?:; (\d+) more for the ones marked \*deeper\*)?\."
)


def text_of(name):
    """The Markdown of a released lecture."""
    notebook = json.loads((ROOT / "course" / name / f"{name}.ipynb").read_text(encoding="utf-8"))
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "markdown"]
    return "\n\n".join("".join(cell["source"]) for cell in cells)


def rows(text):
    """The start notebook's rows by lecture name: title, core, deeper, builds on."""
    links = dict(re.findall(r"^\[(\d+)\]: \.\./\w+/(\w+)\.ipynb$", text, re.MULTILINE))
    row = r"^\| \[(.+?)\]\[(\d+)\] \| (\d+) min \| (\d+) min \| (.+?) \|$"
    return {
        links[number]: (title, int(core), int(deeper), before)
        for title, number, core, deeper, before in re.findall(row, text, re.MULTILINE)
    }


def test_the_table_has_every_released_lecture_and_no_other():
    assert list(rows(text_of(START))) == LECTURES


@pytest.mark.parametrize("name", LECTURES)
def test_the_table_says_what_the_lecture_says_of_itself(name):
    text = text_of(name)
    number, title = re.match(r"# (\d+) · (.+)", text).groups()
    core, _, deeper = TIME.search(" ".join(text.split())).groups()
    before = re.search(r"\*\*Builds on:\*\* (.+?)\*\*Sources", text, re.DOTALL)[1]
    lectures = re.findall(r"lecture (\d+)", " ".join(before.split()))
    row = rows(text_of(START))[name]
    assert row[:3] == (f"{number} {title}", int(core), int(deeper or 0))
    assert re.findall(r"\d+", row[3]) == lectures


@pytest.mark.parametrize("name", LECTURES)
def test_a_lectures_sections_take_no_longer_than_it_says(name):
    text = text_of(name)
    core, first, deeper = (int(n or 0) for n in TIME.search(" ".join(text.split())).groups())
    for kind, said in [("core", core), ("deeper", deeper)]:
        told = re.findall(rf"^##+ .*\({kind}, (\d+) minutes?\)$", text, re.MULTILINE)
        assert sum(map(int, told)) <= said
    assert 0 < first < core


def test_its_two_parts_take_the_minutes_that_it_promises_with_ten_for_the_opening():
    text = text_of(START)
    first, second = (
        sum(map(int, re.findall(r"^## .*\((\d+) minutes?\)$", part, re.MULTILINE)))
        for part in text.split("**A good place to stop.**")
    )
    said = "**Time:** 73 minutes in two parts (44 and 29)."
    assert said in " ".join(text.split())
    assert (10 + first, second) == (44, 29)


def test_its_hours_are_those_of_its_table():
    text = text_of(START)
    hours = sum(core for _, core, *_ in rows(text).values()) / 60
    assert f"All core sections together take about {hours:.0f} hours." in " ".join(text.split())


def test_it_is_the_first_notebook_that_a_learner_gets(tmp_path):
    (tmp_path / "nbgrader_config.py").touch()  # a course's root, so the package's is not asked
    for name in RELEASED[:2]:
        shutil.copytree(ROOT / "course" / name, tmp_path / "course" / name)
    assert [outcome.lecture for outcome in bring_up_to_date(tmp_path)] == RELEASED[:2]
    assert RELEASED[0] == START


@pytest.mark.skipif(sys.platform == "win32", reason="Binder's machine is Linux")
def test_it_opens_on_binder(tmp_path):
    shutil.copytree(ROOT / "binder", tmp_path / "binder")
    shutil.copytree(ROOT / "course" / START, tmp_path / "learn" / START)
    program = Path(sys.executable).with_name("jupyter-lab")
    command = [tmp_path / "binder" / "start", program, "--no-browser", "--allow-root"]
    with running_lab(tmp_path, command) as lab:
        page = urllib.request.urlopen(f"{lab.host}/?token={lab.token}")
    opened = f"learn/{START}/{START}.ipynb"
    assert page.url.split("?")[0] == f"{lab.host}/lab/tree/{opened}"
    assert (tmp_path / opened).is_file()
