"""Rows of the table: group and RMS normalization."""

from cases import fixed, normal, op, value
from torch.nn.functional import group_norm, rms_norm


def rms_by_torch(x, gamma, eps=1e-5):
    return rms_norm(x, x.shape[-1:], gamma, eps)


def groups(x, C, n, case="", **keywords):
    return op("normalization_variants.group_norm", x, value(n), normal(C), normal(C), case=case,
              oracle=group_norm, gradients=("x", "gamma", "beta"), **keywords)  # fmt: skip


OPS = [
    groups(normal((3, 6), 2.0, 1.0), 6, 3),
    groups(normal((2, 4, 3, 2)), 4, 2, case="images"),
    groups(normal((2, 4, 3, 2)), 4, 1, case="one group", eps=0.1),
    groups(normal((2, 4, 3, 2)), 4, 4, case="a group each"),
    groups(normal((0, 4)), 4, 2, case="no row"),
    groups(fixed([[2.0] * 4]), 4, 2, case="constant row", kink=True),
    op("normalization_variants.rms_norm", normal((4, 5), 2.0, 1.0), normal(5),
       oracle=rms_by_torch),
    op("normalization_variants.rms_norm", normal((1, 2, 5)), normal(5), eps=0.1,
       case="two axes of rows", oracle=rms_by_torch),
    op("normalization_variants.rms_norm", normal((0, 5)), normal(5), case="no row",
       oracle=rms_by_torch),
    op("normalization_variants.rms_norm", fixed([[0.0, 0.0]]), normal(2), case="zeros",
       oracle=rms_by_torch, kink=True),
]  # fmt: skip
