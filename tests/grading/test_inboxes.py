"""Honest notebooks that lost points: a slow experiment, merged answers, another encoding."""

import copy
import json
import sys
from unittest import mock

import nbformat
import pytest
from answers import solution
from IPython.core.inputtransformer2 import TransformerManager
from small_course import NAME, build_small_course

from dlcourse.checks import budget
from dlcourse.checks.outcome import run_cells
from dlcourse.grading import plain, submission
from dlcourse.grading.answer import Paper
from dlcourse.grading.grade import Desk, read_master
from dlcourse.grading.plain import plain_cells
from dlcourse.grading.releases import receive
from dlcourse.grading.store import Store
from dlcourse.grading.submission import MERGED, program, read_cells, rebuild

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="grading a class is for Linux")

EXERCISES = ["relu", "minibatches", "conv_output_size"]


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    root = build_small_course(tmp_path_factory.mktemp("inboxes") / "root", EXERCISES)
    with Desk(root, NAME, seed=0) as desk:
        yield desk


def answered(desk):
    notebook = read_master(desk.root, NAME)
    for cell in notebook.cells:
        cell.source = solution(cell.id) if cell.id in EXERCISES else cell.source
    return notebook


def grade(desk, notebook, folder, encoding="utf-8"):
    """Lines by exercise of a notebook as a file."""
    file = folder / f"{NAME}.ipynb"
    file.write_text(json.dumps(notebook), encoding=encoding)
    return {line["exercise"]: line for line in desk.grade_file(file, {}).lines}


def points(lines):
    return {name: line["points"] for name, line in lines.items()}


FULL = dict.fromkeys(EXERCISES, 1.0)


def insert(notebook, before, source):
    at = next(i for i, cell in enumerate(notebook.cells) if cell.id == before)
    notebook.cells.insert(at, nbformat.v4.new_code_cell(source))


SLOW = {
    "work": "# how long until it ends?\nwhile True:\n    pass\n",
    "work in a bare except": (
        "# on\nwhile True:\n    try:\n        1\n    except:\n        pass\n"
    ),
    "a definition below it": "while True:\n    pass\n\ndef positive(z):\n    return z > 0\n",
}
HELPED = solution("relu").replace("(z > 0)", "positive(z)")


@pytest.mark.parametrize("kind", SLOW)
def test_a_slow_experiment_costs_no_point_and_is_named(desk, tmp_path, kind):
    notebook = answered(desk)
    insert(notebook, "relu", SLOW[kind])
    if "definition" in kind:
        relu = next(cell for cell in notebook.cells if cell.id == "relu")
        relu.source = HELPED
    lines = grade(desk, notebook, tmp_path)
    assert points(lines) == FULL
    first = SLOW[kind].splitlines()[0]
    for line in lines.values():
        assert f"since it took too long: the cell `{first}`." in line["message"]


def test_a_slow_experiment_is_waited_for_once_a_submission(desk, tmp_path, monkeypatch):
    notebook, known, true = answered(desk), [], Paper.jobs
    insert(notebook, "relu", SLOW["work"])

    def jobs(self, cells, brief=()):
        known.append([cells[number] for number, _ in brief])
        return true(self, cells, brief)

    for name in EXERCISES:
        desk.grader.clock(desk.grader.paper(name))
    monkeypatch.setattr(Paper, "jobs", jobs)
    grade(desk, notebook, tmp_path)
    assert known == [[], [SLOW["work"]], [SLOW["work"]]]


FORGED = """
import os, json, struct
reply = json.dumps({"outcomes": [{"value": 3}] * 99, "stopped": [[%d, 0]]}).encode()
os.write(3, struct.pack("!3scQ", b"DL:", b"o", len(reply)) + reply)
os._exit(0)
"""


