"""The widgets of lecture 16: the browser picks and decodes what Python picks and decodes."""

import re

import matplotlib as mpl
import numpy as np
import pytest
from widget_page import assert_described, caption, drag, open_widget

from dlcourse.widgets.decoder import UNITS, encode, explore_code, read_weights
from dlcourse.widgets.padlocks import LABELS, MEASURED, SOURCES, WAYS, explore_padlocks

mpl.use("agg")
TEXT = "Layers to borrow and to lock, or a code of eight numbers."
SOURCE_BUTTONS = dict(zip(SOURCES, ("5 to 9", "5 to 9, pixels moved", "untrained"), strict=True))


def opened(chromium, explorer, tmp_path, **context):
    explorer.alt = TEXT
    return open_widget(chromium, explorer, tmp_path, **context)


@pytest.mark.parametrize("explore", [explore_padlocks, explore_code])
def test_a_widget_brings_its_text_and_its_figure(explore):
    assert_described(explore(), TEXT)


@pytest.mark.parametrize(
    "wrong", [{"reused": 4}, {"way": "locked"}, {"labels": 5}, {"source": "letters"}]
)
def test_a_choice_that_was_not_measured_is_refused(wrong):
    with pytest.raises(ValueError, match="choose one of"):
        explore_padlocks(**wrong)


def test_other_sources_were_measured_with_ten_labels():
    with pytest.raises(ValueError, match="measured with 10"):
        explore_padlocks(labels=2, source="untrained")


def test_a_code_of_other_length_or_out_of_range_is_refused():
    for code in ([0.5] * 7, [1.5] * 8):
        with pytest.raises(ValueError, match=r"8 numbers in \[0, 1\]"):
            explore_code(code=code)
    with pytest.raises(ValueError, match="from 0 to 9"):
        explore_code(digit=10)


def test_without_reuse_every_choice_is_the_start_from_scratch():
    for labels in LABELS:
        explorer = explore_padlocks(labels=labels)
        scratch = explorer.table[str(labels)]["scratch"]
        assert explorer.runs == scratch
        assert explorer.at(2, way="tuned", source="untrained") == scratch
        assert len(scratch) == 10


def test_the_code_of_an_image_decodes_to_something_near_it():
    for digit in range(10):
        explorer = explore_code(digit=digit)
        image = np.array(explorer.images[digit]) / 16
        own = encode(image[None], read_weights())[0]
        np.testing.assert_allclose(explorer.code, own, atol=0.006)
        blank = np.mean((image - image.mean()) ** 2)
        assert explorer.distance < 0.45 * blank


def test_the_twin_moves_one_unit_at_a_time_and_leaves_the_code_as_it_was():
    explorer = explore_code(digit=2)
    before = list(explorer.code)
    axes = explorer.figure.axes
    assert explorer.code == before
    images = [ax.images[0].get_array() for ax in axes if ax.images]
    assert len(images) == 2 + 3 * UNITS
    assert len({image.tobytes() for image in images}) == 2 + 2 * UNITS


@pytest.mark.browser
def test_the_browser_tells_the_stored_runs(chromium, tmp_path):
    explorer = explore_padlocks()
    page = opened(chromium, explorer, tmp_path)

    def press(group, name):
        page.get_by_role("group", name=group, exact=True).get_by_role(
            "button", name=name, exact=True
        ).click()

    for reused, way, labels, source in [
        (0, "frozen", 10, SOURCES[0]), (2, "frozen", 2, SOURCES[0]), (3, "tuned", 50, SOURCES[0]),
        (1, "tuned", 10, SOURCES[1]), (3, "frozen", 10, SOURCES[2]), (2, "tuned", 10, SOURCES[2]),
    ]:  # fmt: skip
        explorer.reused, explorer.way = reused, way
        explorer.labels, explorer.source = labels, source
        press("layers reused", str(reused))
        press("the reused layers are", way)
        press("labels of each class", str(labels))
        press("source (others than the first: 10 labels)", SOURCE_BUTTONS[source])
        said = caption(page)
        found = r"reads ([\d.]+) %, the ten from ([\d.]+) % to ([\d.]+) %"
        told = [float(number) for number in re.search(found, said).groups()]
        due = [explorer.median, min(explorer.runs), max(explorer.runs)]
        np.testing.assert_allclose(told, due, atol=0.06)
        if reused and (source, way) != ("untrained", "tuned"):
            off, side = re.search(r"([\d.]+) points (above|below)", said).groups()
            gain = explorer.median - float(np.median(explorer.at(0)))
            assert float(off) == pytest.approx(abs(gain), abs=0.06)
            assert side == ("below" if gain < 0 else "above")
        closed = page.locator("rect.dl-lock:not(.dl-open)").count()
        assert closed == (reused if way == "frozen" else 0)
        assert page.locator("rect.dl-lock").count() == reused


