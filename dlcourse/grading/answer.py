"""Grade one answer: its cells run in the sandbox, its results are judged here.

A pass is positive evidence: a point is given because results came back and were right, never
because nothing went wrong.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

from dlcourse.checks import codec
from dlcourse.checks.exercise import load_exercise
from dlcourse.checks.verdict import judge_outcomes, judge_reply
from dlcourse.grading.sandbox import Limits, Sandbox
from dlcourse.paths import course_root

SECONDS = 20
STATUS = {"right": "right", "unwritten": "missing", "exception": "error", "undefined": "error"}
REFUSED = ("dlcourse", "torch", "tensorflow", "jax", "sklearn", "scipy")


@dataclass(frozen=True)
class Result:
    """One exercise of one submission; `status` is one of right, wrong, missing, error, timeout,
    refused."""

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
    """

    def __init__(self, exercises, seed, unsafe=False):
        self.exercises, self.seed, self.unsafe = Path(exercises), seed, unsafe
        self._sandboxes, self._exercises, self._questions = {}, {}, {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        while self._sandboxes:
            self._sandboxes.popitem()[1].__exit__(None, None, None)

    def exercise(self, name):
        """The exercise, its visible cases, and its hidden cases for this seed; read once."""
        if name not in self._exercises:
            exercise = load_exercise(self.exercises / f"{name}.py")
            hidden = [] if exercise.variable else exercise.hidden_cases(self.seed)
            self._exercises[name] = exercise, exercise.visible_cases(), hidden
        return self._exercises[name]

    def questions(self, name):
        """What judges the visible and the hidden cases (None: there are none); made once."""
        if name not in self._questions:
            exercise, visible, hidden = self.exercise(name)
            questions = exercise.question(visible), exercise.question(hidden) if hidden else None
            self._questions[name] = questions
        return self._questions[name]

    def job(self, name, cells):
        """What the sandbox is asked, as bytes; the same bytes ask the same question."""
        exercise, visible, hidden = self.exercise(name)
        return exercise.job(cells, visible + hidden)

    def key(self, name, cells):
        """Name the question by content: cells, cases, exercise version, grader version."""
        exercise = self.exercise(name)[0]
        parts = [self.job(name, cells), exercise.version.encode(), VERSION.encode()]
        return hashlib.sha256(b"\0".join(parts)).hexdigest()

    def grade(self, name, cells):
        """Grade one answer.

        Parameters
        ----------
        name : str
            The exercise's id.
        cells : list of str
            What `dlcourse.grading.submission.program` gives.

        Returns
        -------
        Result

        Raises
        ------
        SandboxError
            If the sandbox fails: never the student's fault.
        """
        exercise = self.exercise(name)[0]
        sandbox = self._sandbox("torch" if exercise.kind == "torch" else "numpy")
        reply = sandbox.run(self.job(name, cells), Limits(seconds=SECONDS))
        status, message, diagnosis = self._judge(name, reply)
        return Result(
            exercise=name,
            points=exercise.points if status == "right" else 0.0,
            max_points=exercise.points,
            status=status,
            message=message,
            diagnosis=diagnosis,
            seconds=round(reply.seconds, 4),
            sandbox=sandbox.rung,
            versions={"dlcourse": VERSION, "exercise": exercise.version, "seed": str(self.seed)},
        )

    def _sandbox(self, kind):
        if kind not in self._sandboxes:
            self._sandboxes[kind] = Sandbox(kind, unsafe=self.unsafe).__enter__()
        return self._sandboxes[kind]

    def _judge(self, name, reply):
        """Turn a sandbox's reply into (status, message, diagnosis)."""
        if reply.status == "timeout":
            return "timeout", f"✗ {name}: stopped after {SECONDS} seconds. Does a loop end?", None
        if reply.status != "ok":
            return "error", f"✗ {name}: {reply.detail}", None
        visible, hidden = self.questions(name)
        n_cases = len(visible.cases) + (len(hidden.cases) if hidden else 0)
        try:
            content = read_reply(reply.payload, n_cases)
            if "missing" in content:
                return _told(judge_reply(visible, content), content["problems"])
            outcomes, seen = content["outcomes"], len(visible.cases)
            verdict = judge_outcomes(visible, outcomes[:seen])
            if not verdict.right:
                return _told(verdict, _problems(outcomes))
            if hidden is None or (beyond := judge_outcomes(hidden, outcomes[seen:])).right:
                return "right", str(verdict), None
        except (codec.Unreadable, RecursionError):
            return "error", f"✗ {name}: what came back cannot be read.", None
        return _told(beyond, _problems(outcomes), concealed(name, beyond))


def read_reply(payload, n_cases):
    """Read a child's reply, which is the student's word: any form but the agreed one is refused.

    Raises
    ------
    codec.Unreadable
        If it is not what `dlcourse.checks.outcome.run_job` writes.
    """
    try:
        content = json.loads(payload)
    except (ValueError, RecursionError):
        raise codec.Unreadable("not JSON") from None
    if not isinstance(content, dict):
        raise codec.Unreadable("not a dict")
    if "missing" in content:
        for key in ("missing", "problems"):
            if not _texts(content.get(key)):
                raise codec.Unreadable(key)
        if not content["missing"]:
            raise codec.Unreadable("nothing is missing")
        return content
    outcomes = content.get("outcomes")
    if not isinstance(outcomes, list) or len(outcomes) != n_cases:
        raise codec.Unreadable("outcomes")
    for outcome in outcomes:
        _refuse_odd(outcome)
    return content


def _refuse_odd(outcome):
    if not isinstance(outcome, dict) or ("value" in outcome) == ("raises" in outcome):
        raise codec.Unreadable("an outcome")
    if not _texts(outcome.get("reports", [])):
        raise codec.Unreadable("reports")
    raised = outcome.get("raises", {"names": ["x"], "message": "", "line": ""})
    texts = isinstance(raised, dict) and [raised.get("message"), raised.get("line")]
    if not texts or not _texts(texts) or not _texts(raised.get("names")) or not raised["names"]:
        raise codec.Unreadable("an exception")


def _texts(value):
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


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
                return "refused", text, None
    status = STATUS.get(verdict.status, "wrong")
    if verdict.status == "undefined" and not problems:
        status = "missing"
    return status, message or str(verdict), verdict.diagnosis


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
