"""What students whose answers never end cost a class: the same class with them and without.

    python -m benchmarks.bench_loops [STUDENTS LOOPING WORKERS]

By default 150 of 3,000 loop, on two workers. Each has two answers; in turn one loops, both loop,
one loops in a bare ``except``, a cell above both loops, one sleeps, or one waits for a lock. What
each kind takes is measured apart, too, and what one submission takes whose fifteen answers to the
longest lecture all do the same: seconds for which its jobs hold a worker of a quiet machine, whose
time on the wall is their processor time, or their sleep.
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
from hindrances import ENDLESS_LOOP, LOCK, LOOP_IN_A_BARE_EXCEPT, SLEEP  # noqa: E402
from small_course import NAME, build_small_course  # noqa: E402

from dlcourse.grading.classroom import Classroom  # noqa: E402
from dlcourse.grading.grade import Desk, read_master  # noqa: E402

EXERCISES = ["relu", "conv_output_size"]
LONGEST = "09_regularization"
CLASS = 150, 2  # students who loop, and cores: what the kinds are extrapolated to
DISARMED = (
    "import signal\n\nfor one in signal.SIGPROF, signal.SIGALRM:\n"
    "    signal.signal(one, signal.SIG_IGN)\nwhile True:\n    pass\n\n\n"
    "def {name}(*args):\n    pass\n"
)
KINDS = {
    "one answer loops": (ENDLESS_LOOP, None),
    "both loop": (ENDLESS_LOOP, ENDLESS_LOOP),
    "one loops in a bare except": (LOOP_IN_A_BARE_EXCEPT, None),
    "a cell loops": (None, None),
    "one answer sleeps": (SLEEP, None),
    "one answer waits for a lock": (LOCK, None),
}
ALL = {
    "all loop": ENDLESS_LOOP,
    "all loop in a bare except": LOOP_IN_A_BARE_EXCEPT,
    "all sleep": SLEEP,
    "all wait for a lock": LOCK,
    "all cells disarm the clocks, then loop": DISARMED,
}


def with_loops(master, mark, sources, cell_loops=False):
    """A submission with these answers, by exercise; a comment makes it nobody else's."""
    for cell in master.cells:
        if source := sources.get(cell.id):
            cell.source = f"# {mark}\n{source.format(name=cell.id)}"
    if cell_loops:
        added = nbformat.v4.new_code_cell(f"# {mark}\nwhile True:\n    pass\n")
        master.cells.insert(0, added)
    return json.dumps(master)


def of_kind(root, mark, kind):
    """A submission of two answers of one of `KINDS`."""
    sources = dict(zip(EXERCISES, KINDS[kind], strict=True))
    return with_loops(read_master(root, NAME), mark, sources, kind == "a cell loops")


def minutes(students, kinds, workers):
    """How long a class takes whose first students loop in these ways."""
    with tempfile.TemporaryDirectory() as folder:
        root = build_small_course(Path(folder) / "root", EXERCISES)
        hand_in(root, students, every=10 * students)
        for number, kind in enumerate(kinds):
            student = f"s{number:04d}"
            file = root / "submitted" / student / NAME / f"{NAME}.ipynb"
            file.write_text(of_kind(root, student, kind), encoding="utf-8")
        room = Classroom(root, NAME, root / "submitted", workers)
        begun = time.monotonic()
        room.grade(root / "r.jsonl", progress=sys.stderr)
        return (time.monotonic() - begun) / 60


def seconds(desk, folder, text):
    """Seconds for which a submission's jobs hold a worker, those included that are tried again."""
    for name in desk.exercises:
        desk.grader.clock(desk.grader.paper(name))
    file, used, true = Path(folder, "x.ipynb"), [], desk.grader.ask
    file.write_text(text, encoding="utf-8")
    desk.grader.ask = lambda *args: used.extend(found := true(*args)) or found
    try:
        outcome = desk.grade_file(file, {})
        if outcome.timeouts:
            desk.grade_file(file, outcome.keyed)
    finally:
        desk.grader.ask = true
    return sum(reply.seconds if reply.asleep else reply.processor for reply in used)


def apart():
    """What each kind takes alone, by name."""
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        root = build_small_course(Path(folder) / "root", EXERCISES)
        with Desk(root, NAME, seed=0) as desk:
            for kind in KINDS:
                found[kind] = seconds(desk, folder, of_kind(root, kind, kind))
        with Desk(HERE, LONGEST, seed=0) as desk:
            for kind, source in ALL.items():
                text = with_loops(
                    read_master(HERE, LONGEST), kind, dict.fromkeys(desk.exercises, source)
                )
                found[f"{len(desk.exercises)} answers, {kind}"] = seconds(desk, folder, text)
    return found


def extrapolated(took):
    """Minutes that a class of such students takes, who share the cores evenly."""
    students, cores = CLASS
    return f"{students * took / cores / 60:.1f} ({took:.1f} s)"


def main(students=3000, looping=150, workers=2):
    """Measure the class with and without, and one of each kind."""
    kinds = [kind for kind, _ in zip(cycle(KINDS), range(looping), strict=False)]
    without = minutes(students, [], workers)
    with_them = minutes(students, kinds, workers)
    summary = {
        "students": students,
        "of whom loop": looping,
        "workers": workers,
        "minutes without": round(without, 2),
        "minutes with": round(with_them, 2),
        "minutes more": round(with_them - without, 2),
        f"minutes for {CLASS[0]} of a kind on {CLASS[1]} quiet cores (seconds of one)": {
            kind: extrapolated(took) for kind, took in apart().items()
        },
    }
    report("loops", [], summary=summary)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
