"""Lecture 11: every claim of `lecture_claims`, on one run; its stored trainings; its figures."""

from types import SimpleNamespace

import numpy as np
import pytest
from lecture_claims import LectureClaims, source_of
from stored_results import script, stored

from dlcourse.authoring.lecture import read_cells
from dlcourse.plots.tuning import plot_against, plot_folds, plot_found, plot_luck, plot_trials
from dlcourse.reference import search


class TestLecture11(LectureClaims):
    name = "11_tuning"


@pytest.fixture(scope="module")
def run():
    return script("tuning")


@pytest.fixture(scope="module")
def table():
    return stored("tuning")


def test_the_stored_landscape_is_that_of_its_script(run, table):
    rows = [0, 12, 16]  # far from the wall, where rounding does not grow
    rates = [table["landscape"]["rates"][r] for r in rows]
    losses = [run["judged"](run["train"](rates, 1e-4, seed=seed))[1, 0] for seed in range(10)]
    stored_losses = [table["landscape"]["loss"][r][0] for r in rows]
    np.testing.assert_allclose(np.mean(losses, axis=0), stored_losses, rtol=0.02)


def test_the_stored_range_tests_are_those_of_their_script(run, table):
    losses = run["range_test"](3)
    before = table["range"]["loss"][3][:20]
    np.testing.assert_allclose(losses[:20], before, rtol=0.02)
    assert abs(len(losses) - len(table["range"]["loss"][3])) <= 3


def test_the_stored_curves_are_those_of_their_script(run, table):
    rates = table["curves"]["rates"]
    looks = run["curve"](rates[3:5], 2)
    np.testing.assert_allclose(looks.T, [c[2] for c in table["curves"]["loss"][3:5]], rtol=0.02)


def test_a_stored_search_is_that_of_its_script(run, table):
    found = run["search"](2, 3, 5)
    for way, (loss, _) in found.items():
        if way != "random, linear":  # its best rates stand close to the wall
            kept = table["searches"]["2 parameters, 9 trials"][way]["loss"][5]
            assert abs(loss - kept) < 0.05, way


def test_a_stored_width_is_that_of_its_script(run, table, monkeypatch):
    widths, where = table["widths"], 2
    monkeypatch.setitem(run["widths"].__globals__, "WIDTHS", widths["widths"][where : where + 1])
    found = run["widths"]()
    for when in ("lowest", "last"):
        for part, atol in (("validation", 0.03), ("test", 0.03), ("errors", 0.01)):
            np.testing.assert_allclose(found[when][part][0], widths[when][part][where], atol=atol)


def test_every_search_and_every_remedy_was_run(run, table):
    assert len(table["searches"]) == len(run["SEARCHES"])
    assert list(table["narrow searches"]) == list(table["searches"])[:2]
    for ways in [*table["searches"].values(), *table["narrow searches"].values()]:
        assert list(ways) == [
            *("grid, edges", "grid, centres", "random", "random, linear", "coarse to fine")
        ]
        for way in ways.values():
            assert len(way["loss"]) == len(way["test"]) == run["REPEATS"]
    assert [len(part) for part in table["halving"]] == [run["REPEATS"]] * 3
    for treated in table["remedies"].values():
        assert all(np.shape(errors) == (3, 10) for errors in treated.values())


@pytest.mark.parametrize(
    ("part", "judge", "way", "other", "wins_and_losses"),
    [
        ("searches", "loss", "random", "grid, edges", "31:9 35:5 28:12 30:10"),
        ("searches", "loss", "random", "grid, centres", "21:19 30:10 30:10 28:12"),
        ("searches", "test", "random", "grid, edges", "27:9 26:9 19:10 26:7"),
        ("searches", "test", "random", "grid, centres", "17:18 25:10 20:10 20:15"),
        ("narrow searches", "loss", "random", "grid, edges", "22:18 19:21"),
        ("narrow searches", "loss", "random", "grid, centres", "19:21 20:20"),
        ("narrow searches", "test", "random", "grid, edges", "19:17 16:20"),
        ("narrow searches", "test", "random", "grid, centres", "13:19 12:16"),
        ("searches", "loss", "coarse to fine", "random", "24:16 23:16 23:17 25:15"),
        ("searches", "test", "coarse to fine", "random", "22:14 18:12 17:13 20:16"),
    ],
)
def test_the_verdict_on_c14_counts_what_is_stored(table, part, judge, way, other, wins_and_losses):
    pairs = [[np.array(t[w][judge]) for w in (way, other)] for t in table[part].values()]
    assert [f"{np.sum(a < b)}:{np.sum(a > b)}" for a, b in pairs] == wins_and_losses.split()


def test_tpe_and_random_search_are_compared_in_forty_boxes_and_never_lose_what_they_found(table):
    guided = np.array(table["guided"])  # ways, trials, (loss, error), boxes
    assert guided.shape == (2, 3, 2, 40)
    assert (np.diff(guided[:, :, 0], axis=1) <= 0).all()
    (_, _, tpe), (_, _, drawn) = guided
    scores = [(np.sum(a < b), np.sum(a > b)) for a, b in zip(tpe, drawn, strict=True)]
    assert scores == [(32, 8), (22, 11)]
    assert round(float(np.median(drawn[0] - tpe[0])), 3) == 0.006


