"""Grade the grader: what wrong answers does it reject and name, what right ones accept?"""

import json
import multiprocessing
import runpy
import tomllib
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.util import Finalize

from tqdm import tqdm

from dlcourse.checks.exercise import load_exercise
from dlcourse.checks.verdict import judge_outcomes
from dlcourse.grading.answer import Grader
from dlcourse.quality.mutants import mutants

SECONDS = 5  # of work, for a mutant
MUTANTS_APART = 4  # one mutant in so many is kept as a sample


@dataclass
class Quality:
    """Counts for one exercise; the lists name what went wrong."""

    exercise: str
    mistakes: int = 0
    mistakes_rejected: dict = field(default_factory=lambda: {"visible": 0, "hidden": 0})
    mistakes_named: dict = field(default_factory=lambda: {"visible": 0, "hidden": 0})
    misnamed: list = field(default_factory=list)
    mutants: int = 0
    mutants_rejected: dict = field(default_factory=lambda: {"visible": 0, "hidden": 0, "both": 0})
    equivalent: int = 0
    survivors: list = field(default_factory=list)
    alternatives: int = 0
    refused: list = field(default_factory=list)
    samples: list = field(default_factory=list)  # answers as lists of cells, right and wrong


def measure(root, seed=0, names=None, progress=None, workers=1):
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
    workers : int
        Processes that share the work.

    Returns
    -------
    list of Quality
        In the order of `names`.
    """
    folder = root / "solutions" / "exercises"
    names = names or sorted(path.stem for path in folder.glob("*.py"))
    shown = {"file": progress, "disable": progress is None, "unit": "exercise"}
    if workers == 1:
        with Grader(folder, seed) as grader:
            return [_measure_one(root, grader, name) for name in tqdm(names, **shown)]
    begin = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, begin, _open_grader, (folder, seed)) as pool:
        measured = pool.map(partial(_measure_here, root), names)
        return list(tqdm(measured, total=len(names), **shown))


def _open_grader(folder, seed):
    """Give this process a grader of its own, which ends with it."""
    global _grader
    _grader = Grader(folder, seed).__enter__()
    Finalize(None, _grader.__exit__, exitpriority=0)  # what atexit is to such a process


def _measure_here(root, name):
    return _measure_one(root, _grader, name)


def _measure_one(root, grader, name):
    exercise = load_exercise(root / "solutions" / "exercises" / f"{name}.py")
    quality = Quality(name)
    _mistakes(exercise, grader.seed, quality)
    if exercise.kind == "numpy":
        _mutants(exercise, grader, equivalents(root).get(name, {}), quality)
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


def _mutants(exercise, grader, argued, quality):
    """Run each mutant in the sandbox: it may loop for ever or eat all memory."""
    paper = grader.paper(exercise.id)
    for label, source in mutants(exercise.solution_source):
        quality.mutants += 1
        replies = grader.ask(paper, ["import numpy as np", source], SECONDS)
        right = _right(paper, replies)
        if all(right.values()) and argued.keys() & {label, "*"}:
            quality.equivalent += 1
            continue
        for place in ("visible", "hidden"):
            quality.mutants_rejected[place] += not right[place]
        quality.mutants_rejected["both"] += not all(right.values())
        if all(right.values()):
            quality.survivors.append(label)
        elif replies[-1].status == "ok" and quality.mutants % MUTANTS_APART == 1:
            quality.samples.append([source])


def _right(paper, replies):
    """Tell whether an answer is right on the visible and on the hidden cases."""
    contents = [json.loads(reply.payload) if reply.status == "ok" else {} for reply in replies]
    if not all("outcomes" in content for content in contents):
        return {"visible": False, "hidden": False}
    visible, hidden = paper.questions
    outcomes = [outcome for content in contents for outcome in content["outcomes"]]
    seen = len(paper.visible)
    return {
        "visible": judge_outcomes(visible, outcomes[:seen]).right,
        "hidden": judge_outcomes(hidden, outcomes[seen:]).right,
    }


def _alternatives(root, exercise, grader, quality):
    """Grade the other right answers that are kept with the exercise tests."""
    path = root / "tests" / "right_answers" / f"{exercise.id}.py"
    answers = runpy.run_path(str(path))["ANSWERS"] if path.is_file() else {}
    answers = {"the solution": exercise.solution_source, **answers}
    for label, cells in answers.items():
        quality.alternatives += 1
        cells = [cells] if isinstance(cells, str) else list(cells)
        quality.samples.append(cells)
        result = grader.grade(exercise.id, ["import numpy as np", *cells])
        if result.status != "right":
            quality.refused.append(f"{label}: {result.message}")
