"""Errata and claims of the sources: rows in solutions/, and the released cells that settle them.

A cell carries a row's id in its metadata (``erratum="U4"``, ``claim="C18"``); the tables in docs/
are made from both, so that nothing is typed twice. A claim's verdict is the sentence that the
lecture prints after the cell: ``**Verdict: it holds, with a condition.**`` Where it does not follow
its claim's cell, it names the row: ``**Verdict on C18: ...**``.
"""

import json
import re
import tomllib
from typing import NamedTuple

KINDS = {"erratum": "errata", "claim": "claims"}
VERDICT = re.compile(
    r"\*\*Verdict(?: on (\w+))?: (.+?)\*\*(.*?)(?=\n\n|\n</details>|\Z)", re.DOTALL
)
SOURCES = """\
HUST: *Introduction to Deep Learning* (IT3320E); HW: *Deep Learning Overview*; HKU: *Training Neural
Networks* (DASC7606); KAV: *Deep Learning*, units I to IV; EPFL: *Neural networks* (lecture 7).
"""
HEAD = {
    "errata": """\
# Errata of the lecture documents

Where a source of the course prints something that does not hold. Each row is settled by a cell of
the lecture that it is linked to: the cell computes what is printed and what holds. This page is
made by `dlcourse build` from `solutions/errata.toml` and the lectures.

{sources}
| id | source | printed | what holds | settled in |
|---|---|---|---|---|
""",
    "claims": """\
# Claims of the lecture documents, measured

Empirical statements of the sources, each run at a scale that fits a laptop, over several seeds. The
verdict is the lecture's own sentence. This page is made by `dlcourse build` from
`solutions/claims.toml` and the lectures.

{sources}
| id | source | claim | verdict | measured in |
|---|---|---|---|---|
""",
}


class Place(NamedTuple):
    """A released cell that settles a row: its lecture, the heading above it, and its id."""

    lecture: str
    heading: str
    cell: str

    @property
    def link(self):
        """The place as a Markdown link from docs/."""
        number, title = self.lecture[:2], re.sub(r" \((core|deeper).*?\)", "", self.heading)
        url = f"../course/{self.lecture}/{self.lecture}.ipynb#cell-id={self.cell}"
        return f"[{number}, {title}]({url})"


def read_rows(root, table):
    """Read solutions/errata.toml or claims.toml; a course that has none has no rows."""
    path = root / "solutions" / f"{table}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def released_lectures(root):
    """Cells of each released notebook by lecture name, in order."""
    paths = sorted((root / "course").glob("*/*.ipynb"))
    return {p.stem: json.loads(p.read_text(encoding="utf-8"))["cells"] for p in paths}


def find_places(lectures, kind):
    """Find the cells that carry an erratum's or a claim's id: a list of `Place` by id."""
    found = {}
    for name, cells in lectures.items():
        heading = name
        for cell in cells:
            source = "".join(cell["source"])
            if cell["cell_type"] == "markdown" and "nbgrader" not in cell["metadata"]:
                titles = re.findall(r"^##+ (.+)$", source, re.MULTILINE)
                heading = titles[-1] if titles else heading
            for row in cell["metadata"].get("dlcourse", {}).get(kind, "").split(","):
                if row:
                    found.setdefault(row.strip(), []).append(Place(name, heading, cell["id"]))
    return found


def find_verdicts(lectures):
    """Find the verdicts that the lectures print: a list of (lecture, sentence, the rest) by id.

    A verdict that names no row is about the claim that was measured last.
    """
    found = {}
    for name, cells in lectures.items():
        measured = ""
        for cell in cells:
            measured = cell["metadata"].get("dlcourse", {}).get("claim", measured)
            if cell["cell_type"] == "markdown":
                for row, sentence, rest in VERDICT.findall("".join(cell["source"])):
                    told = (name, " ".join(sentence.split()), " ".join(rest.split()))
                    found.setdefault(row or measured, []).append(told)
    return found


def tables(root):
    """Make docs/errata.md and docs/claims.md: text by path, nothing for a course without rows."""
    lectures = released_lectures(root)
    verdicts = find_verdicts(lectures)
    files = {}
    for kind, table in KINDS.items():
        rows, places = read_rows(root, table), find_places(lectures, kind)
        text = HEAD[table].format(sources=SOURCES)
        for row, said in rows.items():
            where = ", ".join(place.link for place in places.get(row, []))
            where = where or f"lecture {said['lecture']}, not yet released"
            printed = said["says"] if kind == "erratum" else said["claim"]
            holds = said["is"] if kind == "erratum" else _sentence(verdicts, row)
            text += f"| {row} | {said['source']} | {printed} | {holds} | {where} |\n"
        if kind == "claim":
            text += _in_full(rows, verdicts)
        if rows:
            files[root / "docs" / f"{table}.md"] = text
    return files


def _sentence(verdicts, row):
    return verdicts[row][0][1] if row in verdicts else ""


def _in_full(rows, verdicts):
    """Quote the verdicts whole, since a condition needs its numbers; not what leads to a cell."""
    text = "\n## The verdicts in full\n"
    for row in rows:
        for lecture, sentence, rest in verdicts.get(row, []):
            rest = re.sub(r"(^|(?<=[.!?]) )[^.!?]*:$", "", rest)
            text += f"\n**{row}** (lecture {lecture[:2]}): {sentence} {rest}\n"
    return text


def write_tables(root):
    """Write both tables; return their paths."""
    files = tables(root)
    for path, text in files.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return list(files)


def table_problems(root):
    """List tables that are not what the sources give, and everything `settled_problems` finds."""
    drifted = [
        f"{path}: not what the lectures give. Run `dlcourse build`"
        for path, text in tables(root).items()
        if not path.is_file() or path.read_text(encoding="utf-8") != text
    ]
    return drifted + settled_problems(root)


def settled_problems(root):
    """List rows that no cell, two cells or the wrong lecture settles, ids that no table has, and
    claims without exactly one verdict."""
    lectures = released_lectures(root)
    problems = []
    for kind, table in KINDS.items():
        rows, places = read_rows(root, table), find_places(lectures, kind)
        file = root / "solutions" / f"{table}.toml"
        for row in sorted(places.keys() - rows.keys()):
            problems.append(f"{file}: no row {row}, which {places[row][0].lecture} settles")
        settled = {row: [place.lecture for place in found] for row, found in places.items()}
        problems += _not_due(file, rows, settled, lectures, "cells that settle it")
        if kind == "claim":
            verdicts = {row: [v[0] for v in told] for row, told in find_verdicts(lectures).items()}
            problems += _not_due(file, rows, verdicts, lectures, "its verdicts")
    return problems


def _not_due(file, rows, found, lectures, what):
    """Yield the rows that are not found once, in their lecture, as soon as that is released."""
    released = {name[:2] for name in lectures}
    for row, said in rows.items():
        here = [name[:2] for name in found.get(row, [])]
        due = [said["lecture"]] if said["lecture"] in released else []
        if here != due:
            where, place = due or "no released lecture", here or "none"
            yield f"{file}: {row} is due in {where}, {what} are in {place}"
