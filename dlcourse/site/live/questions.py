"""Concept questions as forms: right or wrong is told as the notebook's check tells it.

The answers travel in a file that is loaded at the first try. It holds no answer in the clear: a
try is compared by its salted fingerprint. With four options that hides nothing from somebody who
reads the source, who would cheat nobody else; it keeps an answer from being read by accident.
"""

import base64
import json
from importlib.resources import files

from nbformat.v4 import new_raw_cell

QUESTION = """<div class="dl-question" data-lecture="{lecture}" data-question="{name}">\
<p class="dl-line">Your answer: <span class="dl-blank"></span> (its number)</p></div>"""
MASK = (1 << 32) - 1


def with_questions(cells, lecture):
    """The cells, with a form in the place of each question's answer, check and test."""
    names = set(_questions(lecture))
    kept = []
    for cell in cells:
        if cell.id in names:
            text = QUESTION.format(lecture=lecture, name=cell.id)
            kept.append(new_raw_cell(text, id=cell.id, metadata={"site": "html"}))
        elif cell.id.partition("_")[2] not in names or cell.cell_type != "code":
            kept.append(cell)
    return kept


def answers(lecture):
    """What the checks of a lecture's questions say, without their answers in the clear.

    Returns
    -------
    dict
        By name of a question: ``right``, the fingerprint of the answer, and ``said``, a sentence
        in base64 by the fingerprint of each option that is a known mistake.
    """
    return {name: _answer(name, one) for name, one in _questions(lecture).items()}


def fingerprint(name, option):
    """A number that tells one option of a question from the others (FNV-1a of 32 bits)."""
    found = 0x811C9DC5
    for byte in f"{name} {option}".encode():
        found = (found ^ byte) * 0x01000193 & MASK
    return str(found)


def _answer(name, exercise):
    [expected] = exercise["expected"]
    said = {}
    for sentence, [[_, option]] in exercise["mistakes"].values():
        said[fingerprint(name, option)] = base64.b64encode(sentence.encode()).decode()
    return {"right": fingerprint(name, expected["value"]), "said": said}


def _questions(lecture):
    """The questions among a lecture's exercises, as its check cells read them."""
    text = files("dlcourse.checks").joinpath("numbers", f"{lecture}.json").read_text("utf-8")
    exercises = json.loads(text)["exercises"]
    return {name: one for name, one in exercises.items() if one["kind"] == "choice"}
