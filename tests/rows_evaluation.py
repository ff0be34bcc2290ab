"""Rows of the table: evaluation. scikit-learn is the oracle, on the CPU."""

import numpy as np
import torch
from cases import binary, fixed, labels, normal, op, uniform
from sklearn import metrics
from sklearn.calibration import calibration_curve

HALF = fixed([0, 1, 1, 0, 1, 0], int)
FAR = fixed([-np.inf, -np.inf, 0.0, np.inf])


def curve(y_true, scores):
    found = metrics.precision_recall_curve(y_true, scores, drop_intermediate=False)
    return tuple(torch.tensor(part.copy()) for part in found)


def area(y_true, scores):
    return float(metrics.average_precision_score(y_true, scores))


def f1(y_true, y_pred, n_classes, average="macro"):
    return float(metrics.f1_score(y_true, y_pred, labels=range(n_classes), average=average,
                                  zero_division=0.0))  # fmt: skip


def calibration(correct, confidence, n_bins=10):
    share, stated = calibration_curve(correct, confidence, n_bins=n_bins)
    counts = np.histogram(confidence, np.linspace(0, 1, n_bins + 1))[0]
    return float(np.abs(share - stated) @ counts[counts > 0] / len(confidence))


OPS = [
    op("evaluation.precision_recall_curve", HALF, normal(6), oracle=curve, half=False,
       single=False),
    op("evaluation.precision_recall_curve", fixed([0, 1, 1, 0, 1], int), fixed([1, 2, 2, 2, 3]),
       oracle=curve, case="ties", single=False),
    op("evaluation.precision_recall_curve", fixed([1, 1], int), normal(2), oracle=curve,
       case="only positives", single=False, half=False),
    op("evaluation.average_precision", HALF, normal(6), oracle=area, half=False),
    op("evaluation.average_precision", fixed([0, 1, 1, 0, 1], int), fixed([1, 2, 2, 2, 3]),
       oracle=area, case="ties"),
    op("evaluation.average_precision", fixed([1, 0, 0], int), fixed([7, 7, 7]), oracle=area,
       case="all tied"),
    op("evaluation.average_precision", fixed([1, 0, 0, 1], int), FAR, case="far out",
       integers=False),
    op("evaluation.calibration_error", binary(50), uniform(50), oracle=calibration, half=False,
       integers=False),
    op("evaluation.calibration_error", fixed([1, 0, 1], int), fixed([0.95, 0.85, 0.05]),
       oracle=calibration, case="empty bins", n_bins=5, integers=False, half=False),
    op("evaluation.choose_threshold", normal(9), fixed([0, 1, 1, 0, 1, 0, 1, 1, 1], int),
       min_recall=0.5, half=False),
    op("evaluation.choose_threshold", fixed([1.0, 2.0, 2.0, 2.0, 3.0]),
       fixed([0, 1, 1, 0, 1], int), min_recall=0.5, case="ties"),
    op("evaluation.choose_threshold", fixed([1.0, 2.0, 5.0]), fixed([1, 1, 0], int),
       min_recall=0.0, case="nothing asked"),
    op("evaluation.choose_threshold", fixed(np.arange(10.0)), fixed([1] * 10, int),
       min_recall=0.7, case="a share that rounds"),
]  # fmt: skip

OPS += [
    op("evaluation.averaged_f1", *pair, n_classes=4, average=average, oracle=f1,
       case=f"{average}{case}")
    for average in ("macro", "micro", "weighted")
    for case, pair in {
        "": (labels(30, 4), labels(30, 4)),
        ", absent classes": (labels(9, 2), labels(9, 3)),
    }.items()
]  # fmt: skip

NO_ROW = {"evaluation.bootstrap_interval": "draws rows at random: test_evaluation.py"}
NO_TWIN = {"evaluation.bootstrap_interval": "calls a function of the caller's on drawn rows"}
