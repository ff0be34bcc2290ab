"""Grade one answer: its cells run in the sandbox, its results are judged here."""

import hashlib
from dataclasses import asdict, dataclass, replace
from functools import cache, cached_property
from importlib.metadata import version
from pathlib import Path

from dlcourse.checks import outcome
from dlcourse.checks.budget import allowed
from dlcourse.checks.exercise import load_exercise
from dlcourse.checks.starter import still_starts
from dlcourse.checks.verdict import judge_outcomes
from dlcourse.grading.clock import ASLEEP, SHORT, SOLUTION, WALL, allowance, limits
from dlcourse.grading.judging import (
    bounded,
    counted,
    judge,
    left_alone,
    left_out,
    older,
    tried_shortly,
)
from dlcourse.grading.releases import find_kept
from dlcourse.paths import course_root
from dlcourse.sandbox.sandbox import Sandbox, SandboxError

CHECKS = Path(outcome.__file__).parent
INSIDE = (  # what runs an answer in the sandbox: name there, source
    ("_dlcourse_codec", CHECKS / "codec.py"),
    ("_dlcourse_budget", CHECKS / "budget.py"),
    ("_dlcourse_loud", CHECKS / "loud.py"),
    ("_dlcourse_pristine", CHECKS / "pristine.py"),
    ("_dlcourse_outcome", CHECKS / "outcome.py"),
)


@dataclass(frozen=True)
class Result:
    """One exercise of one submission; `status` is one of right, partly, wrong, missing, error,
    timeout, refused, outdated, undecided."""

    exercise: str
    points: float
    max_points: float
    status: str
    message: str
    diagnosis: str | None
    seconds: float
    sandbox: str
    versions: dict
    stopped: tuple = ()  # numbers of cells that took too long, and of the statement that did
    waited: bool = False  # out of time, without having worked for as long as it may

    def as_dict(self):
        """The result in JSON types."""
        return {**asdict(self), "stopped": [list(pair) for pair in self.stopped]}


