"""What another seed gives is another draw, not the same one by another name."""

from dataclasses import replace

import numpy as np
import pytest
from exercises import IDS, load, question

from dlcourse.checks.verdict import judge_outcomes

DRAWING = [n for n in IDS if any("rng" in text for text in load(n).signatures.values())]


def jittered(value, rng):
    """A result whose numbers with decimals are moved by a part in 10^14, as `rng` says."""
    if isinstance(value, np.ndarray | float):
        whole = np.asarray(value).dtype.kind != "f"
        return value if whole else value * (1 + 1e-14 * rng.random())
    if isinstance(value, dict):
        return {key: jittered(part, rng) for key, part in value.items()}
    if callable(value):
        return lambda *args: jittered(value(*args), rng)
    if hasattr(value, "__next__"):
        return (jittered(part, rng) for part in value)
    return type(value)(jittered(v, rng) for v in value) if np.iterable(value) else value


def always_the_same_draw(function):
    """The solution, whose generator begins with one seed, and noise that `rng` decides."""

    def answer(*args):
        fixed = [
            np.random.default_rng(0) if isinstance(a, np.random.Generator) else a for a in args
        ]
        [rng] = [a for a in args if isinstance(a, np.random.Generator)]
        return jittered(function(*fixed), rng)

    return answer


LONG = {"train_run"}
EVERY = [pytest.param(n, marks=[pytest.mark.long] if n in LONG else []) for n in DRAWING]


@pytest.mark.parametrize("name", EVERY)
def test_one_draw_with_a_little_noise_is_wrong(name):
    functions = {key: always_the_same_draw(f) for key, f in load(name).functions.items()}
    for seed in (None, 0):
        asked = replace(question(name, seed), mistakes={})  # no known one is asked for
        assert not judge_outcomes(asked, load(name).outcomes(asked.cases, functions)).right
