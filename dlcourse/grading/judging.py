"""Judge what came back from the sandbox, and word it for the student.

A pass is positive evidence: a point is given because results came back and were right, never
because nothing went wrong.
"""

import hashlib
import json
import re
from dataclasses import replace
from typing import NamedTuple

from dlcourse.checks import codec
from dlcourse.checks.pristine import told as told_replaced
from dlcourse.checks.verdict import (
    counting,
    judge_outcomes,
    praised,
    uncounted,
    undefined,
    unwritten,
)
from dlcourse.grading.clock import TooLong, at_most
from dlcourse.grading.reply import known_name, read_reply
from dlcourse.grading.results import UNDECIDED
from dlcourse.grading.trouble import lost, missing_name, named
from dlcourse.sandbox.exchange import USED_UP

STATUS = {"right": "right", "unwritten": "missing", "exception": "error", "undefined": "error"}
REFUSED = ("dlcourse", "torch", "tensorflow", "jax", "sklearn", "scipy")
PLACE = re.compile(r"(?:np\.(?:linalg\.|random\.)?|math\.)?\w{1,60}")  # of what cells replace
JUDGING = 5  # seconds of processor time for one answer's results
MAX_MESSAGE = 16_000  # bytes of JSON: a result of 20 kB can be stored by the million


class Told(NamedTuple):
    """What a reply amounts to; `share` of the points, for the parts named in `right`."""

    status: str
    message: str
    diagnosis: str | None = None
    share: float = 0.0
    right: tuple = ()
    stopped: tuple = ()  # numbers of cells that took too long, and of the statement that did
    waited: bool = False  # out of time, without having worked for as long as it may


def judge(paper, replies, clock, cells=()):
    """Turn the sandbox's replies (one, or one a case) into a `Told`.

    Parameters
    ----------
    paper : dlcourse.grading.answer.Paper
    replies : list of Reply
        The last one may have failed.
    clock : float
        Seconds of processor time that the answer had.
    cells : list of str
        What was run.
    """
    name, last = paper.exercise.id, replies[-1]
    if last.status == "timeout":
        idle = last.processor < USED_UP * clock
        # no busy machine makes a process sleep
        return Told("timeout", f"✗ {name}: {out_of_time(idle)}", waited=idle and not last.asleep)
    if last.status != "ok":
        return Told("error", f"✗ {name}: {last.detail}")
    said = hashlib.sha256(b"\0".join(reply.payload for reply in replies)).digest()
    if said in paper.judged:  # most right answers say the same to the last bit
        return paper.judged[said]
    questions = [question for question in paper.questions if question]
    tried = False
    while not tried:
        tried = all(question.ready for question in questions)
        try:
            with at_most(JUDGING):
                content = _together(paper, replies)
                found = _judge(paper, content, cells)._replace(stopped=content["stopped"])
                found = _with_replaced(found, content["replaced"], cells)
            if not (content["problems"] or content["stopped"] or content["replaced"]):
                paper.remember(said, found)  # what nothing but this reply has decided
            return found
        except (codec.Unreadable, RecursionError):
            return Told("error", f"✗ {name}: what came back cannot be read.")
        except TooLong:  # trying out solution and mistakes is our work, and done once
            for question in questions:
                question.prepare()
    return Told("error", f"✗ {name}: what came back is too long to be judged.")


def left_alone(paper):
    """What a starter amounts to that is as it was released."""
    return _told(unwritten(paper.questions[0]), [])


def left_out(told, cells):
    """Name the cells that took too long, of which only a part was run."""
    if not cells:
        return told
    names = ", ".join(map(named, cells[:3]))
    text = f"  Left out, but for its definitions, since it took too long: the cell {names}."
    return told._replace(message=f"{told.message}\n{text}")


def tried_shortly(paper, told):
    """Leave an answer that ran out of time in a short try to a person: a slow one may be right."""
    if told.status != "timeout" or told.waited:
        return told
    text = (
        f"… {paper.exercise.id}: stopped in a short try. Other answers of this notebook never "
        f"ended, so this one had an eighth of the usual time. {told.message.partition('. ')[2]} "
        "Nothing is decided: your instructor will look at it."
    )
    return told._replace(status=UNDECIDED, message=text)


