"""Lecture 13: every claim of `lecture_claims`, on one run; its stored trainings; its figures."""

import numpy as np
import pytest
from lecture_claims import LectureClaims
from stored_results import script, stored

from dlcourse.plots.architectures import plot_blocks, plot_costs, plot_winners


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
    ax = plot_winners([(2011, "a", 25.8, None), (2012, "b", 15.3, 8)], human=5.1, title="Two")
    assert [line.get_marker() for line in ax.lines[1:]] == ["s", "o"]
    assert [text.get_text() for text in ax.texts[1:]] == ["a\n25.8 %", "b\n15.3 %, 8 layers"]


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
    assert ax.lines[0].get_xdata()[0] > 3  # in the second block
