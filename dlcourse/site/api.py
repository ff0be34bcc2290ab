"""The reference and its twins side by side: one page a topic, one row a function."""

import ast
import html
import importlib
import inspect
from typing import NamedTuple

from dlcourse.site.lectures import raw
from dlcourse.site.settings import SOURCE

WORLDS = {"reference": "NumPy", "twins": "PyTorch"}


class Function(NamedTuple):
    """A public function or class of one of the two worlds."""

    name: str
    signature: str
    text: str
    source: str


def pages(root, topics=None):
    """Write the pages of the reference (all topics, or those named), by path."""
    topics = {topic: _topic(root, topic) for topic in topics or _topics(root)}
    made = {f"api/{name}.md": _page(name, *topic) for name, topic in topics.items()}
    return made | {"api/index.md": _index(topics)}


def _topics(root):
    found = {
        path.stem for world in WORLDS for path in (root / "dlcourse" / world).glob("[a-z]*.py")
    }
    return sorted(found)


def _topic(root, topic):
    """A topic's opening sentence, and its functions by name: (reference or None, twin or None)."""
    worlds, opening = {}, ""
    for world in WORLDS:
        path = root / "dlcourse" / world / f"{topic}.py"
        module = importlib.import_module(f"dlcourse.{world}.{topic}") if path.is_file() else None
        worlds[world] = _functions(module, path, root) if module else {}
        opening = opening or (inspect.getdoc(module) if module else "")
    names = dict.fromkeys(name for functions in worlds.values() for name in functions)
    return opening, {name: [worlds[world].get(name) for world in WORLDS] for name in names}


def _functions(module, path, root):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            thing = getattr(module, node.name)
            place = f"{SOURCE}/{path.relative_to(root).as_posix()}#L{node.lineno}"
            text = inspect.getdoc(thing) if ast.get_docstring(node) else ""
            found[node.name] = Function(node.name, _signature(thing), text or "", place)
    return found


def _signature(thing):
    try:
        return str(inspect.signature(thing))
    except (TypeError, ValueError):
        return "(...)"


def first_sentence(text):
    """The first paragraph of a docstring on one line."""
    return " ".join(text.partition("\n\n")[0].split())


def _page(topic, opening, functions):
    parts = [f"# {_title(topic)}", _prose(opening)]
    for name, pair in functions.items():
        parts += [f"## `{name}`", raw('<div class="pair">')]
        parts += [_column(*both) for both in zip(WORLDS.items(), pair, strict=True)]
        parts.append(raw("</div>"))
    return "\n\n".join(parts) + "\n"


def _title(topic):
    return topic.replace("_", " ").capitalize()


def _column(world, function):
    folder, library = world
    opening = f'<div class="world"><p class="world-name">{library}</p>'
    if function is None:
        return "\n\n".join([raw(opening), f"There is none in `dlcourse.{folder}`.", raw("</div>")])
    call = f"<code>{html.escape(function.name)}<wbr>{html.escape(function.signature)}</code>"
    link = f'<a href="{function.source}">source</a>'
    parts = [raw(f'{opening}<p class="signature">{call} {link}</p>'), _docstring(function.text)]
    return "\n\n".join([*parts, raw("</div>")])


def _docstring(text):
    """A docstring in NumPy's style, through Sphinx's own reader of it."""
    from sphinx.ext.napoleon import Config, NumpyDocstring

    how = Config(napoleon_use_param=False, napoleon_use_rtype=False)
    return f"````{{eval-rst}}\n{NumpyDocstring(_barred(text), how)}\n````"


def _barred(text):
    """Absolute values outside code: reStructuredText reads |z| as the name of a text."""
    parts = text.split("`")
    parts[::2] = [part.replace("|", "\\|") for part in parts[::2]]
    return "`".join(parts)


def _prose(text):
    return _as_markdown(first_sentence(text)) if text else ""


def _index(topics):
    """All functions on one page, and the topics as a table of contents."""
    parts = [
        "# Reference",
        "Every operation of the course is written twice: in NumPy, with its backward pass spelled "
        "out (`dlcourse.reference`), and in PyTorch (`dlcourse.twins`), where autograd supplies "
        "it. Tests hold the two equal to each other and to PyTorch's own functions.",
        f":::{{toctree}}\n:hidden:\n\n{chr(10).join(topics)}\n:::",
    ]
    for topic, (_, functions) in topics.items():
        rows = [f"## [{_title(topic)}]({topic}.md)", "", "| function | what it does | PyTorch |"]
        rows.append("|---|---|---|")
        for name, (reference, twin) in functions.items():
            said = first_sentence((reference or twin).text).replace("|", "\\|")
            both = "yes" if reference and twin else "only" if twin else ""
            rows.append(f"| [`{name}`]({topic}.md#{_slug(name)}) | {_as_markdown(said)} | {both} |")
        parts.append("\n".join(rows))
    return "\n\n".join(parts) + "\n"


def _slug(name):
    return name.lower()


def _as_markdown(text):
    """Double backticks of reStructuredText as Markdown's single ones."""
    return text.replace("``", "`").replace("*", "\\*").replace("<", "&lt;").replace("$", "\\$")
