"""What is wrong with the pages of a site: broken links, broken HTML, too much to load."""

from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import html5lib

LIMIT = 2_000_000  # bytes a page loads, without the data of its widgets


def pages(site):
    """The pages of a site."""
    return [p for p in sorted(site.rglob("*.html")) if not {"_static", "_sources"} & set(p.parts)]


@cache
def parsed(path):
    """A page's tree, and the faults that the parser of the HTML standard reports."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    tree = parser.parse(path.read_text(encoding="utf-8"))
    return tree, [(line, code) for (line, _), code, _ in parser.errors]


def faults(path):
    """Faults of HTML: what the standard's parser mends, and ids that are used twice."""
    tree, errors = parsed(path)
    ids = [node.get("id") for node in tree.iter() if node.get("id")]
    twice = sorted({name for name in ids if ids.count(name) > 1})
    return [*errors, *(("id twice", name) for name in twice)]


def addresses(path):
    """All addresses of a page: of links, pictures, scripts and styles."""
    tree, _ = parsed(path)
    for node in tree.iter():
        for key in ("href", "src"):
            if isinstance(node.tag, str) and node.get(key):
                yield node.tag, node.get(key)


def broken_links(site, path):
    """Links of a page that lead to no file of the site, or to no place in it."""
    found = []
    for _, address in addresses(path):
        there = urlsplit(address)
        printed = address == f"../pdf/{path.stem}.pdf"  # a browser prints it afterwards
        if there.scheme or there.netloc or printed:
            continue
        file = (path.parent / unquote(there.path)).resolve() if there.path else path.resolve()
        if not file.is_file() or not file.is_relative_to(site.resolve()):
            found.append(address)
        elif there.fragment and file.suffix == ".html":
            ids = {node.get("id") for node in parsed(Path(file))[0].iter()}
            if unquote(there.fragment) not in ids:
                found.append(address)
    return found


def weight(path):
    """Bytes that a page loads: itself, its scripts, styles and pictures."""
    files = {path}
    for tag, address in addresses(path):
        if tag in ("img", "script", "link") and not urlsplit(address).scheme:
            files.add((path.parent / unquote(urlsplit(address).path)).resolve())
    return sum(file.stat().st_size for file in files if file.is_file())
