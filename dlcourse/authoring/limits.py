"""The limits that keep a lecture readable: lengths, rhythm, and words for those who cannot see."""

import ast
import re
import tomllib

from dlcourse.authoring.minutes import (
    DRAWS,
    FOLDED,
    REVEAL,
    STOP_WHOLE,
    count,
    count_lines,
    count_words,
    has_core,
    is_folded,
)
from dlcourse.authoring.names import name_problems
from dlcourse.authoring.reveals import reveal_problems

CODE_LINES, CODE_LINES_ONCE = 15, 25
WORDS, WORDS_ONCE = 120, 250
HINT_WORDS = 60
CORE, PART = 120, 60  # minutes
PREDICTIONS, EXERCISES = 6, range(4, 7)
LECTURE_WORDS, LECTURE_LINES = 2500, 250
TABLE = re.compile(r"^(\|.+\|)\n\|[-:| ]+\|$", re.MULTILINE)
GO_ON = "*Run > Run All Above Selected Cell*"  # what the second day begins with


def limit_problems(lecture):
    """List the cells of a lecture that break a limit, each with file, line and remedy."""
    return [
        f"{lecture.path}:{cell.line}: {problem}"
        for cell, problem in [
            *_too_long(lecture, "code", count_lines, CODE_LINES, CODE_LINES_ONCE, "lines of code"),
            *_too_long(lecture, "markdown", _words, WORDS, WORDS_ONCE, "words"),
            *_rhythm(lecture),
            *_undescribed(lecture),
            *_drawn_open(lecture),
            *_computed_folded(lecture),
            *_headless(lecture),
            *_dead_ends(lecture),
            *reveal_problems(lecture),
            *name_problems(lecture),
        ]
    ]


def hint_problems(exercise):
    """List what keeps a hint from being read: it is shown below the verdict, as plain text."""
    words = len(exercise.hint.split())
    if words > HINT_WORDS:
        yield f"{exercise.path}: a hint of {words} words, at most {HINT_WORDS}. Give one thought"
    for mark in ("$", "```", "**", "\\(", "]("):
        if mark in exercise.hint:
            yield f"{exercise.path}: a hint with {mark!r}, and it is shown as plain text. Use words"


def broken_limits(lecture):
    """Name what a lecture that marks its core has too much of, each with a sentence."""
    if not has_core(lecture):
        return {}
    n = count(lecture)
    parts = " + ".join(map(str, n.parts))
    return {
        name: sentence
        for name, broken, sentence in [
            ("core", n.core > CORE, f"a core of {n.core} minutes, at most {CORE}"),
            (
                "parts",
                len(n.parts) > 2 or max(n.parts) > PART,
                f"parts of {parts} minutes, at most 2 of {PART}, with a place to stop between",
            ),
            ("predictions", n.predictions > PREDICTIONS, f"{n.predictions}, at most {PREDICTIONS}"),
            (
                "exercises",
                n.exercises not in EXERCISES,
                f"{n.exercises} in the core, {EXERCISES[0]} to {EXERCISES[-1]} are asked",
            ),
            ("words", n.words > LECTURE_WORDS, f"{n.words:,}, at most {LECTURE_WORDS:,}"),
            ("lines", n.lines > LECTURE_LINES, f"{n.lines} shown, at most {LECTURE_LINES}"),
        ]
        if broken
    }


def excused_limits(root, name):
    """Read from solutions/limits.toml which limits a lecture may break."""
    file = root / "solutions" / "limits.toml"
    table = tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return table.get(name, [])


def size_problems(root, lecture):
    """List limits that a lecture breaks and solutions/limits.toml does not excuse, or excuses
    without need: that table can only shrink."""
    file = root / "solutions" / "limits.toml"
    excused, broken = excused_limits(root, lecture.name), broken_limits(lecture)
    for name, sentence in broken.items():
        if name not in excused:
            yield f"{lecture.path}: {name}: {sentence}. Shorten the lecture"
    for name in excused:
        if name not in broken:
            yield f"{file}: {lecture.name} keeps to the limit {name!r} now. Take it out"


