"""Write marks where nbgrader looks for them: test cells' outputs, and the gradebook."""

import html
import json
import warnings
from contextlib import contextmanager

from dlcourse.frame import nbformat
from dlcourse.grading.submission import tags

BATCH = 50  # a run that is killed writes them all again: the store knows the results


def write_outputs(notebook, results):
    """Write each result into its test cell as exactly one output, always.

    nbgrader gives full points to a test cell without output, so a cell whose exercise has no
    result gets 0.

    Parameters
    ----------
    notebook : NotebookNode
        A rebuilt notebook; changed in place.
    results : list of dict
    """
    by_name = {result["exercise"]: result for result in results}
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        cell.outputs, cell.execution_count = [], None
        if "test" in tags(cell):
            name = cell.id.removeprefix("test_")
            result = by_name.get(name) or {"points": 0.0, "message": f"✗ {name}: not graded."}
            cell.execution_count = 1
            data = {
                "text/plain": repr(float(result["points"])),
                "text/html": f"<pre>{html.escape(result['message'])}</pre>",
            }
            output = {"output_type": "execute_result", "execution_count": 1, "metadata": {}}
            cell.outputs = [nbformat.from_dict({**output, "data": data})]


def as_text(notebook):
    """Write a notebook as JSON on one line: nbformat takes ten times as long for its many."""
    return json.dumps(notebook, ensure_ascii=False, sort_keys=True)


class Gradebook:
    """nbgrader's gradebook with one writer; use it in a ``with`` statement.

    Parameters
    ----------
    url : str
        Such as ``sqlite:///gradebook.db``.
    lecture : str
    store : Store
        Remembers explanations, so that what a person graded stays graded while it is unchanged.
    late : LatePenalties, optional
        Takes penalties off where nbgrader does not do it itself.
    """

    def __init__(self, url, lecture, store, late=None):
        self.url, self.lecture, self.store, self.late = url, lecture, store, late

    def __enter__(self):
        from nbgrader.api import Gradebook as Nbgrader

        from dlcourse.frame import quiet_nbgrader

        with quiet_nbgrader():
            self.book = Nbgrader(self.url)
        self._waiting = 0
        return self

    def __exit__(self, *_):
        self._commit()
        self.book.close()

    def _commit(self):
        self.book.db.commit()
        self._waiting = 0

    def register(self, master):
        """Make the assignment and its cells known, through nbgrader's own SaveCells.

        That refuses a newer release with other cells once there are submissions: so they are
        brought up to date here, and what was taken out is worth nothing from now on.
        """
        from nbgrader.api import MissingEntry
        from nbgrader.preprocessors import SaveCells

        try:
            self.book.find_notebook(self.lecture, self.lecture)
        except MissingEntry:
            self.book.update_or_create_assignment(self.lecture)
            place = {"notebook": self.lecture, "assignment": self.lecture, "db_url": self.url}
            SaveCells().preprocess(master, {"nbgrader": place})
            self.book.db.expire_all()
        else:
            self._renew(master)

    def _renew(self, master):
        from nbgrader.api import Comment, Grade

        place, db = (self.lecture, self.lecture), self.book.db
        notebook = self.book.find_notebook(*place)
        graders = [(cell, cell.metadata.get("nbgrader", {})) for cell in master.cells]
        marked = {ours["grade_id"]: (cell, ours) for cell, ours in graders if ours.get("grade")}
        answered = {ours["grade_id"] for _, ours in graders if ours.get("solution")}
        for cell in notebook.grade_cells:
            cell.max_score = cell.max_score if cell.name in marked else 0.0
        new = marked.keys() - {cell.name for cell in notebook.grade_cells}
        for name, (cell, ours) in marked.items():
            facts = {"max_score": float(ours["points"]), "cell_type": cell.cell_type}
            made = self.book.update_or_create_grade_cell(name, *place, **facts)
            if name in new:
                db.add_all(Grade(cell_id=made.id, notebook=one) for one in notebook.submissions)
        for name in answered - {cell.name for cell in notebook.solution_cells}:
            made = self.book.add_solution_cell(name, *place)
            db.add_all(Comment(cell_id=made.id, notebook=one) for one in notebook.submissions)
        db.commit()

    def record(self, student, texts, results, timestamp=None):
        """Write one student's marks; they reach the disk `BATCH` students at a time.

        Parameters
        ----------
        student : str
        texts : dict or None
            From `explanations`; None if the submission could not be read (everything is 0, and
            flagged for a person to look at).
        results : list of dict
        timestamp : str, optional
        """
        with self._held_back():
            self._record(student, texts, results, timestamp)
        self._waiting += 1
        if self._waiting == BATCH:
            self._commit()

    @contextmanager
    def _held_back(self):
        """nbgrader commits four times a student, and reads all anew each time: only flush."""
        db = self.book.db
        db.commit = db.flush
        try:
            yield
        finally:
            del db.commit

    def _record(self, student, texts, results, timestamp):
        self.book.update_or_create_student(student)
        extra = {"timestamp": timestamp} if timestamp else {}
        with warnings.catch_warnings():
            # SQLAlchemy 2.1 about the order in which nbgrader 0.9.6 adds a submission's parts
            warnings.filterwarnings("ignore", message="Object of type <Submitted")
            submission = self.book.update_or_create_submission(self.lecture, student, **extra)
        points = {f"test_{result['exercise']}": result["points"] for result in results}
        undecided = {f"test_{r['exercise']}" for r in results if r["status"] == "outdated"}
        for grade in submission.notebooks[0].grades:
            if grade.name in (texts or {}):
                self._explained(student, grade, *texts[grade.name])
            else:
                grade.auto_score = points.get(grade.name, 0.0)
                undecided_still = grade.name in undecided and grade.manual_score is None
                grade.needs_manual_grade = texts is None or undecided_still
        self.book.db.flush()
        if self.late is not None:
            self.late.assign(self.book.db, submission)
            self.book.db.flush()

    def _explained(self, student, grade, source, written):
        unchanged = self.store.unchanged(student, self.lecture, grade.name, source)
        grade.auto_score = None if written else 0.0
        settled = grade.manual_score is not None and unchanged and not grade.needs_manual_grade
        grade.needs_manual_grade = written and not settled


def explanations(notebook, master):
    """Text of each manually graded cell by grade_id, and whether it was written in at all."""
    released = {cell.id: cell.source for cell in master.cells}
    found = {}
    for cell in notebook.cells:
        grader = cell.metadata.get("nbgrader", {})
        if grader.get("grade") and grader.get("solution"):
            found[grader["grade_id"]] = cell.source, cell.source != released[cell.id]
    return found
