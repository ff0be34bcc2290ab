"""The check says which cells the grader stops for their time: both are asked, on a small budget."""

import random
import re
import textwrap

import pytest
from two_sides import EXERCISE, HELPER, RIGHT, asking, lines, spin, using


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    with asking(tmp_path_factory.mktemp("slow"), COMMON=0.4, LEAST=0.02) as ask:
        yield ask


TABLE = "TABLE = 0\n"
BODY = spin("seconds").strip().replace("\n", "\n    ")
SPUN = f"def spun(seconds):\n    {BODY}\n    return 0"
# cells, what the answer says of them, the name that it needs, seconds of all and of one
NEEDED = {
    "a value made there": ([spin(0.5) + TABLE], "TABLE", "TABLE", 0.5, 0.5),
    "a value of two cells that are slow together": (
        [spin(0.25), spin(0.25) + TABLE],
        "TABLE",
        "TABLE",
        0.5,
        0.25,
    ),
    "an entry written there": (
        ["TABLE = [None]", spin(0.5) + "TABLE[0] = 0"],
        "TABLE[0]",
        "TABLE",
        0.5,
        0.5,
    ),
    "a value changed by a call": (
        ["TABLE = [None]\n\n\ndef fill():\n    TABLE[:] = [0]\n", spin(0.5) + "fill()"],
        "TABLE[0]",
        "TABLE",
        0.5,
        0.5,
    ),
    "a global made by a call": (
        ["TABLE = None\n\n\ndef fill():\n    global TABLE\n    TABLE = 0", spin(0.5) + "fill()"],
        "TABLE",
        "TABLE",
        0.5,
        0.5,
    ),
    "a definition that takes the time itself": (
        [SPUN, "def entry(at=spun(0.5)):\n    return at\n"],
        "entry()",
        "entry",
        0.5,
        0.5,
    ),
}


@pytest.mark.parametrize(("cells", "term", "name", "whole", "one"), NEEDED.values(), ids=NEEDED)
def test_what_the_grader_stops_is_named_beside_the_tick(ask, cells, term, name, whole, one):
    check, test, result = ask({"begin": cells}, **{EXERCISE: using(term)})
    assert check.startswith(f"✓ {EXERCISE}: right.\n")
    assert test.startswith(f"✓ {EXERCISE}: 1 point, if the grader's other cases agree.\n")
    for text in map(lines, (check, test)):
        assert "The grader gives all your cells together 0.4 s of processor time" in text
        took = re.search(r"Your cells above this check took ([\d.]+) s here", text)[1]
        assert whole <= float(took) < whole + 0.3
        [*_, (_, cost)] = re.findall(r"`([^`]*)` ([\d.]+) s", text.split("it may stop")[1])
        assert one <= float(cost) + 0.05 < one + 0.3
        assert f"this answer needs `{name}` from there." in text
    assert result.points == 0, result.message


UNNEEDED = {
    "a definition in a slow cell": [f"{spin(0.5)}\n\n{HELPER}"],
    "an experiment with the answer's own helper": [HELPER, spin(0.5) + "dead(np.ones((2, 2)))"],
    "a value made before the slow cell": [TABLE + HELPER, spin(0.5)],
}


@pytest.mark.parametrize("cells", UNNEEDED.values(), ids=UNNEEDED)
def test_a_slow_cell_that_costs_no_point_is_not_named(ask, cells):
    check, test, result = ask({"begin": cells}, **{EXERCISE: RIGHT})
    assert check == f"✓ {EXERCISE}: right."
    assert test == f"✓ {EXERCISE}: 1 point, if the grader's other cases agree."
    assert result.status == "right", result.message


def test_a_slow_cell_below_the_check_or_deleted_counts_no_more(ask):
    ask.kernel(spin(0.5), cell="deleted-since")
    place = {"begin": [TABLE], f"check_{EXERCISE}": [spin(0.5)]}
    check, _, result = ask(place, **{EXERCISE: using("TABLE")})
    assert check == f"✓ {EXERCISE}: right."
    assert result.status == "right", result.message


WORK = [0.05, 0.12, 0.18, 0.24, 0.5]
MADE = ["TABLE = [0][0]\n", "def entry():\n    return 0\n", ""]


def slowed(draw):
    """A right answer that may use a value, with slow cells above it at random."""
    cells = [spin(draw.choice(WORK)) + made for made in draw.choices(MADE, k=2)]
    cells.append(draw.choice(["", spin(draw.choice(WORK))]) + TABLE)
    draw.shuffle(cells)
    place = {}
    for cell in cells:
        place.setdefault(draw.choice(["begin", "relu", "check_relu"]), []).append(cell)
    return place, {EXERCISE: using(draw.choice(["TABLE", "TABLE", "0"]))}


@pytest.mark.parametrize("tries", [6, pytest.param(24, marks=pytest.mark.long)])
def test_a_tick_without_a_warning_implies_the_points_of_answers_slowed_at_random(ask, tries):
    found = set()
    for seed in range(tries):
        place, changed = slowed(random.Random(seed))
        check, test, result = ask(place, **changed)
        told_so = textwrap.indent("\n".join([check, test, result.message]), "  ")
        assert check.startswith(f"✓ {EXERCISE}: right."), told_so
        warned = "this answer needs" in lines(check)
        assert warned == ("this answer needs" in lines(test)), told_so
        assert warned or result.status == "right", f"{place}\n{told_so}"
        found.add((warned, result.status == "right"))
    assert {(True, False), (False, True)} <= found
