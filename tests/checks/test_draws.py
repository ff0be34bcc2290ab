"""What an exercise that draws is told depends on what was done, not on what chance has drawn."""

import numpy as np
import pytest
from exercises import IDS, load
from test_exercises import judged

DRAWING = [n for n in IDS if any("rng" in text for text in load(n).signatures.values())]
TRAINED = {"random_features_fit", "train_classifier"}  # what a fit makes of its draws is no band
LONG = {"train_run", "k_fold"}  # 20 and 5 s of processor time


def with_other_draws(function, salt):
    """The function, whose every generator gives other numbers, the same for the same seed."""
    others = {}

    def swapped(arg):
        if not isinstance(arg, np.random.Generator):
            return arg
        if id(arg) not in others:
            state = arg.bit_generator.state["state"]["state"]
            others[id(arg)] = (np.random.default_rng([state % 2**32, salt]), arg)  # kept alive
        return others[id(arg)][0]

    return lambda *args: function(*map(swapped, args))


def told(name, functions, salt):
    """The verdict on the visible cases."""
    others = {key: with_other_draws(f, salt) for key, f in functions.items()}
    return judged(name, None, others)


DRAWN = [
    pytest.param(name, salt, marks=[pytest.mark.long] if salt > 1 or name in LONG else [])
    for name in DRAWING
    for salt in (1, 2, 3, 4)
    if name not in TRAINED
]


@pytest.mark.parametrize(("name", "salt"), DRAWN)
def test_a_mistake_is_named_whatever_it_draws(name, salt):
    wrong = load(name).wrong
    named = {key: told(name, functions, salt).diagnosis for key, (_, functions) in wrong.items()}
    assert named == {key: key for key in wrong}


@pytest.mark.parametrize(
    "name",
    [pytest.param(n, marks=[pytest.mark.long] if n == "train_run" else []) for n in DRAWING],
)
def test_the_solution_is_right_whatever_it_draws(name):
    verdict = told(name, load(name).functions, 1)
    assert verdict.right, str(verdict)
