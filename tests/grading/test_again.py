"""What grading again gives of an answer that is not the same each time."""

import json
import sys
from collections import Counter

import pytest
from exercises import FOLDER
from small_course import NAME, build_small_course
from test_limits import hand_in

from dlcourse.grading.answer import Grader
from dlcourse.grading.classroom import Classroom
from dlcourse.grading.store import Store

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="grading a class is for Linux")

TELLS = """
import os
import sys

def relu(z):
    words = {"a", "bc", "def", "ghij", "klmno"}
    told = [hash("word"), os.getpid(), os.getppid(), sys.argv, dict(os.environ), os.getcwd()]
    return [*map(str, told), *words, *map(str, {1.5, "x", None})]
"""
LUCKY = """
import os

LUCK = os.urandom(1)[0] % 2

def relu(z):
    return np.maximum(z, 0) if LUCK else z

def relu_backward(dout, z):
    return dout * (z > 0)
"""


def test_the_order_of_words_in_a_set_and_the_process_are_the_same_in_every_grading():
    told = set()
    for _ in range(2):
        with Grader(FOLDER, 0) as grader:
            [reply] = grader.ask(grader.paper("relu"), ["import numpy as np", TELLS], 2.0)
        values = [outcome.get("value") for outcome in json.loads(reply.payload)["outcomes"]]
        told.add(json.dumps(values[0]))
    assert len(told) == 1
    assert "ghij" in told.pop()


def test_chance_is_asked_once_and_its_answer_stays(tmp_path):
    root = build_small_course(tmp_path / "root", ["relu"])
    students = [f"student {number}" for number in range(12)]
    for number, student in enumerate(students):
        hand_in(root, student, f"{LUCKY}# {number}\n")

    def graded():
        room = Classroom(root, NAME, root / "submitted", 1)
        return room.grade(root / "r.jsonl", None, progress=None)

    first = graded()
    assert Counter(line["points"] for line in first).keys() == {0.5, 1.0}  # but once in 2048
    assert graded() == first
    assert Store(root / ".dlcourse" / "grading.db").seed(NAME) == int(first[0]["versions"]["seed"])
