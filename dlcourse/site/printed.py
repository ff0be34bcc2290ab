"""Each lecture as a PDF, printed by Chromium from its page."""

import hashlib
import shutil
from pathlib import Path

SCRIPT = Path(__file__).parent / "theme" / "static" / "print.js"
FLAGS = ["--no-sandbox", "--disable-gpu"]
FOOT = """<div style="color: #4a525a; font: 8px sans-serif; text-align: center; width: 100%">
<span class="title"></span> · <span class="pageNumber"></span> of <span class="totalPages"></span>
</div>"""
MARGINS = {"top": "18mm", "bottom": "20mm", "left": "18mm", "right": "18mm"}


def print_lectures(folder, told=print):
    """Print the lectures of a site whose page has changed since.

    Parameters
    ----------
    folder : Path
        The site's pages; the files go to ``pdf/`` in it.

    Returns
    -------
    list of Path
    """
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium") or shutil.which("chromium-browser")
    waiting = {page: mark for page in _pages(folder) if (mark := _news(folder, page))}
    if not waiting:
        return []
    if program is None:
        told("There is no chromium on this machine: the lectures are not printed.")
        return []
    made = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        for page, mark in waiting.items():
            path = _printed(folder, page)
            path.parent.mkdir(exist_ok=True)
            _print(browser, page, path)
            path.with_suffix(".from").write_text(mark)
            told(f"printed {path.name}")
            made.append(path)
        browser.close()
    return made


def _pages(folder):
    return sorted((folder / "lectures").glob("*.html"))


def _printed(folder, page):
    return folder / "pdf" / f"{page.stem}.pdf"


def _news(folder, page):
    """The digest of a page and of what dresses and completes it, if it is not what was printed."""
    waiting = folder / "_static" / "live" / "waiting" / f"{page.stem}.js"
    parts = [page, folder / "_static" / "site.css", SCRIPT, waiting]
    words = b"\0".join(part.read_bytes() for part in parts if part.is_file())
    mark = hashlib.sha256(words).hexdigest()
    path = _printed(folder, page)
    kept = path.with_suffix(".from")
    return "" if path.is_file() and kept.is_file() and kept.read_text() == mark else mark


def _print(browser, page, path):
    context = browser.new_context(color_scheme="light")
    sheet = context.new_page()
    sheet.goto(page.resolve().as_uri())
    sheet.add_script_tag(content=SCRIPT.read_text(encoding="utf-8"))
    sheet.evaluate("toPaper()")
    sheet.evaluate("document.querySelectorAll('img').forEach((image) => (image.loading = 'eager'))")
    sheet.wait_for_function("[...document.images].every((image) => image.complete)")
    sheet.emulate_media(media="print")
    sheet.pdf(
        path=path,
        format="A4",
        margin=MARGINS,
        display_header_footer=True,
        header_template="<div></div>",
        footer_template=FOOT,
        tagged=True,
        outline=True,
    )
    context.close()
