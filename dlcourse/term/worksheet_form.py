"""Moodle's grading worksheet in any language: its columns by what stands in them.

Their order is that of `mod/assign/gradingtable.php`: the participant's number, name, e-mail address
and other facts of a person, status, group, marker, the mark, the most that there is, the state of
the workflow, whether the mark can be changed, when the submission and the mark were last modified,
comments. Names, address, group, marker, workflow, submission and comments may be missing.
"""

import re
from typing import NamedTuple

PARTICIPANT = re.compile(r"(\D+?) ?(\d+)")  # some translations have no blank there
POINTS = re.compile(r"\d+([.,]\d+)?")
EMAIL = re.compile(r"[^\s@]+@[^\s@]+")
TIME = re.compile(r"-|(?=.*\d{4})(?=.*\d{1,2}[.:h]\d\d).{8,80}")
BETWEEN = 2  # columns at most between the most that there is and the first time
YES = {"yes", "ja", "oui", "sí", "si", "sì", "sim", "tak", "ano", "áno", "igen", "da", "да", "так"}
YES |= {"evet", "kyllä", "jah", "ναι", "bai", "نعم", "כן", "是", "はい", "예", "jā", "taip", "já"}
NO = {"no", "nein", "non", "não", "nee", "nej", "nei", "nie", "ne", "nem", "nu", "нет", "ні", "не"}
NO |= {"hayır", "ei", "όχι", "ez", "لا", "לא", "否", "いいえ", "아니오", "아니요", "nē"}


class Places(NamedTuple):
    """Where the columns of a worksheet stand; None for those that it lacks."""

    name: int
    ids: list
    mark: int
    most: int
    changeable: int | None
    comments: int | None


def by_form(head, rows, wanted=None):
    """Find the columns of Moodle's worksheet by their order and the form of their cells.

    Parameters
    ----------
    head : list of str
    rows : list of list of str
        As long as `head`.
    wanted : str, optional
        The head of the column of marks.

    Returns
    -------
    Places

    Raises
    ------
    ValueError
        With what was looked for and not found.
    """
    columns = [[cell.strip() for cell in cells] for cells in zip(*rows, strict=True)]
    people = [PARTICIPANT.fullmatch(cell) for cell in columns[0]] if columns else []
    if not people or None in people or len({found[1] for found in people}) != 1:
        raise ValueError("a first column of participants, such as Participant 1234501")
    times = [n for n, cells in enumerate(columns) if all(map(TIME.fullmatch, cells))]
    found = [mark for mark in range(1, len(head) - 2) if _is_mark(columns, mark, times)]
    if wanted:
        found = [mark for mark in found if head[mark].casefold() == wanted.strip().casefold()]
    if len(found) != 1:
        what = f"one column of marks{f' called {wanted}' * bool(wanted)} (empty, or numbers)"
        there = f" (there are {', '.join(head[mark] for mark in found)})" if found else ""
        raise ValueError(
            f"{what}, beside it the most points, the same in every row, and behind these when the "
            f"grade was last modified (a time or -){there}"
        )
    mark = found[0]
    modified = [n for n in times if n > mark + 1][:2]
    changeable = modified[0] - 1 if modified[0] - 1 > mark + 1 else None
    _check_words(head, columns, changeable)
    facts = [n for n in range(2, mark) if _is_own(columns[n])]
    named = mark > 1 and (any(_is_email(columns[n]) for n in facts) or _is_own(columns[1], r".*"))
    comments = modified[-1] + 1
    comments = comments if comments == len(head) - 1 else None  # else it may be anything
    return Places(int(named), facts, mark, mark + 1, changeable, comments)


def is_locked(word):
    """Tell whether a cell says that the mark cannot be changed."""
    return word.strip().casefold() in NO


def _is_mark(columns, mark, times):
    """Tell whether a column is that of marks: the most points beside it, few words, a time."""
    most, later = set(columns[mark + 1]), [n for n in times if n > mark + 1]
    if not all(not cell or POINTS.fullmatch(cell) for cell in columns[mark]):
        return False
    if len(most) != 1 or not POINTS.fullmatch(*most) or not later:
        return False
    between = columns[mark + 2 : later[0]]
    words = all(cell and not re.search(r"\d", cell) for cells in between for cell in cells)
    return len(between) <= BETWEEN and words


def _check_words(head, columns, changeable):
    """Refuse a worksheet some of whose marks may be locked, and nobody can tell which."""
    words = {cell.casefold() for cell in columns[changeable]} if changeable is not None else set()
    if len(words) > 1 and not words <= YES | NO:
        said = ", ".join(sorted(words))
        raise ValueError(f"a yes or a no that is known here, under {head[changeable]} ({said})")


def _is_own(cells, form=r"\S+"):
    """Tell a fact that is each person's own, such as an address, from a status or a group."""
    said = [cell for cell in cells if cell]
    return bool(said) and len({*said}) == len(said) and all(re.fullmatch(form, x) for x in said)


def _is_email(cells):
    return all(EMAIL.fullmatch(cell) for cell in cells if cell)