def out_of_time(idle):
    """Say how an answer used up its time; no number that another grading would measure anew."""
    if idle:
        return (
            "stopped when its time was up, most of which it spent without work. "
            "Does it sleep, or wait for an input?"
        )
    return (
        "stopped when its time was up, and it was still at work. Does a loop end? Or is one step "
        "far larger than it has to be?"
    )


def _together(paper, replies):
    """The content of all replies."""
    names, count = paper.exercise.functions, paper.cases // len(replies)
    contents = [read_reply(reply.payload, count, names) for reply in replies]
    if found := next((content for content in contents if "missing" in content), None):
        return found
    outcomes = [outcome for content in contents for outcome in content["outcomes"]]
    return {**contents[0], "outcomes": outcomes}


def _judge(paper, content, cells):
    visible, hidden = paper.questions
    # what counts is what is right in both
    visible, hidden = (q and replace(q, least=1, needs=()) for q in (visible, hidden))
    gone = lost(cells, content["problems"], content["stopped"])
    if "missing" in content:
        why = [gone[name] for name in content["missing"] if name in gone]
        verdict = undefined(visible, content["missing"], [])
        text = f"{content['missing'][0]} is not defined: {why[0]}." if why else ""
        return _told(replace(verdict, sentence=text or verdict.sentence), why)
    outcomes, seen = content["outcomes"], len(paper.visible)
    verdict = judge_outcomes(visible, outcomes[:seen])
    promising = hidden and (verdict.right or verdict.right_parts)
    beyond = judge_outcomes(hidden, outcomes[seen:]) if promising else None
    if verdict.right and (hidden is None or beyond.right):
        advice = verdict.advice or (beyond.advice if hidden else "")
        return Told("right", str(replace(verdict, advice=advice)), share=1.0)
    right = tuple(p for p in verdict.right_parts if beyond and p in beyond.right_parts)
    problems = _problems(outcomes)
    why = [gone[n] for n in map(missing_name, problems) if n in gone][:1]
    verdict = replace(verdict, sentence=f"It is not there: {why[0]}.") if why else verdict
    message = str(replace(verdict, right_parts=(), uncounted=""))
    if verdict.right:
        message = concealed(paper.exercise, beyond)
    told = _told(beyond if verdict.right else verdict, problems + why, message)
    if not counting(paper.exercise, right):
        short = uncounted(paper.exercise, right)
        return told._replace(message=told.message + (f"\n  {short}." if short else ""))
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


def bounded(message):
    """Cut a message that would fill the disk."""
    if len(json.dumps(message)) <= MAX_MESSAGE:
        return message
    return message[: MAX_MESSAGE // 12] + " …"  # JSON takes 12 bytes for one letter, at most


def _with_replaced(found, names, cells):
    """Add to what is not right which functions the cells replace, as far as they name them."""
    words = set(re.findall(r"\w+", "\n".join(cells)))  # a reply may be forged
    named = [n for n in names if PLACE.fullmatch(n) and n.rpartition(".")[2] in words]
    if found.status in ("right", "missing") or not named:
        return found
    return found._replace(message=f"{found.message}\n  {told_replaced(named)}")


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


def concealed(exercise, verdict):
    """Word a verdict on hidden cases without showing one."""
    what = _quantity(exercise, verdict)
    why = verdict.sentence or {
        "value": f"Another value comes out than the one expected{what}.",
        "shape": f"The result has another shape than expected{what}.",
        "type": f"The result is of another kind than expected{what}.",
    }.get(verdict.status, "")
    if verdict.status == "exception":  # its message is the student's, and may hold an input
        error = known_name([verdict.gave.split(":")[0]])
        why = f"Python stopped with a {error}."
        if error == "MemoryError":
            why = "It asked for more memory than an answer may have."
    return (
        f"✗ {exercise.id}: right on the cases in the notebook, wrong on "
        f"{verdict.cases - verdict.right_cases} of {verdict.cases} others. {why}".rstrip()
    )


def _quantity(exercise, verdict):
    """Which of several things is wrong, in words of ours; its numbers may come from the case."""
    name, colon, _ = verdict.gave.partition(": ")
    if exercise.probe and verdict.status in ("type", "shape"):
        return ""  # it may hold the name of a class of the answer's
    if not colon or not (exercise.probe or name in exercise.results or name in exercise.named):
        return ""
    return f" ({' '.join(word for word in name.split() if word.isalpha())})"
