"""Evaluation where chance is involved, and what the definitions must mean."""

import sys

import numpy as np
import pytest
import scipy.stats
import torch
from cases import for_all
from hypothesis import strategies as st

from dlcourse.reference import evaluation, metrics
from dlcourse.twins import evaluation as twin
from dlcourse.twins import metrics as twin_metrics

rng = np.random.default_rng(17)
Y, SCORES = rng.integers(2, size=40), np.round(rng.normal(size=40), 1)


def test_a_bootstrap_interval_is_that_of_scipy():
    """Ends of 20,000 resamples: a percentile's own spread there is below 0.01 standard errors."""
    data = rng.normal(size=60)
    ours = evaluation.bootstrap_interval(np.mean, (data,), np.random.default_rng(0), 20_000, 0.9)
    theirs = scipy.stats.bootstrap(
        (data,), np.mean, n_resamples=20_000, confidence_level=0.9, method="percentile",
        rng=np.random.default_rng(1),
    ).confidence_interval  # fmt: skip
    np.testing.assert_allclose(ours, theirs, atol=0.05 * data.std() / np.sqrt(60))


def test_a_bootstrap_keeps_rows_together():
    """Of equal columns every resample has accuracy 1; torn apart it would be near one half."""
    bounds = evaluation.bootstrap_interval(metrics.accuracy, (Y, Y), rng, 50)
    assert bounds == (1.0, 1.0)


@for_all(st.floats(0, 1))
def test_the_threshold_is_the_largest_score_that_keeps_the_recall(min_recall):
    t = evaluation.choose_threshold(SCORES, Y, min_recall)
    assert t in SCORES
    assert metrics.recall(Y, (t <= SCORES).astype(int)) >= min_recall
    above = SCORES[t < SCORES]
    assert all(metrics.recall(Y, (s <= SCORES).astype(int)) < min_recall for s in above)


def test_scores_that_know_nothing_have_the_share_of_positives_for_an_average_precision():
    """10 % positives among 20,000: the standard deviation over permutations is about 0.003."""
    y = np.arange(20_000) < 2_000
    found = evaluation.average_precision(
        y.astype(int), np.random.default_rng(3).normal(size=20_000)
    )
    assert found == pytest.approx(0.1, abs=0.02)


def test_a_constant_confidence_at_the_base_rate_is_calibrated_and_useless():
    correct = np.arange(100) < 30
    assert evaluation.calibration_error(correct, np.full(100, 0.3)) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_confidence_on_an_edge_falls_into_the_same_bin_in_every_type(dtype):
    confidence, correct = np.array([0.6] * 50 + [0.55] * 50, dtype), np.repeat([0, 1], 50)
    tensors = torch.tensor(correct), torch.tensor(confidence)
    assert evaluation.calibration_error(correct, confidence) == pytest.approx(0.075, abs=1e-6)
    assert twin.calibration_error(*tensors) == pytest.approx(0.075, abs=1e-6)


def test_data_without_its_tuple_is_refused_in_a_line():
    """A thousand labels instead of a tuple of arrays are a thousand arrays without rows."""
    with pytest.raises(ValueError, match="as many rows") as refusal:
        evaluation.bootstrap_interval(np.mean, np.ones(1000), np.random.default_rng(0))
    assert len(str(refusal.value)) < 160


def test_curves_of_the_twins_take_memory_that_grows_with_the_rows():
    """60,000 scores against as many thresholds would be 3.6 GB in the smallest type."""
    resource = pytest.importorskip("resource", reason="Windows has none")
    scores = torch.randn(60_000, generator=torch.Generator().manual_seed(0))
    y = (torch.arange(60_000) % 2).long()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert twin_metrics.roc_auc(y, scores) == pytest.approx(0.5, abs=0.02)
    for curve in (
        twin_metrics.roc_curve, twin.precision_recall_curve, twin.average_precision,
    ):  # fmt: skip
        curve(y, scores)
    twin.choose_threshold(scores, y, 0.5)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert (after - before) * (1 if sys.platform == "darwin" else 1024) < 100e6


@pytest.mark.parametrize(
    ("call", "quoted"),
    [
        (lambda: evaluation.precision_recall_curve([0, 0], [1.0, 2.0]), "got 2 rows without one"),
        (lambda: evaluation.average_precision([0, 1], [np.nan, 2.0]), "with 1 NaN"),
        (lambda: evaluation.averaged_f1([0], [0], 2, average="mean"), "macro.*got 'mean'"),
        (lambda: evaluation.calibration_error([1], [1.2]), r"\[0, 1\], got 1.2"),
        (lambda: evaluation.choose_threshold([1.0], [1], 1.5), "got 1.5"),
        (lambda: evaluation.bootstrap_interval(np.mean, (Y, Y[:3]), rng), r"\(40,\), \(3,\)"),
        (lambda: evaluation.bootstrap_interval(np.mean, (Y[:0],), rng), r"\(0,\)"),
        (lambda: evaluation.bootstrap_interval(np.mean, (Y,), rng, confidence=95), "got 95"),
    ],
)
def test_bad_input_is_quoted_back(call, quoted):
    with pytest.raises(ValueError, match=quoted):
        call()
