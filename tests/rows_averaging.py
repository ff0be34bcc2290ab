"""Rows of the table: averages of weights, and instruments for training."""

from cases import fixed, normal, op, several, value

TWO = several(normal((3, 2)), normal(2))

OPS = [
    op("averaging.exponential_average", TWO, several(normal((3, 2)), normal(2)), decay=0.9),
    op("averaging.equal_average", TWO, several(normal((3, 2)), normal(2)), value(3)),
    op("averaging.equal_average", TWO, several(normal((3, 2)), normal(2)), value(0), case="first"),
    op("diagnostics.update_ratios", TWO, several(normal((3, 2)), normal(2))),
    op("diagnostics.update_ratios", several(fixed([0.0, 0.0]), fixed([0.0]), fixed([1.0])),
       several(fixed([0.0, 0.0]), fixed([1.0]), fixed([1.0])), case="zeros"),
]  # fmt: skip

TWIN_ONLY = {"transfer.torch_freeze": "an exercise of kind torch; tested in test_transfer.py"}

NO_ROW = {"diagnostics.name_the_bug": "readings in, a word out: test_averaging.py"}
NO_TWIN = {"diagnostics.name_the_bug": "readings in, a word out: one version serves both worlds"}
