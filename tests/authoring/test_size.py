"""A lecture's minutes, its limits, and the table of those that break one."""

import pytest
from small_course import NAME, build_small_course

from dlcourse.authoring.build import build_lecture, check_lecture, lecture_size
from dlcourse.authoring.lecture import read_lecture
from dlcourse.authoring.limits import broken_limits, limit_problems, size_problems
from dlcourse.authoring.minutes import STOP, count, count_words, sections

OPENING = """\
# %% [markdown]
# # 9 · A lecture
# **Time:** {{time}}.
# **Builds on:** a little Python.

# %% tags=["given"]
import numpy as np

# %%
import math
"""


def text(words):
    return "# %% [markdown]\n# " + "word " * words + "\n"


def lines(n, first="x = 1"):
    return "# %%\n" + f"{first}\n" + "x = 1\n" * (n - 1)


def exercise(name):
    return f'# %% tags=["exercise"]\nexercise("{name}")\n'


def heading(title):
    return f"# %% [markdown]\n# {title}\n"


@pytest.fixture
def course(tmp_path):
    return build_small_course(tmp_path / "root", ["relu", "conv_output_size"])


@pytest.fixture
def lecture(course):
    """Write a lecture from its cells, and read it."""

    def read(*cells, name="99_awkward"):
        path = course / "solutions" / "lectures" / f"{name}.py"
        path.write_text("\n".join([OPENING, *cells]), encoding="utf-8")
        return read_lecture(path)

    return read


def minutes(lecture, title):
    return sum(s.minutes for s in sections(lecture) if s.title == title)


@pytest.mark.parametrize(
    ("cells", "took"),
    [
        ([text(1300)], 10),
        ([lines(120)], 10),
        ([lines(120, first="# @title A figure")], 1),
        (['# %% tags=["predict"]\nguess = ...\n'] * 4, 4),
        (["# %%\nexplore_rate(1)\n"], 3),
        (["# %%\n# @title A\ndescribed(plot_rate(1), 'a')\n"] * 4, 4),
        (["# %%\n# @title A\ndescribed(plot_guess(1, 2), 'a')\n"] * 4, 1),
        (["# %% [markdown]\n# $$a = b$$\n#\n# $$\n# c\n# $$ and $d$\n"] * 2, 4),
        ([exercise("conv_output_size")], 8),
        ([], 1),
    ],
)
def test_a_sections_minutes_are_those_of_its_parts(lecture, cells, took):
    made = lecture(heading("## 1 Steps (core)"), *cells, heading("## Card"), text(1300))
    assert minutes(made, "1 Steps") == took


@pytest.mark.parametrize(("asked", "told"), [(9, 9), (3, 5)])
def test_a_heading_may_ask_for_more_minutes_than_are_counted_and_for_fewer_in_vain(
    course, lecture, asked, told
):
    made = lecture(heading(f"## 1 A (core, {asked} minutes)"), text(650))
    assert minutes(made, "1 A") == told
    shown = "\n".join(cell.source for cell in build_lecture(course, NAME).released.cells)
    assert f"## 1 A (core, {told} minutes)" in shown


def test_an_exercise_file_may_ask_for_more_minutes_and_a_choice_takes_two(course, lecture):
    path = course / "solutions" / "exercises" / "conv_output_size.py"
    source = path.read_text()
    for said, took in [("minutes=15", 15), ("minutes=3", 8), ("points=2", 16)]:
        path.write_text(source.replace('tags=["solution"]', f'tags=["solution"] {said}'))
        assert minutes(lecture(heading("## 1 A (core)"), exercise(path.stem)), "1 A") == took
    choice = lecture(heading("## 1 A (core)"), exercise("q_bias"))
    assert minutes(choice, "1 A") == 2


def test_core_and_deeper_are_added_up_by_the_headings_and_the_card_by_none(lecture):
    made = lecture(
        *[heading("## Recall"), text(260)],
        *[heading("## 1 A (core)"), text(650), heading("### B (deeper)"), text(390)],
        *[heading("## 2 C (core)"), text(520), f"# %% [markdown]\n# {STOP} Rest.\n"],
        *[heading("## 3 D (deeper)"), text(910), heading("### E"), text(130)],
        *[heading("## 4 F (core)"), text(780), heading("## Card"), text(1300)],
    )
    counts = count(made)
    assert counts.parts == (1 + 2 + 5 + 4, 6)
    assert counts.core == sum(counts.parts)
    assert counts.deeper == 3 + 8
    assert counts.words == pytest.approx(260 + 650 + 390 + 520 + 910 + 130 + 780, abs=40)


