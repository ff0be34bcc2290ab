"""What nbgrader's autograde runs in place of its own steps, so that every route marks alike."""

from pathlib import Path

from nbgrader.preprocessors import NbGraderPreprocessor

from dlcourse.grading.confined import confined
from dlcourse.grading.grade import Desk, read_master
from dlcourse.grading.marks import Gradebook, explanations, write_outputs
from dlcourse.grading.releases import keep, receive
from dlcourse.grading.store import Store
from dlcourse.grading.submission import read_cells
from dlcourse.grading.times import read_timestamp
from dlcourse.paths import course_root


def _place(resources):
    return course_root(Path(resources["metadata"]["path"])), resources["nbgrader"]["assignment"]


def _rebuilt(master, nb):
    return receive(master, read_cells(nb))


class Rebuild(NbGraderPreprocessor):
    """Put the student's sources into the released notebook; nothing else of theirs survives."""

    def preprocess(self, nb, resources):
        """Rebuild `nb` on the master."""
        root, lecture = _place(resources)
        return confined(_rebuilt, read_master(root, lecture), nb), resources


class GradeOutside(NbGraderPreprocessor):
    """Grade every answer in the sandbox and write each result into its test cell."""

    def preprocess(self, nb, resources):
        """Grade the rebuilt notebook `nb`."""
        root, lecture = _place(resources)
        with Desk(root, lecture) as desk:
            results = desk.grade(nb)
        write_outputs(nb, results)
        resources["dlcourse_results"] = results
        return nb, resources


class SaveMarks(NbGraderPreprocessor):
    """Write the marks into the gradebook as `dlcourse grade` does."""

    def preprocess(self, nb, resources):
        """Record what `GradeOutside` left in the resources."""
        root, lecture = _place(resources)
        store = Store(root / ".dlcourse" / "grading.db")
        with Gradebook(resources["nbgrader"]["db_url"], lecture, store) as book:
            master = read_master(root, lecture)
            keep(root, master)
            book.register(master)
            student, results = resources["nbgrader"]["student"], resources["dlcourse_results"]
            time = read_timestamp(Path(resources["metadata"]["path"], "timestamp.txt"))
            book.record(student, explanations(nb, master), results, time)
        return nb, resources
