"""Grade one answer: its cells run in the sandbox, its results are judged here.

A pass is positive evidence: a point is given because results came back and were right, never
because nothing went wrong.
"""

import hashlib
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from dlcourse.checks import codec, outcome
from dlcourse.checks.exercise import load_exercise
from dlcourse.checks.starter import still_starts
from dlcourse.checks.verdict import judge_outcomes, judge_reply, praised, unwritten
from dlcourse.grading.releases import find_kept
from dlcourse.grading.reply import read_reply
from dlcourse.paths import course_root
from dlcourse.sandbox.sandbox import Limits, Sandbox

SECONDS = 20
CHECKS = Path(outcome.__file__).parent
INSIDE = (  # what runs an answer in the sandbox: name there, source
    ("_dlcourse_codec", CHECKS / "codec.py"),
    ("_dlcourse_outcome", CHECKS / "outcome.py"),
)
STATUS = {"right": "right", "unwritten": "missing", "exception": "error", "undefined": "error"}
REFUSED = ("dlcourse", "torch", "tensorflow", "jax", "sklearn", "scipy")


@dataclass(frozen=True)
class Result:
    """One exercise of one submission; `status` is one of right, partly, wrong, missing, error,
    timeout, refused, outdated."""

    exercise: str
    points: float
    max_points: float
    status: str
    message: str
    diagnosis: str | None
    seconds: float
    sandbox: str
    versions: dict

    def as_dict(self):
        """The result in JSON types."""
        return asdict(self)


class Paper:
    """One exercise with the cases of one seed: what is asked, and how answers are judged."""

    def __init__(self, exercise, seed):
        self.exercise = exercise
        self.visible = exercise.visible_cases()
        self.hidden = [] if exercise.variable else exercise.hidden_cases(seed)
        self._encoded = exercise.encoded(self.visible + self.hidden)

    @cached_property
    def questions(self):
        """What judges the visible and the hidden cases (None: there are none)."""
        hidden = self.exercise.question(self.hidden) if self.hidden else None
        return self.exercise.question(self.visible), hidden

    def job(self, cells):
        """What the sandbox is asked, as bytes; the same bytes ask the same question."""
        return self.exercise.job_of(cells, self._encoded)


