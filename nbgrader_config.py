"""nbgrader's settings for this course: its frame, our build and our grader."""

from dlcourse.authoring.release import PREPROCESSORS

c = get_config()  # noqa: F821 - nbgrader defines it

c.CourseDirectory.course_id = "dlcourse"
c.CourseDirectory.source_directory = "build/source"
c.CourseDirectory.release_directory = "course"
c.CourseDirectory.submitted_directory = "submitted"
c.CourseDirectory.autograded_directory = "autograded"
c.CourseDirectory.feedback_directory = "feedback"

# a hint after a few wrong tries, then the solution: for a class, set False and `dlcourse build`
c.SelfStudy.hints = True
c.SelfStudy.solutions = True

# starters by syntax tree; the gradebook learns the cells before the hidden tests go
saved = PREPROCESSORS.index("nbgrader.preprocessors.ClearHiddenTests")
c.GenerateAssignment.preprocessors = [
    *PREPROCESSORS[:saved],
    "nbgrader.preprocessors.SaveCells",
    *PREPROCESSORS[saved:],
]

# answers are graded in a sandbox, never in this process; nothing hidden reaches autograded/
c.Autograde.sanitize_preprocessors = [
    "nbgrader.preprocessors.ClearOutput",
    "dlcourse.grading.preprocessors.Rebuild",
    "nbgrader.preprocessors.OverwriteKernelspec",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.Autograde.autograde_preprocessors = [
    "dlcourse.grading.preprocessors.GradeOutside",
    "nbgrader.preprocessors.LimitOutput",
    "dlcourse.grading.preprocessors.SaveMarks",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]
