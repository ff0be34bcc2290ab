"""Rows of the table: cross-entropy with weights and ignored rows."""

import torch.nn.functional as F  # noqa: N812
from cases import fixed, labels, logits, op, uniform

from dlcourse.reference.weighted_losses import weighted_cross_entropy_backward as backward


def by_torch(logits, labels, weight=None, **keywords):
    weight = weight if weight is None else weight.detach()  # torch has no gradient for it
    return F.cross_entropy(logits, labels, weight, **keywords)


IGNORED = fixed([2, -100, 0, 1, -100, 2], int)


def row(scores, classes, *weight, case="", **keywords):
    return op("weighted_losses.weighted_cross_entropy", scores, classes, *weight, case=case,
              oracle=by_torch, gradients=("logits",), **keywords)  # fmt: skip


OPS = [
    row(logits(6, 3), labels(6, 3)),
    row(logits(6, 3), labels(6, 3), uniform(3, 0.1, 4.0), case="weights"),
    row(logits(6, 3, scale=1e3), labels(6, 3), uniform(3, 0.1, 4.0), case="far out", kink=True),
    row(logits(6, 3), IGNORED, case="ignored rows"),
    row(logits(6, 3), IGNORED, uniform(3, 0.1, 4.0), case="both, a sum", reduction="sum"),
    row(logits(6, 3), fixed([2, 1, 0, 1, 1, 2], int), fixed([1.0, 0.0, 2.0]),
        case="another index, a class that weighs nothing", ignore_index=2),
    op("weighted_losses.weighted_cross_entropy", logits(6, 3), IGNORED, uniform(3, 0.1, 4.0),
       case="row by row", half=False, oracle=by_torch, reduction="none",
       backward=lambda dout, logits, labels, weight: dout[:, None] * backward(
           logits, labels, weight, reduction="none"), gradients=("logits",)),
]  # fmt: skip
