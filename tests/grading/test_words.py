"""Every word that somebody wrote as an explanation reaches the person who marks it."""

import copy
import random
import sys

import nbformat
import pytest
from small_course import NAME, build_small_course

from dlcourse.grading.grade import read_master
from dlcourse.grading.marks import explanations
from dlcourse.grading.releases import LONGEST, receive
from dlcourse.grading.submission import read_cells

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="grading a class is for Linux")

NAMED = "explain_flat"
ONE, TWO = "Because the slope is close to zero.", "And every gradient is multiplied by it."
new = nbformat.v4.new_markdown_cell


@pytest.fixture(scope="module")
def master(tmp_path_factory):
    root = build_small_course(tmp_path_factory.mktemp("words") / "root", ["relu"])
    return read_master(root, NAME)


def place(cells):
    return next(number for number, cell in enumerate(cells) if cell.id == NAMED)


def in_its_cell(cells):
    cells[place(cells)].source = f"{ONE}\n\n{TWO}"


def in_a_cell_below(cells):
    cells.append(new(f"{ONE} {TWO}"))


def in_a_cell_above(cells):
    cells.insert(place(cells), new(f"{ONE} {TWO}"))


def in_the_question(cells):
    cells[place(cells) - 1].source += f"\n\n{ONE}\n{TWO}"


def merged_upwards(cells):
    cell = cells.pop(place(cells))
    cells[-1].source += f"\n\n{cell.source}\n{ONE}\n{TWO}"


def typed_anew(cells):
    cells[place(cells)] = new(f"{ONE} {TWO}")


def made_code(cells):
    at = place(cells)
    code = nbformat.v4.new_code_cell(f"{ONE}\n{TWO}", metadata=cells[at].metadata)
    code.id = NAMED
    cells[at] = code


def a_comment(cells):
    cells.append(nbformat.v4.new_code_cell(f"# {ONE}\n# {TWO}"))


def words_in_an_added_cell_of_code(cells):
    cells.append(nbformat.v4.new_code_cell(f"{ONE}\n{TWO}"))


def far_above(cells):
    cells.insert(2, new(f"{ONE} {TWO}"))


def split(cells):
    at = place(cells)
    cells[at].source = f"*Your explanation:*\n\n{ONE}"
    other = copy.deepcopy(cells[at])
    other.id, other.source = "other", TWO
    cells.insert(at + 1, other)


def split_without_metadata(cells):
    cells[place(cells)].source = ONE
    cells.insert(place(cells) + 1, new(TWO))


def three_cells(cells):
    cells[place(cells)].source = ONE
    cells.insert(place(cells) + 1, new("## On"))
    cells.insert(place(cells) + 2, new(TWO))


WAYS = [
    *(in_its_cell, in_a_cell_below, in_a_cell_above, in_the_question, merged_upwards, typed_anew),
    *(made_code, a_comment, words_in_an_added_cell_of_code, far_above, split),
    *(split_without_metadata, three_cells),
]


def received(master, cells, stripped=False):
    if stripped:
        for cell in cells:
            cell.metadata = {}
            del cell["id"]
    return receive(master, read_cells({"cells": cells}))


def text_of(notebook):
    return next(cell.source for cell in notebook.cells if cell.id == NAMED)


@pytest.mark.parametrize("stripped", [False, True], ids=["", "without ids"])
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_every_word_of_an_explanation_is_shown_to_a_person(master, way, stripped):
    notebook = copy.deepcopy(master)
    way(notebook.cells)
    found = received(master, notebook.cells, stripped)
    assert ONE in text_of(found)
    assert TWO in text_of(found)
    assert explanations(found, master)[NAMED][1]  # waits for a person
    assert receive(master, read_cells(found)) == found


def test_who_wrote_nothing_has_written_nothing(master):
    for stripped in (False, True):
        found = received(master, copy.deepcopy(master).cells, stripped)
        assert not explanations(found, master)[NAMED][1]
        assert text_of(found) == "*Your explanation:*"


def test_notes_elsewhere_are_no_part_of_an_explanation(master):
    notebook = copy.deepcopy(master)
    notebook.cells.insert(2, new("My note."))
    in_its_cell(notebook.cells)
    assert text_of(received(master, notebook.cells)) == f"{ONE}\n\n{TWO}"


@pytest.mark.parametrize("name", ["m-0123456789", "statement_step"])
def test_what_another_release_said_is_no_explanation(master, name):
    notebook = copy.deepcopy(master)
    older = new("An older statement.")
    older.id = name
    notebook.cells.append(older)
    assert not explanations(received(master, notebook.cells), master)[NAMED][1]


@pytest.mark.parametrize("code", ["%matplotlib inline", "x = 1  # mine", "relu(", "!ls"])
def test_code_is_no_explanation(master, code):
    notebook = copy.deepcopy(master)
    notebook.cells.append(nbformat.v4.new_code_cell(code))
    assert not explanations(received(master, notebook.cells), master)[NAMED][1]


def test_a_mark_by_hand_is_about_all_that_was_shown(master):
    digests = set()
    for code in ["def relu(z):\n    return z", "def relu(z):\n    return 0", "x = 1"]:
        notebook = copy.deepcopy(master)
        notebook.cells.insert(3, nbformat.v4.new_code_cell(f"%%python\n{code}"))
        digests.add(explanations(received(master, notebook.cells), master)["test_relu"][0])
    assert len(digests) == 3


@pytest.mark.parametrize("seed", range(30))
def test_words_scattered_at_random_are_all_shown(master, seed):
    draw, notebook = random.Random(seed), copy.deepcopy(master)
    words = [f"word{number}" for number in range(draw.randint(1, 5))]
    for word in words:
        at = place(notebook.cells) + draw.randint(0, 1)
        cell = new(word)
        if draw.random() < 0.3:
            notebook.cells[place(notebook.cells)].source += f"\n\n{word}"
        else:
            notebook.cells.insert(at, cell)
    text = text_of(received(master, notebook.cells, draw.random() < 0.3))
    assert all(word in text for word in words), text


def test_a_pasted_image_is_told(master):
    notebook = copy.deepcopy(master)
    notebook.cells[place(notebook.cells)].source = "![image.png](attachment:image.png)"
    found = received(master, notebook.cells)
    assert "An image was pasted in here" in text_of(found)
    assert receive(master, read_cells(found)) == found


@pytest.mark.parametrize("unit", [" ", "\t", "\xa0", "a", "\\("])
def test_an_explanation_is_as_long_as_a_page_can_be_made_of(master, unit):
    notebook = copy.deepcopy(master)
    notebook.cells[place(notebook.cells)].source = f"{ONE}{unit * 500_000}{TWO}"
    found = received(master, notebook.cells)
    assert ONE in text_of(found)
    assert TWO in text_of(found) or "Cut here: the explanation has" in text_of(found)
    assert len(text_of(found)) < LONGEST + 200
    assert receive(master, read_cells(found)) == found
