"""What all widgets share: one text for the browser, a name for each control, room on a phone."""

import importlib
import pkgutil

import anywidget
import numpy as np
import pytest
from accessibility import complaints, luminance
from test_widgets import stepper
from test_widgets_approximation import bumps, towers
from test_widgets_gradient_descent import bowl_explorer
from test_widgets_initialization import signals, symmetry
from test_widgets_levers import levers
from test_widgets_losses import mixer, mover, tug
from test_widgets_neurons import bender, setter, trainer
from test_widgets_normalization import heights, line
from test_widgets_training import network
from widget_page import open_widget, reload_widget, set_theme

from dlcourse import widgets
from dlcourse.widgets import shared
from dlcourse.widgets.activations import explore_zigzag
from dlcourse.widgets.adversarial import explore_density, explore_ring
from dlcourse.widgets.architectures import explore_inception, explore_lesion
from dlcourse.widgets.clinic import explore_clinic
from dlcourse.widgets.convolution import explore_filter, explore_receptive_field
from dlcourse.widgets.decoder import explore_code
from dlcourse.widgets.gradient_descent import explore_rate
from dlcourse.widgets.letters import explore_letters
from dlcourse.widgets.memory import explore_memory
from dlcourse.widgets.optimizers import explore_phase_map, explore_race
from dlcourse.widgets.padlocks import explore_padlocks
from dlcourse.widgets.regularization import explore_fits, explore_stopping
from dlcourse.widgets.tuning import explore_nine_shots, explore_range_test

WIDGETS = {
    "BackpropagationStepper": stepper,
    "BatchExplorer": line,
    "BumpBuilder": bumps,
    "Clinic": explore_clinic,
    "CodeExplorer": explore_code,
    "CurveExplorer": lambda: explore_zigzag(title="Zig-zag"),
    "DensityExplorer": explore_density,
    "DescentExplorer": bowl_explorer,
    "FieldExplorer": explore_receptive_field,
    "FilterExplorer": explore_filter,
    "FitExplorer": explore_fits,
    "HiddenUnits": bender,
    "InceptionBench": explore_inception,
    "LesionExplorer": explore_lesion,
    "LetterExplorer": explore_letters,
    "LeverExplorer": levers,
    "LineSetter": setter,
    "MemoryExplorer": explore_memory,
    "NineShots": explore_nine_shots,
    "PadlockExplorer": explore_padlocks,
    "PerceptronTrainer": trainer,
    "PhaseMap": explore_phase_map,
    "PullExplorer": tug,
    "RaceExplorer": explore_race,
    "RangeTest": explore_range_test,
    "RateExplorer": explore_rate,
    "RingTrainer": explore_ring,
    "ScoreMixer": mixer,
    "SignalExplorer": signals,
    "StoppingExplorer": explore_stopping,
    "SymmetryExplorer": symmetry,
    "ThresholdMover": mover,
    "TowerBuilder": towers,
    "TrainingExplorer": network,
    "UnitExplorer": heights,
}
TEXT = "What a learner who cannot see this widget needs to know."
PHONE = 284  # CSS pixels: a card in JupyterLab on a screen of 400; WCAG 2 asks for 320
CONTROLS = "input, select, button, [tabindex='0']"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(shared, "FOLDER", tmp_path)
    (tmp_path / "shared.js").write_text("export const many = 1;\nexport function card() {}\n")
    (tmp_path / "shared.css").write_text(".card {}\n")
    return tmp_path


def test_the_import_line_goes_and_what_it_names_comes_first(folder):
    (folder / "own.js").write_text(
        '// own\nimport {\n  card, many\n} from "./shared.js";\nexport default { render: card };\n'
    )
    text = shared.with_shared("own.js")
    assert text.startswith("const many = 1;\nfunction card() {}\n")
    assert text.endswith("// own\nexport default { render: card };\n")


def test_another_file_that_a_script_names_comes_between(folder):
    first, second = ('import { many } from "./shared.js";\n', 'import { two } from "./other.js";\n')
    (folder / "other.js").write_text(f"{first}export const two = 2 * many;\n")
    (folder / "own.js").write_text(f"// own\n{first}{second}export default {{ two }};\n")
    text = shared.with_shared("own.js")
    assert [line for line in text.splitlines() if line] == [
        "const many = 1;", "function card() {}", "const two = 2 * many;", "// own",
        "export default { two };",
    ]  # fmt: skip


@pytest.mark.parametrize("own", ["", 'import { many } from "./other.js";\n'])
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


