"""Lecture 14: every claim of `lecture_claims`, on one run; its stored trainings; its figures."""

import numpy as np
import pytest
import torch
from lecture_claims import LectureClaims
from stored_results import script, stored

from dlcourse.plots.basic import BACKWARD, FORWARD
from dlcourse.plots.recurrent import (
    plot_left,
    plot_letters,
    plot_lstm_cell,
    plot_starts,
    plot_unrolled,
)
from dlcourse.reference.gated import lstm_forward
from dlcourse.reference.losses import cross_entropy
from dlcourse.reference.tokens import count_ngrams, ngram_chances


class TestLecture14(LectureClaims):
    name = "14_recurrent_networks"


@pytest.fixture(scope="module")
def memory():
    return stored("memory"), script("memory")


@pytest.fixture(scope="module")
def letters():
    return stored("letters"), script("letters")


@pytest.mark.parametrize("cell", ["Elman", "LSTM, bias 0", "LSTM, bias 3"])
def test_the_stored_recalls_are_those_of_their_script(memory, cell):
    kept, run = memory
    first = kept["recall 30"][cell][0]
    found = run["train"](*run["CELLS"][cell], 30, first["rate"], 3, looks=(200,))
    np.testing.assert_allclose(found[0, 1], first["test"][3], atol=6)


def test_every_cell_was_trained_at_every_rate_from_every_start(memory):
    kept, run = memory
    assert list(kept["recall 30"]) == [*run["CELLS"]]
    for cell, rows in kept["recall 30"].items():
        rates = run["TRIED"].get(cell, run["RATES"])
        assert len(rows) == len(run["BUDGETS"])
        for row in rows:
            assert len(row["validation"]) == len(rates)
            assert len(row["test"]) == len(run["SEEDS"])
            assert row["validation"][rates.index(row["rate"])] == max(row["validation"])


def test_an_lstm_of_bias_0_learns_the_task_at_no_rate(memory):
    kept, run = memory
    others = kept["other rates"]["LSTM, bias 0"]
    assert [float(rate) for rate in others] == [rate for rate in run["RATES"] if rate != 0.01]
    assert max(map(max, others.values())) < 40
    assert max(max(row["test"]) for row in kept["recall 30"]["LSTM, bias 0"]) < 40


def test_more_gain_helps_elman_s_network_with_sixty_symbols_and_an_open_gate_helps_more(memory):
    kept, run = memory
    assert all(len(named) == len(run["MANY_SEEDS"]) for named in kept["starts 60"].values())
    solved = {name: np.sum(np.array(v) > 90) for name, v in kept["starts 60"].items()}
    assert list(solved) == [
        "Elman", "Elman, gain 1.2", "Elman, gain 1.5", "LSTM, bias 3", "LSTM, bias 5"
    ]  # fmt: skip
    assert solved["Elman"] <= 2
    assert solved["Elman"] + 5 < solved["Elman, gain 1.5"] < solved["LSTM, bias 3"] - 5
    assert solved["LSTM, bias 3"] < solved["LSTM, bias 5"] - 5


def test_four_times_as_many_batches_do_not_open_a_closed_gate(memory):
    kept, run = memory
    [named] = kept["longer 30"].values()
    assert run["LONG_BUDGET"] == 4 * max(run["BUDGETS"])
    assert len(named) == 5
    assert max(named) < 40


@pytest.mark.long
def test_the_stored_sixty_symbols_are_those_of_their_script(memory):
    kept, run = memory
    found = run["train"](*run["CELLS"]["Elman"], 60, 0.01, 3, looks=(200,))
    assert found[0, 1] == pytest.approx(kept["starts 60"]["Elman"][3], abs=6)


def test_clipping_lets_a_higher_rate_learn(memory):
    kept, run = memory
    one = run["PLAIN_RATES"].index(1.0)
    for budget in (0, 1):
        without, clipped = (kept["clipping 10"][way][budget] for way in ("without", "clipped"))
        assert without["validation"][one] < 35
        assert clipped["validation"][one] > 95


