"""Write marks where nbgrader looks for them: test cells' outputs, and the gradebook."""

import html
import json
import re

from dlcourse.frame import nbformat
from dlcourse.grading.ready import check_database, told_of_databases
from dlcourse.grading.results import FOR_A_PERSON
from dlcourse.grading.store import words_digest
from dlcourse.grading.submission import ADDED, tags

FAULTY = "faulty"
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
        Remembers words, so that what a person graded stays graded while they are unchanged.
    late : LatePenalties, optional
        Takes penalties off where nbgrader does not do it itself.
    """

    def __init__(self, url, lecture, store, late=None):
        self.url, self.lecture, self.store, self.late = url, lecture, store, late

    def __enter__(self):
        from nbgrader.api import Gradebook as Nbgrader
        from sqlalchemy.engine import make_url

        from dlcourse.frame import quiet_nbgrader

        self._waiting, file = [], make_url(self.url).database
        if make_url(self.url).drivername == "sqlite" and file:
            check_database(file, "gradebook")
        with quiet_nbgrader(), self._told():
            self.book = Nbgrader(self.url)
        return self

    def __exit__(self, *_):
        try:
            if self._waiting:
                self._write()
        finally:
            self.book.close()

    def _told(self):
        return told_of_databases(self.url.removeprefix("sqlite:///"), "gradebook")

    def register(self, master):
        """Make the assignment and its cells known, through nbgrader's own SaveCells.

        That refuses a newer release with other cells once there are submissions: so they are
        brought up to date here, and what was taken out is worth nothing from now on.
        """
        with self._told():
            self._register(master)

    def _register(self, master):
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
            When it was handed in; without it nobody is late.
        """
        self._waiting.append((student, texts, results, timestamp))
        if len(self._waiting) == BATCH:
            self._write()

    def _write(self):
        """Write what waits; what cannot be written is not tried again."""
        waiting, self._waiting = self._waiting, []
        with self._told():
            self._write_all(waiting)

    def _write_all(self, waiting):
        """Write marks with one reading and one writing of each table."""
        from nbgrader.utils import parse_utc

        db = self.book.db
        submissions = self._submissions([student for student, *_ in waiting])
        before = self.store.words(self.lecture, list(submissions))
        now = {}
        for student, texts, results, timestamp in waiting:
            submission = submissions[student]
            # what came without a time goes back to none, as when the platform says LATE no more
            submission.timestamp = parse_utc(timestamp) if timestamp else None
            trouble = _trouble(texts, results)
            for grade, name in self._grades(submission):
                if trouble == FAULTY:
                    _call_a_person(grade)
                    continue
                words, written = (texts or {}).get(name, (None, None))
                if name.startswith("test_") or texts is None:
                    result = next((r for r in results if f"test_{r['exercise']}" == name), {})
                    words = words and f"{words} {result.get('status') in FOR_A_PERSON}"
                    unchanged = before.get((student, name)) == words
                    _give(grade, result, trouble, unchanged)
                else:
                    _await_person(grade, written, before.get((student, name)) == words)
                if words:
                    now[student, name] = words
        db.flush()
        for submission in submissions.values() if self.late else ():
            self.late.assign(db, submission)
        db.commit()
        # after the marks: killed in between, we take it for changed, and a person looks again
        self.store.keep_words(self.lecture, now)

    def submission(self, student):
        """One student's submission, made with all its parts where there is none yet."""
        return self._submissions([student])[student]

    def _submissions(self, students):
        """The submissions of some students by name, made with all their parts where missing."""
        from nbgrader.api import Student, SubmittedAssignment, SubmittedNotebook
        from sqlalchemy import select
        from sqlalchemy.orm import selectinload

        db, notebook = self.book.db, self.book.find_notebook(self.lecture, self.lecture)
        self._names = {cell.id: cell.name for cell in notebook.grade_cells}
        known = set(db.scalars(select(Student.id).where(Student.id.in_(students))))
        db.add_all(Student(id=student) for student in students if student not in known)
        parts = selectinload(SubmittedAssignment.notebooks).selectinload(SubmittedNotebook.grades)
        query = (
            select(SubmittedAssignment)
            .options(parts)
            .where(
                SubmittedAssignment.assignment_id == notebook.assignment_id,
                SubmittedAssignment.student_id.in_(students),
            )
        )
        found = {submission.student_id: submission for submission in db.scalars(query)}
        for student in students:
            if student not in found:
                found[student] = _new_submission(notebook, student)
                db.add(found[student])
        return found

    def _grades(self, submission):
        grades = submission.notebooks[0].grades
        return [(g, self._names[g.cell_id]) for g in grades if g.cell_id in self._names]


def _new_submission(notebook, student):
    """Mirror the lecture's cells, as nbgrader does for one submission at a time."""
    from nbgrader.api import Comment, Grade, SubmittedAssignment, SubmittedNotebook

    grades = [Grade(cell_id=cell.id) for cell in notebook.grade_cells]
    comments = [Comment(cell_id=cell.id) for cell in notebook.solution_cells]
    submitted = SubmittedNotebook(notebook_id=notebook.id, grades=grades, comments=comments)
    return SubmittedAssignment(
        assignment_id=notebook.assignment_id, student_id=student, notebooks=[submitted]
    )


def _trouble(texts, results):
    """Tell what leaves a submission to a person: "unreadable", `FAULTY` (our own fault) or ""."""
    if any(result["status"] == "ungraded" for result in results):
        return FAULTY
    return "unreadable" if texts is None else ""


def _call_a_person(grade):
    """Leave all points of an earlier grading, and a person's marks as done as they are: the next
    grading could not tell why they wait."""
    if grade.manual_score is None:
        grade.needs_manual_grade = True


def _give(grade, result, trouble, unchanged):
    """Set the points of an exercise. A person looks at what could not be read or decided, and
    again at what has points by hand when it is no longer what earned them."""
    grade.auto_score = result.get("points", 0.0)
    by_hand = grade.manual_score is not None
    settled = by_hand and unchanged and not grade.needs_manual_grade
    undecided = by_hand or result.get("status") in FOR_A_PERSON
    grade.needs_manual_grade = bool(trouble) or (undecided and not settled)


def _await_person(grade, written, unchanged):
    """Leave an explanation to a person, unless one has graded these very words; one that was taken
    out again, too, if it has points."""
    by_hand = grade.manual_score is not None
    grade.auto_score = None if written else 0.0
    settled = by_hand and unchanged and not grade.needs_manual_grade
    grade.needs_manual_grade = (written or by_hand) and not settled


def explanations(notebook, master):
    """What a person may have graded, by name of the graded cell: a digest of the student's words,
    and whether an explanation was written in at all."""
    released = {cell.id: cell.source for cell in master.cells}
    found = {}
    for cell in notebook.cells:
        grader = cell.metadata.get("nbgrader", {})
        name = f"test_{cell.id}" if "answer" in tags(cell) else grader.get("grade_id")
        if grader.get("solution") and (grader.get("grade") or "answer" in tags(cell)):
            text = _shown(cell, notebook.cells) if "answer" in tags(cell) else cell.source
            found[name] = words_digest(text), cell.source != released[cell.id]
    return found


def _shown(answer, cells):
    """What a person is shown of an answer: its cell, and the others that may define it."""
    defines = re.compile(rf"^[ \t]*(?:(?:async +)?def +|class +)?{answer.id}\b *[(=:]", re.M)
    others = (c for c in cells if c is not answer and {ADDED, "answer"} & tags(c))
    return "\n\n".join([answer.source, *(c.source for c in others if defines.search(c.source))])