class Paper:
    """One exercise with the cases of one seed: what is asked, and how answers are judged."""

    def __init__(self, exercise, seed):
        self.exercise = exercise
        self.visible = exercise.visible_cases()
        self.hidden = [] if exercise.variable else exercise.hidden_cases(seed)
        self._encoded = exercise.encoded(self.visible + self.hidden)
        self.judged = {}  # what a reply amounts to, by its digest

    def remember(self, said, told):
        """Keep what a reply amounts to: another one that says the same need not be judged."""
        if len(self.judged) >= JUDGED:
            self.judged.clear()
        self.judged[said] = told

    @cached_property
    def questions(self):
        """What judges the visible and the hidden cases (None: there are none)."""
        hidden = self.exercise.question(self.hidden) if self.hidden else None
        return self.exercise.question(self.visible), hidden

    @property
    def cases(self):
        """How many there are."""
        return len(self.visible) + len(self.hidden)

    def job(self, cells, brief=()):
        """What is asked of an answer, as bytes; the same bytes ask the same question."""
        return self.exercise.job_of(cells, self._encoded, brief)

    def jobs(self, cells, brief=(), seconds=None):
        """What the sandbox is asked: one job, or one a case where an answer could keep something
        from one case for the next; of cells in `brief` only a part is run, and the answer has
        `seconds` of processor time."""
        parts = [[case] for case in self._encoded] if self.exercise.stateful else [self._encoded]
        return [self.exercise.job_of(cells, part, brief, seconds) for part in parts]


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
        Processor time that every answer has; by default it is measured by the solution's, see
        `dlcourse.grading.clock`.
    """

    def __init__(self, exercises, seed, unsafe=False, older=None, seconds=None):
        self.exercises, self.seed, self.unsafe = Path(exercises), seed, unsafe
        self.older, self.seconds = older, seconds
        self.whose = ""  # what the log of jobs says of an answer's origin
        self._sandboxes, self._papers, self._clocks = {}, {}, {}

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

    def key(self, name, cells, made_for=None, slow=(), short=False):
        """Name the question by all that its result depends on: cells, which of them are left out,
        cases, exercise version, grader version, rules of judging, whether it had a short try alone,
        and whether it was asked in a sandbox that may be the weakest."""
        today = self.paper(name)
        paper = (made_for and self.paper(name, made_for)) or today
        versions = [paper.exercise.version, f"{today.exercise.points} {made_for}", VERSION, rules()]
        versions.append("unsafe" if self.unsafe else "safe")
        versions += [f"{self.seconds} s"] if self.seconds else []
        versions += ["short"] if short else []
        parts = [paper.job(cells, places(cells, slow)), *(text.encode() for text in versions)]
        return hashlib.sha256(b"\0".join(parts)).hexdigest()

    def grade(self, name, cells, made_for=None, slow=(), times=WALL, short=False):
        """Grade one answer.

        Parameters
        ----------
        name : str
            The exercise's id.
        cells : list of str
            What `dlcourse.grading.submission.program` gives.
        made_for : str, optional
            What the answer was asked, if that is not what the exercise asks today.
        slow : dict
            Cells that took too long for another exercise of the submission, with the number of the
            statement that did: from there on only definitions are run.
        times : int
            How many times its processor time it has on the wall.
        short : bool
            Whether it has a short try alone.

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
        told, seconds = self._told(paper, cells, slow, times, short)
        if made_for:
            told = older(paper, told, kept)
        return Result(
            exercise=name,
            points=today.points * told.share,
            max_points=today.points,
            status=told.status,
            message=bounded(told.message + counted(told, today.points)),
            diagnosis=told.diagnosis,
            seconds=round(seconds, 4),
            sandbox=self._sandbox_of(paper).rung,
            versions={
                "dlcourse": VERSION,
                "exercise": paper.exercise.version,
                "seed": str(self.seed),
                **({"made_for": made_for} if made_for else {}),
            },
            stopped=told.stopped,
            waited=told.waited,
        )

    def _told(self, paper, cells, slow, times, short):
        """What an answer amounts to, and the seconds on the wall that it took."""
        if still_starts(paper.exercise.starter_source, cells):
            return left_alone(paper), 0.0
        clock, brief = self.clock(paper) / (SHORT if short else 1), places(cells, slow)
        replies = self.ask(paper, cells, clock, brief, times, ASLEEP / (SHORT if short else 1))
        told = judge(paper, replies, clock, cells)
        told = tried_shortly(paper, told) if short else told
        stopped = {number: place for number, place in told.stopped if number < len(cells)}
        stopped = sorted((stopped | dict(brief)).items())
        told = left_out(told, [cells[number] for number, _ in stopped])
        told = told._replace(stopped=tuple(stopped))
        return told, sum(reply.seconds for reply in replies)

    def ask(self, paper, cells, clock, brief=(), times=WALL, asleep=ASLEEP):
        """The sandbox's replies to the jobs of an answer, which share its time on the wall; the
        last one may be a failure."""
        replies, most = [], limits(clock + allowed(len(cells)), times, asleep)
        for job in paper.jobs(cells, brief, clock):
            left = most.seconds - sum(reply.seconds for reply in replies)
            limit = replace(most, seconds=max(left, 0))
            label = f"{paper.exercise.id} of {self.whose}" if self.whose else paper.exercise.id
            replies.append(self._sandbox_of(paper).run(job, limit, label))
            if replies[-1].status != "ok":
                break
        return replies

    def clock(self, paper):
        """Seconds of processor time that an answer has, by the solution's on this machine."""
        if self.seconds:
            return self.seconds
        if paper not in self._clocks:
            replies = self.ask(paper, [paper.exercise.solution_source], SOLUTION)
            if replies[-1].status != "ok":
                raise SandboxError(f"the solution of {paper.exercise.id}: {replies[-1].detail}")
            self._clocks[paper] = allowance(max(reply.processor for reply in replies))
        return self._clocks[paper]

    def _sandbox_of(self, paper):
        return self.sandbox("torch" if paper.exercise.kind == "torch" else "numpy")

    def sandbox(self, kind):
        """The sandbox for exercises of `kind`, started and tested at its first use."""
        if kind not in self._sandboxes:
            self._sandboxes[kind] = Sandbox(kind, unsafe=self.unsafe, modules=INSIDE).__enter__()
        return self._sandboxes[kind]


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


def places(cells, slow):
    """Numbers of those cells that are known to be slow, and of the statement where they are."""
    return [(number, slow[cell]) for number, cell in enumerate(cells) if cell in slow]


@cache
def rules():
    """Name what judges: another digest wherever the same answer might be told something else."""
    digest = hashlib.sha256()
    for path in sorted(path for room in JUDGING for path in (CHECKS.parent / room).glob("*.py")):
        digest.update(f"{path.name}\0".encode() + b"\n".join(path.read_bytes().splitlines()))
    return digest.hexdigest()[:12]


JUDGED = 256  # replies to one exercise whose judgement is kept, each at most 16 kB
VERSION = version("dlcourse")
JUDGING = ("checks", "grading", "sandbox")  # rooms of this package
