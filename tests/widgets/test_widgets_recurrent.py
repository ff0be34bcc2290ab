"""The widgets of lecture 14: the browser multiplies and predicts letters as NumPy does."""

import re

import matplotlib as mpl
import numpy as np
import pytest
from widget_page import assert_described, caption, drag, open_widget

from dlcourse.plots.basic import short
from dlcourse.widgets.letters import SYMBOLS, TEMPERATURES, explore_letters
from dlcourse.widgets.memory import BIASES, GAINS, explore_memory

mpl.use("agg")
TEXT = "What is left of a gradient, or which letter comes next."


def opened(chromium, explorer, tmp_path, **context):
    explorer.alt = TEXT
    return open_widget(chromium, explorer, tmp_path, **context)


def number(words):
    """A number as the widget writes it: 0.012 or 3.1 · 10⁻⁶."""
    mantissa, _, power = words.partition(" · 10")
    plain = power.translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-"))
    return float(mantissa) * 10 ** int(plain or 0)


@pytest.mark.parametrize("explore", [explore_memory, explore_letters])
def test_a_widget_brings_its_text_and_its_figure(explore):
    assert_described(explore(), TEXT)


def test_at_bias_b_about_the_sigmoid_of_b_is_left_at_each_step():
    for bias in (0.0, 3.0):
        left = explore_memory(bias=bias, length=20).cell
        assert left[20] ** (1 / 20) == pytest.approx(1 / (1 + np.exp(-bias)), rel=0.05)


def test_at_gain_1_a_gradient_shrinks_and_at_gain_3_it_explodes():
    shrinks, explodes = (explore_memory(gain=gain).elman for gain in (1.0, 3.0))
    assert (np.diff(shrinks) < 0).all()
    assert explodes[-1] > 100


def test_the_span_is_the_first_step_with_less_than_a_hundredth():
    explorer = explore_memory(gain=0.5, bias=5.0)
    span, never = explorer.spans
    assert explorer.elman[span - 1] >= 0.01 > explorer.elman[span]
    assert never is None


def test_the_figure_answers_which_bias_reaches_sixty_steps_back():
    ax = explore_memory(length=20).figure.axes[0]
    ends = {line.get_label(): line.get_ydata()[60] for line in ax.lines[:8]}
    assert ends["cell, bias 5"] > 0.5 > 0.1 > ends["cell, bias 3"] > 0.01
    assert ends["cell, bias 3"] > ends["tanh, gain 1"] > ends["cell, bias 1"]
    assert [text.get_text() for text in ax.texts] == list(ends)  # each line has its name


@pytest.mark.parametrize(("text", "temperature"), [("alice was", 1.0), ("", 0.5), ("Qx", 2.0)])
def test_chances_are_probabilities_and_a_low_temperature_sharpens_them(text, temperature):
    explorer = explore_letters(text, temperature=temperature)
    chances = explorer.chances
    np.testing.assert_allclose(chances.sum(axis=1), 1)
    explorer.temperature = temperature / 5
    assert (explorer.chances.max(axis=1) > chances.max(axis=1)).all()


@pytest.mark.browser
def test_the_browser_multiplies_what_numpy_multiplies(chromium, tmp_path):
    explorer = explore_memory()
    page = opened(chromium, explorer, tmp_path)
    found = r"gain ([\d.]+) has (.+) of the gradient left.*bias (-?[\d.]+) has (.+?); "
    for gain, bias, length in [(1.0, 0.0, 50), (0.5, 5.0, 60), (3.0, -1.0, 30), (1.1, 3.0, 5)]:
        explorer.gain, explorer.bias, explorer.length = gain, bias, length
        drag(page, "gain of the tanh network", GAINS.index(gain))
        drag(page, "forget bias", BIASES.index(bias))
        drag(page, "steps", length, exact=True)
        said = caption(page)
        shown_gain, tanh, shown_bias, cell = re.search(found, said).groups()
        assert (float(shown_gain), float(shown_bias)) == (gain, bias)
        assert number(tanh) == pytest.approx(explorer.elman[-1], rel=0.06)
        assert number(cell) == pytest.approx(explorer.cell[-1], rel=0.06)
        spans = re.findall(r"after (\d+) steps|never", said)
        assert [int(span) if span else None for span in spans] == explorer.spans


@pytest.mark.browser
def test_the_browser_expects_the_letters_that_numpy_expects(chromium, tmp_path):
    explorer = explore_letters()
    page = opened(chromium, explorer, tmp_path)
    field = page.get_by_label("a beginning", exact=True)
    for text, temperature in [("alice was", 1.0), ("down the rabb", 0.5), ("", 2.0), ("Qz!", 1.4)]:
        explorer.text, explorer.temperature = text, temperature
        field.fill(text)
        drag(page, "temperature", TEMPERATURES.index(temperature))
        said = caption(page)
        for name, chances in zip(("4-gram expects", "LSTM"), explorer.chances, strict=True):
            letter, percent = re.search(rf"{name} “(.+?)” with ([\d.]+) %", said).groups()
            assert letter.replace("space", " ") == SYMBOLS[chances.argmax()]
            assert float(percent) == pytest.approx(100 * chances.max(), abs=0.06)
        assert f"temperature {short(temperature)}," in said


@pytest.mark.browser
@pytest.mark.parametrize("model", ["4-gram", "LSTM"])
def test_a_model_goes_on_with_forty_letters_and_starts_again(chromium, tmp_path, model):
    page = opened(chromium, explore_letters(temperature=0.1), tmp_path)
    page.get_by_role("button", name=f"{model} goes on").click()
    text = page.evaluate("model.get('text')")
    assert text.startswith("alice w")
    assert len(text) == len("alice w") + 40
    assert set(text) <= set(SYMBOLS)
    assert page.get_by_label("a beginning", exact=True).input_value() == text
    page.get_by_role("button", name="start again").click()
    assert page.evaluate("model.get('text')") == "alice w"


@pytest.mark.browser
@pytest.mark.parametrize(
    ("explore", "trait", "values"),
    [(explore_memory, "gain", "[0.9, 1.1]"), (explore_letters, "temperature", "[0.5, 0.7]")],
)
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
