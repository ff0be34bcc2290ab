"""The matrix peak: what it lets a GPU round, and how long it takes."""

import parity
import pytest
import torch

from dlcourse.twins import matrix_peak


@pytest.fixture
def measured(monkeypatch):
    """What products may round to while a small one is timed; each product takes 0.4 s."""
    seen, clock = [], iter(range(100))

    def finished(device):
        seen.append(torch.backends.cuda.matmul.fp32_precision)
        return 0.4 * next(clock)

    monkeypatch.setattr(matrix_peak, "finished", finished)
    monkeypatch.setitem(matrix_peak.SIDES, "cpu", 4)
    return seen


@pytest.mark.parametrize("kind", ["tf32", "ieee"])
def test_products_round_to_tf32_where_convolutions_may_and_only_while_they_are_timed(
    measured, kind
):
    with parity.full_float32():
        torch.backends.cudnn.conv.fp32_precision = kind
        matrix_peak.matrix_peak("cpu", torch.float32)
        assert set(measured) == {kind}
        assert torch.backends.cuda.matmul.fp32_precision == "ieee"


def test_a_slow_device_is_measured_for_a_second_and_not_ten_times(measured):
    speed = matrix_peak.matrix_peak("cpu", torch.float32, repeats=10)
    assert len(measured) == 2 * 3
    assert speed == pytest.approx(2 * 4**3 / 0.4)
