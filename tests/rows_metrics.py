"""Rows of the table: metrics. scikit-learn is the oracle, on the CPU."""

import torch
from cases import binary, fixed, labels, normal, op
from sklearn import metrics


def counted(y_true, y_pred, n_classes):
    return torch.tensor(metrics.confusion_matrix(y_true, y_pred, labels=range(n_classes)))


def specificity(y_true, y_pred):
    return float(metrics.recall_score(y_true, y_pred, pos_label=0, zero_division=0.0))


def three(y_true, y_pred):
    scores = metrics.precision_recall_fscore_support(
        y_true, y_pred, average="binary", zero_division=0.0
    )
    return tuple(float(score) for score in scores[:3])


def curve(y_true, scores):
    rates = metrics.roc_curve(y_true, scores, drop_intermediate=False)
    return tuple(torch.tensor(rate) for rate in rates)


def area(y_true, scores):
    return float(metrics.roc_auc_score(y_true, scores))


RATIOS = {
    "accuracy": lambda t, p: float(metrics.accuracy_score(t, p)),
    "precision": lambda t, p: float(metrics.precision_score(t, p, zero_division=0.0)),
    "recall": lambda t, p: float(metrics.recall_score(t, p, zero_division=0.0)),
    "specificity": specificity,
    "f1_score": lambda t, p: float(metrics.f1_score(t, p, zero_division=0.0)),
    "precision_recall_f1": three,
}
NEVER, ALWAYS = fixed([0, 0, 0], int), fixed([1, 1, 1], int)
PAIRS = {
    "": (binary(20), binary(20)),
    "none predicted": (fixed([0, 1, 1], int), NEVER),
    "none there": (NEVER, fixed([0, 1, 1], int)),
    "all right": (ALWAYS, ALWAYS),
    "all wrong": (NEVER, ALWAYS),
}

TWIN_ONLY = {
    "metrics.let_through": "counts for the curves of two files; the reference counts in each",
    "metrics.ranked": "reads scores for the curves of two files",
}

OPS = [
    op(f"metrics.{name}", *pair, case=case, oracle=oracle)
    for name, oracle in RATIOS.items()
    for case, pair in PAIRS.items()
]

OPS += [
    op("metrics.confusion_matrix", labels(30, 4), labels(30, 4), n_classes=4, oracle=counted),
    op("metrics.confusion_matrix", labels(9, 2), labels(9, 2), n_classes=5, oracle=counted,
       case="absent classes"),
    op("metrics.confusion_matrix", fixed([200, 3], "uint8"), fixed([199, 3], "uint8"),
       n_classes=201, case="8-bit labels", oracle=counted),
    op("metrics.confusion_matrix", labels(0, 2), labels(0, 2), n_classes=2, case="empty"),
    op("metrics.roc_curve", fixed([0, 1, 1, 0, 1, 0], int), normal(6), oracle=curve, half=False,
       single=False),
    op("metrics.roc_curve", fixed([0, 1, 1, 0, 1], int), fixed([1, 2, 2, 2, 3]), oracle=curve,
       case="ties", single=False),
    op("metrics.roc_auc", fixed([0, 1, 1, 0, 1, 0], int), normal(6), oracle=area, half=False),
    op("metrics.roc_auc", fixed([0, 1, 1, 0, 1], int), fixed([1, 2, 2, 2, 3]), oracle=area,
       case="ties"),
    op("metrics.roc_auc", fixed([0, 1, 1], int), fixed([7, 7, 7]), oracle=area, case="all tied"),
    op("metrics.roc_auc", fixed([0, 1], int), fixed([1, -1]), oracle=area, case="reversed"),
    op("metrics.roc_auc", fixed([0, 1], int), fixed([-1e30, 1e30]), oracle=area, integers=False,
       case="far out"),
]  # fmt: skip
