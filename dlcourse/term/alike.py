"""Which answers of a class are alike, whatever their names, comments and layout.

An answer is cut into short runs of its syntax (of its words, where it is an explanation). Runs
that the course has shown, or that many students have, say nothing; two answers are alike where
they share nearly all the other runs of one of them, and enough of these. Like `likeness`, that is
a reason to look, never a mark.
"""

import ast
import hashlib
import re
from collections import Counter, defaultdict
from typing import NamedTuple

import numpy as np

from dlcourse.term.likeness import UNREADABLE, fingerprint

RUN = 8  # words of syntax, or 5 of a language
RUN_OF_WORDS = 5
FEWEST = 20  # runs that two answers must share; of an explanation:
FEWEST_OF_WORDS = 8
NEAR = 0.8  # of the rare runs of the smaller one
MOST_RUNS = 2000  # of an answer: of more, those with the smallest numbers, the same for everybody
OFTEN = 0.1  # of the class: what so many share is nobody's


class Alike(NamedTuple):
    """Two students whose answers to one exercise are alike: the share that they have in common."""

    one: str
    other: str
    exercise: str
    share: float


def runs(source, most=MOST_RUNS):
    """The runs of a piece of code, as sorted numbers; none where it cannot be parsed.

    Parameters
    ----------
    source : str
    most : int, optional
        How many are kept; None for all.

    Returns
    -------
    ndarray of uint64
    """
    try:
        body = ast.parse(source).body
        words = [word for node in body for word in _words(node)]
    except UNREADABLE:
        return _numbers((), RUN)
    return _numbers(words, RUN, most)


def _words(node):
    """A statement's syntax with its names numbered, as if it were a function's."""
    if isinstance(node, ast.FunctionDef):
        return fingerprint(node)
    if isinstance(node, ast.Import | ast.ImportFrom):
        return []
    arguments = ast.arguments([], [], None, [], [], None, [])
    return fingerprint(ast.FunctionDef("_", arguments, [node], []))


def runs_of_words(text):
    """The runs of an explanation: its words, without case and punctuation."""
    return _numbers(re.findall(r"[^\W_]+", text.casefold()), RUN_OF_WORDS)


def _numbers(words, length, most=MOST_RUNS):
    found = {_number(words[at : at + length]) for at in range(len(words) - length + 1)}
    return np.array(sorted(found)[:most], dtype=np.uint64)


def _number(run):
    digest = hashlib.blake2b(" ".join(run).encode("utf-8", "replace"), digest_size=8)
    return int.from_bytes(digest.digest())


def alike(answers, shown, exercise, fewest=FEWEST):
    """Find the pairs of students whose answers are alike.

    Parameters
    ----------
    answers : dict
        Runs by student.
    shown : ndarray of uint64
        Runs that the course itself has shown, the solution's included.
    exercise : str
    fewest : int
        Runs that a pair must share.

    Returns
    -------
    list of Alike
        The most alike first. It takes no longer than the class is large: what many share is left
        out before anybody is compared.
    """
    often = max(3, min(20, int(OFTEN * len(answers))))
    owners = defaultdict(list)
    for student, own in answers.items():
        for run in np.setdiff1d(own, shown, assume_unique=True).tolist():
            owners[run].append(student)
    rare, shared = Counter(), Counter()
    for students in owners.values():
        if len(students) <= often:
            rare.update(students)
            shared.update(
                (one, other) for n, one in enumerate(students) for other in students[n + 1 :]
            )
    found = [
        Alike(one, other, exercise, count / min(rare[one], rare[other]))
        for (one, other), count in shared.items()
        if count >= fewest
    ]
    return sorted((pair for pair in found if pair.share >= NEAR), key=lambda x: (-x.share, x[:2]))
