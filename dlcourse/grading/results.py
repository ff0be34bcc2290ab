"""The results of a grading: what a line of them holds, and how they are read back."""

import json
from collections import Counter
from pathlib import Path

# status -> mark in the table, words; the order is that of the bars
STATUSES = {
    "right": ("✓", "right"),
    "partly": ("½", "partly right"),
    "wrong": ("✗", "wrong"),
    "error": ("!", "stopped with an error"),
    "timeout": ("∞", "took too long"),
    "refused": ("⊘", "used a module that is not allowed"),
    "outdated": ("?", "asked something else in an older release"),
    "undecided": ("?", "could not be decided without a person"),
    "missing": ("·", "not written"),
}
UNDECIDED = "undecided"
FOR_A_PERSON = ("outdated", UNDECIDED)  # 0 points until somebody has looked
REMOVED = "removed"  # of no exercise that the lecture has
APART = ("unreadable", "ungraded")  # whole submissions
SHOWN = 80  # letters of a line that is no result

FIELDS = {
    "student": str,
    "lecture": str,
    "exercise": str | None,
    "status": str,
    "message": str,
    "points": float | int,
    "max_points": float | int | None,
    "diagnosis": str | None,
    "sandbox": str | None,
    "versions": dict,
}


def read_results(path):
    """Read the JSON Lines that ``dlcourse grade`` wrote.

    Raises
    ------
    ValueError
        If it is another file, has a line that grading does not write, or holds several lectures.
    """
    lines = []
    for number, text in enumerate(path.read_bytes().splitlines(), start=1):
        try:
            line = json.loads(text.decode("utf-8"))
        except ValueError:
            line = None
        if not _is_result(line):
            raise ValueError(
                f"line {number} of {path} is no result of a grading: {_beginning(text)}. "
                "Run dlcourse grade again; it repeats no work."
            )
        lines.append(line)
    lectures = sorted({line["lecture"] for line in lines})
    if len(lectures) != 1:
        raise ValueError(
            f"{path} holds the results of {len(lectures)} lectures, {lectures}: "
            "give the file that dlcourse grade wrote for one."
        )
    return lines


def told(lines):
    """Say how many answers came out how, and which of them were to an older question.

    Parameters
    ----------
    lines : list of dict

    Returns
    -------
    list of str
        A line, or two.
    """
    answers = [line for line in lines if line["exercise"] is not None]
    found = [_counted(line["status"] for line in lines if line["exercise"] is None)]
    found += [f"answers: {_counted(line['status'] for line in answers)}"] if answers else []
    older = Counter(line["exercise"] for line in answers if line["versions"].get("made_for"))
    judged = ", ".join(f"{n} to {exercise}" for exercise, n in sorted(older.items()))
    text = f"Answers to an older question, judged by that one where its file is kept: {judged}."
    return ["; ".join(filter(None, found)) or "nothing.", *([text] if older else [])]


def _counted(statuses):
    return ", ".join(f"{n} {status}" for status, n in sorted(Counter(statuses).items()))


def _is_result(line):
    return (
        isinstance(line, dict)
        and all(isinstance(line.get(field, ...), kind) for field, kind in FIELDS.items())
        and line["student"] == Path(line["student"]).name != ""
        and line["status"] in (APART if line["exercise"] is None else {*STATUSES, REMOVED})
        and (line["max_points"] is None) == (line["exercise"] is None)
    )


def _beginning(text):
    shown = text.decode("utf-8", "replace")
    return repr(shown if len(shown) <= SHOWN else shown[:SHOWN] + "…")
