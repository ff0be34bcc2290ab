"""What is asked of every lecture: it is run once, and each claim reads that run.

A file `test_NN_topic.py` holds one lecture, so that ``--dist loadfile`` spreads the runs.
"""

import re
import sys
from pathlib import Path

import nbformat
import pytest
from accessibility import complaints
from learner_page import LearnerPage, change_after, hands
from nbformat.v4 import new_code_cell
from solved_lecture import nbval, rebuilt, solved
from widget_page import open_state

from dlcourse.authoring.build import lecture_names
from dlcourse.authoring.lecture import read_cells
from dlcourse.authoring.minutes import REVEAL
from dlcourse.authoring.numbers import declared
from dlcourse.authoring.reveals import SECTION, tells
from dlcourse.authoring.run import failing_again, run_lecture

ROOT = Path(__file__).resolve().parents[2]
LECTURES = [name for name in lecture_names(ROOT) if (ROOT / "course" / name).is_dir()]
MEMORY = 1 << 30  # what Binder grants a session at least
# the notebook's own content: what JupyterLab puts around it is not ours
CONTENT = {"include": [[".jp-MarkdownOutput"], [".jp-OutputArea-output"]]}
IN_SIGHT = """() => jupyterapp.shell.currentWidget.content.widgets
    .filter(w => w.isAttached && w.node.checkVisibility({contentVisibilityAuto: true}))
    .map(w => w.model.id)"""
# what is seen of the selected cell; `wide` reaches beyond the page, and scrolls nowhere
SEEN = """() => {
    const cell = document.querySelector(".jp-Notebook .jp-Cell.jp-mod-active");
    const edge = document.documentElement.clientWidth + 1;
    const beyond = node => node.getBoundingClientRect().right > edge;
    const scrolls = node => ["auto", "scroll"].includes(getComputedStyle(node).overflowX);
    const reached = node => node !== cell
        && (scrolls(node) && !beyond(node) || reached(node.parentElement));
    const text = part => cell.querySelector(part)?.innerText.trim() ?? "";
    return {
        code: cell.querySelector(".cm-editor")?.checkVisibility() ?? false,
        caption: text(".jp-InputPlaceholder"),
        output: text(".jp-OutputArea"),
        undescribed: cell.querySelectorAll(".jp-OutputArea img:not([alt])").length,
        wide: Array.from(cell.querySelectorAll("*"))
            .filter(node => beyond(node) && node.checkVisibility() && !reached(node.parentElement))
            .map(node => node.outerHTML.slice(0, 200)),
    };
}"""
VIEW = "application/vnd.jupyter.widget-view+json"
NONE_YET = "Your guess: none yet."
ON_APPLE = f"""\
import sys
sys.path.insert(0, {str(ROOT / "tests" / "twins")!r})
from apple import apple_gpu
from dlcourse.twins.devices import device as best_device
pretended = apple_gpu()
pretended.__enter__()
print(best_device())
"""
linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def tags(cell):
    return cell.metadata.get("tags", [])


def source_of(name):
    return ROOT / "solutions" / "lectures" / f"{name}.py"


def released(name):
    return nbformat.read(ROOT / "course" / name / f"{name}.ipynb", as_version=4)


def errors(cell):
    return [o for o in cell.get("outputs", []) if o.output_type == "error"]


def streams(cell, name):
    return [o.text for o in cell.get("outputs", []) if o.get("name") == name]


def shown(cell):
    """What a cell shows besides streams: the data of each output."""
    return [o.data for o in cell.get("outputs", []) if "data" in o]


def outputs_below(cells, place):
    """The demos between a reveal and the next guess, or the end of its section."""
    for cell in cells[place + 1 :]:
        if cell.cell_type == "markdown" and SECTION.search(cell.source):
            return
        if "predict" in tags(cell):
            return
        if cell.cell_type == "code" and not {"check", "exercise"} & set(tags(cell)):
            yield cell