def test_the_stored_optimizers_of_thirty_symbols_are_those_of_their_script(memory):
    kept, run = memory
    for name, seed in {"AdaGrad": 5, "RMSProp": 1}.items():  # other starts ask for the last bit
        row, step = kept["optimizers 30"][name], run["OPTIMIZERS"][name]
        found = run["train"]("elman", 0.0, 30, row["rates"][0], seed, looks=(200,), step=step)
        assert found[0, 1] == pytest.approx(row["named"][0][seed], abs=6)


def test_no_optimizer_s_rate_for_thirty_symbols_lies_at_the_edge_of_its_grid(memory):
    kept, run = memory
    assert list(kept["optimizers 30"]) == list(run["OPTIMIZERS"])
    for name, row in kept["optimizers 30"].items():
        rates, others = run["RATES_30"][name], np.array(row["others"])
        assert others.shape == (len(rates), len(run["BUDGETS"]))
        assert np.shape(row["named"]) == (len(run["BUDGETS"]), len(run["SEEDS"]))
        for k, rate in enumerate(row["rates"]):
            assert rate == rates[others[:, k].argmax()]
            assert rates[0] < rate < rates[-1]


def test_dropout_of_25_percent_is_behind_higher_ones_and_level_with_none(letters):
    kept, run = letters
    assert list(kept["drops"]) == [f"{drop:g}" for _, drop, _ in run["OTHER_SETTINGS"]]
    for drop, row in kept["drops"].items():
        assert len(row["valid"]) == len(row["test"]) == len(run["OTHER_SEEDS"])
        assert np.mean(row["bits"]) == pytest.approx(np.mean(row["test"]), abs=0.001)
        behind = np.subtract(kept["drops"]["0.25"]["bits"], row["bits"])
        error = behind.std(ddof=1) / np.sqrt(len(behind))
        if drop in ("0.5", "0.7"):
            assert behind.mean() > 3 * error
        else:
            assert abs(behind.mean()) <= 2 * error


def test_the_rate_of_the_dropouts_is_the_grid_s_best_for_all_but_none(letters):
    kept, run = letters
    grid = kept["LSTM"]["grid"]
    for units, drop, rate in run["OTHER_SETTINGS"][1:]:
        tried = {r: grid.get(run["named"](units, drop, r), np.inf) for r in run["RATES"]}
        assert min(tried, key=tried.get) == rate


@pytest.mark.long
def test_the_stored_dropouts_are_those_of_their_script(letters):
    kept, run = letters
    torch.set_num_threads(1)
    valid, test, *_ = run["train"](96, 0.5, 0.03, run["OTHER_SEEDS"][0])
    assert valid == pytest.approx(kept["drops"]["0.5"]["valid"][0], abs=0.05)
    assert test.mean() == pytest.approx(kept["drops"]["0.5"]["test"][0], abs=0.05)


def test_the_stored_letters_were_predicted_by_the_stored_weights(letters):
    kept, run = letters
    codes, _, test = run["letters"]()
    codes = codes.numpy()[test - run["BEFORE"] :]
    net = [np.array(kept["small"][name]) for name in ("Wx", "Wh", "b", "W", "b_out")]
    zero = np.zeros((1, len(net[1])))
    hs = lstm_forward(np.eye(len(run["SYMBOLS"]))[codes[:-1]][:, None], zero, zero, *net[:3])[0]
    scores = hs[run["BEFORE"] :, 0] @ net[3] + net[4]
    loss = cross_entropy(scores, codes[run["BEFORE"] :]) / np.log(2)
    assert loss == pytest.approx(kept["small"]["test"], abs=0.01)


def test_the_stored_bits_are_those_of_their_script(letters):
    kept, run = letters
    row = kept["LSTM"]
    torch.set_num_threads(1)
    valid, test, step, _ = run["train"](*row["setting"], 1)
    assert valid == pytest.approx(row["valid"][1], abs=0.05)
    assert test.mean() == pytest.approx(row["test"][1], abs=0.05)
    assert np.corrcoef(test, row["bits"][1])[0, 1] > 0.95
    assert abs(step - row["step"][1]) <= 4 * run["EVERY"]


