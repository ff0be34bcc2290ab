"""No cell needs a section that may be skipped, or shows which of two cells ran last."""

import pytest
from small_course import NAME, build_small_course, lecture_source

from dlcourse.authoring.build import check_lecture
from dlcourse.authoring.lecture import read_lecture
from dlcourse.authoring.names import makes_and_takes, name_problems

SECTION = "# %% [markdown]\n# ## {number} Title {number} ({kind})\n# Words.\n\n# %%\n{code}\n\n"


@pytest.fixture
def found(tmp_path):
    """What is said of a lecture that is given as pairs of a kind and a cell."""

    def said(*sections):
        pieces = enumerate(sections, start=1)
        text = "".join(SECTION.format(number=n, kind=k, code=c) for n, (k, c) in pieces)
        path = tmp_path / f"{NAME}.py"
        path.write_text(text, encoding="utf-8")
        return [problem for _, problem in name_problems(read_lecture(path))]

    return said


def test_the_core_needs_no_deeper_section(found):
    (told,) = found(("deeper", "shades = 3"), ("core", "shades + 1"))
    assert "'shades' is made in a deeper section only" in told
    assert found(("core", "shades = 3"), ("deeper", "shades + 1")) == []
    assert found(("deeper", "shades = 3"), ("deeper", "shades + 1")) == []


def test_nothing_behind_the_card_needs_a_deeper_section(found):
    (told,) = found(("deeper", "shades = 3\n\n# %% [markdown]\n# ## Card\n\n# %%\nshades + 1"))
    assert "Make it here" in told


@pytest.mark.parametrize(
    "cells",
    [
        ["shades = 1", "shades = [2]", "shades + 1"],
        ["shades = 1", "shades = shades + 1"],
        ["shades = 1", "def shades():\n    return 1", "[shades for y in [1]]"],
    ],
)
def test_no_cell_shows_which_of_two_ran_last(found, cells):
    assert "2 cells make 'shades'" in found(*[("core", cell) for cell in cells])[0]


@pytest.mark.parametrize(
    "cells",
    [
        ["shades = 1\nshades + 1", "shades = 2\n[shades for y in [1]]"],
        ["shades = 1", "def f(shades):\n    return shades", "[shades for shades in f(2)]"],
        ["shades = 1", "def f():\n    def shades():\n        pass\n    shades()", "f()"],
    ],
)
def test_a_cell_of_its_own_names_is_let_be(found, cells):
    assert found(*[("core", cell) for cell in cells]) == []


def test_what_a_cell_takes_is_what_it_did_not_make(tmp_path):
    path = tmp_path / f"{NAME}.py"
    code = "a = b\nfor i in range(a):\n    c = i + d"
    path.write_text(SECTION.format(number=1, kind="core", code=code), encoding="utf-8")
    cell = next(c for c in read_lecture(path).cells if "range(a)" in c.source)
    assert makes_and_takes(cell) == ({"a", "c", "i"}, {"b", "d"})


def test_the_builder_refuses_it(tmp_path):
    root = build_small_course(tmp_path / "root", ["relu"])
    text = SECTION.format(number=1, kind="deeper", code="shades = 3")
    text += SECTION.format(number=2, kind="core", code="shades + 1")
    path = root / "solutions" / "lectures" / f"{NAME}.py"
    path.write_text(lecture_source(["relu"]) + "\n\n" + text, encoding="utf-8")
    assert any("made in a deeper section only" in told for told in check_lecture(root, NAME))