def _too_long(lecture, kind, measure, limit, once, unit):
    """Find cells over the limit, and over the larger one; one cell may use the larger."""
    sizes = [(cell, measure(cell)) for cell in lecture.cells if cell.type == kind]
    over = [(cell, n) for cell, n in sizes if n > limit]
    allowed = max((pair for pair in over if pair[1] <= once), key=lambda p: p[1], default=None)
    for cell, n in over:
        if allowed is None or cell is not allowed[0]:
            yield cell, f"{n} {unit}, at most {limit} ({once} once a lecture). Split the cell"


def _words(cell):
    return count_words(cell.source)


def _rhythm(lecture):
    """Find two code cells in a row without a sentence, and three Markdown cells in a row.

    A folded cell brings its own sentence, its caption, so it may follow an open one.
    """
    texts = codes = 0
    for before, cell in zip([None, *lecture.cells], lecture.cells, strict=False):
        special = {"exercise", "predict", "given"} & set(cell.tags)
        if cell.type == "markdown":
            texts, codes = texts + ("instructor" not in cell.tags), 0
        elif not (codes == 1 and is_folded(cell) and not is_folded(before)):
            texts, codes = 0, 0 if special else codes + 1
        if codes == 2:
            yield cell, "two code cells in a row. Say between them what comes"
        if texts == 3:
            yield cell, "three Markdown cells in a row. Show something between them"


def _headless(lecture):
    """Find tables with a column that has no heading."""
    for cell in lecture.cells:
        for head in TABLE.findall(cell.source) if cell.type == "markdown" else []:
            if not all(name.strip() for name in head.strip("|").split("|")):
                yield cell, f"a column without a heading, in {head}. Name what it holds"


def _dead_ends(lecture):
    """Find places to stop that do not say how to go on with an empty kernel."""
    for cell in lecture.cells:
        for stop in re.findall(f"^{STOP_WHOLE}", cell.source, re.MULTILINE):
            if GO_ON not in " ".join(stop.split()):
                yield cell, f"a place to stop that does not say how to go on. Name {GO_ON}"


def _undescribed(lecture):
    """Find cells that draw and give no alternative text."""
    for cell in lecture.cells:
        if cell.type == "code" and DRAWS.search(cell.source) and "described(" not in cell.source:
            yield cell, 'a figure without alternative text. End in described(..., "what it shows")'


def _drawn_open(lecture):
    """Find cells that draw and stand open: how a figure is drawn is not what a lecture teaches."""
    for cell in lecture.cells:
        if cell.type == "code" and DRAWS.search(cell.source) and not is_folded(cell):
            yield cell, f"a figure is drawn in the open. Begin its cell with {FOLDED}and a caption"


def _computed_folded(lecture):
    """Find what a lecture computes where nobody reads it: folded away with a figure."""
    codes = [(cell, ast.parse(cell.source)) for cell in lecture.cells if cell.type == "code"]
    for place, (cell, tree) in enumerate(codes):
        if is_folded(cell) and DRAWS.search(cell.source) and REVEAL not in cell.source:
            trees = [other for _, other in codes[place + 1 :]]
            later = set().union(*(_names(t, ast.Load) - _names(t, ast.Store) for t in trees))
            for name in sorted(_names(tree, ast.Store) & later):
                yield cell, f"a later cell reads {name!r}, made where a figure is folded. Split it"


def _names(tree, context):
    """The names that code reads or binds, whatever stands in functions left out of the latter."""
    inside = ast.walk(tree) if context is ast.Load else _outside_functions(tree)
    return {n.id for n in inside if isinstance(n, ast.Name) and isinstance(n.ctx, context)} | {
        n.name for n in tree.body if isinstance(n, ast.FunctionDef) and context is ast.Store
    }


def _outside_functions(tree):
    scopes = ast.FunctionDef | ast.Lambda | ast.ListComp | ast.DictComp | ast.GeneratorExp
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += [n for n in ast.iter_child_nodes(node) if not isinstance(n, scopes)]
