"""A learner's browser page on a notebook in JupyterLab: find a cell, type, run, read."""

from contextlib import suppress

PATIENCE = 300_000  # milliseconds; the machine may be busy
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ERRORS = """() => jupyterapp.shell.currentWidget.content.widgets
    .filter(w => w.model.type === "code")
    .filter(w => w.model.outputs.toJSON().some(o => o.output_type === "error"))
    .map(w => [w.model.id, w.model.getMetadata("tags") ?? []])"""
WIDGETS = """() => jupyterapp.shell.currentWidget.content.widgets
    .filter(w => w.model.type === "code" && w.model.outputs.toJSON().some(
        o => o.data && "application/vnd.jupyter.widget-view+json" in o.data))
    .map(w => w.model.id)"""
LOOK = """card => [
    ...Array.from(card.querySelectorAll("canvas"), canvas => canvas.toDataURL()),
    ...Array.from(card.querySelectorAll("svg, output, .dlcourse-caption"), node => node.innerHTML),
].join()"""
NOTEBOOK = "jupyterapp.shell.currentWidget.content"
FINISHED = f"""() => {NOTEBOOK}.widgets.filter(w => w.model.type === "code").every(
    w => w.model.executionCount !== null && !w.promptNode?.textContent.includes("*")
)"""
EDITOR = f"{NOTEBOOK}.activeCell.editor"
EDITING = f"name => {NOTEBOOK}.activeCell.model.id === name && {EDITOR}?.hasFocus()"
ALL_SELECTED = f"""() => {{
    const {{start, end}} = {EDITOR}.getSelection(), at = place => {EDITOR}.getOffsetAt(place);
    return at(end) - at(start) === {EDITOR}.model.sharedModel.getSource().length;
}}"""
WRITTEN = f"""([name, source]) =>
    {NOTEBOOK}.widgets.find(w => w.model.id === name).model.sharedModel.getSource() === source"""
OUTPUTS = f"""name => {{
    const cell = {NOTEBOOK}.widgets.find(w => w.model.id === name);
    return cell.outputArea.node.innerText;
}}"""