def test_what_one_student_calls_slow_changes_no_mark_of_another(desk, tmp_path):
    honest = answered(desk)
    untouched = {cell.id: cell.source for cell in desk.master.cells}
    for cell in honest.cells:
        if cell.id == "relu":  # cells below run for it, and none of them is a definition
            cell.source = untouched["relu"]
        if cell.id == "conv_output_size":
            cell.source += "\nconv_output_size = np.vectorize(conv_output_size)\n"
    thief = copy.deepcopy(honest)
    asked = dict(zip(EXERCISES, [cells for _, cells, _ in desk._answers(honest)], strict=True))
    own = next(n for n, c in enumerate(asked["relu"]) if "vectorize" in c)
    thief.cells.append(nbformat.v4.new_code_cell(FORGED % own))
    store = Store(tmp_path / "grading.db")

    def outcome(notebook):
        file = tmp_path / f"{NAME}.ipynb"
        file.write_text(json.dumps(notebook), encoding="utf-8")
        outcome = desk.grade_file(file, store.results(keys))
        store.remember(outcome.keyed)
        keys.extend(outcome.keyed)
        return [(line["exercise"], line["points"], line["message"]) for line in outcome.lines]

    keys = []
    alone = outcome(honest)
    keys.clear()
    store = Store(tmp_path / "another.db")
    assert outcome(thief) != alone
    assert outcome(honest) == alone


def test_grading_again_knows_which_cells_are_slow_and_asks_nothing_anew(
    desk, tmp_path, monkeypatch
):
    notebook = answered(desk)
    insert(notebook, "relu", SLOW["work"])
    file = tmp_path / f"{NAME}.ipynb"
    file.write_text(json.dumps(notebook), encoding="utf-8")
    first = desk.grade_file(file, {})
    monkeypatch.setattr(desk.grader, "ask", None)
    assert desk.grade_file(file, json.loads(json.dumps(first.keyed))).lines == json.loads(
        json.dumps(first.lines)
    )


def test_what_follows_a_slow_cell_is_run():
    namespace, times = {}, budget.Budget()
    times._spent = budget.COMMON - 0.01
    run_cells(["while True:\n    pass\nx = 1", "y = 2", "def broken(:", "z = 3"], namespace, times)
    assert times.stopped == [(0, 0)]
    assert ("x" in namespace, namespace["y"], namespace["z"]) == (False, 2, 3)


def test_what_stands_above_a_slow_statement_counts_for_every_exercise(desk, tmp_path):
    notebook = answered(desk)
    own = next(cell for cell in notebook.cells if cell.id == "conv_output_size")
    notebook.cells.remove(own)
    relu = next(cell for cell in notebook.cells if cell.id == "relu")
    slow = (
        f"{own.source}\nconv_output_size = np.vectorize(conv_output_size)\nwhile True:\n    pass\n"
    )
    insert(notebook, "relu", slow)
    assert points(grade(desk, notebook, tmp_path)) == FULL
    relu.source = next(cell.source for cell in desk.master.cells if cell.id == "relu")
    assert points(grade(desk, notebook, tmp_path)) == FULL | {"relu": 0.0}


def test_a_thousand_cells_take_no_longer_than_a_hundred():
    assert budget.allowed(100_000) == budget.allowed(100) == budget.COMMON + budget.MORE
    namespace, times = {}, budget.Budget()
    times._spent = budget.COMMON + budget.MORE
    run_cells(["x = 1\ndef f():\n    return 1\n"], namespace, times)
    assert ("x" in namespace, "f" in namespace, times.stopped) == (False, True, [(0, 0)])


def test_answers_merged_into_one_cell_count_where_the_other_cell_is_gone(desk, tmp_path):
    notebook = answered(desk)
    own = next(cell for cell in notebook.cells if cell.id == "conv_output_size")
    relu = next(cell for cell in notebook.cells if cell.id == "relu")
    relu.source += "\n\n" + own.source
    notebook.cells.remove(own)
    assert points(grade(desk, notebook, tmp_path)) == FULL
    rebuilt = rebuild(desk.master, read_cells(notebook))
    assert next(c.source for c in rebuilt.cells if c.id == own.id) == MERGED
    assert rebuild(desk.master, read_cells(rebuilt)) == rebuilt


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_a_notebook_in_another_encoding_is_read(desk, tmp_path, encoding):
    assert points(grade(desk, answered(desk), tmp_path, encoding)) == FULL