def test_the_lstm_s_setting_validates_best_and_training_stops_before_the_end(letters):
    kept, run = letters
    row = kept["LSTM"]
    assert list(row["grid"]) == [run["named"](*setting) for setting in run["SETTINGS"]]
    assert min(row["grid"], key=row["grid"].get) == run["named"](*row["setting"])
    assert row["test"] == row["tests"][run["named"](*row["setting"])]
    assert max(row["step"]) < run["STEPS"]


def test_705_letters_tell_no_difference_between_counts_and_an_lstm(letters):
    kept, run = letters
    codes, valid, test = run["letters"]()
    pages = "".join(run["SYMBOLS"][code] for code in codes)
    counts = count_ngrams(pages[:valid], 4)
    counted = -np.log2(
        [
            ngram_chances(counts, pages[:n], run["SYMBOLS"])[codes[n]]
            for n in range(test, len(pages))
        ]
    )
    learned = np.array(kept["LSTM"]["bits"])
    np.testing.assert_allclose(learned.mean(axis=1), kept["LSTM"]["test"], atol=0.005)
    apart = learned.mean(axis=0) - counted
    assert abs(apart.mean()) < 2 * apart.std(ddof=1) / np.sqrt(len(apart))
    both = -np.log2((2.0**-counted + 2.0**-learned) / 2).mean(axis=0)
    two_starts = -np.log2((2.0**-learned).mean(axis=0))
    for rival in (counted, learned.mean(axis=0), two_starts):
        ahead = rival - both
        assert ahead.mean() > 4 * ahead.std(ddof=1) / np.sqrt(len(ahead))


def ways(ax, color):
    """Where the arrows of a colour end."""
    arrows = [text for text in ax.texts if getattr(text, "arrow_patch", None)]
    return [arrow.xy for arrow in arrows if arrow.arrowprops["color"] == color]


def test_an_unrolled_network_has_a_box_a_step_and_gradients_go_back_on_request():
    for back, forwards, backwards in ((False, 12, 0), (True, 9, 9)):
        ax = plot_unrolled(3, back=back, title="Three")
        assert [text.get_text() for text in ax.texts].count("tanh") == 3
        assert len(ways(ax, FORWARD)) == forwards
        assert len(ways(ax, BACKWARD)) == backwards


def test_each_state_gets_gradients_from_above_and_all_but_the_last_from_the_right():
    ends = ways(plot_unrolled(3, back=True, title="Three"), BACKWARD)
    assert [x for x, y in ends if y > 0] == [2, 4, 6]  # direct ones, above the states
    assert [x for x, y in ends if y == -0.3] == pytest.approx([0.15, 2.15, 4.15])


def test_a_product_and_a_sum_alone_stand_on_the_road_of_an_lstm_s_cell():
    ax = plot_lstm_cell(title="One")
    road = next(t.get_position()[1] for t in ax.texts if t.get_text() == "$c_t$")
    on_it = [t.get_text() for t in ax.texts if t.get_bbox_patch() and t.get_position()[1] == road]
    assert on_it == [r"$\times$", "$+$"]
    assert len(ways(ax, BACKWARD)) == 1  # the forget gate's


def test_below_each_box_stands_its_delta_on_the_way_back_alone():
    for back, deltas in ((True, [0.64] * 3), (False, [])):
        ax = plot_unrolled(3, back=back, title="Three")
        written = [text for text in ax.texts if text.get_text().startswith(r"$\delta")]
        assert [-text.get_position()[1] for text in written] == deltas


def test_every_start_is_a_dot():
    ax = plot_starts({"a": [10, 20, 90], "b": [5, 5, 5]}, xlabel="%", title="Two", chance=25)
    assert ax.lines[0].get_xdata().tolist() == [10, 20, 90]
    assert ax.lines[1].get_xdata().tolist() == [5, 5, 5]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["a", "b"]


def test_what_is_left_is_drawn_from_the_last_step_back():
    ax = plot_left({"half": [1, 0.5, 0.25]}, title="Half")
    assert ax.lines[0].get_xdata().tolist() == [0, 1, 2]
    assert ax.get_yscale() == "log"


def test_letters_stand_under_their_bars_and_a_space_is_seen():
    ax = plot_letters("a b", [1, 2, 3], ylabel="size", title="Three")
    assert [bar.get_height() for bar in ax.patches] == [1, 2, 3]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["a", "␣", "b"]
