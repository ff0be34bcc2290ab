"""What students call themselves and write runs nowhere: in no terminal, no table, no page."""

import csv
import io
import random
import re

import pytest

from dlcourse.grading.harmless import harmless, harmless_name, inert
from dlcourse.term.attendance import attendance
from dlcourse.term.collect import Collected
from dlcourse.term.recognize import BY_NAME
from dlcourse.term.roster import Person, read_people, write_people

FORMULAS = {
    "=1+1": "'=1+1",
    " =1+1": " '=1+1",
    ";=1+1": ";'=1+1",
    "ada;  =1+1": "ada;  '=1+1",
    "ada,+1": "ada,'+1",
    "x|@sum": "x|'@sum",
    "\N{FULLWIDTH EQUALS SIGN}1+1": "'\N{FULLWIDTH EQUALS SIGN}1+1",
    "\N{SMALL PLUS SIGN}1": "'\N{SMALL PLUS SIGN}1",
    "\N{MINUS SIGN}1": "'\N{MINUS SIGN}1",
    "\t=1": "?=1",
    "ada\n=1": "ada?=1",
}


@pytest.mark.parametrize("name", FORMULAS)
def test_no_sign_that_parts_cells_makes_a_formula_of_a_name(name):
    assert inert(name) == FORMULAS[name]
    written = io.StringIO()
    csv.writer(written).writerow(["ada", inert(name)])
    for sign in ",;\t|":
        for row in csv.reader(io.StringIO(written.getvalue()), delimiter=sign):
            assert not any(cell.strip(' "')[:1] in tuple("=+-@") for cell in row)


@pytest.mark.parametrize("name", ["Jean-Luc", "o'neil; sean", "李", "a=b", "ada@uni"])
def test_an_honest_name_stays_as_it_is(name):
    assert inert(name) == harmless_name(name) == name


def test_the_table_of_students_gives_every_name_back(tmp_path):
    draw, letters = (
        random.Random(0),
        "a '=+@;,|\"\N{FULLWIDTH SEMICOLON}\N{SUPERSCRIPT EQUALS SIGN}",
    )
    names = {"".join(draw.choices(letters, k=draw.randrange(1, 7))) for _ in range(3000)}
    students = {harmless_name(name) for name in names}
    people = {name: Person(name, ids=(("folder", name),)) for name in students}
    write_people(tmp_path, people)
    assert read_people(tmp_path) == people


def test_no_character_that_a_terminal_obeys_is_left_in_a_name():
    for code in [*range(32), *range(0x7F, 0xA1), 0x200E, 0x202E, 0x2066, 0xFEFF, 0xE0001]:
        assert harmless_name(f"a{chr(code)}b") == "a_b"


def test_collect_prints_nothing_that_a_terminal_obeys(monkeypatch):
    bad = "a\x1b[2Jb", "broken \x9b2J \u202e"
    found = [
        Collected(bad[0], bad[0], bad[1]),
        Collected("ben", "x", "", aside=(bad,), how=BY_NAME),
    ]
    people = {name: Person(name, bad[0]) for name in (bad[0], "ben")}
    lines = attendance([*found, Collected("", *bad)], people, [Person("cyd", bad[0])])
    assert "  broken ?2J ?." in lines
    assert all(line.isprintable() for line in lines)


@pytest.mark.parametrize("address", ["www.evil.org/x", "see WWW.evil.org", "http://evil.org"])
def test_an_address_without_brackets_becomes_no_link(address):
    assert not re.search(r"www\.|://", harmless(address), re.I)  # by which all know addresses
    assert harmless(address) != address
    assert harmless(harmless(address)) == harmless(address)
