"""The reference and its twins side by side: one page a topic, one row a function."""

import ast
import html
import importlib
import inspect
import itertools
import re
from typing import NamedTuple

from dlcourse.site.lectures import raw
from dlcourse.site.settings import SOURCE
from dlcourse.site.spelled import pieces

WORLDS = {"reference": "NumPy", "twins": "PyTorch"}
LECTURE = re.compile(r"Lectures? (\d+)")
LAST = 99  # after the lectures: what all of them use
# the heads of arguments, the titles of sections and their underlines
NO_PROSE = re.compile(r"\s*(?:[\w, *]+ : |-+$|[A-Z]\w+$|\.\. )")
# how Python shows a function or a type that is a default: the one with an address, which changes
CALLABLE = re.compile(r"<(?:(?:built-in )?(?:function|method) |class ')([\w.]+)[^>]*>")
AUTOGRAD = "PyTorch's autograd supplies it"


class Function(NamedTuple):
    """A public function or class of one of the two worlds."""

    name: str
    signature: str
    text: str
    source: str


def pages(root, topics=None):
    """Write the pages of the reference (all topics, or those named), by path."""
    why = reasons(root)
    topics = {topic: _topic(root, topic) for topic in topics or _topics(root)}
    topics = dict(sorted(topics.items(), key=lambda item: (_lecture(item[1][0]), item[0])))
    made = {f"api/{name}.md": _page(name, *topic, why) for name, topic in topics.items()}
    return made | {"api/index.md": _index(root, topics)}


def reasons(root):
    """Why a function stands in one world alone, by ``topic.function``: read off the tests' tables.

    What a table computes is left out; its functions then stand without a reason.
    """
    found = {}
    for path in sorted((root / "tests").glob("rows_*.py")):
        known = {}
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                known[node.targets[0].id] = _value(node.value, known)
        for table in ("NO_TWIN", "TWIN_ONLY"):
            found |= {name: why for name, why in (known.get(table) or {}).items() if why}
    return found


def _value(node, known):
    """What an expression of names, texts, tables and ``dict.fromkeys`` stands for, else None."""
    match node:
        case ast.Constant(value=str() as text):
            return text
        case ast.Name(id=name):
            return known.get(name)
        case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
            return [_value(item, known) for item in items]
        case ast.Dict(keys=keys, values=values) if None not in keys:
            pairs = zip(keys, values, strict=True)
            return {_value(key, known): _value(value, known) for key, value in pairs}
        case ast.JoinedStr(values=parts):
            texts = (part.value if isinstance(part, ast.FormattedValue) else part for part in parts)
            return "".join(_value(text, known) or "" for text in texts)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return (_value(left, known) or {}) | (_value(right, known) or {})
        case ast.DictComp(generators=[ast.comprehension(ast.Name(id=name), items, [])]):
            inner = [known | {name: item} for item in _value(items, known) or ()]
            return {_value(node.key, one): _value(node.value, one) for one in inner}
        case ast.Call(func=ast.Attribute(value=text, attr="split"), args=[]):
            return (_value(text, known) or "").split()
        case ast.Call(func=ast.Attribute(attr="fromkeys"), args=[names, why]):
            return dict.fromkeys(_value(names, known) or (), _value(why, known))
    return None


def _lecture(opening):
    """The first lecture that a topic's opening names."""
    found = LECTURE.search(opening)
    return int(found[1]) if found else LAST


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
        return CALLABLE.sub(r"\1", str(inspect.signature(thing)))
    except (TypeError, ValueError):
        return "(...)"


def first_sentence(text):
    """The first paragraph of a docstring on one line."""
    return " ".join(text.partition("\n\n")[0].split())


def _page(topic, opening, functions, why):
    parts = [f"# {_title(topic)}", _prose(opening)]
    for name, pair in functions.items():
        parts += [f"## `{name}`", raw('<div class="pair">')]
        parts += [_column(*both) for both in zip(WORLDS, pair, strict=True) if both[1]]
        parts.append(raw("</div>"))
        if not all(pair):
            parts.append(raw(f'<p class="note">{_alone(f"{topic}.{name}", pair, why)}</p>'))
    return "\n\n".join(parts) + "\n"


