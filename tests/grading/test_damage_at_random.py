"""Notebooks damaged anywhere by anything: each is read, or refused with a reason; none stops us."""

import copy
import json
import random
import sys

import pytest
from small_course import NAME, build_small_course

from dlcourse.grading.answer import Grader, Result
from dlcourse.grading.grade import Desk, read_master

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="grading a class is for Linux")

EXERCISES = ["relu", "conv_output_size"]
ODD = [
    *(None, True, -1, 1.5, 10**30, "", "x", "\ud800", "\x00", [], [[]], [None], {}, {"a": None}),
    *("answer", ["answer"], ["given", "answer", "test"], "code", "markdown", "raw"),
    *("relu", "test_relu", "check_relu", "def relu(z):\n return", "!ls", "%%bash\nls", "\x0c"),
    *("# coding: latin-1\nx='é'", "\ufeffx = 1", "(" * 5000, "-" * 20000 + "1", "'''", "\\"),
    *("\r\nx = 1\r", "if 1:\n\tx = 1\n        y = 2"),
]
KEYS = ["tags", "nbgrader", "id", "source", "cell_type", "dlcourse", "metadata", "cells"]


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    root = build_small_course(tmp_path_factory.mktemp("random") / "root", EXERCISES)
    with Desk(root, NAME) as desk:
        yield desk


def places(content, way=()):
    """Every path into nested lists and dicts."""
    if way:
        yield way
    lists = range(len(content)) if isinstance(content, list) else []
    for key in content if isinstance(content, dict) else lists:
        yield from places(content[key], (*way, key))


def damaged(notebook, ways, rng):
    """A copy with one to three places replaced, removed, doubled or added to."""
    notebook = copy.deepcopy(notebook)
    for way in rng.sample(ways, rng.randint(1, 3)):
        try:
            home = notebook
            for key in way[:-1]:
                home = home[key]
            change = rng.choice(["replace", "replace", "remove", "double", "add"])
            if change == "replace":
                home[way[-1]] = rng.choice(ODD)
            elif change == "remove":
                del home[way[-1]]
            elif change == "double":
                home.insert(rng.randint(0, len(home)), home[way[-1]])
            else:
                home[way[-1]][rng.choice(KEYS)] = rng.choice(ODD)
        except (LookupError, TypeError, AttributeError):
            continue  # an earlier change has taken the place away, or it is of another kind
    return notebook


def not_run(grader, name, cells, made_for=None, slow=(), *_):
    """Stand for the sandbox: what is fed to it is made, and nothing is run."""
    grader.key(name, cells, made_for, slow)
    return Result(name, 0.0, 1.0, "missing", "", None, 0.0, "none", {})


@pytest.mark.parametrize("count", [400, pytest.param(20_000, marks=pytest.mark.long)])
def test_a_notebook_damaged_at_random_is_read_or_refused_with_a_reason(
    desk, tmp_path, monkeypatch, count
):
    monkeypatch.setattr(Grader, "grade", not_run)
    master = json.loads(json.dumps(read_master(desk.root, NAME)))
    ways, rng, refused = list(places(master)), random.Random(count), 0
    for _ in range(count):
        text = json.dumps(damaged(master, ways, rng))
        (tmp_path / "x.ipynb").write_text(text)
        outcome = desk.grade_file(tmp_path / "x.ipynb", {})
        reasons = [x["message"] for x in outcome.lines if x["status"] == "unreadable"]
        told = [x["exercise"] for x in outcome.lines if x["status"] != "unreadable"]
        assert (told == EXERCISES) != bool(reasons), text
        assert all("cannot be read: it has" in reason for reason in reasons)
        json.dumps([outcome.notebook, outcome.texts], ensure_ascii=False).encode()
        refused += bool(reasons)
    assert 0 < refused < count / 20  # most damage spoils no answer
