"""What all widgets share: one text for the browser, a name for each control, room on a phone."""

import importlib
import pkgutil

import anywidget
import numpy as np
import pytest
from test_widgets import stepper
from test_widgets_approximation import bumps, towers
from test_widgets_gradient_descent import bowl_explorer
from test_widgets_initialization import signals, symmetry
from test_widgets_losses import mixer, mover
from test_widgets_neurons import bender, trainer
from widget_page import open_widget

from dlcourse import widgets
from dlcourse.widgets import shared
from dlcourse.widgets.activations import explore_zigzag
from dlcourse.widgets.gradient_descent import explore_rate

WIDGETS = {
    "BackpropagationStepper": stepper,
    "BumpBuilder": bumps,
    "CurveExplorer": lambda: explore_zigzag(title="Zig-zag"),
    "DescentExplorer": bowl_explorer,
    "HiddenUnits": bender,
    "PerceptronTrainer": trainer,
    "RateExplorer": explore_rate,
    "ScoreMixer": mixer,
    "SignalExplorer": signals,
    "SymmetryExplorer": symmetry,
    "ThresholdMover": mover,
    "TowerBuilder": towers,
}
TEXT = "What a learner who cannot see this widget needs to know."
PHONE = 320  # CSS pixels: the narrowest screen that WCAG 2 asks for


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(shared, "FOLDER", tmp_path)
    (tmp_path / "shared.js").write_text("export const INK = 1;\nexport function card() {}\n")
    (tmp_path / "shared.css").write_text(".card {}\n")
    return tmp_path


def test_the_import_line_goes_and_what_it_names_comes_first(folder):
    (folder / "own.js").write_text(
        '// own\nimport {\n  card, INK\n} from "./shared.js";\nexport default { render: card };\n'
    )
    text = shared.with_shared("own.js")
    assert text.startswith("const INK = 1;\nfunction card() {}\n")
    assert text.endswith("// own\nexport default { render: card };\n")


@pytest.mark.parametrize("own", ["", 'import { INK } from "./other.js";\n'])
def test_a_script_that_does_not_say_what_it_shares_is_refused(folder, own):
    (folder / "own.js").write_text(own)
    with pytest.raises(ValueError, match=r"own\.js has 0 imports"):
        shared.with_shared("own.js")


def test_a_widgets_own_style_comes_last_so_that_it_wins(folder):
    (folder / "own.css").write_text(".own {}\n")
    assert shared.with_shared("own.css").split() == [".card", "{}", ".own", "{}"]


def all_names():
    modules = [
        importlib.import_module(f"dlcourse.widgets.{module.name}")
        for module in pkgutil.iter_modules(widgets.__path__)
    ]
    found = {
        thing
        for module in modules
        for thing in vars(module).values()
        if isinstance(thing, type) and issubclass(thing, anywidget.AnyWidget)
    }
    leaves = [kind for kind in found if not any(issubclass(k, kind) for k in found - {kind})]
    return {kind.__name__ for kind in leaves}


def test_every_widget_is_held_to_these_claims():
    assert all_names() == set(WIDGETS), "add the new widget to WIDGETS above"


@pytest.fixture(params=WIDGETS)
def page(request, chromium, tmp_path):
    """Each widget in turn, on a phone."""
    widget = WIDGETS[request.param]()
    widget.alt = TEXT
    page = open_widget(chromium, widget, tmp_path, width=PHONE)
    yield page
    page.close()


@pytest.mark.browser
def test_a_widget_fits_a_phone_names_its_controls_and_leaves_nothing_behind(page):
    card = page.get_by_role("group", name=TEXT)
    width, room = card.evaluate("node => [node.scrollWidth, node.clientWidth]")
    assert width <= room <= PHONE
    for control in card.locator("input, select, button, [tabindex='0']").all():
        name = control.evaluate(
            "node => node.ariaLabel || node.labels?.[0]?.textContent || node.textContent"
        )
        assert name.strip(), control.evaluate("node => node.outerHTML")
    assert card.locator("[aria-live=polite]").text_content()
    for picture in card.locator("svg, canvas").all():
        assert picture.get_attribute("aria-label") or picture.get_attribute("aria-hidden") == "true"
    assert page.evaluate("window.listening()") > 0
    page.evaluate("window.end()")
    assert page.evaluate("window.listening()") == 0


@pytest.mark.browser
def test_in_a_dark_theme_a_widget_stays_dark_ink_on_white_paper(page):
    page.emulate_media(color_scheme="dark")
    page.evaluate("document.body.style.cssText = 'background: #111111; color: #eeeeee'")
    colours = (
        page.locator(".dlcourse")
        .locator("xpath=descendant-or-self::*")
        .evaluate_all(
            """nodes => nodes.filter(node => !node.ownerSVGElement && node.type !== 'range')
            .map(node => {
            const { color, backgroundColor } = getComputedStyle(node);
            return [color, backgroundColor].map(text => text.match(/[\\d.]+/g).map(Number));
        })"""
        )
    )
    assert len(colours) > 5
    assert colours[0][1] == [255, 255, 255]
    for ink, _ in colours:
        assert np.mean(ink[:3]) < 128


@pytest.mark.browser
def test_jupyter_hears_no_key_that_a_control_needs_but_still_its_own_shortcuts(page):
    page.evaluate("""() => {
        window.heard = [];
        document.addEventListener("keydown", event => window.heard.push(event.key));
    }""")
    page.locator(".dlcourse").locator("input, select, button:enabled").first.focus()
    for key in ["ArrowRight", "ArrowDown", "Home", "a", "Control+s"]:
        page.keyboard.press(key)
    assert page.evaluate("window.heard.filter(key => key !== 'Control')") == ["s"]
