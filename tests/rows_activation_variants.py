"""Rows of the table: variants of ReLU and of the sigmoid."""

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from cases import fixed, normal, op, value

from dlcourse.reference.activation_variants import rrelu_backward

CORNERS = fixed([[-6, -3, -1.5, -1, 0, -0.0, 1, 1.5, 3, 6, 9]])
FAR = fixed([[-1000, -40, 40, 1000]])


def by_relu6(z):
    return F.relu6(z + 3) / 6  # F.hardsigmoid's gradient has 1/6 in float32 even for float64


def rrelu_at_test(z, rng, lower=1 / 8, upper=1 / 3, train=True):
    slope = F.rrelu(-torch.ones_like(z), lower, upper, train).neg()
    return F.rrelu(z, lower, upper, train), torch.where(z > 0, 1, slope)


def mean_slopes(dout, z):
    return rrelu_backward(dout, np.where(z > 0, 1, (1 / 8 + 1 / 3) / 2).astype(z.dtype))


OPS = [
    op(f"activation_variants.{name}", z, case=case + suffix, kink=bool(case), **keywords)
    for name, suffix, keywords in [
        ("relu6", "", {}),
        ("hardtanh", "", {}),
        ("hardtanh", " to 1.5", {"min_val": -3.0, "max_val": 1.5}),
        ("hardsigmoid", "", {"oracle": by_relu6}),
        ("hardswish", "", {}),
        ("selu", "", {}),
        ("silu", "", {}),
        ("gelu", "", {}),
        ("gelu", " by tanh", {"approximate": "tanh"}),
    ]
    for case, z in [("", normal((4, 3), 3)), ("corners", CORNERS), ("far", FAR)]
]

OPS += [
    op("activation_variants.prelu", normal((4, 3)), fixed([0.1, -0.5, 2])),
    op("activation_variants.prelu", normal((4, 3)), fixed([0.25]), case="one slope"),
    op("activation_variants.prelu", normal((4, 3)), fixed(0.25), case="a number"),
    op("activation_variants.prelu", normal(5), fixed([0.25]), case="1-D"),
    op("activation_variants.prelu", normal((2, 3, 4, 2)), normal(3), case="images"),
    op("activation_variants.prelu", normal((2, 1, 4)), normal(1), case="one channel"),
    op("activation_variants.prelu", normal((0, 3)), normal(3), case="empty"),
    op("activation_variants.prelu", fixed([[0, -0.0, -1]]), normal(3), case="corner", kink=True),
    op("activation_variants.rrelu", normal((4, 3)), value(None), train=False,
       oracle=rrelu_at_test, backward=mean_slopes, case="at test"),
]  # fmt: skip
