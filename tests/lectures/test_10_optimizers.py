"""Lecture 10: every claim of `lecture_claims`, on one run; its stored race; its figures."""

import numpy as np
import pytest
import stored_results
from lecture_claims import LectureClaims

from dlcourse.plots.optimizers import (
    RUNNERS,
    look_of,
    plot_courses,
    plot_finishes,
    plot_runners,
    plot_valleys,
)
from dlcourse.widgets.optimizers import DEFAULTS, explore_race


class TestLecture10(LectureClaims):
    name = "10_optimizers"


@pytest.fixture(scope="module")
def script():
    return stored_results.script("race")


@pytest.fixture(scope="module")
def stored():
    return stored_results.stored("race")


@pytest.mark.parametrize("name", ["plain", "Nesterov", "AdaGrad", "RMSProp", "Adam"])
def test_the_stored_race_is_that_of_its_script(script, stored, name):
    row = stored["2 layers"][name][0]
    training, _, test = script["race"]("2 layers", name, [row["rate"]], [3, 4], looks=(100,))[0]
    np.testing.assert_allclose(training[0], row["training"][3:5], rtol=0.05)
    np.testing.assert_allclose(100 * test[0], row["test"][3:5], atol=1)


def test_the_stored_schedules_are_those_of_the_script(script):
    kept = stored_results.stored("schedules")
    assert kept.keys() == script["SCHEDULED"].keys()
    for name, rows in kept.items():
        assert rows.keys() == script["SHARES"].keys()
        assert {len(row) for row in rows.values()} == {len(script["SCHEDULED"][name])}
    looks = range(620, 801, 20)
    for kind, share in script["SHARES"].items():
        seen = script["race"]("2 layers", "AdaGrad", [0.06], range(3), looks, share)
        np.testing.assert_allclose(seen[:, 0].mean(), kept["AdaGrad"][kind][1], rtol=0.05)


def test_every_optimizer_has_raced_everywhere_and_no_chosen_rate_lies_at_its_grid_s_edge(
    script, stored
):
    assert stored.keys() == script["NETWORKS"].keys()
    for table in stored.values():
        assert table.keys() == script["RATES"].keys()
        for name, rows in table.items():
            assert len(rows) == len(script["BUDGETS"])
            for row in rows:
                place = script["RATES"][name].index(row["rate"])
                assert row["validation"][place] == min(row["validation"])
                assert 0 < place < len(row["validation"]) - 1
                assert len(row["training"]) == len(row["test"]) == len(script["SEEDS"])


def test_courses_share_their_names_and_mark_the_minimum():
    def bowl(w):
        return (w**2).sum(axis=-1)

    paths = {"plain": np.array([[-3.0, 1.0], [0.0, 0.0]])}
    axes = plot_courses({"one": (bowl, paths), "two": (bowl, paths)}, title="Two courses")
    assert [ax.get_title() for ax in axes] == ["one", "two"]
    assert axes[0].lines[0].get_label() == "plain"
    assert axes[1].lines[-1].get_xydata().tolist() == [[0, 0]]


def test_balls_in_one_place_lie_on_a_pile():
    axes = plot_valleys(
        {"flat": np.zeros_like, "bowl": np.square},
        {"flat": {"a": 0.0, "b": 0.1, "c": 2.0}, "bowl": {"a": 0.0, "b": 0.0, "c": 0.0}},
        start=3.0,
        title="Two valleys",
    )
    heights = [float(line.get_ydata()[0]) for line in axes[0].lines[2:]]
    assert heights[0] == heights[2] < heights[1]
    assert [line.get_label() for line in axes[1].lines[2:]] == ["a", "b", "c"]


def test_a_finish_shows_every_start_and_their_mean():
    [ax] = plot_finishes(
        {"race": {"plain": [0.1, 0.3], "Adam": [0.2]}}, xlabel="loss", title="A race"
    )
    assert ax.lines[0].get_xdata().tolist() == [0.1, 0.3]
    assert np.isclose(ax.lines[1].get_xdata(), 0.2)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["plain", "Adam"]


def test_an_optimizer_has_one_look_in_every_figure_and_in_the_race():
    def bowl(w):
        return (w**2).sum(axis=-1)

    names = ["RMSProp", "Adam"]  # not the first two
    path = np.array([[-3.0, 1.0], [0.0, 0.0]])
    [course] = plot_courses({"one": (bowl, dict.fromkeys(names, path))}, title="A course")
    [finish] = plot_finishes({"race": {name: [0.1] for name in names}}, xlabel="x", title="A race")
    words = {"xlabel": "x", "ylabel": "y", "title": "Lines"}
    curves = {name: [1, 2] for name in [*names, "Adam, once more"]}
    lines = plot_runners([0, 1], curves, **words)
    race = explore_race(racers=names).figure.axes[0]
    for place, name in enumerate(names):
        drawn = [
            course.lines[place],
            finish.lines[2 * place],
            lines.lines[place],
            race.lines[place],
        ]
        looks = {(line.get_color(), line.get_marker()) for line in drawn}
        assert looks == {(look_of(name)["color"], look_of(name)["marker"])}
    assert lines.lines[2].get_color() == look_of("Adam")["color"]
    assert lines.lines[2].get_linestyle() != lines.lines[1].get_linestyle()
    assert tuple(DEFAULTS) == RUNNERS
