"""Grade the grader: what wrong answers does it reject and name, what right ones accept?"""

import json
import runpy
import tomllib
from dataclasses import dataclass, field

from tqdm import tqdm

from dlcourse.checks.exercise import load_exercise
from dlcourse.checks.verdict import judge_outcomes, judge_reply
from dlcourse.grading.answer import Grader
from dlcourse.grading.mutants import mutants
from dlcourse.grading.sandbox import Limits, Sandbox

LIMITS = Limits(seconds=5)


@dataclass
class Quality:
    """Counts for one exercise; the lists name what went wrong."""

    exercise: str
    mistakes: int = 0
    mistakes_rejected: dict = field(default_factory=lambda: {"visible": 0, "hidden": 0})
    mistakes_named: dict = field(default_factory=lambda: {"visible": 0, "hidden": 0})
    misnamed: list = field(default_factory=list)
    mutants: int = 0
    equivalent: int = 0
    survivors: list = field(default_factory=list)
    alternatives: int = 0
    refused: list = field(default_factory=list)


def measure(root, seed=0, names=None, progress=None):
    """Measure the grader over all exercises.

    Parameters
    ----------
    root : Path
        The course's root folder.
    seed : int
        Draws the hidden cases.
    names : list of str, optional
        Exercise ids; by default all.
    progress : file or None

    Returns
    -------
    list of Quality
    """
    folder = root / "solutions" / "exercises"
    names = names or sorted(path.stem for path in folder.glob("*.py"))
    with Grader(folder, seed) as grader, Sandbox() as sandbox:
        bar = tqdm(names, file=progress, disable=progress is None, unit="exercise")
        return [_measure_one(root, grader, sandbox, name) for name in bar]


def _measure_one(root, grader, sandbox, name):
    exercise = load_exercise(root / "solutions" / "exercises" / f"{name}.py")
    quality = Quality(name)
    _mistakes(exercise, grader.seed, quality)
    if exercise.kind == "numpy":
        _mutants(exercise, grader, sandbox, equivalents(root).get(name, {}), quality)
    _alternatives(root, exercise, grader, quality)
    return quality


def equivalents(root):
    """Mutants that are right answers too, each with its reason, by exercise and label."""
    return tomllib.loads((root / "solutions" / "equivalents.toml").read_text(encoding="utf-8"))


def _mistakes(exercise, seed, quality):
    quality.mistakes = len(exercise.wrong)
    for place, cases in [
        ("visible", exercise.visible_cases()),
        ("hidden", exercise.hidden_cases(seed)),
    ]:
        question = exercise.question(cases)
        for name, (_, functions) in exercise.wrong.items():
            outcomes = json.loads(json.dumps(exercise.outcomes(cases, functions)))
            verdict = judge_outcomes(question, outcomes)
            quality.mistakes_rejected[place] += not verdict.right
            quality.mistakes_named[place] += verdict.diagnosis == name
            if verdict.diagnosis not in (name, None):
                quality.misnamed.append(f"{name} as {verdict.diagnosis} ({place})")


def _mutants(exercise, grader, sandbox, argued, quality):
    """Run each mutant in the sandbox: it may loop for ever or eat all memory."""
    visible, hidden = grader.questions(exercise.id)
    for label, source in mutants(exercise.solution_source):
        quality.mutants += 1
        reply = sandbox.run(grader.job(exercise.id, ["import numpy as np", source]), LIMITS)
        if reply.status != "ok":
            continue
        content = json.loads(reply.payload)
        seen = len(visible.cases)
        if (
            "missing" in content
            or not judge_reply(visible, {"outcomes": content["outcomes"][:seen]}).right
        ):
            continue
        if judge_outcomes(hidden, content["outcomes"][seen:]).right:
            if argued.keys() & {label, "*"}:
                quality.equivalent += 1
            else:
                quality.survivors.append(label)


def _alternatives(root, exercise, grader, quality):
    """Grade the other right answers that are kept with the exercise tests."""
    path = root / "tests" / "right_answers" / f"{exercise.id}.py"
    answers = runpy.run_path(str(path))["ANSWERS"] if path.is_file() else {}
    answers = {"the solution": exercise.solution_source, **answers}
    for label, cells in answers.items():
        quality.alternatives += 1
        cells = [cells] if isinstance(cells, str) else list(cells)
        result = grader.grade(exercise.id, ["import numpy as np", *cells])
        if result.status != "right":
            quality.refused.append(f"{label}: {result.message}")


def table(measured):
    """Write the measurements as Markdown: totals, then a row an exercise, then every exception."""
    mistakes = sum(q.mistakes for q in measured)
    tried = sum(q.mutants - q.equivalent for q in measured)
    survivors = sum(len(q.survivors) for q in measured)
    alternatives = sum(q.alternatives for q in measured)
    refused = sum(len(q.refused) for q in measured)
    lines = [
        "| | count | share |",
        "|---|---|---|",
    ]
    for place in ("visible", "hidden"):
        for what, counts in [("rejected", "mistakes_rejected"), ("named", "mistakes_named")]:
            n = sum(getattr(q, counts)[place] for q in measured)
            lines.append(_row(f"mistakes {what}, {place} cases", n, mistakes))
    lines.append(_row("mistakes misnamed", sum(len(q.misnamed) for q in measured), 2 * mistakes))
    lines.append(_row("automatic mutants rejected", tried - survivors, tried))
    lines.append(_row("right answers accepted", alternatives - refused, alternatives))
    lines += [
        "",
        "| exercise | mistakes | mutants | equivalent | surviving | right answers | refused |",
    ]
    lines += ["|---|---|---|---|---|---|---|"]
    for q in measured:
        counts = [q.mistakes, q.mutants, q.equivalent, len(q.survivors), q.alternatives]
        lines.append(f"| {q.exercise} | {' | '.join(map(str, counts))} | {len(q.refused)} |")
    lines += ["", *(f"- {q.exercise} survives: {s}" for q in measured for s in q.survivors)]
    lines += [f"- {q.exercise} refused: {r}" for q in measured for r in q.refused]
    lines += [f"- {q.exercise} misnamed: {m}" for q in measured for m in q.misnamed]
    return "\n".join(lines).rstrip() + "\n"


def _row(label, n, of):
    return f"| {label} | {n} of {of} | {n / of if of else 1:.1%} |"
