"""The limits that keep a lecture readable: lengths, rhythm, and words for those who cannot see."""

import re

CODE_LINES, CODE_LINES_ONCE = 15, 25
WORDS, WORDS_ONCE = 120, 250
HINT_WORDS = 60
DRAWS = re.compile(r"\b(plot_\w+|explore_\w+|plt\.\w+|imshow)\s*\(")


def limit_problems(lecture):
    """List the cells of a lecture that break a limit, each with file, line and remedy."""
    return [
        f"{lecture.path}:{cell.line}: {problem}"
        for cell, problem in [
            *_too_long(lecture, "code", _lines, CODE_LINES, CODE_LINES_ONCE, "lines of code"),
            *_too_long(lecture, "markdown", _words, WORDS, WORDS_ONCE, "words"),
            *_rhythm(lecture),
            *_undescribed(lecture),
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


def _too_long(lecture, kind, measure, limit, once, unit):
    """Find cells over the limit, and over the larger one; one cell may use the larger."""
    sizes = [(cell, measure(cell)) for cell in lecture.cells if cell.type == kind]
    over = [(cell, n) for cell, n in sizes if n > limit]
    allowed = max((pair for pair in over if pair[1] <= once), key=lambda p: p[1], default=None)
    for cell, n in over:
        if allowed is None or cell is not allowed[0]:
            yield cell, f"{n} {unit}, at most {limit} ({once} once a lecture). Split the cell"


def _lines(cell):
    return sum(bool(line.strip()) for line in cell.source.splitlines())


def _words(cell):
    text = re.sub(r"\$\$.*?\$\$|\$.*?\$|```.*?```", " x ", cell.source, flags=re.DOTALL)
    text = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("|"))
    return len(re.findall(r"\w[\w'’-]*", text))


def _rhythm(lecture):
    """Find two code cells in a row without a sentence, and three Markdown cells in a row."""
    texts = codes = 0
    for cell in lecture.cells:
        special = {"exercise", "predict", "given"} & set(cell.tags)
        if cell.type == "markdown":
            texts, codes = texts + ("instructor" not in cell.tags), 0
        else:
            texts, codes = 0, 0 if special else codes + 1
        if codes == 2:
            yield cell, "two code cells in a row. Say between them what comes"
        if texts == 3:
            yield cell, "three Markdown cells in a row. Show something between them"


def _undescribed(lecture):
    """Find cells that draw and give no alternative text."""
    for cell in lecture.cells:
        if cell.type == "code" and DRAWS.search(cell.source) and "described(" not in cell.source:
            yield cell, 'a figure without alternative text. End in described(..., "what it shows")'
