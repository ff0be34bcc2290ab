"""The lesion of lecture 13: the browser reads what the reference reads, whatever is off."""

import json

import matplotlib as mpl
import numpy as np
import pytest
import stored_results
from widget_page import caption, open_widget

from dlcourse.reference.normalization import fold_batch_norm
from dlcourse.widgets.lesion import BLOCKS, KINDS, MOST, STORED, explore_lesion

mpl.use("agg")
TEXT = "Ten blocks of a network and the digits it reads."


def test_a_block_that_is_not_there_is_refused():
    for off in ([0], [3, 11]):
        with pytest.raises(ValueError, match="blocks are 1 to 10"):
            explore_lesion(off=off)


def test_in_eight_bits_the_networks_read_what_the_trained_ones_read():
    with np.load(STORED) as stored:
        right = stored["right"][:, 0]  # of start 0, whose weights are stored
    lesions = [[], *[[block] for block in range(1, BLOCKS + 1)]]
    for kind in (0, 1):
        found = [explore_lesion(residual=kind == 1, off=off).accuracy * 360 for off in lesions]
        assert found[0] == pytest.approx(right[kind, 0], abs=0.1)
        if kind:
            np.testing.assert_allclose(found, right[kind], atol=2.1)
        else:
            assert max(found[1:]) < 0.3 * 360


def test_over_ten_trainings_a_residual_network_spares_a_block_and_a_plain_one_does_not():
    with np.load(STORED) as stored:
        plain, residual = stored["right"] / 360
    assert len(plain) == len(residual) == 10
    assert plain[:, 0].min() > 0.94
    assert plain[:, 1:].max() < 0.34
    assert residual[:, 0].min() > 0.97
    assert residual[:, 1].min() > 0.7  # the first block is the one that counts
    assert residual[:, 2:].min() > 0.92


def test_no_set_of_blocks_larger_than_most_can_be_spared():
    explorer = explore_lesion()
    for left in range(1 << BLOCKS):
        explorer.off = [k + 1 for k in range(BLOCKS) if not left >> k & 1]
        if len(explorer.off) > MOST:
            assert explorer.accuracy < 0.9
    assert explore_lesion(off=[3, 4, 5, 6, 7, 8, 9, 10]).accuracy > 0.9
    assert MOST == 8


def test_the_script_folds_the_batch_norm_into_the_weights_and_keeps_what_the_network_says():
    torch = pytest.importorskip("torch")
    script = stored_results.script("lesion")
    network = script["train"](True, 0, epochs=1)
    (W, b), *_ = layers = list(script["folded"](network))
    norm = network.norms[0]
    arrays = [t.detach().numpy() for t in (norm.weight, norm.bias)]
    statistics = [t.numpy() for t in (norm.running_mean, norm.running_var)]
    raw = network.layers[0].weight.detach().numpy().T
    due_W, due_b = fold_batch_norm(raw, np.zeros(32), *arrays, *statistics)
    np.testing.assert_allclose(W.T, due_W, rtol=1e-4)
    np.testing.assert_allclose(b, due_b, rtol=1e-4, atol=1e-6)
    small = script["in_eight_bits"](layers)
    with np.load(STORED) as stored:
        for name, array in small.items():
            assert array.shape == stored[name][1].shape
            assert array.dtype == stored[name].dtype
    rows = small["weights"][: 32 * 64].reshape(32, 64) * small["scales"][:32, None]
    assert np.abs(rows - W).max() <= small["scales"][:32].max() / 2 + 1e-6
    torch.manual_seed(0)
    X = script["digits"]()[2]
    with torch.no_grad():
        h = torch.relu(X @ torch.tensor(W).T + torch.tensor(b))
        whole = network(X, off=range(BLOCKS))
        head, bias = (torch.tensor(part) for part in layers[-1])
    np.testing.assert_allclose(h @ head.T + bias, whole, atol=1e-4)


