"""Grade a class: every submission gets its record, in any order, by any number of workers."""

import hashlib
import json
import os
import secrets
import stat
import sys
from contextlib import ExitStack
from pathlib import Path

from tqdm import tqdm

from dlcourse.grading.dropped import read_dropped
from dlcourse.grading.grade import Outcome, apart, read_master
from dlcourse.grading.harmless import readable_name, told_apart
from dlcourse.grading.late import LatePenalties
from dlcourse.grading.marks import Gradebook
from dlcourse.grading.ready import (
    NotReady,
    check_database,
    check_results,
    partial,
    told_of_databases,
    told_of_files,
)
from dlcourse.grading.releases import keep
from dlcourse.grading.store import Store
from dlcourse.grading.submission import MAX_BYTES
from dlcourse.grading.team import Place, Team
from dlcourse.grading.times import read_timestamp

RECORD = "record of what has been graded"
DEFAULT_URL = "sqlite:///{root}/gradebook.db"


def find_submissions(folder, lecture):
    """List (student, file) of nbgrader's layout ``<student>/<lecture>/<lecture>.ipynb``.

    A single notebook under another name is taken for the lecture's. Where there is none, the file
    named is the one that is missing; where there are several, it is their folder; of a folder that
    is a link or cannot be read, the folder: reading it gives the reason.
    """
    homes = [home for home in sorted(Path(folder).iterdir()) if _has(home, lecture)]
    names = told_apart([home.name for home in homes], readable_name)
    return [(names[home.name], _submitted_file(home, lecture)) for home in homes]


def _has(home, lecture):
    try:
        return stat.S_ISDIR((home / lecture).stat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:  # a folder that is closed to us
        return True


def _submitted_file(home, lecture):
    folder = home / lecture
    try:
        if home.is_symlink() or folder.is_symlink():
            return home if home.is_symlink() else folder
        file, others = folder / f"{lecture}.ipynb", sorted(folder.iterdir())
    except OSError:
        return folder
    others = [other for other in others if other.suffix == ".ipynb"]
    if file in others or not others:
        return file
    return others[0] if len(others) == 1 else folder


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
    scheduler : str, optional
        Address of a Dask scheduler; its workers grade, this process alone writes.
    seconds : float, optional
        Processor time that one answer has, see `dlcourse.grading.clock`.
    """

    def __init__(
        self,
        root,
        lecture,
        submitted,
        workers=None,
        unsafe=False,
        scheduler=None,
        seconds=None,
        insecure=False,
    ):
        self.root, self.lecture, self.unsafe = root, lecture, unsafe
        self.scheduler, self.seconds, self.insecure = scheduler, seconds, insecure
        self.master = read_master(root, lecture)
        record = self.root / ".dlcourse" / "grading.db"
        check_database(str(record), RECORD)
        keep(self.root, self.master)
        dropped = read_dropped(self.root)
        folder = Path(submitted).resolve()
        found = find_submissions(folder, lecture) if folder.is_dir() else []
        self.files = {student: file for student, file in found if student not in dropped}
        if not self.files:
            raise NotReady(
                f"There is no submission of {lecture} in {folder}. Collect them first: "
                f"dlcourse collect INBOX --lecture {lecture}."
            )
        self.workers = min(workers or cores(), len(self.files)) or 1
        self.store = Store(record)

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
        graded = {}
        check_results(results)  # or it is found at the end
        with ExitStack() as stack:
            bar = tqdm(
                total=len(self.files), file=progress, disable=progress is None, unit="submission"
            )
            stack.enter_context(bar)
            team = stack.enter_context(Team(self.workers, self.scheduler, self.insecure))
            place = self._place()
            team.prepare(place, self.files.values())
            book = None
            if gradebook is not None:
                url = gradebook.format(root=self.root)
                late = LatePenalties(self.root)
                book = stack.enter_context(Gradebook(url, self.lecture, self.store, late))
                book.register(self.master)
            for student, outcome in self._graded(team, place):
                if outcome is None:  # once more, later: that takes its time, too
                    bar.total += 1
                else:
                    graded[student] = outcome.lines
                    if book is not None:
                        self._file(book, student, outcome)
                bar.update()
        lines = [
            {"student": student, "lecture": self.lecture, **line}
            for student in self.files
            for line in graded[student]
        ]
        whole = "".join(json.dumps(line) + "\n" for line in lines)
        with told_of_files(results, "Make room, or name another file with --results."):
            partial(results).write_text(whole, encoding="utf-8")
            partial(results).replace(results)
        return lines

    def _place(self):
        seed, run = self.store.seed(self.lecture), secrets.token_hex(8)
        return Place(str(self.root), self.lecture, seed, self.unsafe, self.seconds, run)

    def _graded(self, team, place):
        """Yield (student, `Outcome`) as they come, and None for an outcome that is still to come.
        What timed out without working is graded once more at the end, by half of the workers;
        then, when nothing else runs, what took its worker down or met a fault of ours.
        """
        late, alone = [], []
        for student, outcome in team.run(self._jobs(self.files, place)):
            yield student, self._again(student, outcome, late, alone)
        half = max(1, team.workers // 2)
        for student, outcome in team.run(self._jobs(late, place), at_once=half):
            if isinstance(outcome, Exception):
                alone.append(student)
                yield student, None
                continue
            self._remember(student, outcome.keyed | outcome.timeouts)
            yield student, outcome
        for student, outcome in team.run(self._jobs(alone, place), at_once=1):
            if isinstance(outcome, Exception):
                text = f"The grader failed twice, not the student: {outcome!r}"
                outcome = Outcome([apart("ungraded", text)], {})
            self._remember(student, outcome.keyed)
            yield student, outcome

    def _again(self, student, outcome, late, alone):
        """Put a student on one of two lists of those who are graded once more; or give the
        outcome."""
        if isinstance(outcome, Exception):
            alone.append(student)
            return None
        self._remember(student, outcome.keyed)
        if any(line["status"] == "ungraded" for line in outcome.lines):
            alone.append(student)
        elif outcome.timeouts:
            late.append(student)
        else:
            return outcome
        return None

    def _remember(self, student, results):
        with told_of_databases(self.store.path, RECORD):
            self.store.remember(results, digest(self.files[student]))

    def _jobs(self, students, place):
        for student in students:
            file = self.files[student]
            yield student, (place, file, self.store.known(digest(file)))

    def _file(self, book, student, outcome):
        """Write one student's marks and autograded notebook."""
        timestamp = read_timestamp(self.files[student])
        book.record(student, outcome.texts, outcome.lines, timestamp)
        if outcome.notebook is not None:
            file = self.root / "autograded" / student / self.lecture / f"{self.lecture}.ipynb"
            with told_of_files(file, "Make room, or allow yourself to write there."):
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(outcome.notebook + "\n", encoding="utf-8")


def cores():
    """How many cores this process may use; macOS tells only how many there are."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def digest(file):
    """Name a submitted file by its content; "" for what will not be read anyway."""
    try:
        if file.is_symlink() or not file.is_file() or file.stat().st_size > MAX_BYTES:
            return ""
        with file.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError:
        return ""
