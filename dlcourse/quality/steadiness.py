"""Whether the grader gives the same marks again: time after time, and whoever shares the work."""

import copy
import json
import shutil
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from tqdm import tqdm

from dlcourse.grading.classroom import Classroom, find_submissions
from dlcourse.grading.grade import Desk, read_master
from dlcourse.grading.submission import tags

STUDENTS = 8
SAME = ("exercise", "points", "status", "message", "diagnosis")


class Steadiness(NamedTuple):
    """How steady the marks are.

    Attributes
    ----------
    rows : list
        What was compared, how many answers, how many marks that differ.
    differing : list of str
        Each mark that differs: exercise, student, one status and the other.
    """

    rows: list
    differing: list


def measure_steadiness(root, measured, repetitions=20, workers=8, progress=None):
    """Grade a small class again and again, and by several workers.

    Parameters
    ----------
    root : Path
        The course's root folder, in which nothing is written.
    measured : list of Quality
        Its samples are what the class hands in.
    repetitions, workers : int
    progress : file or None

    Returns
    -------
    Steadiness
    """
    samples = {q.exercise: q.samples for q in measured if q.samples}
    answers, differing, shared = 0, [], []
    with _copy(root) as course:
        lectures = sorted(path.name for path in (course / "course").iterdir())
        for lecture in tqdm(lectures, file=progress, disable=progress is None, unit="lecture"):
            master = read_master(course, lecture)
            if not hand_in(course, master, lecture, samples):
                continue
            marks = by_one(course, lecture, set(samples), repetitions)
            answers += len(marks[0])
            differing += [text for again in marks[1:] for text in _differing(marks[0], again)]
            together = by_many(course, lecture, workers, set(samples))
            shared += _differing(marks[0], together)
    return Steadiness(
        [
            (f"graded {repetitions} times", answers * repetitions, len(differing)),
            (f"1 worker against {workers}", answers, len(shared)),
        ],
        sorted(set(differing + shared)),
    )


@contextmanager
def _copy(root):
    """Copy what grading reads, so that results and seed of the course itself stay as they are."""
    with TemporaryDirectory() as folder:
        course = Path(folder).resolve()
        for part in ("course", "solutions/exercises"):
            shutil.copytree(root / part, course / part)
        shutil.copy(root / "nbgrader_config.py", course)
        yield course


def hand_in(course, master, lecture, samples):
    """Write the class of one lecture; return how many answers it gives from `samples`."""
    given = 0
    for student in range(STUDENTS):
        notebook = copy.deepcopy(master)
        for cell in notebook.cells:
            if "answer" in tags(cell) and cell.id in samples:
                own = samples[cell.id]
                cell.source = "\n\n".join(own[student % len(own)])
                given += 1
        folder = course / "submitted" / f"s{student}" / lecture
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{lecture}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    return given


def by_one(course, lecture, names, repetitions):
    """Marks by student and exercise, graded in one process that knows no earlier result.

    What times out is graded once more, as in a class: the machine may have been busy.
    """
    files = find_submissions(course / "submitted", lecture)
    rounds = []
    with Desk(course, lecture) as desk:
        for _ in range(repetitions):
            found = {}
            for student, file in files:
                outcome = desk.grade_file(file, {})
                if outcome.timeouts:  # which may owe to a busy machine
                    outcome = desk.grade_file(file, outcome.keyed)
                for line in outcome.lines:
                    found[student, line["exercise"]] = [line[key] for key in SAME]
            rounds.append(_of(found, names))
    return rounds


def by_many(course, lecture, workers, names):
    """The same, by several processes."""
    room = Classroom(course, lecture, course / "submitted", workers)
    lines = room.grade(course / "results.jsonl", gradebook=None, progress=None)
    found = {(x["student"], x["exercise"]): [x[key] for key in SAME] for x in lines}
    return _of(found, names)


def _of(found, names):
    return {key: mark for key, mark in found.items() if key[1] in names}


def _differing(one, other):
    nothing = [None] * len(SAME)
    pairs = ((key, one.get(key, nothing), other.get(key, nothing)) for key in one.keys() | other)
    return [f"{key[1]}, {key[0]}: {a[2]} and {b[2]}" for key, a, b in pairs if a != b]
