"""Rows of the table: activations."""

import torch
import torch.nn.functional as F  # noqa: N812
from cases import binary, fixed, logits, normal, op, uniform

CORNER = fixed([[-1, 0, -0.0, 1]])
FAR = fixed([[-1000, -800, -40, -1, 0, 1, 40, 800, 1000]])
EMPTY = normal((0, 3))

ELEMENTWISE = [
    ("sigmoid", F.sigmoid, {}),
    ("tanh", F.tanh, {}),
    ("softsign", F.softsign, {}),
    ("relu", F.relu, {}),
    ("leaky_relu", F.leaky_relu, {}),
    ("leaky_relu", F.leaky_relu, {"negative_slope": 1.5}),
    ("elu", F.elu, {}),
    ("elu", F.elu, {"alpha": 0.3}),
    ("softplus", F.softplus, {}),
]


def last_axis(function):
    return lambda z: function(z, dim=-1)


def maxout_by_max(x, W, b):
    return (torch.einsum("nd,pdm->pnm", x, W) + b[:, None]).max(dim=0).values


def dead_by_counting(activations):
    return int((activations.count_nonzero(dim=0) == 0).sum()) / activations.shape[1]


def elementwise(name, oracle, keywords):
    suffix = "".join(f" {key} {number}" for key, number in keywords.items())
    inputs = {"": normal((4, 3), 2), "corner": CORNER, "far": FAR, "empty": EMPTY}
    inputs |= {"a number": normal(()), "4-D": normal((2, 1, 3, 2))}
    for case, z in inputs.items():
        kink = case in ("corner", "far")
        name_ = f"activations.{name}"
        yield op(name_, z, oracle=oracle, case=case + suffix, kink=kink, **keywords)


OPS = [row for line in ELEMENTWISE for row in elementwise(*line)]

for name, function in [("softmax", F.softmax), ("log_softmax", F.log_softmax)]:
    OPS += [
        op(f"activations.{name}", z, case=case, oracle=last_axis(function), kink=kink)
        for case, z, kink in [
            ("", logits(4, 3), False),
            ("one row", normal(5), False),
            ("3-D", normal((2, 4, 3)), False),
            ("one class", logits(3, 1), False),
            ("far out", logits(4, 3, scale=1e3), True),
            ("rows 2000 apart", fixed([[1, 2], [2001, 2003], [-2000, -1998]]), True),
            ("ties", fixed([[1, 1, 1], [1000, 1000, -1000]]), True),
            ("empty", EMPTY, False),
        ]
    ]

OPS += [
    op("activations.softmax_jacobian", fixed([0.2, 0.5, 0.3])),
    op("activations.softmax_jacobian", fixed([1, 0, 0]), case="certain"),
    op("activations.maxout", normal((5, 3)), normal((4, 3, 2)), normal((4, 2)),
       oracle=maxout_by_max),
    op("activations.maxout", normal((5, 3)), normal((1, 3, 2)), normal((1, 2)), case="one piece",
       oracle=maxout_by_max),
    op("activations.maxout", fixed([[1, 2]]), fixed([[[1], [0]], [[1], [0]]]), fixed([[0], [0]]),
       case="ties", kink=True),
    op("activations.maxout", normal((0, 3)), normal((2, 3, 2)), normal((2, 2)), case="empty",
       oracle=maxout_by_max),
    op("activations.dead_fraction", uniform((5, 4)), oracle=dead_by_counting),
    op("activations.dead_fraction", fixed([[0, 1, -0.0], [0, 0, 0]]), case="two of three",
       oracle=dead_by_counting),
    op("activations.dead_fraction", binary((2, 16)), case="many", oracle=dead_by_counting),
]  # fmt: skip