def test_the_builder_fills_in_the_line_and_the_headings(course, lecture):
    lecture(heading("## 1 A (core)"), text(650), f"# %% [markdown]\n# {STOP} Rest.\n",
            heading("## 2 B (core)"), text(390), heading("## 3 C (deeper)"), text(130))  # fmt: skip
    shown = "\n".join(cell.source for cell in build_lecture(course, NAME).released.cells)
    assert (
        "**Time:** 9 minutes for the sections marked *core*, with a place to stop after 6; "
        in shown
    )
    assert "1 more for the ones marked *deeper*." in shown
    assert "## 1 A (core, 5 minutes)" in shown
    assert "## 3 C (deeper, 1 minute)" in shown
    assert str(lecture_size(course, NAME)).startswith("core 9 minutes (6 + 3), deeper 1;")


def test_the_table_of_lectures_is_made_from_the_lectures(course, lecture):
    lecture(heading("## 1 A (core)"), text(650))
    start = course / "solutions" / "lectures" / "00_start.py"
    start.write_text(
        OPENING.replace("{{time}}", "1 minute") + "\n# %% [markdown]\n# {{lectures}}\n"
    )
    shown = "\n".join(cell.source for cell in build_lecture(course, "00_start").released.cells)
    assert "| [9 A lecture][9] | 6 min | 0 min | a little Python |" in shown
    assert "[9]: ../99_awkward/99_awkward.ipynb" in shown


def test_words_are_those_that_are_read():
    assert count_words("a $x^2 + y$ b") == 3
    assert count_words("| a | b |\n|---|---|\nc d") == 2
    assert count_words("<details><summary>c d</summary>\n\ne\n</details>") == 3


PREDICTION = '# %% tags=["predict"]\nguess = ...\n'
OVER = {
    "core": [text(130)] * 130,
    "parts": [text(130)] * 70,
    "predictions": [PREDICTION] * 7,
    "words": [text(100)] * 26,
    "lines": [lines(10)] * 26,
}


@pytest.mark.parametrize("limit", OVER)
def test_a_lecture_over_a_limit_is_told_which(lecture, limit):
    broken = broken_limits(lecture(heading("## 1 A (core)"), *OVER[limit]))
    assert limit in broken
    assert "exercises" in broken  # it has none
    assert set(broken) - {"exercises", "words", "parts"} <= {limit}


def test_what_stands_in_the_table_is_excused_until_it_is_mended(course, lecture):
    made = lecture(heading("## 1 A (core)"), *OVER["predictions"])
    table = course / "solutions" / "limits.toml"
    assert len([*size_problems(course, made)]) == 2
    table.write_text('99_awkward = ["predictions", "exercises"]\n')
    assert [*size_problems(course, made)] == []
    assert not any("limits.toml" in problem for problem in check_lecture(course, NAME))
    table.write_text('99_awkward = ["predictions", "exercises", "lines"]\n')
    [problem] = size_problems(course, made)
    assert "keeps to the limit 'lines' now. Take it out" in problem
    assert any("Take it out" in problem for problem in check_lecture(course, NAME))


def test_no_lecture_is_excused(pytestconfig):
    table = (pytestconfig.rootpath / "solutions" / "limits.toml").read_text(encoding="utf-8")
    assert [line for line in table.splitlines() if line and not line.startswith("#")] == []


def test_a_place_to_stop_says_how_to_go_on(lecture):
    dead_end = f"# %% [markdown]\n# {STOP} Rest.\n#\n# *Run > Run All Above Selected Cell* later.\n"
    [problem] = limit_problems(lecture(heading("## 1 A (core)"), dead_end))
    assert "does not say how to go on" in problem
    way = f"# %% [markdown]\n# {STOP} Then choose *Run > Run All Above\n# Selected Cell* first.\n"
    assert limit_problems(lecture(heading("## 1 A (core)"), way)) == []
