"""No text of a student's holds up our own work: its time grows with the letters, not faster."""

import sys

import pytest

from dlcourse.checks import codec, names, page, starter
from dlcourse.checks.history import _cell
from dlcourse.grading import harmless, judging, plain, program, releases, submission, trouble
from dlcourse.grading.confined import confined
from dlcourse.term import alike, by_hand, examples

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux bounds a process's time"
)

MOST = submission.MAX_CODE
SECONDS = 60  # of processor time for all texts, each of which would take many minutes
SHORT = 4  # make test reads texts of a quarter of the letters in a quarter of the time
BLANKS = [" ", "\t", "\n", "\r", "\r\n", "\x0b", "\x0c", "\x85", "\xa0", "\u3000", "\ufeff"]
SIGNS = [
    *"()[]{}<>'\"\\.?%!;,=#&$*_@:|`~-+/",
    *(
        "'''",
        '"""',
        "\\\n",
        "\\\\",
        "%%",
        "%%time ",
        ">>> ",
        "...",
        "In [1]: ",
        "&a",
        "](",
        "a.",
        "a=",
    ),
    *(
        "def ",
        "def a",
        "begin(",
        'begin("a", ',
        "www",
        "a://",
        "name '",
        "\n ",
        " \n",
        "\n\t",
        "\n(",
        "\n%",
    ),
    *("a\n", "a ", "a b", "a" + " " * 50, "\n" * 50 + "a", "=\n", " =", "= ", ";\t", ";'"),
]
UNITS = [*BLANKS, *SIGNS]


def _cell_of(source):
    return {"type": "code", "source": source, "id": source, "grade_id": source, "given": False}


def _program(source):
    cell = program.Cell(source, source, True)
    return cell.bound, cell.uses({"relu"}), cell.without({"relu"})


READERS = {
    "what a failed cell would have bound": lambda text: trouble._bound(text, 0, 1),
    "the name of a cell": trouble.named.__wrapped__,
    "the name in a message": trouble.missing_name,
    "magics": plain.plain_python.__wrapped__,
    "a cell magic": plain.hides,
    "a cell magic that changes nothing": page.unwrapped,
    "a check": page.CHECKS.match,
    "names that a cell binds": names.bound,
    "a cell as it ran": lambda text: _cell(text, error=ValueError()),
    "what may define an answer": lambda text: program._may_define(text, ("relu", "softmax")),
    "a program": _program,
    "Markdown": harmless.harmless,
    "a formula": harmless.inert,
    "a formula with apostrophes": harmless.meant,
    "a name": harmless.harmless_name,
    "an id": lambda text: submission._added_by_student(_cell_of(text)),
    "a definition": lambda text: submission._defines(_cell_of(text), "relu"),
    "a release": lambda text: releases.release([{"id": "begin", "source": text}]),
    "a starter": lambda text: starter.still_starts("def relu(z):\n    pass\n", [text]),
    "a digest": starter.source_digest,
    "a definition for a person": lambda text: by_hand._defines(text, "relu"),
    "a table": by_hand.spreadsheet,
    "functions replaced": lambda text: judging._with_replaced(
        judging.Told("wrong", ""), [text], [text]
    ),
    "a message": judging.bounded,
    "letters": codec.legible,
    "words": examples.words,
    "words in a row": alike.runs_of_words,
}


def _read_all(read, letters):
    for unit in UNITS:
        read(unit * (letters // len(unit)) + "(a")
    return len(UNITS)


@pytest.mark.parametrize("share", [SHORT, pytest.param(1, marks=pytest.mark.long)])
@pytest.mark.parametrize("reader", READERS)
def test_each_reader_of_a_students_text_takes_time_by_its_letters(reader, share):
    read, seconds = READERS[reader], SECONDS // share
    assert confined(_read_all, read, MOST // share, seconds=seconds) == len(UNITS)