def widget_states(notebook):
    """What a notebook that was run holds of each widget that it shows."""
    views = [data[VIEW] for cell in notebook.cells for data in shown(cell) if VIEW in data]
    kept = notebook.metadata.widgets["application/vnd.jupyter.widget-state+json"] if views else {}
    return [kept["state"][view["model_id"]]["state"] for view in views]


class LectureClaims:
    """The claims; a subclass gives the lecture's name."""

    name = ""

    @pytest.fixture(scope="class")
    @classmethod
    def run(cls, tmp_path_factory):
        """The released notebook after Run All, nothing answered: notebook, numbers, peak memory."""
        folder = tmp_path_factory.mktemp("run")
        return run_lecture(source_of(cls.name), released(cls.name), folder)

    @pytest.fixture
    def cells(self, run):
        return run[0].cells

    def test_an_unanswered_check_reads_not_yet_written(self, cells):
        checks = [cell for cell in cells if "check" in tags(cell)]
        assert checks
        for cell in checks:
            assert {output.output_type for output in cell.outputs} == {"stream"}, cell.id
            text = "".join(streams(cell, "stdout"))  # a busy kernel sends it in pieces
            assert text.count("\n") == 1, cell.id
            assert text.endswith(("not yet written.\n", "not yet changed.\n")), cell.id

    def test_an_untouched_lecture_shows_no_error(self, cells):
        assert [cell.id for cell in cells if errors(cell)] == []

    def test_no_cell_complains_on_stderr(self, cells):
        assert {cell.id: streams(cell, "stderr") for cell in cells if streams(cell, "stderr")} == {}

    def test_every_figure_has_a_text_beside_it(self, cells):
        for cell in cells:
            for data in shown(cell):
                if "image/png" in data or "image/svg+xml" in data or "text/html" in data:
                    text = data.get("text/plain", "")
                    assert text, cell.source
                    assert not text.startswith("<"), cell.source

    def test_nothing_is_shown_before_a_guess(self, cells):
        reveals = [cell for cell in cells if "plot_guess(" in cell.source]
        for cell in reveals:
            texts = [data["text/plain"] for data in shown(cell)]
            assert len(texts) == 1, cell.source
            assert texts[0].startswith(NONE_YET), cell.source
            assert not streams(cell, "stdout"), cell.source

    def test_no_output_below_a_reveal_tells_its_truth_before_the_guess(self, cells):
        sources = [c for c in read_cells(source_of(self.name)) if REVEAL in c.source]
        reveals = [place for place, cell in enumerate(cells) if REVEAL in cell.source]
        for source, place in zip(sources, reveals, strict=True):
            truths = source.metadata["truth"]
            truths = truths if isinstance(truths, list) else [truths]
            for cell in outputs_below(cells, place):
                texts = [data.get("text/plain", "") for data in shown(cell)]
                words = "\n".join(streams(cell, "stdout") + texts)
                told = [truth for truth in map(str, truths) if tells(words, truth)]
                assert told == [], f"{cell.id}: show it with after(guess_..., ...)"

    def test_a_learner_sees_the_progress_made(self, cells):
        texts = [data.get("text/plain", "") for cell in cells for data in shown(cell)]
        assert any(text.startswith("Your progress") for text in texts)

    def test_each_number_of_the_prose_lies_in_its_band(self, run):
        wanted = declared(source_of(self.name), read_cells(source_of(self.name)))
        numbers = [number for group in wanted.values() for number in group]
        assert [n.problem(run[1][n.name]) for n in numbers if n.problem(run[1][n.name])] == []

    @linux
    def test_a_whole_run_fits_into_a_gigabyte(self, run):
        print(f"peak memory of the kernel: {run[2] / 2**20:.0f} MiB")
        assert 20 << 20 < run[2] < MEMORY

    @pytest.mark.long
    def test_any_cell_can_be_run_again(self, tmp_path):
        assert failing_again(released(self.name), tmp_path) == {}

    @pytest.mark.long
    def test_it_runs_on_apples_gpu_which_has_no_float64(self, tmp_path):
        notebook = released(self.name)
        notebook.cells.insert(0, new_code_cell(ON_APPLE, id="apple"))
        ran, *_ = run_lecture(source_of(self.name), notebook, tmp_path)
        assert streams(ran.cells[0], "stdout") == ["mps\n"]
        assert [cell.id for cell in ran.cells if errors(cell)] == []

    @pytest.mark.long
    def test_with_the_solutions_in_nbval_passes(self, tmp_path):
        notebook = solved(self.name)
        nbformat.write(notebook, tmp_path / f"{self.name}.ipynb")
        ended = nbval(tmp_path / f"{self.name}.ipynb")
        assert ended.returncode == 0, ended.stdout[-4000:]
        codes = sum(cell.cell_type == "code" for cell in notebook.cells)
        assert re.search(rf"^{codes} passed", ended.stdout, re.M), ended.stdout[-500:]

    @pytest.mark.long
    def test_a_rebuild_is_byte_identical(self, tmp_path):
        for path, text in rebuilt(self.name, tmp_path).items():
            assert text == (ROOT / path).read_bytes(), path

    @pytest.fixture
    def page(self, run, chromium, lecture_lab, photographed):
        """The lecture as it was run, open in a JupyterLab: its widgets live again."""
        copies, address = lecture_lab
        nbformat.write(run[0], copies / self.name / f"{self.name}.ipynb")
        page = photographed(chromium.new_page(viewport={"width": 1280, "height": 900}))
        learner = LearnerPage(page, *address, f"{self.name}/{self.name}.ipynb")
        learner.trust()
        yield learner
        learner.shut_down()

    @pytest.mark.browser
    def test_each_widget_answers_hands(self, run, chromium, photographed, tmp_path):
        for number, state in enumerate(widget_states(run[0])):
            page = photographed(open_state(chromium, state, tmp_path / f"{number}.html"))
            card = page.locator(".dlcourse")
            assert card.get_attribute("aria-label").strip()
            assert change_after(page, card, hands(page, card)), state["title"]
            assert complaints(page) == [], state["title"]

    @pytest.mark.browser
    @pytest.mark.long
    def test_each_widget_answers_hands_in_jupyterlab(self, page):
        for name in page.widgets():
            card = page.widget(name)
            assert card.get_attribute("aria-label").strip()
            assert change_after(page.page, card, hands(page.page, card)), name

    @pytest.mark.browser
    @pytest.mark.long
    def test_axe_has_no_complaint_of_the_whole_page(self, page):
        looked, found = set(), set()
        for name in page.cells():
            page.show(name)
            seen = set(page.page.evaluate(IN_SIGHT))
            if name not in looked:  # what stands on the page together is looked at together
                found |= set(complaints(page.page, CONTENT))
                looked |= seen
        assert looked >= set(page.cells())
        assert found == set()

    @pytest.mark.browser
    @pytest.mark.long
    def test_notebook_7_runs_and_shows_all_of_it(self, chromium, notebook_7, photographed):
        page = photographed(chromium.new_page(viewport={"width": 1400, "height": 900}))
        learner = LearnerPage(page, *notebook_7, f"{self.name}/{self.name}.ipynb", "notebooks")
        learner.run_all()
        assert learner.errors() == []
        assert page.locator(".jp-Dialog, .jp-toast, .Toastify__toast").count() == 0
        cells = released(self.name).cells
        for cell in cells:
            learner.show(cell.id)
            seen = page.evaluate(SEEN)
            if cell.metadata.get("jupyter", {}).get("source_hidden"):
                assert not seen["code"], cell.id
                assert seen["caption"] == cell.source.partition("\n")[0], cell.id
            if "check" in tags(cell):
                assert seen["output"].endswith(("not yet written.", "not yet changed.")), cell.id
            assert (seen["undescribed"], seen["wide"]) == (0, []), cell.id
        for name in learner.widgets():
            card = learner.widget(name)
            assert card.get_attribute("aria-label").strip()
            assert change_after(page, card, hands(page, card)), name
        page.set_viewport_size({"width": 400, "height": 900})
        for cell in cells:
            learner.show(cell.id)
            assert page.evaluate(SEEN)["wide"] == [], cell.id
        learner.shut_down()
