"""Lecture 16: every claim of `lecture_claims`, on one run; its stored trainings; its figures."""

import numpy as np
import pytest
import torch
from lecture_claims import LectureClaims
from stored_results import script, stored

from dlcourse.data.sets import SAMPLES
from dlcourse.plots.transfer import plot_borrowed, plot_bottleneck, plot_by_layers


class TestLecture16(LectureClaims):
    name = "16_transfer"


@pytest.fixture(scope="module")
def transfer():
    torch.set_num_threads(1)
    return stored("transfer"), script("transfer")


def medians(rows):
    return {name: np.median(own[-1]["test"]) for name, own in rows.items()}


def test_every_rival_on_canvases_was_trained_at_every_rate_from_every_start(transfer):
    kept, run = transfer
    for count in run["CANVAS_LABELS"]:
        rivals = kept[f"canvas, {count} labels"]
        assert len(rivals) == (18 if count == 10 else 7)
        for name, looks in rivals.items():
            kind, _, way = name.rpartition(", ")
            k, how = way.split() if kind else (0, "tuned")
            rates = run["canvas_rates"](kind, int(k), how)
            assert [row["steps"] for row in looks] == [*run["CANVAS_LOOKS"]]
            for row in looks:
                assert len(row["validation"]) == len(rates)
                assert row["validation"][rates.index(row["rate"])] == max(row["validation"])
                assert len(row["test"]) == len(run["SEEDS"])


@pytest.mark.parametrize("part", ["easy", "pairs", "unlabelled"])
def test_every_rival_of_dense_layers_was_trained_at_every_rate_from_every_start(transfer, part):
    kept, run = transfer
    for by_count in kept[part].values():
        for looks in by_count.values():
            for row in looks:
                rates = run["WIDE_RATES"] if part == "pairs" else run["RATES"]
                assert len(row["validation"]) == len(rates)
                assert row["validation"][rates.index(row["rate"])] == max(row["validation"])
                assert len(row["test"]) == len(run["SEEDS"])
    assert not set(run["SEEDS"]) & {*run["CHOOSERS"], *run["DENSE_CHOOSERS"]}


def test_a_stored_run_on_canvases_is_that_of_its_script(transfer):
    kept, run = transfer
    row = kept["canvas, 10 labels"]["untrained, 3 frozen"][0]
    found = run["canvas_run"]("untrained", 3, "frozen", 10)(row["rate"], 4, (row["steps"],))
    assert found[0][1] == pytest.approx(row["test"][4], abs=4)


def test_the_stored_pairs_and_easy_targets_are_those_of_their_script(transfer):
    kept, run = transfer

    def begin(seed, draws):
        return run["start"]((*run["PAIR_SIZES"], 5), draws)

    found = run["flat_duel"](begin, 2, "frozen", 1, range(5), (150,))
    due = kept["pairs"]["untrained, frozen"]["1"][0]
    assert found[0]["rate"] in run["RATES"]
    np.testing.assert_allclose(np.median(found[0]["test"]), np.median(due["test"]), atol=6)


def test_the_borrowed_layers_are_the_trained_ones_and_their_network_reads_5_to_9(transfer):
    kept, _ = transfer
    with np.load(SAMPLES / "borrowed.npz") as lent:
        shapes = [lent[name].shape for name in lent]
    assert shapes == [(12, 1, 3, 3), (12,), (24, 12, 3, 3), (24,), (32, 24, 3, 3), (32,)]
    assert min(kept["sources"]["other digits"]) > 93
    assert np.median(kept["sources"]["pixels moved"]) > 85


def test_reuse_pays_on_canvases_and_costs_on_the_easy_target(transfer):
    kept, _ = transfer
    for look in (0, 1):  # at both budgets
        canvas = {n: np.median(own[look]["test"]) for n, own in kept["canvas, 10 labels"].items()}
        assert canvas["other digits, 3 tuned"] > canvas["scratch"] + 8
        assert canvas["other digits, 2 frozen"] > canvas["other digits, 3 frozen"] + 4
        easy = {n: np.median(own["2"][look]["test"]) for n, own in kept["easy"].items()}
        assert easy["other digits, 2 frozen"] < easy["scratch"] - 5


def test_locked_layers_lose_on_the_easy_target_and_three_lose_more_than_untrained_ones(transfer):
    kept, _ = transfer

    def middles(count, look):
        return {n: np.median(own[count][look]["test"]) for n, own in kept["easy"].items()}

    for count in ("1", "2"):
        middle = middles(count, 1)
        lost = [middle["scratch"] - middle[f"other digits, {k} frozen"] for k in (1, 2, 3)]
        assert 4 < min(lost)
        assert max(lost) < 22
        for look in (0, 1):  # at both budgets
            early = middles(count, look)
            assert early["untrained, 3 frozen"] > early["other digits, 3 frozen"] + 3
            assert early["untrained, 2 frozen"] < early["scratch"] - 8


@pytest.mark.parametrize(("count", "ahead"), [("1", 5), ("2", 7)])
def test_one_tuned_layer_ties_with_scratch_on_the_easy_target(transfer, count, ahead):
    kept, _ = transfer
    ways = {n: own[count][1]["test"] for n, own in kept["easy"].items() if n.startswith("other")}
    assert max(ways, key=lambda name: np.median(ways[name])) == "other digits, 1 tuned"
    scratch = kept["easy"]["scratch"][count][1]["test"]
    assert np.sum(np.array(ways["other digits, 1 tuned"]) > scratch) == ahead


@pytest.mark.parametrize(("look", "points"), [(0, [19, 20, 12]), (1, [19, 16, 4])])
def test_the_best_of_six_ways_gains_on_canvases_what_the_verdict_says(transfer, look, points):
    kept, _ = transfer
    for count, gain in zip((2, 10, 50), points, strict=True):
        rivals = kept[f"canvas, {count} labels"]
        ways = [f"other digits, {k} {way}" for k in (1, 2, 3) for way in ("frozen", "tuned")]
        best = max(np.median(rivals[way][look]["test"]) for way in ways)
        assert best - np.median(rivals["scratch"][look]["test"]) == pytest.approx(gain, abs=0.6)


def test_what_is_borrowed_is_copied_and_locked():
    ax = plot_borrowed(2, frozen=True, title="Two")
    texts = [text.get_text() for text in ax.texts]
    assert texts.count("copy") == 2
    assert "layer 3\nnew" in texts
    closed, opened = (plot_borrowed(3, frozen=f, title="Three") for f in (True, False))
    assert [len(ax.patches) for ax in (closed, opened)] == [8 + 2 * 3] * 2


def test_starts_stand_over_their_number_of_layers():
    ax = plot_by_layers({"frozen": {1: [10, 20], 2: [30, 50]}}, scratch=[5, 7], title="Two")
    dots = [line for line in ax.lines if line.get_marker() == "o"]
    assert [line.get_ydata().tolist() for line in dots] == [[10, 20], [30, 50]]
    middle = [line for line in ax.lines if line.get_label() == "frozen"]
    assert list(middle[0].get_ydata()) == [15, 40]


def test_a_bottleneck_has_a_dot_for_each_number_of_the_code():
    ax = plot_bottleneck(np.zeros((8, 8)), [0, 0.5, 1], np.ones((8, 8)), title="Three")
    dots = [line for line in ax.lines if line.get_marker() == "o"]
    assert [dot.get_color() for dot in dots] == ["1.0", "0.5", "0.0"]
    assert any("3 numbers" in text.get_text() for text in ax.texts)
