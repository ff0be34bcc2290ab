"""Figures: what they say to those who see them and to those who do not."""

import base64
import io
import re
from html.parser import HTMLParser
from pathlib import Path

import accessibility
import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest

from dlcourse.plots import approximation, convolution
from dlcourse.plots import basic as plots
from dlcourse.plots import digits as plots_digits
from dlcourse.plots import graph as plots_graph
from dlcourse.reference.graph import Node, accumulate_gradients, topological_order

mpl.use("agg")
ROOT = Path(__file__).parents[2]
TEXT = "Accuracy against epochs: it rises from 80 to 95 percent."


class Images(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag == "img":
            self.found.append(dict(attrs))


def shown(thing, text=TEXT):
    [output] = plots.described(thing, text).outputs
    return output


def lines(ax=None, **kwargs):
    words = {"xlabel": "epochs", "ylabel": "accuracy", "title": "It rises"}
    return plots.plot_lines(range(3), {"run": [0.8, 0.9, 0.95]}, ax=ax, **words, **kwargs)


def shared_node():
    x = Node(3.0)
    return x, x * x + x


# described


def test_alternative_text_stands_in_the_image():
    (image,) = Images(shown(lines())[0]["text/html"]).found
    assert image["alt"] == TEXT


def test_alternative_text_survives_quotes_and_angle_brackets():
    text = 'the curve "a < b" & its mirror > 0'
    (image,) = Images(shown(lines(), text)[0]["text/html"]).found
    assert image["alt"] == text


def test_plain_text_and_png_metadata_carry_the_text_too():
    bundle, metadata = shown(lines())
    assert bundle["text/plain"] == TEXT
    assert metadata["image/png"]["alt"] == TEXT
    assert base64.b64decode(bundle["image/png"]).startswith(b"\x89PNG")


@pytest.mark.parametrize("form", [lambda ax: ax, lambda ax: ax.figure, lambda ax: np.array([ax])])
def test_axes_figures_and_arrays_of_axes_are_shown_once_and_closed(form):
    plots.described(form(lines()), TEXT)
    assert plt.get_fignums() == []


def test_the_same_figure_gives_the_same_bytes():
    assert shown(lines())[0] == shown(lines())[0]


@pytest.mark.parametrize("text", ["", "a figure", None])
def test_a_missing_or_empty_description_is_refused(text):
    with pytest.raises(ValueError, match="say in a sentence"):
        plots.described(lines(), text)


def test_something_that_is_no_figure_is_refused():
    with pytest.raises(ValueError, match="int: pass Axes"):
        plots.described(3, TEXT)


# lines, matrices, images, regions


def test_a_plot_draws_on_the_given_axes_and_opens_no_figure():
    ax = plt.subplots()[1]
    assert lines(ax) is ax
    assert plt.get_fignums() == [ax.figure.number]


def test_lines_differ_in_style_and_marker_for_grey_print():
    names = "abcdef"
    words = {"xlabel": "x", "ylabel": "y", "title": "six"}
    ax = plots.plot_lines([0, 1], {name: [0, 1] for name in names}, **words)
    looks = {(str(line.get_linestyle()), line.get_marker()) for line in ax.lines}
    assert len(looks) == len({line.get_marker() for line in ax.lines}) == len(names)


def test_steps_and_epochs_get_whole_ticks():
    words = {"xlabel": "epochs", "ylabel": "y", "title": "three"}
    ax = plots.plot_lines(range(1, 4), {"a": [0, 1, 2]}, **words)
    assert all(tick == round(tick) for tick in ax.get_xticks())
    plain = plots.plot_lines([1.0, 2.0, 3.0], {"a": [0, 1, 2]}, **words)
    assert any(tick != round(tick) for tick in plain.get_xticks())


def test_several_runs_become_their_mean_and_a_band_from_lowest_to_highest():
    runs = np.array([[0.0, 1.0], [0.2, 0.4], [0.4, 0.1]])
    words = {"xlabel": "x", "ylabel": "y", "title": "runs"}
    ax = plots.plot_lines([0, 1], {"runs": runs}, **words)
    np.testing.assert_allclose(ax.lines[0].get_ydata(), [0.2, 0.5])
    band = ax.collections[0].get_paths()[0].vertices
    for x, low, high in [(0, 0.0, 0.4), (1, 0.1, 1.0)]:
        edge = band[band[:, 0] == x, 1]
        assert (edge.min(), edge.max()) == (low, high)


def luminance(colour):
    return accessibility.luminance(mpl.colors.to_rgb(colour))


def in_the_dark(colour):
    """What the page's filter makes of a colour: invert(0.9333), then hue-rotate(180deg)."""
    turned = 0.9333 - 0.8666 * np.array(mpl.colors.to_rgb(colour))
    hues = [[-0.574, 1.43, 0.144], [0.426, 0.43, 0.144], [0.426, 1.43, -0.856]]
    return np.clip(hues @ turned, 0, 1)


@pytest.mark.parametrize("colour", [plots.INK, plots.FORWARD, plots.BACKWARD, *plots.PALETTE])
def test_colours_of_text_have_a_contrast_of_4_5_in_both_themes(colour):
    assert 1.05 / (luminance(colour) + 0.05) >= 4.5
    dark = luminance(in_the_dark(colour)) + 0.05
    assert dark / (luminance(in_the_dark("white")) + 0.05) >= 4.5


@pytest.mark.parametrize("colour", [plots.SOFT, approximation.TARGET])
def test_colours_of_lines_have_a_contrast_of_3_in_both_themes(colour):
    assert 1.05 / (luminance(colour) + 0.05) >= 3
    dark = luminance(in_the_dark(colour)) + 0.05
    assert dark / (luminance(in_the_dark("white")) + 0.05) >= 3


def painted(page, place):
    """A picture, as the browser paints it."""
    return plt.imread(io.BytesIO(page.locator(".dlcourse-figure").nth(place).screenshot()))


def corner(page, place):
    """The colour of a picture's corner."""
    return (255 * painted(page, place)[4, 4, :3]).round()


@pytest.mark.browser
def test_a_figures_paper_is_the_themes_and_its_photographs_stay(chromium, tmp_path):
    ramp = np.repeat(np.linspace(0, 1, 200), 10).reshape(40, 50)  # dark above, bright below
    photo = convolution.plot_photographs(dict.fromkeys("abcd", ramp), title="In two rows")
    figures = [shown(lines())[0]["text/html"], shown(photo)[0]["text/html"]]
    path = tmp_path / "figures.html"
    html = f'<!doctype html><meta charset="utf-8"><body>{"".join(figures)}'
    path.write_text(html, encoding="utf-8")
    page = chromium.new_page()
    page.goto(path.as_uri())
    image, copy = (page.locator(f".dlcourse-figure {which}") for which in ("div img", "img + div"))
    assert image.bounding_box() == copy.bounding_box()
    both = []
    for light, paper in [("true", 255), ("false", 17)]:
        page.evaluate(f"document.body.dataset.jpThemeLight = '{light}'")
        for place in range(2):
            np.testing.assert_allclose(corner(page, place), paper, atol=1)
        both.append(painted(page, 1)[..., 0])
    same = np.abs(both[0] - both[1]) < 0.02
    assert np.mean(same[(0.02 < both[0]) & (both[0] < 0.4)]) > 0.97  # the rest is text
    page.emulate_media(media="print")
    np.testing.assert_allclose(corner(page, 0), 255)
    page.close()


@pytest.mark.browser
def test_beside_a_figure_what_is_printed_breaks_at_words(chromium):
    figure = shown(lines())[0]["text/html"]
    rule = ".jp-OutputArea-output pre { white-space: pre-wrap; word-break: break-all; width: 6em; }"
    pre = '<div class="jp-OutputArea"><div class="jp-OutputArea-output"><pre>not yet written</pre>'
    page = chromium.new_page()
    page.set_content(f"<style>{rule}</style>{figure}{pre}")
    ends = """pre => {
        const range = document.createRange(), end = at => {
            range.setStart(pre.firstChild, at), range.setEnd(pre.firstChild, at + 1);
            return range.getBoundingClientRect().y;
        };
        return end(8) === end(14);
    }"""
    assert page.locator("pre").evaluate(ends)
    page.close()


@pytest.mark.browser
def test_beside_a_figure_the_caption_of_a_folded_cell_is_whole_on_a_phone(chromium):
    figure = shown(lines())[0]["text/html"]
    rule = ".jp-PlaceholderText { white-space: nowrap; overflow-x: hidden }"
    words = 'check.graded("the_name_of_an_exercise_that_is_long") and the words of a caption'
    caption = f'<div style="width: 200px; display: flex"><span class="jp-PlaceholderText">{words}'
    page = chromium.new_page(viewport={"width": 400, "height": 600})
    page.set_content(f'<style>{rule}</style>{figure}<div class="jp-Placeholder">{caption}')
    assert page.locator(".jp-PlaceholderText").evaluate("text => text.scrollWidth") <= 200
    page.close()


@pytest.mark.parametrize("colour", [plots.FORWARD, plots.BACKWARD])
def test_colours_of_formulas_have_a_contrast_of_3_in_jupyters_dark_theme(colour):
    assert (luminance(colour) + 0.05) / (luminance("#111111") + 0.05) >= 3


def test_a_matrix_shows_every_number_in_its_place():
    ax = plots.plot_matrix([[0.24, -0.18], [-0.06, 0.0]], title="slopes")
    texts = {text.get_position(): text.get_text() for text in ax.texts}
    assert texts == {(0, 0): "0.24", (1, 0): "−0.18", (0, 1): "−0.06", (1, 1): "0"}


def test_each_image_stands_under_its_own_title():
    images = np.arange(3)[:, None, None] * np.ones((3, 8, 8))
    ax = plots.plot_images(images, ["a", "b", "c"], title="three", columns=2)
    for image, name, text in zip(ax.images, "abc", ax.texts, strict=True):
        left, right, _, top = image.get_extent()
        assert text.get_text() == name
        assert left < text.get_position()[0] < right
        assert top < text.get_position()[1] < top + 0.2
    assert [image.get_array()[0, 0] for image in ax.images] == [0, 1, 2]


def test_each_distance_stands_over_its_mean_and_only_the_smallest_is_marked():
    means = np.arange(3)[:, None, None] / 4 * np.ones((3, 8, 8))
    ax = plots_digits.plot_distances(np.ones((8, 8)), means, [9.0, 2.25, 4.5], title="near 1")
    (photograph, *below), bars = ax.images, ax.patches[1::2]
    assert photograph.get_extent()[1] < 0
    for k, (bar, image, high) in enumerate(zip(bars, below, [1, 0.25, 0.5], strict=True)):
        left, right, _, top = image.get_extent()
        assert image.get_array()[0, 0] == k / 4
        assert left < bar.get_x() < bar.get_x() + bar.get_width() < right
        assert top < bar.get_y() + 0.1
        assert bar.get_height() == plots_digits.TALLEST * high
    assert [text.get_text() for text in ax.texts[:6]] == ["9.00", "0", "2.25", "1", "4.50", "2"]
    assert [text.get_fontweight() for text in ax.texts[:6:2]] == ["normal", "bold", "normal"]
    colours = [mpl.colors.to_hex(bar.get_facecolor()) for bar in bars]
    assert colours[1] == plots_digits.CHOSEN
    assert colours[0] == colours[2] != colours[1]


def test_the_mean_of_the_label_has_a_frame():
    means = np.zeros((3, 8, 8))
    ax = plots_digits.plot_distances(means[0], means, [1.0, 2.0, 3.0], title="two", label=2)
    [frame] = [p for p in ax.patches if mpl.colors.to_hex(p.get_edgecolor()) == plots.FORWARD]
    left, right, bottom, top = ax.images[3].get_extent()
    assert frame.get_bbox().extents.tolist() == pytest.approx([left, bottom, right, top])


def test_distance_and_score_stand_on_one_another_to_the_same_height():
    means = np.zeros((3, 8, 8))
    ax = plots_digits.plot_sums(
        means, np.array([1.0, 3.0, 2.5]), np.array([4.0, 2.0, 2.5]), title="5"
    )
    bars = [p for p in ax.patches if p.get_width() == 0.7]
    for below, above in zip(bars[::2], bars[1::2], strict=True):
        assert below.get_height() + above.get_height() == pytest.approx(plots_digits.TALLEST)
        assert above.get_y() == pytest.approx(below.get_height())
    texts = [text.get_text() for text in ax.texts]
    assert texts[:6] == ["1.0", "4.0", "0", "3.0", "2.0", "1"]
    assert "together always 5" in texts[-1]


def test_chains_are_rows_of_boxes_with_an_arrow_between_two_and_marked_layers():
    rows = {"one": ["features", "layer", "scores"], "two": ["features", "layer"]}
    ax = plots_digits.plot_chains(rows, title="chains")
    boxes = [text for text in ax.texts if text.get_bbox_patch() and text.get_text()]
    assert [box.get_text() for box in boxes] == [*rows["one"], *rows["two"]]
    assert [box.get_color() == plots.FORWARD for box in boxes] == [0, 1, 0, 0, 1]
    arrows = [text for text in ax.texts if getattr(text, "arrow_patch", None)]
    assert [(*arrow.xyann, *arrow.xy) for arrow in arrows] == [
        (0, 0, 1, 0),
        (1, 0, 2, 0),
        (0, 1, 1, 1),
    ]


def test_a_unit_says_its_products_and_their_sum():
    ax = plots_digits.plot_unit([0, 1, 2], [2, 2, 2], -3, title="a unit")
    texts = [text.get_text() for text in ax.texts]
    assert "0 · 2 + 1 · 2 + 2 · 2 − 3 = 0 + 2 + 4 − 3 = 3" in texts
    assert "score 3" in texts


def test_a_layer_s_marked_score_stands_in_the_marked_row_and_column():
    ax = plots_digits.plot_layer(360, 64, 10, title="a layer")
    _, row, W, column, b, bias, scores, score = [p.get_bbox() for p in ax.patches]
    assert (row.y0, row.y1) == pytest.approx((score.y0, score.y1))
    for marked, sheet in [(column, W), (bias, b)]:
        assert marked.x0 - sheet.x0 == pytest.approx(score.x0 - scores.x0)
    texts = " ".join(text.get_text() for text in ax.texts)
    assert "X  (360, 64)" in texts
    assert "scores  (360, 10)" in texts


def test_regions_colour_each_place_by_the_predicted_class():
    X = np.array([[-1.0, 0.0], [1.0, 0.0]])
    ax = plots.plot_regions(
        lambda P: (P[:, 0] > 0).astype(int), X, np.array([0, 1]), title="sides", resolution=21
    )
    regions = ax.collections[0].get_paths()
    assert regions[0].contains_point((-0.9, 0.1))
    assert regions[1].contains_point((0.9, 0.1))


@pytest.mark.parametrize(
    ("value", "text"),
    [(-0.096, "−0.096"), (-0.0, "0"), (1234567, "1.23e+06"), (np.ones((4, 5)), "4×5")],
)
def test_numbers_are_written_with_three_digits_and_arrays_by_shape(value, text):
    assert plots.short(value) == text


# graphs


def random_graph(rng, operations=12):
    nodes = [Node(rng.normal()) for _ in range(3)]
    for _ in range(operations):
        a, b = rng.integers(max(0, len(nodes) - 4), len(nodes), size=2)
        nodes.append(nodes[a] * nodes[b] if rng.random() < 0.5 else nodes[a] + nodes[b])
    return topological_order(nodes[-1])


@pytest.mark.parametrize("seed", range(20))
def test_every_node_has_its_own_place_and_every_edge_runs_to_the_right(seed):
    positions, edges = plots_graph.layout_graph(random_graph(np.random.default_rng(seed)))
    assert len(set(positions)) == len(positions)
    assert all(positions[child][0] > positions[parent][0] for parent, child, _ in edges)


def test_two_edges_between_the_same_nodes_bend_apart():
    x = Node(3.0)
    _, edges = plots_graph.layout_graph(topological_order(x * x))
    assert sorted(bend for _, _, bend in edges) == [-0.45, 0.45]


def test_an_edge_that_skips_a_column_does_not_run_through_the_node_between():
    _, f = shared_node()
    positions, edges = plots_graph.layout_graph(topological_order(f))
    (bend,) = [bend for p, c, bend in edges if positions[c][0] - positions[p][0] == 2]
    assert bend > 0.5


def test_a_leaf_stands_right_before_its_first_user():
    cost = (Node(1.0) * Node(2.0) + Node(3.0)).tanh() - Node(4.0)
    order = topological_order(cost)
    columns = {
        float(node.value): place[0]
        for node, place in zip(order, plots_graph.layout_graph(order)[0], strict=True)
        if not node.parents
    }
    assert columns == {1.0: 0, 2.0: 0, 3.0: 1, 4.0: 3}


def test_what_the_edges_of_a_node_carry_adds_up_to_its_gradient():
    x, f = shared_node()
    order, gradients = topological_order(f), accumulate_gradients(f)
    _, edges = plots_graph.layout_graph(order)
    carried = plots_graph.edge_gradients(order, gradients)
    parts = [float(g) for (p, _, _), g in zip(edges, carried, strict=True) if order[p] is x]
    assert sorted(parts) == [1.0, 3.0, 3.0]
    assert sum(parts) == gradients[x] == 7


def test_a_graph_shows_each_value_and_each_gradient():
    _, f = shared_node()
    order, gradients = topological_order(f), accumulate_gradients(f)
    ax = plots_graph.plot_graph(order, gradients, labels="x × +", title="shared")
    texts = [text.get_text() for text in ax.texts]
    assert sorted(texts) == sorted(
        [*"x×+", "3", "3", "3", "9", "12", "← 3", "← 3", "← 1", "← 1", "← 1"]
    )


def test_a_graph_without_gradients_shows_values_only():
    _, f = shared_node()
    ax = plots_graph.plot_graph(topological_order(f), labels="x × +", title="forward")
    assert not [text for text in ax.texts if "←" in text.get_text()]


def test_a_wrong_number_of_labels_is_refused():
    _, f = shared_node()
    with pytest.raises(ValueError, match=r"2 labels .* graph of 3 nodes"):
        plots_graph.plot_graph(topological_order(f), labels="x +", title="too few")


def contrast(one, other):
    values = [mpl.colors.to_rgb(colour) for colour in (one, other)]
    low, high = sorted(float(accessibility.luminance(value)) for value in values)
    return (high + 0.05) / (low + 0.05)


def test_no_colour_is_read_on_white_and_on_the_dark_page_so_formulas_have_two():
    dark = float(accessibility.luminance(mpl.colors.to_rgb("#111111")))
    assert np.sqrt(1.05 / (dark + 0.05)) < 4.5  # the most that one colour has on both
    for light, other in plots.FORMULAS.items():
        assert contrast(light, "#ffffff") >= 4.5
        assert min(contrast(other, page) for page in ("#111111", "#212121")) >= 4.5


def test_every_colour_of_a_formula_has_its_dark_one_in_the_style_of_a_figure():
    used = set()
    for path in (ROOT / "solutions" / "lectures").glob("*.py"):
        used |= set(re.findall(r"\\textcolor\{(#\w+)\}", path.read_text("utf-8")))
    assert used
    assert used <= set(plots.FORMULAS)
    html = plots.described(plots.plot_matrix(np.eye(2), title="Two by two"), TEXT).outputs[0][0]
    assert 'mjx-container [style*="color: rgb(0, 114, 178)"] { color: #6bb7f0' in html["text/html"]
