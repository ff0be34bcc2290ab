"""No answer before the guess: the builder refuses a reveal that can be read."""

import nbformat
import pytest
from small_course import NAME, build_small_course, lecture_source

from dlcourse.authoring.build import build_lecture, check_lecture
from dlcourse.authoring.lecture import read_lecture
from dlcourse.authoring.reveals import reveal_problems, tells

QUESTION = """
# %% [markdown]
# ## 1 Dice (core)
# {before}
#
# **Predict.** How many? One of "7" and "9".

# %% tags=["predict"]
guess_dice = ...  # a number

# %% {metadata}
{first}
described(plot_guess(guess_dice, 7, quantity="dice"))

# %% [markdown]
# {after}

# %% [markdown]
# ## 2 Seven dwarfs (core)
# There are 7 of them.
"""
GOOD = {
    "before": "Throw.",
    "metadata": 'truth=["7", "seven"]',
    "first": "# @title Your guess beside the truth",
    "after": "<details><summary>After your guess</summary>\n#\n# It is 7.\n# </details>",
}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    return build_small_course(tmp_path_factory.mktemp("reveals") / "root", ["conv_output_size"])


def read(course, **changed):
    path = course / "solutions" / "lectures" / f"{NAME}.py"
    source = lecture_source(["conv_output_size"]) + QUESTION.format(**GOOD | changed)
    path.write_text(source, encoding="utf-8")
    return read_lecture(path)


def test_a_reveal_that_keeps_its_truth_is_fine(course):
    assert reveal_problems(read(course)) == []


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"first": "x = 1"}, "stands open"),
        ({"metadata": ""}, "says no truth"),
        ({"before": "It is 7, as ever."}, "'7' tells"),
        ({"after": "It is\n# Seven."}, "'seven' tells"),
        ({"before": "Look.\n\n# %%\nf(7)\n\n# %% [markdown]\n# Then."}, "'7' tells"),
        ({"after": "Then.\n\n# %%\nassert n == 7"}, "'7' tells"),
        ({"after": "Then.\n\n# %%\n# @title Seven of them\nf()"}, "'seven' tells"),
        ({"after": "Then.\n#\n# ### Later\n# It is 7."}, "'7' tells"),
    ],
)
def test_each_way_to_tell_is_found(course, changed, words):
    [problem] = [sentence for _, sentence in reveal_problems(read(course, **changed))]
    assert words in problem
    assert any(words in found for found in check_lecture(course, NAME))


def test_what_stands_below_the_next_guess_tells_nothing(course):
    other = 'Then.\n\n# %% tags=["predict"]\nguess_more = ...\n\n# %% [markdown]\n# It was 7.'
    assert reveal_problems(read(course, after=other)) == []


def test_what_stands_before_the_heading_tells_nothing(course):
    assert (
        reveal_problems(read(course, before="Throw.\n#\n# ## 1b More\n# 70 or 7.5 or 17 dice."))
        == []
    )


@pytest.mark.parametrize(
    ("text", "truth", "told"),
    [
        ("It is 7.", "7", True),
        ("It is −7 or -7.", "7", True),
        ("17, 7.5, 7,000 and x7", "7", False),
        ("Not a\nquarter", "not a quarter", True),
        ("quarters", "quarter", False),
    ],
)
def test_a_truth_is_found_as_whole_words_and_numbers(text, truth, told):
    assert tells(text, truth) is told


def test_a_folded_cell_is_released_folded_under_its_caption(course):
    read(course)
    notebook = build_lecture(course, NAME).released
    [cell] = [cell for cell in notebook.cells if "plot_guess" in cell.source]
    assert cell.source.startswith("# @title Your guess beside the truth\n")
    assert cell.metadata["jupyter"] == {"source_hidden": True}
    assert cell.metadata["cellView"] == "form"
    assert "truth" not in nbformat.writes(notebook).replace("the truth", "")