def _alone(name, pair, why):
    """Which world lacks a function, and the reason."""
    there, here = ("PyTorch", "NumPy") if pair[0] else ("NumPy", "PyTorch")
    given = AUTOGRAD if there == "PyTorch" and name.endswith("_backward") else why.get(name)
    reason = f": {html.escape(given, quote=False)}" if given else ""
    return f"In {here} alone, without a twin in {there}{reason}."


def _title(topic):
    return topic.replace("_", " ").capitalize()


def _column(world, function):
    opening = f'<div class="world"><p class="world-name">{WORLDS[world]}</p>'
    call = f"<code>{html.escape(function.name)}<wbr>{html.escape(function.signature)}</code>"
    link = f'<a href="{function.source}">source</a>'
    parts = [raw(f'{opening}<p class="signature">{call} {link}</p>'), _docstring(function)]
    return "\n\n".join([*parts, raw("</div>")])


def _docstring(function):
    """A docstring in NumPy's style, through Sphinx's own reader of it, its formulas typeset."""
    from sphinx.ext.napoleon import Config, NumpyDocstring

    how = Config(napoleon_use_param=False, napoleon_use_rtype=False)
    known, parts = _names(function), []
    for prose, lines in itertools.groupby(_lines(function.text), key=lambda line: line[0]):
        text = "\n".join(line for _, line in lines)
        parts.append(_typeset(text, known) if prose else text)
    return f"````{{eval-rst}}\n{NumpyDocstring(chr(10).join(parts), how)}\n````"


def _names(function):
    """The names of a function's arguments, which its formulas use."""
    return set(re.findall(r"[A-Za-z]\w*", function.signature))


def _lines(text):
    """The lines of a docstring, each with whether it is prose."""
    example = False
    for line in text.splitlines():
        example = line.lstrip().startswith(">>>") or (example and bool(line.strip()))
        yield not example and bool(line.strip()) and not NO_PROSE.match(line), line


def _typeset(text, known):
    """Formulas as reStructuredText; it would read |z| outside of them as the name of a text."""
    return "".join(
        rf"\ :math:`{formula}`\ "
        if formula
        else words
        if "`" in words
        else words.replace("|", r"\|")
        for formula, words in pieces(text, known)
    )


def _prose(text, known=()):
    """A docstring's first paragraph in Markdown."""
    return "".join(
        f"${formula}$" if formula else _as_markdown(words)
        for formula, words in pieces(first_sentence(text), known)
    )


def _index(root, topics):
    """All functions on one page, lecture by lecture, and the topics as a table of contents."""
    parts = [
        "# Reference",
        "Every operation of the course is written twice: in NumPy, with its backward pass spelled "
        "out (`dlcourse.reference`), and in PyTorch (`dlcourse.twins`), where autograd supplies "
        "it. Tests hold the two equal to each other and to PyTorch's own functions.",
        f":::{{toctree}}\n:hidden:\n\n{chr(10).join(topics)}\n:::",
    ]
    titles = _titles(root)
    for topic, (opening, functions) in topics.items():
        heading = f"## {titles.get(_lecture(opening), 'Beyond single lectures')}"
        if heading not in parts:
            parts.append(heading)
        rows = [f"### [{_title(topic)}]({topic}.md)", "", "| function | what it does | PyTorch |"]
        rows.append("|---|---|---|")
        for name, (reference, twin) in functions.items():
            function = reference or twin
            said = _prose(function.text, _names(function)).replace("|", "\\|")
            by_autograd = name.endswith("_backward")
            both = "twin" if reference and twin else "only" if twin else "autograd" * by_autograd
            rows.append(f"| [`{name}`]({topic}.md#{_slug(name)}) | {said} | {both} |")
        parts.append("\n".join(rows))
    return "\n\n".join(parts) + "\n"


def _titles(root):
    """The lectures' titles by number, also of those that the site lacks."""
    paths = sorted((root / "solutions" / "lectures").glob("[0-9][0-9]_*.py"))
    heads = (path.read_text(encoding="utf-8").split("# # ", 1)[1] for path in paths)
    return {
        int(path.name[:2]): f"Lecture {head.partition(chr(10))[0]}"
        for path, head in zip(paths, heads, strict=True)
    }


def _slug(name):
    return name.lower()


def _as_markdown(text):
    """Double backticks of reStructuredText as Markdown's single ones."""
    return text.replace("``", "`").replace("*", "\\*").replace("<", "&lt;").replace("$", "\\$")