def test_the_twin_shows_both_networks_with_their_spread():
    residual, plain = explore_lesion().figure.axes
    assert residual.get_title().startswith("residual: mean of 10 trainings")
    for ax, low, high in ((residual, 80, 99), (plain, 5, 20)):
        heights = [bar.get_height() for bar in ax.patches]
        assert len(heights) == 11
        assert heights[0] > 95
        assert all(low < height < high for height in heights[1:])
        assert len(ax.containers) == 2  # the bars, and the lines from lowest to highest


# in Chromium


def opened(chromium, widget, folder, **look):
    widget.alt = TEXT
    return open_widget(chromium, widget, folder, **{"width": 800, **look})


@pytest.fixture(scope="module")
def lesion_page(chromium, tmp_path_factory):
    page = opened(chromium, explore_lesion(), tmp_path_factory.mktemp("lesion"))
    yield page
    page.close()


def assert_reads_as_numpy_reads(page, explorer):
    said = caption(page)
    assert said.startswith(f"The {KINDS[explorer.residual]} network, ")
    assert f"reads {100 * explorer.accuracy:.1f} % of the 360" in said
    whole = explore_lesion(residual=explorer.residual)
    labels = np.array([*explorer.labels], int)
    lost = np.flatnonzero((whole.predictions == labels) & (explorer.predictions != labels))
    shown = page.locator(".dl-digit:visible figcaption").all_text_contents()
    due = [f"{labels[i]} → {explorer.predictions[i]}" for i in lost]
    assert shown == due[: len(shown)]
    assert len(shown) == min(len(due), 24)  # four rows of six at this width


def set_off(page, kind, off):
    page.get_by_role("button", name=kind, exact=True).click()
    page.get_by_role("button", name="all blocks on").click()
    for block in off:
        page.get_by_role("button", name=f"block {block}", exact=True).click()


@pytest.mark.browser
def test_a_wrong_reading_is_seen(lesion_page):
    set_off(lesion_page, "residual", [1])
    with pytest.raises(AssertionError):
        assert_reads_as_numpy_reads(lesion_page, explore_lesion(off=[2]))
    with pytest.raises(AssertionError):
        assert_reads_as_numpy_reads(lesion_page, explore_lesion(residual=False, off=[1]))


@pytest.mark.browser
@pytest.mark.parametrize("off", [[], [1], [10], [7, 2], [3, 4, 5, 6, 7, 8, 9, 10]])
@pytest.mark.parametrize("kind", KINDS)
def test_the_browser_reads_what_the_reference_reads(lesion_page, kind, off):
    set_off(lesion_page, kind, off)
    explorer = explore_lesion(residual=kind == "residual", off=off)
    assert_reads_as_numpy_reads(lesion_page, explorer)


@pytest.mark.browser
def test_each_try_stays_and_the_best_is_told_until_nothing_more_can_go(chromium, tmp_path):
    page = opened(chromium, explore_lesion(), tmp_path)
    assert page.evaluate("window.sent.length") == 0  # it is drawn where no kernel listens, too
    task = page.locator(".dl-task")
    assert "residual 0, plain 0" in task.text_content()
    set_off(page, "residual", [5, 6])
    assert "residual 2, plain 0" in task.text_content()
    set_off(page, "residual", [1])  # below 90 %
    assert "residual 2, plain 0" in task.text_content()
    assert "No other block" not in task.text_content()
    set_off(page, "residual", [3, 4, 5, 6, 7, 8, 9, 10])
    assert "residual 8, plain 0. No other block of the residual network can go." in (
        task.text_content()
    )
    tried = page.evaluate("window.model.get('tried')")
    assert len(tried) == len({json.dumps(one) for one in tried})
    points = page.locator("path.dl-dots.dl-forward:not(.dl-big)").get_attribute("d")
    assert points.count("M") == sum(kind for kind, _, _ in tried)


@pytest.mark.browser
def test_a_block_goes_off_and_on_by_keyboard_and_says_which_it_is(lesion_page):
    page = lesion_page
    set_off(page, "plain", [])
    block = page.get_by_role("button", name="block 4", exact=True)
    block.focus()
    for pressed in ("false", "true"):
        page.keyboard.press("Space")
        caption(page)
        assert block.get_attribute("aria-pressed") == pressed
    assert "all ten blocks on" in caption(page)