class Grader:
    """Grades answers in warm sandboxes; use it in a ``with`` statement.

    Parameters
    ----------
    exercises : Path
        The folder of exercise files.
    seed : int
        The assignment's seed, from which hidden cases are drawn.
    unsafe : bool
        Accept the weakest sandbox.
    older : Path, optional
        Folder of older exercise files, see `dlcourse.grading.releases`.
    seconds : float, optional
        What one answer may take; by default `SECONDS`.
    """

    def __init__(self, exercises, seed, unsafe=False, older=None, seconds=None):
        self.exercises, self.seed, self.unsafe = Path(exercises), seed, unsafe
        self.older, self.seconds = older, seconds
        self._sandboxes, self._papers = {}, {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        while self._sandboxes:
            self._sandboxes.popitem()[1].__exit__(None, None, None)

    def paper(self, name, made_for=None):
        """Today's paper of an exercise, or the one that asked otherwise (None: not kept)."""
        if (name, made_for) not in self._papers:
            if made_for is None:
                exercise = load_exercise(self.exercises / f"{name}.py")
            else:
                exercise = self.older and find_kept(self.older, name, made_for)
            self._papers[name, made_for] = exercise and Paper(exercise, self.seed)
        return self._papers[name, made_for]

    def key(self, name, cells, made_for=None):
        """Name the question by content: cells, cases, exercise version, grader version."""
        today = self.paper(name)
        paper = (made_for and self.paper(name, made_for)) or today
        versions = [paper.exercise.version, f"{today.exercise.points} {made_for}", VERSION, RULES]
        parts = [paper.job(cells), *(text.encode() for text in versions)]
        return hashlib.sha256(b"\0".join(parts)).hexdigest()

    def grade(self, name, cells, made_for=None):
        """Grade one answer.

        Parameters
        ----------
        name : str
            The exercise's id.
        cells : list of str
            What `dlcourse.grading.submission.program` gives.
        made_for : str, optional
            What the answer was asked, if that is not what the exercise asks today.

        Returns
        -------
        Result

        Raises
        ------
        SandboxError
            If the sandbox fails: never the student's fault.
        """
        today = self.paper(name).exercise
        kept = self.paper(name, made_for) if made_for else None
        paper = kept or self.paper(name)
        sandbox = self.sandbox("torch" if paper.exercise.kind == "torch" else "numpy")
        if still_starts(paper.exercise.starter_source, cells):
            told, seconds = _told(unwritten(paper.questions[0]), []), 0.0
        else:
            reply = sandbox.run(paper.job(cells), Limits(seconds=self.seconds or SECONDS))
            told, seconds = judge(paper, reply), reply.seconds
        if made_for:
            told = older(paper, told, kept)
        return Result(
            exercise=name,
            points=today.points * told.share,
            max_points=today.points,
            status=told.status,
            message=told.message + counted(told, today.points),
            diagnosis=told.diagnosis,
            seconds=round(seconds, 4),
            sandbox=sandbox.rung,
            versions={
                "dlcourse": VERSION,
                "exercise": paper.exercise.version,
                "seed": str(self.seed),
                **({"made_for": made_for} if made_for else {}),
            },
        )

    def sandbox(self, kind):
        """The sandbox for exercises of `kind`, started and tested at its first use."""
        if kind not in self._sandboxes:
            self._sandboxes[kind] = Sandbox(kind, unsafe=self.unsafe, modules=INSIDE).__enter__()
        return self._sandboxes[kind]


class Told(NamedTuple):
    """What a reply amounts to; `share` of the points, for the parts named in `right`."""

    status: str
    message: str
    diagnosis: str | None = None
    share: float = 0.0
    right: tuple = ()


def judge(paper, reply):
    """Turn a sandbox's reply into a `Told`."""
    name = paper.exercise.id
    if reply.status == "timeout":
        return Told(
            "timeout", f"✗ {name}: stopped after {reply.seconds:.0f} seconds. Does a loop end?"
        )
    if reply.status != "ok":
        return Told("error", f"✗ {name}: {reply.detail}")
    visible, hidden = paper.questions
    try:
        content = read_reply(reply.payload, len(paper.visible) + len(paper.hidden))
        if "missing" in content:
            return _told(judge_reply(visible, content), content["problems"])
        outcomes, seen = content["outcomes"], len(paper.visible)
        verdict = judge_outcomes(visible, outcomes[:seen])
        promising = hidden and (verdict.right or verdict.right_parts)
        beyond = judge_outcomes(hidden, outcomes[seen:]) if promising else None
    except (codec.Unreadable, RecursionError):
        return Told("error", f"✗ {name}: what came back cannot be read.")
    if verdict.right and (hidden is None or beyond.right):
        advice = verdict.advice or (beyond.advice if hidden else "")
        return Told("right", str(replace(verdict, advice=advice)), share=1.0)
    right = tuple(p for p in verdict.right_parts if beyond and p in beyond.right_parts)
    message = concealed(name, beyond) if verdict.right else str(replace(verdict, right_parts=()))
    told = _told(beyond if verdict.right else verdict, _problems(outcomes), message)
    if not right:
        return told
    share = len(right) / len(paper.exercise.parts)
    return told._replace(status="partly", share=share, right=right)


def counted(told, points):
    """Say what right parts have earned."""
    if not told.right:
        return ""
    unit = "point" if points == 1 else "points"
    return f"\n  {praised(told.right)}: {round(points * told.share, 2):g} of {points:g} {unit}."


def older(paper, told, kept):
    """What an answer to an older release amounts to, with that release's exercise or without."""
    if kept:
        text = "  Judged by the exercise as it was in the release that you answered."
        return told._replace(message=f"{told.message}\n{text}")
    if told.status == "right" and not paper.exercise.variable:  # chance may hit a number
        return told
    text = (
        f"… {paper.exercise.id}: your notebook is of an older release of the lecture, in which "
        "this exercise was another one, or none. Nothing is decided: your instructor will look "
        "at it."
    )
    return Told("outdated", text)


def _problems(outcomes):
    return [
        f"{o['raises']['names'][0]}: {o['raises']['message']}" for o in outcomes if "raises" in o
    ]


def _told(verdict, problems, message=None):
    """Choose the status of a verdict that is not right."""
    for problem in problems:
        for module in REFUSED:
            if f"No module named '{module}" in problem:
                text = (
                    f"✗ {verdict.id}: the answer uses {module}, which this exercise does not "
                    "allow. Write it with NumPy alone."
                )
                return Told("refused", text)
    status = STATUS.get(verdict.status, "wrong")
    if verdict.status == "undefined" and not problems:
        status = "missing"
    return Told(status, message or str(verdict), verdict.diagnosis)


def concealed(name, verdict):
    """Word a verdict on hidden cases without showing one."""
    why = verdict.sentence or {
        "value": "Another value comes out than the one expected.",
        "shape": "The result has another shape than expected.",
        "type": "The result is of another kind than expected.",
    }.get(verdict.status, "")
    if verdict.status == "exception":  # its message is the student's, and may hold an input
        why = f"Python stopped with a {verdict.gave.split(':')[0]}."
    return (
        f"✗ {name}: right on the cases in the notebook, wrong on "
        f"{verdict.cases - verdict.right_cases} of {verdict.cases} others. {why}".rstrip()
    )


def hidden_test(name, namespace, seed=0):
    """Run the hidden cases in this process: for an instructor's own solution notebook.

    Raises
    ------
    AssertionError
        With the verdict, if the answer in `namespace` is wrong.
    """
    exercise = load_exercise(course_root() / "solutions" / "exercises" / f"{name}.py")
    cases = exercise.hidden_cases(seed)
    functions = {f: namespace[f] for f in exercise.functions}
    verdict = judge_outcomes(exercise.question(cases), exercise.outcomes(cases, functions))
    assert verdict.right, str(verdict)


VERSION = version("dlcourse")
RULES = "6"  # changes whenever the same replies are judged otherwise
