"""Lecture 13: every claim of `lecture_claims`, on one run; its stored trainings; its figures."""

import numpy as np
import pytest
from lecture_claims import LectureClaims
from stored_results import script, stored

from dlcourse.plots.architectures import (
    plot_blocks,
    plot_branches,
    plot_costs,
    plot_maps,
    plot_paths,
    plot_winners,
)


class TestLecture13(LectureClaims):
    name = "13_cnn_architectures"


@pytest.mark.parametrize(("kind", "skip"), [("plain", False), ("residual", True)])
def test_the_stored_depths_are_those_of_their_script(kind, skip):
    [row] = [r for r in stored("depth")["depth"][kind]["2"] if r["epochs"] == 6]
    _, [(losses, right)] = script("depth")["train"](
        2, skip, [row["rate"]], seeds=[3, 4], looks=(6,)
    )
    np.testing.assert_allclose(losses[0, 0], row["training"][3:5], rtol=0.1)
    np.testing.assert_allclose(100 * right[2, 0], row["test"][3:5], atol=1)


@pytest.mark.parametrize(("kind", "skip"), [("plain", False), ("residual", True)])
def test_the_stored_lengths_of_gradients_are_those_of_their_script(kind, skip):
    kept, run = stored("depth"), script("depth")
    ratios, rate = kept["first over last"], kept["depth"][kind]["40"][1]["rate"]
    assert ratios["updates"] == [*run["UPDATES"]]
    # the plain network's second update depends on the last bit of its first
    updates = (1, 2) if skip else (1,)
    found = run["lengths"](skip, rate, seeds=[3, 4], updates=updates)
    np.testing.assert_allclose(found, np.array(ratios[kind])[: len(updates), 3:5], rtol=0.02)


def test_no_rate_that_was_chosen_for_a_network_that_trains_lies_at_its_grid_s_edge():
    depth, rates = stored("depth"), script("depth")["RATES"]
    tables = [("momentum", rows) for kind in depth["depth"].values() for rows in kind.values()]
    tables += [(how, rows) for how, kinds in depth["causes"].items() for rows in kinds.values()]
    tables += [("no norm", depth[part]) for part in ("no norm", "no norm, 40")]
    tables += [("near identity", depth["near identity"])]
    for how, rows in tables:
        for row in rows:
            place = rates[how].index(row["rate"])
            assert row["validation"][place] == min(row["validation"])
            assert 0 < place < len(rates[how]) - 1


def test_the_stored_parts_are_those_of_their_script():
    parts, run = stored("parts"), script("parts")
    row = parts["norms"]["LRN"][1]
    [found] = [
        run["train"](
            run["NORMS"]["LRN"], run["cross_entropy"], row["rate"], 3, (4,), run["digits"]()
        )[1]
    ]
    assert abs(found[1] - row["test"][3]) < 1.5
    assert abs(found[3] - row["filters"][3]) < 0.02


def test_every_part_was_tried_and_no_chosen_rate_lies_at_its_grid_s_edge():
    parts, run = stored("parts"), script("parts")
    assert {part: list(rows) for part, rows in parts.items()} == {
        "outputs": [*run["OUTPUTS"]],
        "norms": [*run["NORMS"]],
        "heads": [*run["HEADS"]],
    }
    for variants in parts.values():
        for rows in variants.values():
            for row in rows[1:]:
                assert row["validation"][run["RATES"].index(row["rate"])] == min(row["validation"])
                assert 0 < run["RATES"].index(row["rate"]) < len(row["validation"]) - 1


def test_winners_are_dots_where_they_are_networks():
    winners = [(2011, "a", 25.8, None), (2012, "b", 15.3, 8), (2013, "c", 11.2, 0)]
    ax = plot_winners(winners, human=5.1, title="Three")
    assert [line.get_marker() for line in ax.lines[1:]] == ["s", "o", "o"]
    texts = [text.get_text() for text in ax.texts[1:]]
    assert texts == ["a\n25.8 %", "b\n15.3 %, 8 layers", "c\n11.2 %"]


def test_a_layer_s_squares_are_as_large_as_its_maps_and_four_at_most():
    ax = plot_maps({"In": (1, 32, 32), "C1": (6, 28, 28), "F6": (84,)}, title="Three")
    assert [patch.get_width() for patch in ax.patches] == [32, *[28] * 4, 1]
    texts = [text.get_text() for text in ax.texts]
    assert texts == ["In", "1\n32×32", "C1", "6\n28×28", "F6", "84\nunits"]


def test_a_network_s_bar_is_as_long_as_both_its_parts():
    axes = plot_costs({"a": {"weights": (3.0, 1.0)}, "b": {"weights": (1.0, 0.0)}}, title="Two")
    ends = [bar.get_x() + bar.get_width() for bar in axes[0].patches]
    assert ends == [3, 1, 4, 1]
    assert [text.get_text() for text in axes[0].texts] == ["4", "1"]


def test_a_shortcut_leads_around_the_layers_to_the_sum_and_a_plain_block_has_none():
    blocks = {"plain": ["dense", "ReLU"], "residual": ["dense", "+", "ReLU"]}
    ax = plot_blocks(blocks, shortcuts={"residual"}, title="Two")
    ways = [text for text in ax.texts if getattr(text, "arrow_patch", None)]
    assert len(ways) == 3 + 4 + 1  # one between two neighbours, and the shortcut
    level = [w for w in ways if w.xy[1] == w.xyann[1]]
    assert [w.xy[1] for w in level] == [2]  # it ends at the sum
    assert [line.get_ydata().tolist() for line in ax.lines] == [[0, 0, 2]]  # and begins at h
    assert ax.lines[0].get_xdata()[0] > 2  # in the second block


def test_branches_stand_side_by_side_each_with_an_arrow_into_and_out_of_every_layer():
    ax = plot_branches([["1×1"], ["1×1", "3×3"]], enters="in", leaves="out", title="Two")
    ways = [text for text in ax.texts if getattr(text, "arrow_patch", None)]
    assert [sum(way.xy[0] == x for way in ways) for x in (0, 1)] == [2, 3]
    assert all(way.xy[1] > way.xyann[1] for way in ways)  # upwards
    layers = [text for text in ax.texts if text.get_text() in ("1×1", "3×3")]
    assert [text.get_position() for text in layers] == [(0, 1), (1, 1), (1, 2)]


def test_each_set_of_blocks_is_one_path():
    ax = plot_paths(3, title="Eight")
    level = [line for line in ax.lines if len(set(line.get_ydata())) == 1]
    passed = [
        frozenset(
            t.get_position()[0] for t in ax.texts if t.get_position()[1] == line.get_ydata()[0]
        )
        for line in level
        if line.get_linewidth() > 1  # not the fans into and out of them
    ]
    assert len(passed) == len(set(passed)) == 8
    counts = [t.get_text() for t in ax.texts if "path" in t.get_text()]
    assert [c.split()[0] for c in counts] == ["1", "3", "3", "1"]