class LearnerPage:
    """One notebook, open in a browser.

    Parameters
    ----------
    page : playwright.sync_api.Page
    host, token : str
        Of a JupyterLab that was started with ``--expose-app-in-browser``.
    path : str
        The notebook's path below the server's root.
    program : str
        What opens it: ``"lab/tree"``, or ``"notebooks"`` for Notebook 7.
    """

    def __init__(self, page, host, token, path, program="lab/tree"):
        self.page = page
        page.set_default_timeout(PATIENCE)
        page.goto(f"{host}/{program}/{path}?token={token}&reset")
        page.wait_for_function(
            "path => window.jupyterapp?.shell.currentWidget?.context?.path === path"
            " && jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.status === 'idle'",
            arg=path,
        )

    def menu(self, *labels):
        """Click through the menus."""
        self.page.locator(f'.lm-MenuBar-itemLabel:text-is("{labels[0]}")').click()
        for label in labels[1:]:
            self.page.locator(f'.lm-Menu-itemLabel:text-is("{label}")').click()

    def run_all(self):
        """Run > Run All Cells, until the last cell has ended."""
        self.menu("Run", "Run All Cells")
        self.page.wait_for_function(FINISHED)

    def trust(self):
        """Trust the notebook, which JupyterLab asks before it shows what somebody else has run."""
        self.page.evaluate("() => void jupyterapp.commands.execute('notebook:trust')")
        self.page.locator(".jp-Dialog button.jp-mod-accept").click()
        self.page.wait_for_function(f"() => {NOTEBOOK}.widgets.every(w => w.model.trusted ?? true)")

    def show(self, name):
        """Scroll to a cell and select it."""
        self.page.evaluate(
            f"""async name => {{
                const notebook = {NOTEBOOK};
                const index = notebook.widgets.findIndex(w => w.model.id === name);
                await notebook.scrollToItem(index, "center");
                notebook.activeCellIndex = index;
                notebook.mode = "command";
                await jupyterapp.commands.execute("notebook:enter-command-mode");
            }}""",
            name,
        )
        self.page.locator(".jp-Notebook .jp-Cell.jp-mod-active").wait_for()

    def write(self, name, source):
        """Type a whole new source into a cell, as hands would, and leave the cell.

        Once more where the page took the cursor out again meanwhile.
        """
        from playwright.sync_api import TimeoutError as TooLong

        for _ in range(5):
            self.show(name)
            self.click_into(name)
            self.page.keyboard.press("ControlOrMeta+a")
            with suppress(TooLong):
                self.page.wait_for_function(ALL_SELECTED, timeout=PATIENCE / 30)
                self.page.keyboard.insert_text(source)
                self.page.wait_for_function(WRITTEN, arg=[name, source], timeout=PATIENCE / 30)
                return self.page.keyboard.press("Escape")
        raise AssertionError(f"the cell {name} does not take what is typed")

    def click_into(self, name):
        """Click into the selected cell; once more where the page took the cursor out again."""
        from playwright.sync_api import TimeoutError as TooLong

        into = self.page.locator(".jp-Cell.jp-mod-active .cm-content")
        for _ in range(5):
            into.click()
            with suppress(TooLong):
                return self.page.wait_for_function(EDITING, arg=name, timeout=PATIENCE / 30)
        raise AssertionError(f"the cell {name} does not take the cursor")

    def run(self, name):
        """Run one cell by its keys and return what it shows below."""
        self.show(name)
        before = self.count(name)
        self.page.keyboard.press("Control+Enter")
        self.page.wait_for_function(
            f"""([name, before]) => {{
                const model = {NOTEBOOK}.widgets.find(w => w.model.id === name).model;
                return model.executionCount !== null && model.executionCount !== before;
            }}""",
            arg=[name, before],
        )
        return self.output(name)

    def count(self, name):
        """The number in a cell's prompt."""
        script = f"name => {NOTEBOOK}.widgets.find(w => w.model.id === name).model.executionCount"
        return self.page.evaluate(script, name)

    def output(self, name):
        """The text below a cell, as a learner sees it."""
        self.show(name)
        return self.page.evaluate(OUTPUTS, name)

    def validate(self):
        """Press nbgrader's Validate and return what its dialog says."""
        self.page.get_by_role("button", name="Validate").click()
        dialog = self.page.locator(".jp-Dialog-content")
        dialog.wait_for()
        return dialog.inner_text()

    def errors(self):
        """The ids of cells that show an error, each with the cell's tags."""
        return self.page.evaluate(ERRORS)

    def cells(self):
        """The ids of all cells."""
        return self.page.evaluate(f"() => {NOTEBOOK}.widgets.map(w => w.model.id)")

    def widgets(self):
        """The ids of cells that show a widget."""
        return self.page.evaluate(WIDGETS)

    def widget(self, name):
        """Scroll to a cell's widget and return its card, once it has come to rest."""
        self.show(name)
        card = self.page.locator(".jp-Cell.jp-mod-active .dlcourse")
        card.wait_for()
        settle(card)
        return card

    def shut_down(self):
        """End the notebook's kernel."""
        self.page.evaluate("jupyterapp.shell.currentWidget.sessionContext.shutdown()")


def settle(card):
    """Wait until two pictures of a widget's card in a row are the same; return the last."""
    return card.evaluate(f"""async card => {{
        const look = {LOOK}, pause = () => new Promise(requestAnimationFrame);
        for (let before = "", now = look(card); ; [before, now] = [now, look(card)]) {{
            if (before === now) return now;
            await pause();
            await pause();
        }}
    }}""")


def change_after(page, card, act):
    """Do something to a widget, wait until it looks different, and let it come to rest."""
    before = settle(card)
    act()
    page.wait_for_function(
        f"([card, before]) => ({LOOK})(card) !== before", arg=[card.element_handle(), before]
    )
    return settle(card) != before


def hands(page, card):
    """What hands can do to a widget: a key on its first slider, else a click on a button.

    Not on the button of a choice that is made already: there nothing would change.
    """
    sliders = card.locator("input[type=range]").filter(visible=True)
    if sliders.count():
        at_end = sliders.first.evaluate("slider => slider.value === slider.max")
        sliders.first.focus()
        return lambda: page.keyboard.press("ArrowLeft" if at_end else "ArrowRight")
    buttons = card.locator("button:enabled:not(.dl-choice [aria-pressed=true])")
    return buttons.filter(visible=True).first.click