@pytest.fixture(scope="module", params=WIDGETS)
def phone(request, chromium, tmp_path_factory):
    """A page with each widget in turn."""
    page = opened(request.param, chromium, tmp_path_factory.mktemp("phone"))
    yield page
    page.close()


@pytest.fixture
def page(phone):
    """Each widget in turn, on a phone, untouched; one that learns has come to rest."""
    reload_widget(phone)
    at_rest(phone)
    return phone


def opened(name, chromium, tmp_path, **look):
    widget = WIDGETS[name]()
    widget.alt = TEXT
    page = open_widget(chromium, widget, tmp_path, **{"width": PHONE, **look})
    at_rest(page)
    return page


def at_rest(page):
    page.wait_for_function("document.querySelector('.dlcourse-caption').textContent")


@pytest.mark.browser
def test_a_widget_fits_a_phone_names_its_controls_and_leaves_nothing_behind(page):
    card = page.get_by_role("group", name=TEXT)
    width, room = card.evaluate("node => [node.scrollWidth, node.clientWidth]")
    assert width <= room <= PHONE
    for control in card.locator(CONTROLS).all():
        name = control.evaluate(
            "node => node.ariaLabel || node.labels?.[0]?.textContent || node.textContent"
        )
        assert name.strip(), control.evaluate("node => node.outerHTML")
    for picture in card.locator(".dl-plot > svg, canvas").all():
        assert picture.get_attribute("aria-label") or picture.get_attribute("aria-hidden") == "true"
    assert page.evaluate("window.listening()") > 0
    page.evaluate("window.end()")
    assert page.evaluate("window.listening()") == 0


@pytest.mark.browser
def test_on_a_phone_controls_come_first_are_44_pixels_and_drawings_are_as_wide_as_the_card(page):
    card = page.locator(".dlcourse")
    for control in card.locator(CONTROLS).filter(visible=True).all():
        box = control.bounding_box()
        assert min(box["width"], box["height"]) > 43.99, control.evaluate("node => node.outerHTML")
    bar, place = page.locator(".dlcourse-bar").first, page.locator(".dlcourse-place")
    assert bar.bounding_box()["y"] < place.bounding_box()["y"]
    room = place.bounding_box()["width"]
    for plot in page.locator(".dl-plot").all():
        assert plot.bounding_box()["width"] >= room - 1


@pytest.mark.browser
def test_text_is_12_pixels_at_least_and_never_scales(page):
    sizes = page.locator(".dlcourse").evaluate(
        """card => [...card.querySelectorAll("*")]
            .filter(node => [...node.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
            .map(node => parseFloat(getComputedStyle(node).fontSize))"""
    )
    assert len(sizes) > 5
    assert min(sizes) >= 12
    assert page.locator(".dl-plot > svg[viewBox]").count() == 0


@pytest.mark.browser
def test_nothing_leaves_its_frame_and_nothing_has_an_id_that_a_second_widget_would_share(page):
    frames = page.locator(".dl-plot svg svg")
    for frame in frames.all():
        assert frame.evaluate("node => getComputedStyle(node).overflow") == "hidden"
    lines = page.locator(".dl-line, .dl-dots, .dl-area")
    loose = page.locator(".dl-plot > svg > :is(.dl-line, .dl-dots, .dl-area)")
    assert lines.count() == 0 or frames.count() or loose.count() == lines.count()
    assert page.locator(".dlcourse [id]").count() == 0


@pytest.mark.browser
def test_escape_leaves_each_control_for_the_cell_around_the_widget(page):
    page.locator("#place").evaluate("node => { node.tabIndex = -1 }")
    for control in page.locator(CONTROLS).filter(visible=True).all():
        if control.is_enabled():
            control.focus()
            page.keyboard.press("Escape")
            assert page.evaluate("document.activeElement.id") == "place"


@pytest.mark.browser
def test_a_button_that_switches_itself_off_hands_the_keys_on(chromium, tmp_path):
    page = opened("BackpropagationStepper", chromium, tmp_path)
    forward = page.get_by_role("button", name="Forward")
    while forward.is_enabled():
        forward.press("Enter")
    page.wait_for_function("document.activeElement.matches('button:enabled')", timeout=9000)
    page.close()


