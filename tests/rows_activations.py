"""Rows of the table: activations."""

from cases import fixed, normal, op

OPS = [
    op("activations.relu", normal((4, 3))),
    op("activations.relu", fixed([[-1, 0, -0.0, 1]]), case="at its corner", kink=True),
]
