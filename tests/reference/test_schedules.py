"""Schedules against torch's schedulers, step by step, and at their end points."""

import math

import numpy as np
import pytest
import torch
from torch.optim import lr_scheduler

from dlcourse.reference import schedules

LR = 0.3


def rates_of_torch(make, steps=40, feed=None):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=LR)
    scheduler, rates = make(optimizer), []
    for step in range(steps):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step(*([] if feed is None else [feed[step]]))
    return rates


AGAINST_TORCH = {
    "piecewise": (
        lambda o: lr_scheduler.MultiStepLR(o, milestones=[5, 20], gamma=0.1),
        lambda step: schedules.piecewise(step, [5, 20], [LR, LR / 10, LR / 100]),
    ),
    "exponential": (
        lambda o: lr_scheduler.ExponentialLR(o, gamma=10 ** (-1 / 15)),
        lambda step: schedules.exponential(step, LR, r=15),
    ),
    "power": (
        lambda o: lr_scheduler.LambdaLR(o, lambda step: (1 + step / 7) ** -1.5),
        lambda step: schedules.power(step, LR, r=7, c=1.5),
    ),
    "cosine": (
        lambda o: lr_scheduler.CosineAnnealingLR(o, T_max=39, eta_min=0.02),
        lambda step: schedules.cosine(step, 39, LR, lr_min=0.02),
    ),
    "warmup": (
        lambda o: lr_scheduler.LinearLR(o, start_factor=1e-300, total_iters=8),
        lambda step: schedules.warmup(step, LR, 8),
    ),
    "cosine_warmup": (
        lambda o: lr_scheduler.LambdaLR(
            o,
            lambda step: step / 10 if step < 10
            else 0.5 * (1 + math.cos(math.pi * min(step - 10, 25) / 25)),
        ),
        lambda step: schedules.cosine_warmup(step, 10, 35, LR),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", AGAINST_TORCH)
def test_schedule_is_that_of_torch(name):
    make, ours = AGAINST_TORCH[name]
    np.testing.assert_allclose(
        [ours(step) for step in range(40)], rates_of_torch(make), rtol=1e-10, atol=1e-15
    )


def test_performance_is_reduce_on_plateau_without_a_threshold():
    losses = np.random.default_rng(0).random(40).tolist()
    expected = rates_of_torch(
        lambda o: lr_scheduler.ReduceLROnPlateau(o, factor=0.5, patience=3, threshold=0, eps=0),
        feed=losses,
    )
    ours = [schedules.performance(losses[:step], LR, factor=0.5, patience=3) for step in range(40)]
    np.testing.assert_allclose(ours, expected, rtol=1e-12)
    assert len(set(ours)) > 3


def test_performance_has_the_defaults_of_torch():
    losses = [1.0] * 30
    expected = rates_of_torch(lambda o: lr_scheduler.ReduceLROnPlateau(o), steps=30, feed=losses)
    ours = [schedules.performance(losses[:step], LR) for step in range(30)]
    np.testing.assert_allclose(ours, expected, rtol=1e-12)


def test_performance_counts_nan_as_no_better():
    assert schedules.performance([1.0, math.nan, math.nan], 1.0, factor=0.5, patience=1) == 0.5


@pytest.mark.parametrize(("warmup", "total"), [(0, 1), (0, 10), (3, 10), (9, 10)])
def test_cosine_warmup_meets_its_end_points(warmup, total):
    assert schedules.cosine_warmup(0, warmup, total, 0.7) == (0.0 if warmup else 0.7)
    assert schedules.cosine_warmup(warmup, warmup, total, 0.7) == 0.7
    assert schedules.cosine_warmup(total, warmup, total, 0.7) == 0.0
    assert schedules.cosine_warmup(10 * total, warmup, total, 0.7) == 0.0


def test_a_boundary_already_has_the_new_rate():
    assert schedules.piecewise(50, [50, 80], [0.1, 0.01, 0.001]) == 0.01
    assert schedules.piecewise(49, [50, 80], [0.1, 0.01, 0.001]) == 0.1


def test_a_rate_never_turns_float32_into_float64():
    w = np.ones(2, dtype=np.float32)
    for rate in (
        schedules.piecewise(np.int64(3), [2], np.array([0.1, 0.2])),
        schedules.performance(np.ones(5), np.float64(0.1), np.float64(0.1), patience=1),
        schedules.exponential(np.int64(3), np.float64(0.1), 10),
        schedules.power(np.int64(3), np.float64(0.1), 10),
        schedules.warmup(np.int64(3), np.float64(0.1), 10),
        schedules.cosine(np.int64(3), 10, np.float64(0.1)),
        schedules.cosine_warmup(np.int64(3), 5, 10, np.float64(0.1)),
    ):
        assert (rate * w).dtype == np.float32


@pytest.mark.parametrize(
    ("call", "quoted"),
    [
        (lambda: schedules.power(-1, 0.1, 10), "got -1"),
        (lambda: schedules.piecewise(0, [5], [0.1]), r"\[5\] and \[0.1\]"),
        (lambda: schedules.piecewise(0, [5, 2], [0.1, 0.2, 0.3]), "rising"),
        (lambda: schedules.cosine(0, 0, 0.1), "got 0"),
        (lambda: schedules.cosine_warmup(0, 10, 10, 0.1), "warmup=10 and total=10"),
    ],
)
def test_bad_input_is_quoted_back(call, quoted):
    with pytest.raises(ValueError, match=quoted):
        call()


def test_one_cycle_is_that_of_torch_where_both_count_alike():
    """torch's last step is total_steps - 1, and its rise ends at pct_start * total_steps - 1."""
    total, peak = 40, LR
    rises = 0.3 * total  # 12: torch's peak is at step 11, ours at `rise * (total - 1)`

    def make(optimizer):
        return lr_scheduler.OneCycleLR(
            optimizer, peak, total_steps=total, pct_start=0.3, div_factor=25,
            final_div_factor=4000, cycle_momentum=False,
        )  # fmt: skip

    ours = [
        schedules.one_cycle(step, total - 1, peak, rise=(rises - 1) / (total - 1))
        for step in range(total)
    ]
    np.testing.assert_allclose(ours, rates_of_torch(make, total), rtol=1e-10)


@pytest.mark.parametrize("arguments", [(-1, 10, 1.0), (1, 0, 1.0)])
def test_one_cycle_refuses_what_it_cannot_place(arguments):
    with pytest.raises(ValueError, match="got"):
        schedules.one_cycle(*arguments)
