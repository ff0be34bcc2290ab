"""A widget in a notebook that is opened again: its twin stands there, with its description."""

import sys
from pathlib import Path

import nbformat
import pytest
from accessibility import complaints
from jupyter_lab import running_lab
from learner_page import PATIENCE
from test_widgets_gradient_descent import bowl_explorer

from dlcourse.plots.basic import described

pytestmark = pytest.mark.browser
TEXT = 'A bowl from above with "the path" of gradient descent, and 1 < 2.'
IDLE = "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"
PROGRAM = Path(sys.executable).with_name("jupyter-lab")
ALIVE = f"""
import sys
sys.path[:0] = {[str(Path(__file__).parents[i]) for i in (0, 1)]}
from test_widgets_gradient_descent import bowl_explorer
from dlcourse.plots.basic import described
described(bowl_explorer(), {TEXT!r})"""


def saved(kernel, *, outputs=()):
    """A notebook of one cell whose widget's kernel has ended."""
    kernelspec = {"name": kernel, "display_name": kernel, "language": "python"}
    notebook = nbformat.v4.new_notebook(metadata={"kernelspec": kernelspec})
    cell = nbformat.v4.new_code_cell(ALIVE)
    cell.outputs = [
        nbformat.v4.new_output("display_data", data=data, metadata=metadata)
        for data, metadata in outputs
    ]
    notebook.cells.append(cell)
    return notebook


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """JupyterLab, which serves Notebook 7 too, on notebooks with and without a kernel."""
    root = tmp_path_factory.mktemp("twins")
    outputs = described(bowl_explorer(), TEXT).outputs
    for name, kernel, kept in [
        ("ended", "python3", outputs),
        ("untrusted", "python3", outputs),
        ("gone", "no_such_kernel", outputs),
        ("alive", "python3", ()),
    ]:
        nbformat.write(saved(kernel, outputs=kept), root / f"{name}.ipynb")
    followed = saved("python3")
    followed.cells.append(nbformat.v4.new_markdown_cell("# The next cell"))
    nbformat.write(followed, root / "followed.ipynb")
    command = (PROGRAM, "--no-browser", "--allow-root", "--expose-app-in-browser")
    with running_lab(root, command) as address:
        yield address


@pytest.fixture
def opened(chromium, address, photographed):
    """Opens a notebook in JupyterLab or in Notebook 7."""
    host, token = address

    def show(program, name, *, trusted=True):
        page = photographed(chromium.new_page(viewport={"width": 1200, "height": 1000}))
        page.set_default_timeout(PATIENCE)
        if trusted:
            answer = page.request.post(
                f"{host}/api/contents/{name}.ipynb/trust",
                headers={"Authorization": f"token {token}"},
            )
            assert answer.ok, answer.status_text
        page.goto(f"{host}/{program}/{name}.ipynb?token={token}&reset")
        return page

    return show


def twin(page):
    """The picture, once it is painted."""
    image = page.locator(".jp-Cell .dlcourse-twin img")
    image.wait_for()
    page.wait_for_function("image => image.naturalWidth", arg=image.element_handle())
    return image


@pytest.mark.parametrize("program", ["lab/tree", "notebooks"], ids=["JupyterLab", "Notebook 7"])
@pytest.mark.parametrize("name", ["ended", "gone"], ids=["another kernel", "no kernel"])
def test_the_twin_stands_alone_and_described_where_the_widget_cannot_live(opened, program, name):
    page = opened(program, name)
    assert twin(page).get_attribute("alt") == TEXT
    outputs = page.locator(".jp-Cell .jp-OutputArea-child")
    assert [output.is_visible() for output in outputs.all()] == [True, False]
    assert page.locator(".jp-Cell .jp-OutputArea").inner_text().strip() == ""
    assert complaints(page, ".dlcourse-twin") == []


@pytest.mark.parametrize("program", ["lab/tree", "notebooks"], ids=["JupyterLab", "Notebook 7"])
def test_in_a_notebook_that_is_not_trusted_the_twin_is_described_too(opened, program):
    page = opened(program, "untrusted", trusted=False)
    assert twin(page).get_attribute("alt") == TEXT
    said = page.locator(".jp-Cell .jp-OutputArea").inner_text().strip()
    assert said == "The figure above moves where its kernel runs."


def test_the_twin_hides_while_its_widget_lives(opened):
    page = opened("lab/tree", "alive")
    page.wait_for_function(IDLE)
    page.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")
    page.locator(".jp-Cell .dlcourse").wait_for()
    outputs = page.locator(".jp-Cell .jp-OutputArea-child")
    assert [output.is_visible() for output in outputs.all()] == [False, True]
    for dark in ("true", "false"):
        theme = f"JupyterLab {'Dark' if dark == 'true' else 'Light'}"
        page.evaluate(f"jupyterapp.commands.execute('apputils:change-theme', {{theme: '{theme}'}})")
        page.locator(f".jp-Cell .dlcourse[data-dark={dark}]").wait_for()
    slider = page.get_by_role("slider", name="learning rate η")
    slider.focus()
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.closest('.jp-Notebook') !== null")


@pytest.mark.parametrize("program", ["lab/tree", "notebooks"], ids=["JupyterLab", "Notebook 7"])
def test_what_is_typed_in_a_widget_stays_there_and_what_is_typed_with_ctrl_is_the_pages(
    opened, program
):
    page = opened(program, "followed")
    if program == "lab/tree":
        page.wait_for_function(IDLE)
    page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for()
    code, following = (page.locator(".jp-Notebook .jp-Cell").nth(i) for i in (0, 1))
    code.locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
    slider = page.get_by_role("slider", name="learning rate η")
    slider.focus()
    for key in ["ArrowRight", "ArrowDown", "Control+s", "ArrowLeft", "d", "d", "b"]:
        before = slider.input_value()
        page.keyboard.press(key)
        assert slider.evaluate("slider => document.activeElement === slider"), key
        assert (slider.input_value() != before) == key.startswith("Arrow"), key
    assert page.locator(".jp-Notebook .jp-Cell").count() == 2
    assert "jp-mod-active" not in following.get_attribute("class")
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowDown")
    assert "jp-mod-active" in following.get_attribute("class")
