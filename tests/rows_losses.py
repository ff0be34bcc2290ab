"""Rows of the table: losses."""

import torch.nn.functional as F  # noqa: N812
from cases import binary, fixed, labels, logits, normal, op, uniform

FAR, SIDES = fixed([-1000, -1000, 0, 1000, 1000]), fixed([0, 1, 1, 0, 1], int)
TABLE = binary((4, 3))


def half_squared(pred, target):
    return F.mse_loss(pred, target, reduction="sum") / 2 / pred.shape[0]


def over_labels(z, y):
    return F.multilabel_soft_margin_loss(z, y) * z.shape[1]


def hinge(scores, y, margin=1.0):
    return F.relu(margin - (y.to(scores.dtype) - 0.5) * 2 * scores).sum() / len(scores)


def soft_margin(scores, y):
    return F.soft_margin_loss(scores, 2 * y - 1, reduction="sum") / len(scores)


def bce(z, y):
    return F.binary_cross_entropy_with_logits(z, y.to(z.dtype))


def soft(logits_, targets):
    rows = [F.cross_entropy(z[None], t[None]) for z, t in zip(logits_, targets, strict=True)]
    return sum(rows) / len(rows)


OPS = [
    op("losses.mse_loss", normal((4, 3)), normal((4, 3))),
    op("losses.mse_loss", normal(5), normal(5), case="one output"),
    op("losses.mse_loss", fixed([[1e6, 0]]), fixed([[-1e6, -0.0]]), case="far out"),
    op("losses.euclidean_loss", normal((4, 3)), normal((4, 3)), oracle=half_squared),
    op("losses.euclidean_loss", normal((2, 3, 2)), normal((2, 3, 2)), case="3-D",
       oracle=half_squared),
    op("losses.l1_loss", normal((4, 3)), normal((4, 3))),
    op("losses.l1_loss", fixed([[1, 2, 3]]), fixed([[1, 5, -3]]), case="one exact"),
    op("losses.binary_cross_entropy", uniform((4, 3), 0.01, 0.99), uniform((4, 3)),
       integers=False),
    op("losses.binary_cross_entropy", fixed([2**-20, 1 - 2**-20]), fixed([1.0, 1.0]),
       case="nearly certain", kink=True, half=False, integers=False),
    op("losses.bce_with_logits", normal((4, 3)), TABLE, oracle=bce),
    op("losses.bce_with_logits", normal(5), uniform(5), case="soft targets", oracle=bce),
    op("losses.bce_with_logits", FAR, SIDES, case="far out", oracle=bce, kink=True),
    op("losses.multilabel_cross_entropy", normal((4, 3)), TABLE, oracle=over_labels),
    op("losses.multilabel_cross_entropy", normal((2, 1), 1e3), binary((2, 1)), case="far out",
       oracle=over_labels, kink=True),
    op("losses.cross_entropy", logits(6, 4), labels(6, 4),
       backward="softmax_cross_entropy_backward"),
    op("losses.cross_entropy", logits(6, 4, scale=1e3), labels(6, 4), case="far out", kink=True,
       backward="softmax_cross_entropy_backward"),
    op("losses.cross_entropy", logits(1, 1), labels(1, 1), case="one class",
       backward="softmax_cross_entropy_backward"),
    op("losses.cross_entropy", fixed([[0, 0, 0], [5, 5, 5]]), labels(2, 3), case="ties",
       backward="softmax_cross_entropy_backward"),
    op("losses.soft_cross_entropy", logits(4, 3), uniform((4, 3)), oracle=soft),
    op("losses.soft_cross_entropy", logits(4, 3, scale=1e3), uniform((4, 3)), case="far out",
       oracle=soft, kink=True),
    op("losses.hinge_loss", normal((4, 3)), TABLE, oracle=hinge),
    op("losses.hinge_loss", normal(6, 3), binary(6), case="margin 2.5", oracle=hinge, margin=2.5),
    op("losses.hinge_loss", fixed([1, -1, 0, 3]), fixed([1, 0, 1, 1], int), case="on the margin",
       oracle=hinge, kink=True),
    op("losses.logistic_loss", normal((4, 3)), TABLE, oracle=soft_margin),
    op("losses.logistic_loss", FAR, SIDES, case="far out", oracle=None, kink=True),
    op("losses.smooth_labels", labels(5, 3), n_classes=3, epsilon=0.1),
    op("losses.smooth_labels", labels(0, 3), n_classes=3, epsilon=1.0, case="empty"),
    op("losses.smooth_labels", labels(5, 3), n_classes=4, epsilon=0.0, case="no smoothing"),
]  # fmt: skip