@pytest.mark.browser
def test_the_browser_decodes_what_numpy_decodes(chromium, tmp_path):
    explorer = explore_code()
    page = opened(chromium, explorer, tmp_path)

    def pixels(k):
        return np.array(page.evaluate(
            f"Array.from(document.querySelectorAll('canvas')[{k}].getContext('2d')"
            ".getImageData(0, 0, 8, 8).data)"
        ))[3::4] / 255  # fmt: skip

    def agrees():
        said = caption(page)
        off = float(re.search(r"by ([\d.]+) \(mean square\)", said).group(1))
        assert off == pytest.approx(explorer.distance, abs=1e-4)
        np.testing.assert_allclose(pixels(1), np.clip(explorer.decoded, 0, 1), atol=0.005)
        np.testing.assert_allclose(pixels(0), np.array(explorer.images[explorer.digit]) / 16,
                                   atol=0.005)  # fmt: skip
        return said

    assert "This is the code of the 3" in agrees()
    for unit, value in ((1, 1.0), (8, 0.0), (4, 0.5)):
        code = list(explorer.code)
        code[unit - 1] = value
        explorer.code = code
        drag(page, f"unit {unit}", value, exact=True)
        assert f"unit {unit} to {value:.2f}" in agrees()
    page.get_by_role("button", name="7", exact=True).click()
    explorer.digit, explorer.code = 7, explorer.codes[7]
    assert "This is the code of the 7" in agrees()


@pytest.mark.browser
@pytest.mark.parametrize(
    ("explore", "trait", "values"),
    [(explore_padlocks, "reused", "[1, 2]"),
     (explore_code, "code", "[Array(8).fill(0.2), Array(8).fill(0.8)]")],
)  # fmt: skip
def test_a_move_takes_less_than_50_milliseconds(chromium, tmp_path, explore, trait, values):
    page = opened(chromium, explore(), tmp_path)
    times = page.evaluate(
        f"""() => Array.from({{length: 20}}, (_, k) => {{
            const start = performance.now();
            model.set('{trait}', {values}[k % 2]);
            return performance.now() - start;
        }})"""
    )
    print(sorted(times))
    assert np.median(times) < 50


def test_ways_and_sources_are_those_of_the_stored_table():
    for labels, rows in explore_padlocks().table.items():
        names = {"scratch"}
        for source in SOURCES if labels == str(MEASURED) else SOURCES[:1]:
            ways = WAYS[:1] if source == "untrained" else WAYS
            names |= {f"{source}, {k} {way}" for k in (1, 2, 3) for way in ways}
        assert set(rows) == names


@pytest.mark.browser
def test_another_source_leads_to_ten_labels_and_other_labels_to_the_first_source(
    chromium, tmp_path
):
    page = opened(chromium, explore_padlocks(labels=50), tmp_path)
    page.get_by_role("button", name="untrained", exact=True).click()
    assert page.evaluate("[model.get('labels'), model.get('source')]") == [10, "untrained"]
    page.get_by_role("button", name="2", exact=True).last.click()
    assert page.evaluate("[model.get('labels'), model.get('source')]") == [2, "other digits"]
