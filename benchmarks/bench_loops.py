"""What students whose answers never end cost a class: the same class with them and without.

    python -m benchmarks.bench_loops [STUDENTS LOOPING WORKERS]

By default 150 of 3,000 loop, on two workers. Each has two answers; in turn one loops, both loop,
one loops in a bare ``except``, a cell above both loops, or one sleeps. How long each kind takes is
measured apart, too. It takes as long as it finds: up to an hour.
"""

import json
import sys
import tempfile
import time
from itertools import cycle
from pathlib import Path

from benchmarks.measure import report

HERE = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(HERE / "tests"), str(HERE / "tests" / "grading")]

import nbformat  # noqa: E402
from class_of_students import hand_in  # noqa: E402
from small_course import NAME, build_small_course  # noqa: E402

from dlcourse.grading.classroom import Classroom  # noqa: E402
from dlcourse.grading.grade import read_master  # noqa: E402

EXERCISES = ["relu", "conv_output_size"]
LOOP = "def {name}(*args):\n    while True:\n        pass\n"
CAUGHT = (
    "def {name}(*args):\n    while True:\n        try:\n            1\n        except:\n"
    "            pass\n"
)
SLEEP = "def {name}(*args):\n    import time\n\n    time.sleep(999)\n"
KINDS = {
    "one answer loops": (LOOP, None),
    "both loop": (LOOP, LOOP),
    "one loops in a bare except": (CAUGHT, None),
    "a cell loops": (None, None),
    "one answer sleeps": (SLEEP, None),
}


def loop(root, student, kind):
    """Make a submission of one kind; a comment makes it nobody else's."""
    notebook = read_master(root, NAME)
    for cell in notebook.cells:
        if cell.id in EXERCISES and (source := KINDS[kind][EXERCISES.index(cell.id)]):
            cell.source = f"# {student}\n{source.format(name=cell.id)}"
    if kind == "a cell loops":
        added = nbformat.v4.new_code_cell(f"# {student}\nwhile True:\n    pass\n")
        notebook.cells.insert(0, added)
    file = root / "submitted" / student / NAME / f"{NAME}.ipynb"
    file.write_text(json.dumps(notebook), encoding="utf-8")


def minutes(students, kinds, workers):
    """How long a class takes whose first students loop in these ways."""
    with tempfile.TemporaryDirectory() as folder:
        root = build_small_course(Path(folder) / "root", EXERCISES)
        hand_in(root, students, every=10 * students)
        for number, kind in enumerate(kinds):
            loop(root, f"s{number:04d}", kind)
        room = Classroom(root, NAME, root / "submitted", workers)
        begun = time.monotonic()
        room.grade(root / "r.jsonl", progress=sys.stderr)
        return (time.monotonic() - begun) / 60


def main(students=3000, looping=150, workers=2):
    """Measure the class with and without, and one of each kind."""
    kinds = [kind for kind, _ in zip(cycle(KINDS), range(looping), strict=False)]
    without = minutes(students, [], workers)
    with_loops = minutes(students, kinds, workers)
    alone = {kind: round(60 * minutes(1, [kind], 1), 1) for kind in KINDS}
    summary = {
        "students": students,
        "of whom loop": looping,
        "workers": workers,
        "minutes without": round(without, 2),
        "minutes with": round(with_loops, 2),
        "minutes more": round(with_loops - without, 2),
        "seconds of one alone, start included": {k: str(s) for k, s in alone.items()},
    }
    report("loops", [], summary=summary)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
