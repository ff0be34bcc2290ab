"""What an exercise that draws is told depends on what was done, not on what chance has drawn."""

import numpy as np
import pytest
from exercises import IDS, load
from test_exercises import judged

DRAWING = [n for n in IDS if any("rng" in text for text in load(n).signatures.values())]
TRAINED = {"random_features_fit", "train_classifier"}  # what a fit makes of its draws is no band
UNNAMED = {  # wrong answers that are refused, and named where they draw as the mistake's author did
    "rbm_cd1": {
        "counts_the_drawn_units",
        "draws_the_reconstruction",
        "draws_the_second_look",
        "forgets_the_visible_bias",
    },
}


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


@pytest.mark.parametrize("name", [n for n in DRAWING if n not in TRAINED])
@pytest.mark.parametrize("salt", [1, *(pytest.param(s, marks=pytest.mark.long) for s in (2, 3, 4))])
def test_a_mistake_is_named_whatever_it_draws(name, salt):
    wrong = load(name).wrong
    verdicts = {key: told(name, functions, salt) for key, (_, functions) in wrong.items()}
    named = {key: verdict.diagnosis for key, verdict in verdicts.items()}
    unnamed = UNNAMED.get(name, set())
    assert named == {key: None if key in unnamed else key for key in wrong}
    assert not any(verdicts[key].right for key in unnamed)


@pytest.mark.parametrize("name", DRAWING)
def test_the_solution_is_right_whatever_it_draws(name):
    verdict = told(name, load(name).functions, 1)
    assert verdict.right, str(verdict)
