"""The pages of a report: templates, filled."""

import re
from functools import cache

from dlcourse.grading.results import STATUSES
from dlcourse.term.likeness import NEAR

FAULT = (
    "Your submission has not been graded yet: the grader failed, not you. It costs no points; "
    "your instructor has been told."
)


def feedback_page(report, student, form="html"):
    """One student's feedback as HTML, or in Markdown (``form="md"``)."""
    return render(report, f"feedback.{form}", student=student, lines=report.students[student])


def render(report, name, **more):
    """A template, filled."""
    shared = {"report": report, "statuses": STATUSES, "fault": FAULT, "near": NEAR}
    return _templates(name.endswith(".html")).get_template(name).render(shared, **more)


@cache
def _templates(escape):
    from jinja2 import Environment, PackageLoader, StrictUndefined

    templates = Environment(
        loader=PackageLoader("dlcourse.term"), autoescape=escape, undefined=StrictUndefined
    )
    templates.filters["fenced"] = _fenced
    return templates


def _fenced(text):
    """Text as a block of Markdown, which nothing in it can end."""
    fence = "`" * max(3, 1 + max(map(len, re.findall(r"`+", text)), default=0))
    return f"{fence}text\n{text}\n{fence}"
