"""Late penalties by nbgrader's own plugin, where marks are written in bulk."""

from datetime import UTC

from traitlets.config import PyFileConfigLoader

from dlcourse.grading.ready import told_of_databases


def due_date(root, lecture):
    """Read when a lecture is due by nbgrader's gradebook; None if that says nothing."""
    from nbgrader.api import Gradebook, MissingEntry

    from dlcourse.frame import quiet_nbgrader

    file = root / "gradebook.db"
    if not file.is_file():
        return None
    with quiet_nbgrader(), told_of_databases(file, "gradebook"):
        with Gradebook(f"sqlite:///{file}") as book:
            try:
                due = book.find_assignment(lecture).duedate
            except MissingEntry:
                return None
    return due and due.replace(tzinfo=UTC)


class LatePenalties:
    """What ``nbgrader autograde`` would take off, by the course's ``nbgrader_config.py``.

    Parameters
    ----------
    root : Path
        The course's root folder.
    """

    def __init__(self, root):
        from nbgrader.preprocessors import AssignLatePenalties

        config = PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config()
        self.step = AssignLatePenalties(config=config)
        self.step.init_plugin()

    def assign(self, db, submission):
        """Set the penalty of a submission whose scores were just written.

        Parameters
        ----------
        db : Session
            The gradebook's.
        submission : SubmittedAssignment
        """
        late = submission.total_seconds_late
        for notebook in submission.notebooks:
            notebook.late_submission_penalty = None
            if late > 0:
                db.expire(notebook, ["score"])  # SQL adds it up
                plugin, student = self.step.plugin_inst, submission.student.id
                penalty = plugin.late_submission_penalty(student, notebook.score, late)
                if penalty is not None:
                    penalty = self.step._check_late_penalty(notebook, penalty)
                notebook.late_submission_penalty = penalty