HOSTILE = [
    "!ls",
    "%time 1",
    "?np",
    "[" * 300,
    "x = '\0'",
    "\ud800",
    "x = !ls",
    "np?",
    ",f a",
    "a = 1\n%time a",
]


@pytest.mark.parametrize("line", HOSTILE)
def test_a_cell_that_ipython_gives_up_on_is_taken_as_it_is_and_stops_nobody(line):
    (turned,) = plain_cells([f"{line}\n" * 501])
    assert isinstance(turned, str)
    assert plain_cells(["%time 1\n"]) != ["%time 1\n"]  # others are still turned


@pytest.mark.parametrize("many", [1, 30])
@pytest.mark.parametrize("line", HOSTILE)
def test_what_ipython_does_for_a_notebook_is_bounded_before_it_is_done(
    desk, monkeypatch, line, many
):
    notebook, asked = answered(desk), []
    for number in range(many):
        insert(notebook, "relu", f"{line}\n" * (30_000 // len(line) // many) + f"# {number}")
    true = TransformerManager.transform_cell

    def transform_cell(self, cell):
        asked.append(len(cell) * (1 + len(plain.LIKE_MAGIC.findall(cell))))
        return true(self, cell)

    monkeypatch.setattr(TransformerManager, "transform_cell", transform_cell)
    plain.plain_python.cache_clear()
    rebuilt = receive(desk.master, read_cells(notebook))
    programs = [program(rebuilt, name) for name in EXERCISES]
    assert all(len(cells) > many for cells in programs)
    assert sum(asked) <= plain.MAX_WORK


def test_magics_are_read_as_ipython_does_and_beyond_its_time_line_by_line():
    cell = "%time 1\nx = 2\nif x:\n    !ls\n    y = 3\n"
    for turned in plain_cells([cell, cell * 2000])[:2]:
        namespace = {"get_ipython": lambda: mock.MagicMock()}
        exec(turned, namespace)
        assert (namespace["x"], namespace["y"]) == (2, 3)


@pytest.mark.parametrize(
    ("cell_type", "most"), [("code", submission.MAX_CODE), ("markdown", submission.MAX_TEXT)]
)
def test_a_notebook_of_more_letters_than_anybody_writes_is_not_read(cell_type, most):
    cell = {"cell_type": cell_type, "source": "a\n" * (most // 2)}
    assert read_cells({"cells": [cell]})
    with pytest.raises(submission.Unreadable, match="at most"):
        read_cells({"cells": [cell, {**cell, "source": "a"}]})


def test_an_answer_above_its_own_starter_in_a_merged_cell_counts(desk, tmp_path):
    notebook = answered(desk)
    stubs = {cell.id: cell.source for cell in desk.master.cells}
    for cell in notebook.cells:
        if cell.id in EXERCISES:
            cell.source += f"\n\n{stubs[cell.id]}\n"
    assert points(grade(desk, notebook, tmp_path)) == FULL
    only = "def f(x):\n    raise NotImplementedError\n"
    assert plain_cells([only, f"x = 1\n{only}"]) == [only, f"x = 1\n{only}"]


@pytest.mark.parametrize("stack", ["%%time\n%%capture out\n", "%%capture\n\n%%time\n%%prun -q\n"])
def test_an_answer_below_several_cell_magics_counts(desk, tmp_path, stack):
    notebook = answered(desk)
    relu = next(cell for cell in notebook.cells if cell.id == "relu")
    relu.source = stack + relu.source
    assert points(grade(desk, notebook, tmp_path)) == FULL
    assert plain_cells([relu.source])[0].count("\n") == relu.source.rstrip("\n").count("\n") + 1
