"""Submissions a second of `dlcourse grade` beside stock `nbgrader autograde`, same notebooks.

Stock nbgrader has its own preprocessors: a kernel for each notebook, in which the check cells run
on the visible cases. Ours runs hidden cases too, each question in a sandbox. Both write marks and
autograded notebooks, and find the lecture in the gradebook; the notebooks hold no demos.

Each command runs twice a turn, on a few submissions and on more: the difference is what one more
submission costs, the rest is start-up. Two clocks are read: the one on the wall, and the processor
time of all processes that a command starts, which other programs on the machine disturb less.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from benchmarks.measure import report, spread, summarize

HERE = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(HERE / "tests"), str(HERE / "tests" / "grading")]

from class_of_students import hand_in  # noqa: E402
from small_course import NAME, build_small_course, environment  # noqa: E402

from dlcourse.grading.grade import read_master  # noqa: E402
from dlcourse.grading.marks import Gradebook  # noqa: E402
from dlcourse.grading.store import Store  # noqa: E402

EXERCISES = ["relu", "minibatches", "conv_output_size"]
STOCK = "c = get_config()\nc.CourseDirectory.course_id = 'dlcourse'\n"
BIN = Path(sys.executable).parent
OURS = [BIN / "dlcourse", "grade", "--lecture", NAME, "--results", "r.jsonl"]
THEIRS = [BIN / "nbgrader", "autograde", NAME]
CLASSES = (60, 200)  # start-up is shared by so many
CLAIM = 25
CLOCKS = ("wall", "processor")
MEASURED = """
import ctypes, json, os, resource, subprocess, sys, time

ctypes.CDLL(None).prctl(36, 1)  # PR_SET_CHILD_SUBREAPER: orphans are ours, and so is their time
begun = time.perf_counter()
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
wall = time.perf_counter() - begun
try:
    while True:
        os.wait()
except ChildProcessError:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps({"wall": wall, "processor": used.ru_utime + used.ru_stime}))
"""


def prepare(folder, n_students, stock):
    """Make a course with a class handed in, none of it broken, and the lecture in its gradebook."""
    root = build_small_course(folder, EXERCISES)
    hand_in(root, n_students, every=2 * n_students + 2)
    if stock:
        (root / "nbgrader_config.py").write_text(STOCK, encoding="utf-8")
        shutil.copytree(root / "build" / "source", root / "source")
    store = Store(root / ".dlcourse" / "grading.db")
    with Gradebook(f"sqlite:///{root}/gradebook.db", NAME, store) as book:
        book.register(read_master(root, NAME))
    return root


def seconds(command, n_students, stock):
    """Seconds by clock that a command takes for a class."""
    with tempfile.TemporaryDirectory() as folder:
        root = prepare(Path(folder, "course"), n_students, stock)
        path = f"{BIN}:{os.environ['PATH']}"
        done = subprocess.run(
            [sys.executable, "-c", MEASURED, *command],
            cwd=root,
            env={**environment(root), "PATH": path},
            stdout=subprocess.PIPE,
            check=True,
        )
        graded = len(list((root / "autograded").glob("*/*/*.ipynb")))
    if graded != n_students:
        raise RuntimeError(f"{command} graded {graded} of {n_students}")
    return json.loads(done.stdout)


def costs(command, few, many, stock=False):
    """What a command costs, by clock: (seconds to start, seconds for one more submission)."""
    short, long = seconds(command, few, stock), seconds(command, many, stock)
    found = {}
    for clock in CLOCKS:
        each = (long[clock] - short[clock]) / (many - few)
        found[clock] = short[clock] - few * each, each
    return found


def compared(clock, turns):
    """Rows of a table, from pairs of costs (ours, theirs), one a turn."""
    pairs = [(ours[clock], theirs[clock]) for ours, theirs in turns]
    rows = {"one more": [(a, b) for (_, a), (_, b) in pairs]}
    for n in CLASSES:
        rows[f"one of {n}, start-up included"] = [
            (each_a + start_a / n, each_b + start_b / n)
            for (start_a, each_a), (start_b, each_b) in pairs
        ]
    return {f"{name} ({clock} time)": times for name, times in rows.items()}


def main(turns=3, few_ours=20, many_ours=200, few_theirs=2, many_theirs=8):
    """Measure, print, keep."""
    measured = [
        (costs(OURS, few_ours, many_ours), costs(THEIRS, few_theirs, many_theirs, stock=True))
        for _ in range(turns)
    ]
    rows = {name: times for clock in CLOCKS for name, times in compared(clock, measured).items()}
    summary = {
        f"throughput beside stock, {name}": "{median} times ({min} to {max})".format(
            **spread([round(b / a, 1) for a, b in times])
        )
        for name, times in rows.items()
    }
    times = statistics.median(theirs / ours for ours, theirs in rows["one more (wall time)"])
    summary[f"claim, one more submission at least {CLAIM} times (median, wall)"] = (
        "holds" if times >= CLAIM else "does not hold"
    )
    summary["exercises in a submission"] = len(EXERCISES)
    summary["nbgrader"] = version("nbgrader")
    summary["submissions (ours, stock), turns"] = (
        f"{few_ours} and {many_ours}, {few_theirs} and {many_theirs}, {turns}"
    )
    found = [summarize(name, times) for name, times in rows.items()]
    report("grading", found, unit="nbgrader", summary=summary, ours="dlcourse")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
