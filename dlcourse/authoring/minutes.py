"""How long a lecture takes and how much it holds, counted from its cells."""

import re
from dataclasses import dataclass, field

from dlcourse.checks.left_out import MARK

WORDS_A_MINUTE, LINES_A_MINUTE = 130, 12
PREDICTION, FIGURE, FORMULA, WIDGET, CHOICE, POINT = 1, 1, 1, 3, 2, 8  # minutes each
STOP = "**A good place to stop.**"
STOP_WHOLE = rf"{re.escape(STOP)}.*(?:\n.+)*"  # with the rest of its paragraph
# where outputs want reading, a heading asks for more than is counted: "(core, 7 minutes)"
HEADING = re.compile(r"^(##+) (.+?)(?: \((core|deeper)(?:, (\d+) minutes?)?\))?$")
BEHIND = "Card"  # from this section on, a lecture is looked things up in
FOLDED = "# @title "
PLAYED = re.compile(r"\bexplore_\w+\(")
DRAWS = re.compile(r"\b(plot_\w+|explore_\w+|plt\.\w+|imshow)\s*\(")
REVEAL = "plot_guess("  # a prediction's minute holds its reveal
DISPLAYED = re.compile(r"\$\$.+?\$\$", re.DOTALL)


@dataclass
class Section:
    """One section: `kind` is core, deeper, or behind the lecture's end; `part` 1 or 2."""

    title: str
    kind: str
    part: int
    marked: bool = False
    continues: bool = False  # the marked section before it, after a place to stop
    asked: int = 0  # minutes that its heading asks for
    words: int = 0
    lines: int = 0
    predictions: int = 0
    figures: int = 0
    formulas: int = 0
    widgets: int = 0
    exercises: list = field(default_factory=list)
    codes: list = field(default_factory=list)  # its cells of code

    @property
    def minutes(self):
        """Whole minutes, one at least where there is anything, and no less than are asked."""
        reading = self.words / WORDS_A_MINUTE + self.lines / LINES_A_MINUTE
        looking = FIGURE * self.figures + FORMULA * self.formulas
        playing = PREDICTION * self.predictions + WIDGET * self.widgets
        minutes = reading + looking + playing + sum(map(exercise_minutes, self.exercises))
        return max(1, round(minutes), self.asked) if minutes else self.asked


@dataclass(frozen=True)
class Counts:
    """What a lecture amounts to, up to its card; the first three are minutes."""

    core: int
    parts: tuple
    deeper: int
    predictions: int
    exercises: int  # in the core, concept questions not counted
    words: int
    lines: int

    def __str__(self):
        parts = " + ".join(map(str, self.parts))
        return (
            f"core {self.core} minutes ({parts}), deeper {self.deeper}; {self.predictions} "
            f"predictions, {self.exercises} core exercises, {self.words:,} words, "
            f"{self.lines} shown lines"
        )


def exercise_minutes(exercise):
    """Minutes for an exercise: at least its points', more where its file says so."""
    least = CHOICE if exercise.variable else POINT * exercise.points
    return max(least, exercise.minutes or 0)


def is_folded(cell):
    """Tell whether a cell of code is released folded: its first line is its caption."""
    return cell.type == "code" and cell.source.startswith(FOLDED)


def is_figure(cell):
    """Tell whether a cell draws a figure: neither a widget nor a guess beside the truth."""
    drawn = DRAWS.search(cell.source)
    return bool(drawn) and not PLAYED.search(cell.source) and REVEAL not in cell.source


def count_lines(cell):
    """Count a cell's lines that are not empty, nor a folded cell's caption, nor a mark."""
    lines = cell.source.splitlines()
    return sum(bool(line.strip()) and not line.startswith((FOLDED, MARK)) for line in lines)


def count_words(text):
    """Count words: a formula or a block of code is one, a table's rows are none."""
    text = re.sub(r"\$\$.*?\$\$|\$.*?\$|```.*?```", " x ", text, flags=re.DOTALL)
    text = re.sub(r"</?[a-z]+[^>]*>", " ", text)
    text = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("|"))
    return len(re.findall(r"\w[\w'’-]*", text))


def sections(lecture):
    """Split a lecture at its headings: a list of `Section` in order."""
    found = [Section("", "core", 1)]
    for cell in lecture.cells:
        if cell.type == "markdown" and "instructor" not in cell.tags:
            for piece in _pieces(cell.source):
                found += _opened(found[-1], piece)
                found[-1].formulas += len(DISPLAYED.findall(piece))
                found[-1].words += 0 if piece.startswith(STOP) else count_words(piece)
        elif cell.type == "code":
            _count_code(found[-1], cell)
    return found


def _pieces(text):
    """A cell's text as headings, marked places, and what stands between them."""
    inside = re.split(rf"^(##+ .+|{STOP_WHOLE})$", text, flags=re.MULTILINE)
    return [piece for piece in inside if piece.strip()]


def _opened(last, piece):
    """The section that begins with a piece of text, if one does: a list of one, or of none."""
    if piece.startswith(STOP):
        goes_on = last.marked or last.continues
        return [Section(last.title, last.kind, last.part + 1, continues=goes_on)]
    heading = HEADING.match(piece)
    if not heading or (heading[1] != "##" and not heading[3]):
        return []
    behind = last.kind == "behind" or heading[2].startswith(BEHIND)
    kind = "behind" if behind else heading[3] or "core"
    asked = int(heading[4] or 0)
    return [Section(heading[2], kind, last.part, marked=bool(heading[3]), asked=asked)]


def _count_code(section, cell):
    section.codes.append(cell)
    if cell.exercise:
        section.exercises.append(cell.exercise)
    elif "predict" in cell.tags:
        section.predictions += 1
    else:
        section.widgets += bool(PLAYED.search(cell.source))
        section.figures += is_figure(cell)
        section.lines += 0 if is_folded(cell) else count_lines(cell)


def count(lecture):
    """Count a lecture: `Counts`."""
    read = [s for s in sections(lecture) if s.kind != "behind"]
    core = [s for s in read if s.kind == "core"]
    last = max(s.part for s in core)
    parts = [sum(s.minutes for s in core if s.part == part) for part in range(1, last + 1)]
    asked = [e for s in core for e in s.exercises]
    return Counts(
        core=sum(parts),
        parts=tuple(parts),
        deeper=sum(s.minutes for s in read if s.kind == "deeper"),
        predictions=sum(s.predictions for s in read),
        exercises=sum(not e.variable for e in asked),
        words=sum(s.words for s in read),
        lines=sum(s.lines for s in read),
    )


def has_core(lecture):
    """Tell whether a lecture marks its core, and so is held to minutes."""
    return any(section.marked for section in sections(lecture))
