"""Submissions a second of `dlcourse grade` beside stock `nbgrader autograde`, same notebooks.

Stock nbgrader has its own preprocessors: a kernel for each notebook, in which the check cells run
on the visible cases. Ours runs hidden cases too. Both write marks and autograded notebooks, both
start from nothing and start-up counts. The notebooks hold no demos. Time is on the wall, since
both start processes; the two take turns.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.measure import report, spread, summarize

HERE = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(HERE / "tests"))

from class_of_students import hand_in  # noqa: E402
from small_course import NAME, build_small_course, environment  # noqa: E402

from dlcourse.grading.grade import read_master  # noqa: E402
from dlcourse.grading.marks import Gradebook  # noqa: E402
from dlcourse.grading.store import Store  # noqa: E402

EXERCISES = ["relu", "minibatches", "conv_output_size"]
STOCK = "c = get_config()\nc.CourseDirectory.course_id = 'dlcourse'\n"
BIN = Path(sys.executable).parent


def prepare(folder, n_students, stock):
    """Make a course with a class handed in."""
    root = build_small_course(folder, EXERCISES)
    hand_in(root, n_students)
    if stock:
        (root / "nbgrader_config.py").write_text(STOCK, encoding="utf-8")
        shutil.copytree(root / "build" / "source", root / "source")
        store = Store(root / ".dlcourse" / "grading.db")
        with Gradebook(f"sqlite:///{root}/gradebook.db", NAME, store) as book:
            book.register(read_master(root, NAME))
    return root


def wall(command, root):
    """Seconds on the wall of a command in the course at `root`."""
    path = f"{BIN}:{os.environ['PATH']}"
    begun = time.perf_counter()
    subprocess.run(
        command, cwd=root, env={**environment(root), "PATH": path}, capture_output=True, check=False
    )
    taken = time.perf_counter() - begun
    graded = len(list((root / "autograded").glob("*/*/*.ipynb")))
    if not graded:
        raise RuntimeError(f"{command} graded nothing")
    return taken / graded


def measure(n_ours, n_stock, turns):
    """Pairs of seconds a submission, (ours, stock)."""
    ours = [BIN / "dlcourse", "grade", "--lecture", NAME, "--results", "r.jsonl"]
    stock = [BIN / "nbgrader", "autograde", NAME]
    pairs = []
    for _ in range(turns):
        with tempfile.TemporaryDirectory() as folder:
            a = wall(ours, prepare(Path(folder, "ours"), n_ours, stock=False))
            b = wall(stock, prepare(Path(folder, "stock"), n_stock, stock=True))
        pairs.append((a, b))
    return pairs


def main(n_ours=200, n_stock=7, turns=3):
    """Measure, print, keep."""
    pairs = measure(n_ours, n_stock, turns)
    times = spread([b / a for a, b in pairs])
    summary = {
        "throughput beside stock": "{median} times ({min} to {max})".format(**times),
        "submissions (ours, stock), turns": f"{n_ours}, {n_stock}, {turns}",
    }
    row = summarize(f"a submission with {len(EXERCISES)} exercises", pairs)
    report("grading", [row], unit="nbgrader", summary=summary)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