@pytest.mark.browser
def test_the_sentence_is_read_aloud_once_the_hand_rests(page):
    spoken = page.locator("[aria-live=polite]")
    before = spoken.text_content()
    assert before
    control = page.locator("input[type=range], button:enabled").filter(visible=True).first
    control.focus()
    page.keyboard.press("Enter" if control.evaluate("node => node.type") == "button" else "End")
    said = page.locator(".dlcourse-caption").text_content()
    spoken.filter(has_text=said).wait_for(state="attached")
    assert page.locator(".dlcourse-caption").get_attribute("aria-hidden") == "true"


# colours, in both themes

COLOURS = """card => {
    const brush = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const rgb = (...layers) => {
        brush.clearRect(0, 0, 1, 1);
        for (const layer of layers) { brush.fillStyle = layer; brush.fillRect(0, 0, 1, 1); }
        return [...brush.getImageData(0, 0, 1, 1).data].slice(0, 3);
    };
    const shown = (node) => node.checkVisibility() && !node.disabled;
    const papers = (node) => (node === card ? [] : papers(node.parentElement))
        .concat(getComputedStyle(node).backgroundColor);
    const pair = (ink) => (node) => [
        node.outerHTML.slice(0, 80), rgb(getComputedStyle(node)[ink]), rgb(...papers(node)),
    ];
    const all = [...card.querySelectorAll("*")].filter(shown);
    const words = (node) => [...node.childNodes].some(n => n.nodeType === 3 && n.data.trim());
    const drawn = all.filter(node => node.ownerSVGElement);
    const written = all.filter(node => !node.ownerSVGElement);
    const strokes = ":is(.dl-line, .dl-dots):not(.dl-faint, .dl-edge, .dl-core), .dl-frame";
    const boxes = "select, input[type=number], button:not(.dl-choice *, .dl-player *)";
    return {
        texts: [
            ...written.filter(words).map(pair("color")),
            ...drawn.filter(node => node.matches("text") && words(node)).map(pair("fill")),
        ],
        lines: [
            ...drawn.filter(node => node.matches(strokes)).map(pair("stroke")),
            ...written.filter(node => node.matches(boxes)).map(pair("borderTopColor")),
        ],
    };
}"""


def contrast(ink, paper):
    a, b = (luminance(np.array(colour) / 255) + 0.05 for colour in (ink, paper))
    return max(a, b) / min(a, b)


@pytest.mark.parametrize(
    ("ink", "paper", "due"), [((0, 0, 0), (255, 255, 255), 21), ((118,) * 3, (255,) * 3, 4.54)]
)
def test_contrast_is_that_of_wcag(ink, paper, due):
    assert contrast(ink, paper) == pytest.approx(due, abs=0.005)


@pytest.mark.browser
@pytest.mark.parametrize("dark", [False, True])
def test_a_card_follows_the_theme_with_texts_at_4_5_and_lines_at_3(page, dark):
    page.evaluate("window.before = document.querySelector('.dlcourse-place').innerHTML")
    set_theme(page, dark=dark)
    card = page.locator(f".dlcourse[data-dark={str(dark).lower()}]")
    paper = card.evaluate("node => getComputedStyle(node).backgroundColor")
    assert paper == ("rgb(17, 17, 17)" if dark else "rgb(255, 255, 255)")
    found = card.evaluate(COLOURS)
    assert len(found["texts"]) > 5
    for kind, least in (("texts", 4.5), ("lines", 3)):
        low = [(name, ink, on) for name, ink, on in found[kind] if contrast(ink, on) < least]
        assert low == []


@pytest.mark.browser
@pytest.mark.parametrize("dark", [pytest.param(False, marks=pytest.mark.long), True])
def test_axe_finds_nothing(page, dark):
    set_theme(page, dark=dark)
    page.locator(f".dlcourse[data-dark={str(dark).lower()}]").wait_for()
    assert complaints(page) == []


@pytest.mark.browser
def test_axe_sees_a_control_without_a_name(chromium, tmp_path):
    page = opened("DescentExplorer", chromium, tmp_path)
    page.evaluate("document.querySelector('.dlcourse').append(document.createElement('input'))")
    assert [rule for rule, _ in complaints(page)] == ["label"]
    page.close()


@pytest.mark.browser
def test_with_reduced_motion_a_point_does_not_swell_under_the_hand(chromium, tmp_path):
    for motion, seconds in (("no-preference", "0.15s"), ("reduce", "0s")):
        page = opened("DescentExplorer", chromium, tmp_path, reduced_motion=motion)
        move = "node => getComputedStyle(node, '::before').transitionDuration"
        assert page.locator(".dl-handle").evaluate(move) == seconds
        page.close()


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
