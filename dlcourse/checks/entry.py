"""The generated numbers of a lecture's checks: how they are written, found and read.

The builder writes one file a lecture; a check cell reads it. It holds numbers and sentences, and
of an exercise with a probe the probe's source, but no solution.
"""

import json
import os
from importlib import resources
from pathlib import Path

from dlcourse.checks import codec, outcome
from dlcourse.checks.probe import Probe
from dlcourse.checks.verdict import Question
from dlcourse.paths import renewal

UNNEEDED = ("after", "reports", "line")


def numbers_folder():
    """Where the numbers lie: in the package, or for a course of your own in the folder that the
    environment variable DLCOURSE_NUMBERS names (``build/numbers`` of its root).
    """
    own = os.environ.get("DLCOURSE_NUMBERS")
    return Path(own) if own else resources.files("dlcourse.checks") / "numbers"


def lecture_names():
    """Name the lectures that have numbers, in order."""
    folder = numbers_folder()
    names = [file.name for file in folder.iterdir()] if folder.is_dir() else []
    return sorted(name.removesuffix(".json") for name in names if name.endswith(".json"))


def load_numbers(lecture):
    """Read a lecture's generated numbers.

    Raises
    ------
    ValueError
        If there are none.
    """
    try:
        return json.loads((numbers_folder() / f"{lecture}.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ValueError(
            f"dlcourse has no checks for a lecture {lecture!r}. Update dlcourse "
            f"({renewal()}), or look at the name."
        ) from None


def write_entry(exercise, earlier=()):
    """Describe an exercise's visible check in JSON types: what `read_question` reads.

    Parameters
    ----------
    exercise : Exercise
    earlier : sequence of str
        What it asked before it asked the same in other words.
    """
    question = exercise.visible_question
    cases = question.cases
    return {
        "version": exercise.version,
        "asked": exercise.asked,
        "points": exercise.points,
        "hint": " ".join(exercise.hint.split()),
        "functions": exercise.signatures,
        "kind": exercise.kind,
        "stable": exercise.stable,
        "variable": exercise.variable,
        "parts": list(exercise.parts),
        "cases": [_encoded(case) for case in cases],
        "expected": [_as_text(expected) for expected in question.expected],
        **({} if exercise.variable else {"single": list(map(question.single, range(len(cases))))}),
        "mistakes": {
            name: [sentence, _as_text(signature)]
            for name, (sentence, signature) in question.mistakes.items()
        },
        "probe": exercise.probe and exercise.probe.source,
        **({"results": list(exercise.named)} if exercise.named else {}),
        **({"least": exercise.least} if exercise.least > 1 else {}),
        **({"needs": list(exercise.needs)} if exercise.needs else {}),
        **({"earlier": list(earlier)} if earlier else {}),
        **({"begins": exercise.starter_source} if exercise.starter_source else {}),
    }


def _encoded(case):
    """A case as the answer's process receives it, and the promise that it is about."""
    promise = {"promise": case["promise"]} if "promise" in case else {}
    return {**outcome.encode_case(case, text=True), **promise}


def _decoded(code):
    promise = {"promise": code["promise"]} if "promise" in code else {}
    return {**outcome.decode_case(code), **promise}


def _as_text(code):
    """Rewrite encoded arrays inside `code` from base64 to numbers, for people and diffs."""
    if isinstance(code, dict) and "dtype" in code:
        return codec.encode(codec.decode(code), text=True)
    if isinstance(code, dict):
        return {key: _as_text(value) for key, value in code.items() if key not in UNNEEDED}
    if isinstance(code, list):
        return [_as_text(item) for item in code]
    return code


def read_question(exercise, entry):
    """Build the `Question` that judges the visible check from its generated numbers."""
    probe = read_probe(entry)
    cases = [_decoded(case) for case in entry["cases"]]
    one = len(entry["functions"]) == 1
    return Question(
        exercise,
        entry["functions"],
        cases,
        entry["expected"],
        {name: tuple(pair) for name, pair in entry["mistakes"].items()},
        probe and probe.judge,
        entry["stable"],
        entry["variable"],
        tuple(entry.get("parts", ())),
        [(probe.given(case) if probe else case)["args"] for case in cases],
        probe and probe.call,
        probe.taken if probe else (),
        tuple(entry.get("results") or (entry.get("parts", ()) if one else ())),
        entry["single"].__getitem__ if "single" in entry else None,
        entry.get("least", 1),
        tuple(entry.get("needs", ())),
    )


def read_probe(entry):
    """The probe of an exercise from its generated numbers; None if it has none."""
    return None if entry["probe"] is None else Probe(entry["probe"])
