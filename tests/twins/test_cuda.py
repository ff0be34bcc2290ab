"""The table on an NVIDIA GPU, in float32 and bfloat16. Run by hand: pytest -m cuda."""

import parity
import pytest
import torch
from cases import each_row, gather

pytestmark = [
    pytest.mark.cuda,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="PyTorch finds no NVIDIA GPU"),
    pytest.mark.filterwarnings("default"),  # those of a driver are no fault of the course
]

OPS = gather()[0]


@pytest.fixture(autouse=True)
def _full_float32():
    with parity.full_float32():
        yield


@each_row(OPS)
def test_the_twin_agrees_with_the_reference_in_float32(row):
    parity.check_on_device(row, "cuda", "float32")


@each_row([row for row in OPS if row.half])
def test_the_twin_agrees_with_the_reference_in_bfloat16(row):
    parity.check_on_device(row, "cuda", "bfloat16")
