"""Averages of weights against torch's AveragedModel; instruments, and what they refuse."""

import math

import numpy as np
import pytest
import torch
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from dlcourse.reference import averaging, diagnostics
from dlcourse.twins import averaging as twin


@pytest.mark.parametrize("kind", ["exponential", "equal"])
def test_averages_over_a_run_are_those_of_torch(kind):
    rng = np.random.default_rng(0)
    model = torch.nn.Linear(3, 2).double()
    averaged = AveragedModel(model, multi_avg_fn=None if kind == "equal" else
                             get_ema_multi_avg_fn(0.9))  # fmt: skip
    ours = None
    for n in range(6):
        present = [rng.normal(size=(2, 3)), rng.normal(size=2)]
        with torch.no_grad():
            model.weight.copy_(torch.tensor(present[0]))
            model.bias.copy_(torch.tensor(present[1]))
        averaged.update_parameters(model)
        if ours is None:
            ours = present
        elif kind == "equal":
            ours = averaging.equal_average(ours, present, n)
        else:
            ours = averaging.exponential_average(ours, present, 0.9)
    for a, parameter in zip(ours, averaged.parameters(), strict=True):
        np.testing.assert_allclose(a, parameter.detach().numpy(), rtol=1e-12)


def test_the_first_set_is_taken_as_it_is_and_copied():
    w = [np.array([1.0, 2.0])]
    (first,) = averaging.equal_average([np.full(2, np.nan)], w, 0)
    assert first is not w[0]
    np.testing.assert_array_equal(first, w[0])


def test_ratios_are_of_lengths_and_say_what_a_zero_did():
    ratios = diagnostics.update_ratios([[3.0, 4.0], [0.0], [0.0]], [[3.0, 4.05], [0.0], [1.0]])
    assert ratios == [pytest.approx(0.01), 0.0, math.inf]


@pytest.mark.parametrize(
    ("call", "quoted"),
    [
        (lambda: averaging.exponential_average([np.ones(2)], [np.ones(3)]), r"\(2,\).*\(3,\)"),
        (lambda: averaging.exponential_average([], [], decay=1.0), "got 1.0"),
        (lambda: averaging.equal_average([], [], -1), "got -1"),
        (lambda: diagnostics.update_ratios([np.ones(2)], []), r"\[\(2,\)\] and \[\]"),
    ],
)
def test_bad_input_is_quoted_back(call, quoted):
    with pytest.raises(ValueError, match=quoted):
        call()


def test_generators_are_read_as_lists_are():
    def ones():
        yield np.ones(2)

    assert len(averaging.exponential_average(ones(), ones())) == 1
    assert averaging.equal_average(ones(), ones(), 1)[0].tolist() == [1, 1]
    assert diagnostics.update_ratios(ones(), ones()) == [0.0]


@pytest.mark.parametrize("world", ["reference", "twin"])
def test_equal_averages_count_whole_sets_start_from_nothing_and_do_not_overflow(world):
    module, array = (averaging, np.array) if world == "reference" else (twin, torch.tensor)
    assert module.equal_average([], [array([2.0])], 0)[0].item() == 2
    huge = [array([1e308, -1e308], dtype=np.float64 if world == "reference" else torch.float64)]
    assert module.equal_average(huge, [-huge[0]], 1)[0].tolist() == [0, 0]
    with pytest.raises(ValueError, match=r"a whole number from 0: got 1\.5"):
        module.equal_average(huge, huge, 1.5)


def test_averages_of_the_twin_carry_no_graph():
    w = torch.ones(1, requires_grad=True)
    assert not twin.equal_average([w], [w], 0)[0].requires_grad
    assert not twin.equal_average([w], [w], 1)[0].requires_grad
    assert not twin.exponential_average([w], [w])[0].requires_grad


def test_a_float32_average_of_half_precision_weights_moves_by_a_thousandth():
    average, w = torch.ones(1), torch.full((1,), 2.0, dtype=torch.bfloat16)
    (moved,) = twin.exponential_average([average], [w])
    assert moved.item() == pytest.approx(1.001, abs=1e-6)


SOUND = {
    "duplicates": 0, "twice": 0.0, "first loss": 2.3, "smallest update": 0.01,
    "largest update": 0.3, "one batch": 0.05,
}  # fmt: skip


@pytest.mark.parametrize(
    ("readings", "word"),
    [
        ({}, "none"),
        ({"duplicates": 1, "one batch": 9.0}, "leak"),
        ({"twice": 0.1, "first loss": 9.0}, "mode"),
        ({"first loss": 2.0, "smallest update": 0.0}, "start"),
        ({"first loss": np.nan}, "start"),
        ({"smallest update": 0.0, "largest update": np.inf}, "frozen"),
        ({"largest update": 1.01, "one batch": np.nan}, "rate"),
        ({"one batch": np.nan}, "step"),
    ],
)
def test_the_first_question_that_fails_names_the_bug(readings, word):
    assert diagnostics.name_the_bug(SOUND | readings) == word


def test_a_missing_reading_is_an_error():
    with pytest.raises(KeyError, match="twice"):
        diagnostics.name_the_bug({"duplicates": 0})
