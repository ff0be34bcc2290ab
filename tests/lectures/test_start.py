"""The start notebook: it opens first, and its table says what the lectures say of themselves."""

import re
import shutil
import sys
import urllib.request
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from jupyter_lab import running_lab

from dlcourse.authoring.build import lecture_names
from dlcourse.authoring.lecture import read_cells
from dlcourse.learner.copies import bring_up_to_date

ROOT = Path(__file__).parents[2]
START = "00_start"
RELEASED = [name for name in lecture_names(ROOT) if (ROOT / "course" / name).is_dir()]
LECTURES = [name for name in RELEASED if name != START]
TIME = re.compile(
    r"\*\*Time:\*\* (\d+) minutes for the sections marked \*core\*, (\d+) more for the ones marked "
    r"\*deeper\*"
)
SLACK = 4  # minutes by which a lecture may round the sum of its sections


class Row(NamedTuple):
    title: str
    core: int
    deeper: int
    lectures: set


@cache
def text_of(name):
    cells = read_cells(ROOT / "solutions" / "lectures" / f"{name}.py")
    return "\n\n".join(cell.source for cell in cells if cell.type == "markdown")


def says(text):
    """What a lecture says of itself: title, minutes, and the lectures that it builds on."""
    number, title = re.match(r"# (\d+) · (.+)", text).groups()
    core, deeper = map(int, TIME.search(" ".join(text.split())).groups())
    before = re.search(r"\*\*Builds on:\*\* (.+?)\*\*Sources", text, re.DOTALL)[1]
    lectures = {int(n) for n in re.findall(r"lecture (\d+)", " ".join(before.split()))}
    return Row(f"{number} {title}", core, deeper, lectures)


def table(text):
    """The start notebook's rows by lecture name."""
    links = dict(re.findall(r"^\[(\d+)\]: \.\./\w+/(\w+)\.ipynb$", text, re.MULTILINE))
    rows = re.findall(
        r"^\| \[(.+?)\]\[(\d+)\] \| (\d+) min \| (\d+) min \| (.+?) \|$", text, re.MULTILINE
    )
    return {
        links[number]: Row(title, int(core), int(deeper), set(map(int, re.findall(r"\d+", before))))
        for title, number, core, deeper, before in rows
    }


def section_minutes(text, kind):
    return sum(map(int, re.findall(rf"^##+ .*\({kind}, (\d+) minutes?\)$", text, re.MULTILINE)))


def test_the_table_has_every_released_lecture_and_no_other():
    assert list(table(text_of(START))) == LECTURES


@pytest.mark.parametrize("name", LECTURES)
def test_the_table_says_what_the_lecture_says_of_itself(name):
    assert table(text_of(START))[name] == says(text_of(name))


@pytest.mark.parametrize("name", LECTURES)
def test_a_lectures_time_is_that_of_its_sections(name):
    text = text_of(name)
    said = says(text)
    core = section_minutes(text, "core") + int(re.search(r"## Recall \((\d+) minutes\)", text)[1])
    assert abs(core - said.core) <= SLACK
    assert abs(section_minutes(text, "deeper") - said.deeper) <= SLACK
    assert said.core <= 90  # what the guide allows


def test_a_table_that_is_out_of_date_is_noticed():
    text = text_of(START)
    assert table(re.sub(r"\d+ min \|", "1 min |", text, count=1)) != table(text)
    shorter = "\n".join(line for line in text.splitlines() if "[7 Init" not in line)
    assert set(table(text)) - set(table(shorter)) == {"07_initialization"}


def test_a_lecture_that_builds_on_another_is_read_so():
    text = "# 9 · X\n**Time:** 80 minutes for the sections marked *core*, 5 more for the ones\n"
    text += "marked *deeper*.\n**Builds on:** a (lecture 3), b (lecture\n4).\n**Sources:** none.\n"
    assert says(text) == Row("9 X", 80, 5, {3, 4})


def test_its_sections_take_the_ten_minutes_that_it_promises():
    text = text_of(START)
    minutes = sum(map(int, re.findall(r"^## .*\((\d+) minutes?\)$", text, re.MULTILINE)))
    assert "**Time:** 10 minutes." in text
    assert minutes == 10


def test_it_is_the_first_notebook_that_a_learner_gets(tmp_path):
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
