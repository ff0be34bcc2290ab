"""What the measurement of the grader found, as a page of the documentation."""

import datetime
import platform
import textwrap
from importlib.metadata import version

from dlcourse.quality.measure import MUTANTS_APART

INTRO = """
What `dlcourse bench grader` measured over {exercises} exercises, every mutant and right answer run
in the sandbox: {versions}, {date}. The command writes this page. *Mistakes* are the hand-written
wrong answers of the exercise files; *named* means that the tutor's sentence is its own. *Mutants*
are solutions with one operator, constant, comparison or name changed; *equivalent* ones are right
answers too, each argued away in `solutions/equivalents.toml`. *Right answers* are the solution and
those kept in `tests/right_answers`. A test (`make test-all`) holds the totals to: rejected at least
99 %, named at least 85 %, misnamed at most 1 %, mutants at least 95 %, right answers 100 %.
"""
STEADY = """
The same answers, of a small class: in each released lecture student *k* gives each exercise's
*k*-th answer from its right ones and every {apart}th mutant that came back.
"""


def page(measured, steady, seed):
    """Write the page.

    Parameters
    ----------
    measured : list of Quality
    steady : Steadiness or None
    seed : int
        Drew the hidden cases.
    """
    packages = [("NumPy", "numpy"), ("PyTorch", "torch"), ("dlcourse", "dlcourse")]
    versions = [f"seed {seed}", f"{platform.python_implementation()} {platform.python_version()}"]
    versions += [f"{name} {version(package)}" for name, package in packages]
    versions.append(f"{platform.system()} {platform.machine()}")
    intro = INTRO.format(
        exercises=len(measured), versions=", ".join(versions), date=datetime.date.today()
    )
    parts = ["# The grader, graded", wrapped(intro), table(measured)]
    if steady is not None:
        text = wrapped(STEADY.format(apart=MUTANTS_APART))
        parts += ["## Steadiness", text, steadiness_table(steady)]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def wrapped(text):
    """Break a paragraph into lines as this documentation's are."""
    return textwrap.fill(" ".join(text.split()), 100, break_on_hyphens=False)


def table(measured):
    """Write the measurements as Markdown: totals, then a row an exercise, then every exception."""
    lines = ["| | count | share |", "|---|---|---|", *_totals(measured), ""]
    heads = [
        "exercise",
        "mistakes",
        "mutants",
        "equivalent",
        "surviving",
        "right answers",
        "refused",
    ]
    lines += [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    for q in measured:
        counts = [q.mistakes, q.mutants, q.equivalent, len(q.survivors), q.alternatives]
        lines.append(f"| {q.exercise} | {' | '.join(map(str, counts))} | {len(q.refused)} |")
    lines += ["", *(f"- {q.exercise} survives: {s}" for q in measured for s in q.survivors)]
    lines += [f"- {q.exercise} refused: {r}" for q in measured for r in q.refused]
    lines += [f"- {q.exercise} misnamed: {m}" for q in measured for m in q.misnamed]
    return "\n".join(lines).rstrip() + "\n"


def _totals(measured):
    mistakes = sum(q.mistakes for q in measured)
    tried = sum(q.mutants - q.equivalent for q in measured)
    alternatives = sum(q.alternatives for q in measured)
    for place in ("visible", "hidden"):
        for what, counts in [("rejected", "mistakes_rejected"), ("named", "mistakes_named")]:
            n = sum(getattr(q, counts)[place] for q in measured)
            yield _row(f"mistakes {what}, {place} cases", n, mistakes)
    yield _row("mistakes misnamed", sum(len(q.misnamed) for q in measured), 2 * mistakes)
    for place, words in [
        ("visible", "visible cases alone"),
        ("hidden", "hidden cases alone"),
        ("both", "visible and hidden cases"),
    ]:
        n = sum(q.mutants_rejected[place] for q in measured)
        yield _row(f"automatic mutants rejected, {words}", n, tried)
    refused = sum(len(q.refused) for q in measured)
    yield _row("right answers accepted", alternatives - refused, alternatives)


def steadiness_table(steady):
    """Write how often the marks were the same."""
    lines = ["| | answers | marks that differ |", "|---|---|---|"]
    for label, answers, differing in steady.rows:
        lines.append(f"| {label} | {answers} | {differing} |")
    if steady.differing:
        lines += ["", "Differing (exercise, student, both statuses):", ""]
        lines += [f"- {text}" for text in steady.differing]
    return "\n".join(lines) + "\n"


def _row(label, n, of):
    return f"| {label} | {n} of {of} | {n / of if of else 1:.1%} |"
