"""`make site`: lectures run, pages written, Sphinx called."""

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from dlcourse.authoring.build import lecture_names
from dlcourse.authoring.lecture import read_lecture
from dlcourse.site import api, documents, figures, formulas, glossary, home, lectures, sources
from dlcourse.site.execute import executed
from dlcourse.site.live import pages as live
from dlcourse.site.settings import SOURCE

LECTURE = re.compile(r"(?:(?:\.\./)?lectures/)?\b(\d\d_\w+)\.(?:md|html)(?:#[\w-]+)?")
HERE = Path(__file__).parent
TAKE_DOCS = ["install", "progress"]
LOOK_UP_DOCS = ["conventions", "training"]
AUTHOR_DOCS = ["site", "contributing", "changelog"]
CLASS_DOCS = ["term", "grading", "cluster", "grader_quality"]
SOURCES_DOCS = ["errata", "claims"]


def build_site(root, names=None, docs=None, topics=None, site=None, told=print):
    """Make the site, by default in build/site/html.

    Parameters
    ----------
    root : Path
        The course's root folder.
    names : list of str, optional
        Lectures, by default all.
    docs : list of str, optional
        Documents of docs/, by default all.
    topics : list of str, optional
        Topics of the reference, by default all.
    site : Path, optional
        The folder to work in, by default build/site.
    told : callable
        Is given a line for each step.

    Returns
    -------
    Path
        The folder of the pages.
    """
    site = site or root / "build" / "site"
    names = names or [name for name in lecture_names(root) if (root / "course" / name).is_dir()]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        runs = pool.map(lambda name: executed(root, name, site / "executed"), names)
        notebooks = dict(zip(names, runs, strict=True))
    folder = root / "solutions" / "lectures"
    known = {name: read_lecture(folder / f"{name}.py") for name in names}
    pages, files, played = {}, {}, {}
    for name, notebook in notebooks.items():
        notebook, own = live.live(notebook, name)
        played |= own
        text, shown = lectures.page(notebook, name, {e.id: e for e in known[name].exercises})
        pages[f"lectures/{name}.md"] = text
        files |= shown
    hero, own = live.hero()
    hero, shown = figures.linked(hero, up="")
    played |= own
    files |= shown
    written = _documents(root, docs)
    pages |= written | api.pages(root, topics) | {"glossary.md": glossary.page(root, names)}
    pages["sources.md"] = sources.page(root, written)
    pages["index.md"] = home.page(known, hero, _contents(names, written))
    pages = {path: _within(text, names) for path, text in pages.items()}
    write_all(site / "source", pages)
    write_all(site / "extra", files)
    static = {f"live/{path}": data for path, data in played.items()}
    write_all(site / "static", static | {"math.woff2": formulas.font()})
    told(f"{len(pages)} pages written; Sphinx reads what changed ...")
    _sphinx(root, site)
    return site / "html"


def _within(text, names):
    """Let links to lectures that this site lacks lead to the repository."""

    def there(link):
        name = link[1]
        return link[0] if name in names else f"{SOURCE}/course/{name}/{name}.ipynb"

    return LECTURE.sub(there, text)


def _documents(root, docs):
    """The documents' pages."""
    found = {path.stem: path for path in sorted((root / "docs").glob("*.md"))}
    found |= {"contributing": root / "CONTRIBUTING.md", "changelog": root / "CHANGELOG.md"}
    return {
        f"docs/{name}.md": documents.page(
            path.read_text(encoding="utf-8"), path.relative_to(root).as_posix()
        )
        for name, path in found.items()
        if docs is None or name in docs
    }


def _contents(names, written):
    """The tables of contents: caption and pages."""
    known = {name.removesuffix(".md") for name in written}
    rows = {
        "Lectures": [f"lectures/{name}" for name in names],
        "Take the course": [f"docs/{name}" for name in TAKE_DOCS],
        "Look up": ["glossary", "api/index", *(f"docs/{name}" for name in LOOK_UP_DOCS)],
        "The sources, checked": ["sources", *(f"docs/{name}" for name in SOURCES_DOCS)],
        "Teach with it": [f"docs/{name}" for name in CLASS_DOCS],
        "Work on it": [f"docs/{name}" for name in AUTHOR_DOCS],
    }
    return {
        caption: [page for page in pages if not page.startswith("docs/") or page in known]
        for caption, pages in rows.items()
    }


def write_all(folder, files):
    """Write files that differ from what is there, and delete what is not among them.

    Content is text, bytes, or what makes bytes: that is asked only where no such file is.
    """
    for path, content in files.items():
        file = folder / path
        if callable(content):
            if file.is_file():
                continue
            content = content()
        data = content.encode() if isinstance(content, str) else content
        if not file.is_file() or file.read_bytes() != data:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
    for file in [file for file in folder.rglob("*") if file.is_file()]:
        if file.relative_to(folder).as_posix() not in files:
            file.unlink()


def _sphinx(root, site):
    """Call Sphinx; its warnings are errors."""
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html"]
    command += ["-j", "auto", "-c", HERE, "-d", site / "doctrees", site / "source", site / "html"]
    places = {"DLCOURSE_SITE_EXTRA": site / "extra", "DLCOURSE_SITE_STATIC": site / "static"}
    places["DLCOURSE_SITE_ROOT"] = root
    surroundings = os.environ | {name: str(path) for name, path in places.items()}
    if subprocess.run(list(map(str, command)), env=surroundings).returncode:
        raise RuntimeError("Sphinx found what it says above: mend it and start again.")