def test_no_best_rate_of_a_number_of_layers_lies_at_its_grid_s_edge(table):
    assert len(table["depths"]["rates"]) == 6
    assert all(0.01 < rate < 1.0 for rate in table["depths"]["rates"])


def test_every_trial_stands_in_its_board_and_above_it_in_the_valley():
    grid = [[x, y] for x in (0.1, 0.5, 0.9) for y in (0.2, 0.8)]
    boards, words = {"grid": grid, "one": [[0.3, 0.3]]}, {"xlabel": "x", "ylabel": "y"}
    above, below = plot_trials(boards, lambda x: (x - 0.5) ** 2 + 0.25, **words, title="Two")
    assert [ax.get_title() for ax in above] == [
        "grid: 3 values,\nlowest loss 0.25",
        "one: 1 values,\nlowest loss 0.29",
    ]
    assert below[0].lines[0].get_xydata().tolist() == grid
    curve, marks, lowest = above[0].lines
    assert marks.get_xdata().tolist() == [0.1, 0.1, 0.5, 0.5, 0.9, 0.9]
    np.testing.assert_allclose(marks.get_ydata(), [0.41, 0.41, 0.25, 0.25, 0.41, 0.41])
    assert (float(lowest.get_xdata()[0]), float(lowest.get_ydata()[0])) == (0.5, 0.25)
    assert curve.get_ydata().min() == 0.25


def test_a_part_is_marked_where_its_labels_choose_and_hatched_where_it_validates():
    chooses = np.array([[True, True, False], [False, False, True], [True, True, True]])
    [ax] = plot_folds({"a way": chooses}, title="Three")
    marked = {tuple(np.ravel(line.get_xydata()).astype(int)) for line in ax.lines}
    assert marked == {(j, i) for i, j in zip(*np.nonzero(chooses), strict=True)}
    hatched = [(round(box.get_x()), round(box.get_y())) for box in ax.patches if box.get_hatch()]
    assert hatched == [(0, 0), (1, 1), (2, 2)]
    assert len(ax.patches) == 9


def test_the_bars_of_one_setting_and_of_the_winner_are_shares_of_all_cases():
    errors = [[0, 2], [2, 2], [4, 2], [4, 4]]
    [ax] = plot_luck({"two settings": errors}, 3, xlabel="x", title="Two")
    one, winner = ([bar.get_height() for bar in bars] for bars in ax.containers)
    assert one == [12.5, 50, 37.5]
    assert winner == [25, 50, 25]
    assert ax.lines[0].get_xdata() == [3, 3]


def test_a_way_s_bar_stands_at_the_median_of_what_it_found():
    [ax] = plot_found({"nine": {"grid": [0.2, 0.3, 2.0], "random": [0.1]}}, xlabel="x", title="A")
    assert ax.lines[0].get_xdata().tolist() == [0.2, 0.3, 2.0]
    assert [float(np.squeeze(ax.lines[k].get_xdata())) for k in (1, 3)] == [0.3, 0.1]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["grid", "random"]


def test_the_other_axis_is_logarithmic_where_it_has_ticks():
    words = {"xlabel": "x", "ylabel": "y", "title": "Two", "ticks": (1, 1000)}
    axes = [
        plot_against([1, 10, 1000], {"a": [1, 2, 4]}, **words, yticks=y) for y in (None, (1, 4))
    ]
    assert [(ax.get_xscale(), ax.get_yscale()) for ax in axes] == [
        ("log", "linear"),
        ("log", "log"),
    ]
    assert [label.get_text() for label in axes[0].get_xticklabels()] == ["1", "1,000"]
    assert [label.get_text() for label in axes[1].get_yticklabels()] == ["1", "4"]


def test_where_optuna_is_installed_its_cell_gives_it_27_trials_of_the_same_objective():
    """Optuna itself is not installed here: a stand-in draws at random and keeps the lowest."""
    rng, asked = np.random.default_rng(7), []

    def suggest_float(name, low, high, *, log):
        assert log
        asked.append((name, low, high))
        return float(search.log_uniform(low, high, 1, rng)[0])

    class Study:
        def optimize(self, objective, n_trials):
            trial = SimpleNamespace(suggest_float=suggest_float)
            self.best_value = min(objective(trial) for _ in range(n_trials))

    samplers = SimpleNamespace(TPESampler=lambda seed: seed)
    stand_in = SimpleNamespace(samplers=samplers, create_study=lambda sampler: Study())
    [cell] = [c for c in read_cells(source_of("11_tuning")) if "def tpe_and_random" in c.source]
    names = {"np": np, "search": search, "optuna": stand_in}
    names["validation_losses"] = lambda lr, decay, seed: np.abs(np.log10(np.atleast_1d(lr)))
    exec(cell.source, names)
    asked.clear()
    tpe, at_random = names["tpe_and_random"](3)
    assert asked[:2] == [("lr", 1e-3, 10), ("decay", 1e-5, 0.1)]
    assert len(asked) == 2 * 27
    assert 0 <= tpe < 1
    assert 0 <= at_random < 1
