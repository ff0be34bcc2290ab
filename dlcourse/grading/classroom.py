"""Grade a class: every submission gets its record, in any order, on any number of processes."""

import json
import multiprocessing
import os
import sys
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack
from pathlib import Path

import nbformat
from tqdm import tqdm

from dlcourse.grading.grade import Desk, apart, read_master
from dlcourse.grading.marks import Gradebook, write_outputs
from dlcourse.grading.store import Store

DEFAULT_URL = "sqlite:///{root}/gradebook.db"


def find_submissions(folder, lecture):
    """List (student, file) of nbgrader's layout ``<student>/<lecture>/<lecture>.ipynb``.

    A single notebook under another name is taken for the lecture's; where there is no notebook the
    file named is the one that is missing, so that reading it gives the reason.
    """
    found = []
    for home in sorted(Path(folder).iterdir()):
        if home.is_symlink() or not (home / lecture).is_dir():
            continue
        file = home / lecture / f"{lecture}.ipynb"
        others = sorted((home / lecture).glob("*.ipynb"))
        found.append((home.name, file if file.exists() or len(others) != 1 else others[0]))
    return found


class Classroom:
    """One grading of one lecture.

    Parameters
    ----------
    root : Path
        The course's root folder.
    lecture : str
    submitted : Path
        Folder of submissions.
    workers : int, optional
        Processes; by default one a core.
    unsafe : bool
        Accept the weakest sandbox.
    """

    def __init__(self, root, lecture, submitted, workers=None, unsafe=False):
        self.root, self.lecture, self.unsafe = root, lecture, unsafe
        self.master = read_master(root, lecture)
        self.submissions = find_submissions(submitted, lecture)
        self.workers = min(workers or len(os.sched_getaffinity(0)), len(self.submissions)) or 1

    def grade(self, results, gradebook=DEFAULT_URL, progress=sys.stderr):
        """Grade everything and write the results.

        Parameters
        ----------
        results : Path
            JSON Lines, one line a student and exercise, ordered by student; replaced as a whole
            when all are graded. A killed run starts again where it was: the store knows.
        gradebook : str or None
            URL of nbgrader's gradebook, written by this process alone; None leaves it.
        progress : file or None
            Where the progress bar goes.

        Returns
        -------
        list of dict
            The lines.
        """
        store = Store(self.root / ".dlcourse" / "grading.db")
        store.seed(self.lecture)
        graded = {}
        files = dict(self.submissions)
        with ExitStack() as stack:
            bar = tqdm(total=len(files), file=progress, disable=progress is None, unit="submission")
            stack.enter_context(bar)
            book = None
            if gradebook is not None:
                url = gradebook.format(root=self.root)
                book = stack.enter_context(Gradebook(url, self.lecture, store))
                book.register(self.master)
            for student, text, lines in self._graded():
                graded[student] = lines
                if book is not None:
                    self._file(book, student, files[student], text, lines)
                bar.update()
        lines = [
            {"student": student, "lecture": self.lecture, **line}
            for student in files
            for line in graded[student]
        ]
        partial = results.with_suffix(results.suffix + ".partial")
        partial.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
        partial.replace(results)
        return lines

    def _graded(self):
        """Yield (student, rebuilt notebook as text or None, lines) as they come."""
        if self.workers == 1:
            with Desk(self.root, self.lecture, self.unsafe) as desk:
                for student, file in self.submissions:
                    yield student, *grade_on(desk, file)
            return
        waiting = dict(self.submissions)
        while waiting:
            try:
                yield from self._pooled(waiting)
            except BrokenProcessPool:  # a worker was killed: go on with those that are left
                tqdm.write("A grading process died; starting it again.", file=sys.stderr)

    def _pooled(self, waiting):
        context = multiprocessing.get_context("spawn")
        settings = (self.root, self.lecture, self.unsafe)
        with ProcessPoolExecutor(self.workers, context, _sit_down, settings) as pool:
            jobs = {pool.submit(_work, file): student for student, file in waiting.items()}
            for job in as_completed(jobs):
                text, lines = job.result()
                del waiting[jobs[job]]
                yield jobs[job], text, lines

    def _file(self, book, student, file, text, lines):
        """Write one student's marks and autograded notebook."""
        notebook = nbformat.reads(text, as_version=4) if text else None
        book.record(student, notebook, lines, read_timestamp(file))
        if notebook is not None:
            write_outputs(notebook, lines)
            file = self.root / "autograded" / student / self.lecture / f"{self.lecture}.ipynb"
            file.parent.mkdir(parents=True, exist_ok=True)
            nbformat.write(notebook, file)


def grade_on(desk, file):
    """Grade one file; whatever happens is a line."""
    try:
        notebook, lines = desk.grade_file(file)
    except Exception as error:  # nothing stops the batch, and no student pays for our faults
        text = f"The grader failed, not the student: {type(error).__name__}: {error}"
        return None, [apart("ungraded", text)]
    return None if notebook is None else nbformat.writes(notebook), lines


def read_timestamp(file):
    """Read nbgrader's timestamp.txt beside a submission, or None."""
    path = file.parent / "timestamp.txt"
    return path.read_text(encoding="utf-8").strip() if path.is_file() else None


_desk = None


def _sit_down(root, lecture, unsafe):
    global _desk
    _desk = Desk(root, lecture, unsafe)


def _work(file):
    return grade_on(_desk, file)
