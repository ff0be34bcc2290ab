"""Numbers of a run in the prose: declared with a band, stored once, written by the builder."""

import json

import pytest
from small_course import NAME, build_small_course, lecture_source

from dlcourse.authoring.build import build_lecture, run_for_numbers
from dlcourse.authoring.lecture import read_cells
from dlcourse.authoring.numbers import declared, store_numbers
from dlcourse.checks.exercise import AuthorError

RUN = """
# %% [markdown]
# Run it.

# %% numbers={metadata}
share = 93.4
share / 2

# %% [markdown]
# It reads {{{{share:.0f}}}} %, half is {{{{half:.2f}}}}, and $x^{{2}}$ stays.
"""
BOTH = {"share": [91, 95], "half": ["share / 2", 40, 50]}


@pytest.fixture
def course(tmp_path):
    return build_small_course(tmp_path / "root", ["conv_output_size"])


def write(course, metadata=BOTH):
    path = course / "solutions" / "lectures" / f"{NAME}.py"
    source = lecture_source(["conv_output_size"]) + RUN.format(metadata=json.dumps(metadata))
    path.write_text(source, encoding="utf-8")
    return path


def prose(course):
    return build_lecture(course, NAME).released.cells[-1].source


def test_a_run_stores_the_numbers_and_the_builder_writes_them(course):
    path = write(course)
    assert run_for_numbers(course, NAME) == []
    assert json.loads(path.with_suffix(".json").read_text()) == {"half": 46.7, "share": 93.4}
    assert prose(course) == "It reads 93 %, half is 46.70, and $x^{2}$ stays."


def test_a_stored_number_stays_while_it_and_the_fresh_one_lie_in_the_band(course):
    path = write(course)
    path.with_suffix(".json").write_text('{"share": 94.9, "half": 46.7}')
    assert store_numbers(path, read_cells(path), {"share": 93.4, "half": 46.7}) == []
    assert prose(course).startswith("It reads 95 %")


def test_a_fresh_number_outside_its_band_is_told_and_not_stored(course):
    path = write(course)
    path.with_suffix(".json").write_text('{"share": 94.0}')
    [problem] = store_numbers(path, read_cells(path), {"share": 99.0, "half": 46.7})
    assert problem.endswith("share is 99, outside its band from 91 to 95")
    assert json.loads(path.with_suffix(".json").read_text())["share"] == 94.0


def test_a_new_band_takes_a_new_number(course):
    path = write(course, BOTH | {"share": [93, 94]})
    path.with_suffix(".json").write_text('{"share": 94.9}')
    assert store_numbers(path, read_cells(path), {"share": 93.4, "half": 46.7}) == []
    assert json.loads(path.with_suffix(".json").read_text())["share"] == 93.4


def test_a_number_that_was_never_run_is_refused_with_the_remedy(course):
    write(course)
    with pytest.raises(AuthorError, match=r"'share' is not stored.*--numbers 99_awkward"):
        build_lecture(course, NAME)


@pytest.mark.parametrize(
    "metadata",
    [{"share": [91]}, {"share": [95, 91]}, {"share": ["a", "b", 3]}, {"share": [1, 2, 3, 4]}],
)
def test_a_declaration_without_a_band_is_refused(course, metadata):
    path = write(course, metadata)
    with pytest.raises(AuthorError, match=r"Write \[low, high\]"):
        declared(path, read_cells(path))


def test_bands_and_numbers_stay_with_the_author(course):
    write(course)
    run_for_numbers(course, NAME)
    assert "numbers" not in json.dumps(build_lecture(course, NAME).released)
