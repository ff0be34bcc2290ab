"""The check says what the grader will say: both are asked about the same notebooks."""

import random
import re
import textwrap

import pytest
from two_sides import EXERCISE, HELPER, RIGHT, WHOLE, asking, lines, using

from dlcourse.checks.page import content_id


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    with asking(tmp_path_factory.mktemp("agreement")) as ask:
        yield ask


IMPORTING = using("scipy.special.xlog1py(0, 1)").replace(":", ":\n    import scipy.special")


LOST = {
    "a module inside": (
        {EXERCISE: IMPORTING},
        {},
        "`scipy.special`",
    ),
    "a module above": (
        {EXERCISE: "from scipy import special\n\n\n" + using("special.xlog1py(0, 1)")},
        {},
        "`special` (of `scipy`)",
    ),
    "a demonstration's import": (
        {EXERCISE: using("math.pi")},
        {},
        "`math`, which a cell of the lecture's own defines",
    ),
    "another module's function": (
        {EXERCISE: "from dlcourse.reference.activations import dead_fraction"},
        {},
        "`dead_fraction` (of `dlcourse.reference.activations`)",
    ),
    "a module's function inside": (
        {EXERCISE: RIGHT.replace("    return", "    from solution import dead\n\n    return")},
        {},
        "`solution`",
    ),
    "all of a file": (
        {EXERCISE: "from solution import *"},
        {},
        "`dead_fraction` (of `solution`)",
    ),
    "a magic that hides the cell": (
        {EXERCISE: "%%mine\n" + WHOLE},
        {"begin": ["def mine(line, cell):\n    exec(cell, globals())\n\n\n"
                   "get_ipython().register_magic_function(mine, 'cell')"]},
        "`dead_fraction`, whose cell begins with `%%mine`",
    ),
    "a helper from a demonstration": (
        {EXERCISE: RIGHT, "guess_corners": HELPER},
        {},
        "`dead`, which a cell of the lecture's own defines",
    ),
    "a value made of a demonstration's": (
        {EXERCISE: "NOTHING = math.floor(0.5)\n" + using("NOTHING")},
        {},
        "`math`, which a cell of the lecture's own defines",
    ),
    "the notebook's display": (
        {EXERCISE: WHOLE.replace("    return", "    display(3)\n    return")},
        {},
        "`display`",
    ),
    "a shell's line": (
        {EXERCISE: "one = !echo 1\n" + using("int(one[0])")},
        {},
        "a line that begins with `%` or `!`",
    ),
    "the last result": (
        {EXERCISE: using("NOTHING")},
        {"begin": ["0", "NOTHING = _"]},
        "`_`, which IPython alone keeps",
    ),
    "what a magic defines": (
        {EXERCISE: using("maximum(0, 0)")},
        {"begin": ["%pylab inline"]},
        "`maximum`, which `%pylab` defines",
    ),
    "a cell that awaits": (
        {EXERCISE: using("NOTHING")},
        {"begin": ["async def nothing():\n    return 0\n\n\nNOTHING = await nothing()"]},
        "`NOTHING`, whose cell awaits outside a function",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("changed", "place", "names"), LOST.values(), ids=LOST)
def test_what_the_grader_will_not_find_is_named_beside_the_tick(ask, changed, place, names):
    check, test, result = ask(place, **changed)
    assert check.startswith(f"✓ {EXERCISE}: right.")
    assert f"it will not find {names}." in lines(check)
    assert f"the grader will not find {names}." in lines(test)
    assert result.points == 0, result.message
    to_a_person = "%%" in names or place.keys() == {"begin"}
    assert (result.status == "undecided") == to_a_person, result.message


LATER = "from __future__ import annotations\n"
TYPED = WHOLE.replace("(activations):", "(activations: Layer[float]) -> Share:")


WRONG = WHOLE.replace("mean()", "sum()")
PROMPTED = ">>> " + WHOLE.strip().replace("\n", "\n... ").replace("... def", ">>> def")


GIVEN = content_id("code", "import numpy as np")
SHOWN = content_id("code", "import math")


FOUND = {
    "annotations of names that there are not": ({EXERCISE: f"{LATER}\n\n{TYPED}"}, {}),
    "the same, asked for in a cell above": ({EXERCISE: TYPED}, {"begin": [LATER]}),
    "in its cell": ({EXERCISE: WHOLE}, {}),
    "a helper above": ({EXERCISE: RIGHT}, {"begin": [HELPER]}),
    "%%time": ({EXERCISE: "%%time\n" + WHOLE}, {}),
    "%%capture": ({EXERCISE: "%%capture out\n" + WHOLE}, {}),
    "a magic line": ({EXERCISE: "%matplotlib inline\n!ls\n" + WHOLE}, {}),
    "below its check, its cell untouched": ({}, {f"check_{EXERCISE}": [WHOLE]}),
    "below its test, its cell untouched": ({}, {f"test_{EXERCISE}": [HELPER, RIGHT]}),
    "Python's own modules": (
        {EXERCISE: "import functools\n\n\n@functools.wraps(abs)\n" + WHOLE},
        {},
    ),
    "NumPy's": ({EXERCISE: "from numpy import pi\n\n\n" + using("pi * np.pi")}, {}),
    "a helper below": ({EXERCISE: RIGHT}, {f"test_{EXERCISE}": [HELPER]}),
    "an answer below another one": ({EXERCISE: WRONG}, {f"check_{EXERCISE}": [WHOLE]}),
    "a helper below another one": (
        {EXERCISE: f"{HELPER.replace('== 0', '> 0')}\n\n{RIGHT}"},
        {f"test_{EXERCISE}": [HELPER]},
    ),
    "its cell deleted, below its test": ({EXERCISE: None}, {f"test_{EXERCISE}": [WHOLE]}),
    "a copied session": ({EXERCISE: PROMPTED}, {}),
    "merged into another answer's cell": ({"relu": WHOLE, EXERCISE: "pass"}, {}),
    "in its check's own cell": ({f"check_{EXERCISE}": f'{WHOLE}\n\ncheck("{EXERCISE}")'}, {}),
    "in the test before": (
        {EXERCISE: None, "test_relu": f'check.graded("relu")\n\n\n{WHOLE}'},
        {},
    ),
    "merged into a given cell": ({EXERCISE: None, GIVEN: f"import numpy as np\n\n{WHOLE}"}, {}),
    "merged into a demonstration": ({EXERCISE: None, SHOWN: f"import math\n\n{WHOLE}"}, {}),
    "in the cell of a guess": (
        {EXERCISE: None, "guess_corners": f"guess_corners = 1\n\n{WHOLE}"},
        {},
    ),
    "a line that is timed": ({EXERCISE: using("NONE")}, {"begin": ["%time NONE = 0"]}),
    "a local variable with a demonstration's name": ({EXERCISE: using("(math := 0)")}, {}),
    "an import of what a demonstration imports, too": (
        {EXERCISE: "import math\n\n\n" + using("math.pi")},
        {},
    ),
}


@pytest.mark.parametrize(("changed", "place"), FOUND.values(), ids=FOUND)
def test_what_the_grader_finds_gets_the_tick_alone(ask, changed, place):
    check, test, result = ask(place, **changed)
    assert check == f"✓ {EXERCISE}: right."
    assert test == f"✓ {EXERCISE}: 1 point, if the grader's other cases agree."
    assert result.status == "right", result.message


HEADS = ["", "", "", "%%time\n", "%%capture\n", "%matplotlib inline\n", "# mine\n", "import math\n"]
USES = ["0", "1", "np.pi", "math.pi", "abs(a.sum())", "special.xlog1py(0, 1)"]
IMPORTS = ["", "", "import math", "from scipy import special", "import numpy as np", "np = np"]
STARTER = "def dead_fraction(activations):\n    raise NotImplementedError\n"
RELU = "def relu(z):\n    return np.maximum(z, 0)\n"
PLACES = ["guess_corners", "relu", "check_relu", EXERCISE, f"check_{EXERCISE}", f"test_{EXERCISE}"]


def decorated(draw):
    """A right answer, cut and placed at random: added cells by place, and changed cells."""
    helper = using(draw.choice(USES), HELPER)
    if (inside := draw.choice(IMPORTS)) and "np =" not in inside:
        helper = helper.replace("    return", f"    {inside}\n    return")
    parts = draw.choice([[f"{helper}\n\n{RIGHT}"], [helper, RIGHT]])
    parts = [draw.choice(HEADS) + part for part in parts]
    place, changed = {}, {}
    if draw.random() < 0.5:
        changed[EXERCISE] = parts.pop()
    for part in parts:
        place.setdefault(draw.choice(PLACES), []).append(part)
    if above := draw.choice(IMPORTS):
        place.setdefault(draw.choice(PLACES), []).insert(0, above)
    return place, changed


@pytest.mark.parametrize("seed", range(40))
def test_the_check_and_the_grader_agree_on_answers_decorated_at_random(ask, seed):
    place, changed = decorated(random.Random(seed))
    check, test, result = ask(place, **changed)
    found = check == f"✓ {EXERCISE}: right."
    told_so = textwrap.indent("\n".join([check, test, result.message]), "  ")
    assert found == test.startswith("✓")
    if "not yet written" in check and EXERCISE not in changed:  # the starter ran last
        check, _, _ = ask(place, **{EXERCISE: None})
        found = check == f"✓ {EXERCISE}: right."
    assert found == (result.status == "right"), f"{place}\n{changed}\n{told_so}"


def rearranged(draw):
    """A right answer moved, merged, split and decorated at random, wrong ones and starters about.

    Returns changed cells and added cells.
    """
    pieces = draw.choice([[WHOLE], [HELPER, RIGHT]])
    pieces = [draw.choice(HEADS) + piece for piece in pieces]
    changed, place = {EXERCISE: STARTER}, {}
    spots = draw.choices(range(7), k=len(pieces))
    for spot, piece in zip(spots, pieces, strict=True):
        if spot == 6:  # merged into another answer's cell
            changed["relu"] = changed.get("relu", RELU) + "\n\n" + re.sub("^%.*", "", piece)
        elif PLACES[spot] == EXERCISE and changed[EXERCISE] == STARTER:
            changed[EXERCISE] = piece
        else:
            place.setdefault(PLACES[spot], []).append(piece)
    if changed[EXERCISE] == STARTER:
        changed[EXERCISE] = draw.choice([STARTER, STARTER, None, WRONG])
    if draw.random() < 0.3:
        place.setdefault(draw.choice(PLACES), []).insert(0, WRONG)
    return changed, place


@pytest.mark.parametrize("seed", range(40))
def test_what_the_check_calls_right_the_grader_finds_wherever_it_stands(ask, seed):
    changed, place = rearranged(random.Random(seed))
    check, _, result = ask(place, **changed)
    told_so = textwrap.indent("\n".join([check, result.message]), "  ")
    right = result.status == "right"
    if check.startswith("✓"):
        assert right, f"{changed}\n{place}\n{told_so}"
    elif right:  # a starter or a wrong answer ran last: the better one counts
        others = [*place.values(), [changed[EXERCISE] or ""]]
        assert any(source in (WRONG, STARTER) for own in others for source in own), told_so
