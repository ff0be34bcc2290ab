"""What an exercise's kind gives its answers beside NumPy, the check and the grader alike."""

import numpy as np
import pytest
import torch

from dlcourse.checks.page import Page
from dlcourse.checks.prepared import unprepared
from dlcourse.checks.reach import Scene, out_of_reach

PAGE = Page({"np": "import numpy as np"}, frozenset({"c-0123456789"}))


def answer_in(space):
    exec("def step(model):\n    return torch.nn.functional.relu(np.ones(3))", space)
    return {"step": space["step"]}


@pytest.mark.parametrize(("kind", "found"), [("torch", 0), ("numpy", 1)])
def test_the_grader_finds_torch_for_the_exercises_that_ask_for_it(kind, found):
    space = {"np": np, "torch": torch}
    scene = Scene(space, PAGE.for_kind(kind), "step", kind, [], [])
    assert len(out_of_reach(answer_in(space), scene)) == found


def test_a_missing_torch_is_no_try_but_a_cell_to_run():
    space = {"np": np}
    told = unprepared(answer_in(space), space, PAGE.for_kind("torch").given)
    assert told == "torch is not there yet: run the cell with `import torch`, then this one again."
    assert not unprepared(answer_in(space), space, PAGE.given)
