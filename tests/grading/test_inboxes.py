"""Honest notebooks that lost points: a slow experiment, merged answers, another encoding."""

import copy
import json
import sys
import time
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
from dlcourse.grading.program import program
from dlcourse.grading.store import Store
from dlcourse.grading.submission import MERGED, read_cells, rebuild

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

    def jobs(self, cells, brief=(), seconds=None):
        known.append([cells[number] for number, _ in brief])
        return true(self, cells, brief, seconds)

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
    asked = dict(zip(EXERCISES, [a.program.cells for a in desk._answers(honest)], strict=True))
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
    "x = %" + "'" * 3,
    "np?",
    ",f a",
    "a = 1\n%time a",
    "\\",
    "'" * 3,
]


@pytest.mark.parametrize("line", HOSTILE)
def test_the_time_for_magics_grows_with_the_letters_of_a_cell(line):
    times = []
    for letters in (20_000, 200_000):
        cell = f"{line}\n" * (letters // len(line))
        begun = time.process_time()
        plain.plain_python.__wrapped__(cell)
        times.append(time.process_time() - begun)
    assert times[1] < 2


@pytest.mark.parametrize("line", HOSTILE)
def test_a_cell_that_cannot_be_read_is_skipped_and_costs_nothing_else(desk, tmp_path, line):
    notebook = answered(desk)
    insert(notebook, "relu", f"{line}\n" * 501)
    lines = grade(desk, notebook, tmp_path)
    assert points(lines) == FULL, [one["message"] for one in lines.values()]


@pytest.mark.parametrize(
    "cell",
    ["# mine\ndef positive(z):\n    return z > 0)\n", "\ufeffdef positive(z):\n    return z > 0\n"],
    ids=["a bracket", "a mark of byte order"],
)
def test_a_cell_that_cannot_be_read_is_named_where_it_would_have_defined_something(
    desk, tmp_path, cell
):
    notebook = answered(desk)
    relu = next(cell for cell in notebook.cells if cell.id == "relu")
    relu.source = HELPED
    insert(notebook, "relu", cell)
    line = grade(desk, notebook, tmp_path)["relu"]
    assert line["status"] == "partly"
    first = cell.splitlines()[0]
    assert f"It is not there: the cell `{first}` stopped with SyntaxError" in line["message"]


WITH_MAGICS = {
    "a line": "%time 1\nx = 2\nif x:\n    !ls -l \\\n  -a\n    y = 3\n",
    "assigned": "z = !ls\nx, y = 2, 3\n",
    "help": "?x\nx = 2\nx.real?\ny = 3\n",
    "in a string": 'x = len("""\n%a\n""") - 2\n%time x\ny = 3  # why?\n',
    "in brackets": "x = (7\n%5\n)\n%time x\ny = 3\n",
    "an apostrophe": "!echo it's\nx = 2\ny = 3\n",
    "a copied session": ">>> x = 2\n>>> if x:\n...     y = 3\n",
    "another": "In [1]: x = 2\nIn [2]: if x:\n   ...:     y = 3\n",
    "indented": "    x = 2\n    y = 3\n",
    "compared": "x = 2\ny = 3 if x !=\\\n 1 else 0\n%time\n",
}


@pytest.mark.parametrize("cell", WITH_MAGICS.values(), ids=WITH_MAGICS)
def test_magics_become_calls_as_ipython_reads_them(cell):
    (turned,) = plain_cells([cell])
    for source in (turned, TransformerManager().transform_cell(cell)):
        namespace = {"get_ipython": lambda: mock.MagicMock()}
        exec(source, namespace)
        assert (namespace["x"], namespace["y"]) == (2, 3)
    assert turned.count("\n") == cell.count("\n")


def test_sixty_megabytes_of_outputs_are_no_hindrance(desk, tmp_path):
    notebook = answered(desk)
    demo = next(cell for cell in notebook.cells if cell.cell_type == "code")
    demo.outputs = [nbformat.v4.new_output("stream", text="x" * 60_000_000)]
    assert points(grade(desk, notebook, tmp_path)) == FULL


def test_a_notebook_of_more_cells_than_anybody_writes_is_not_read():
    cell = {"cell_type": "code", "source": ""}
    assert read_cells({"cells": [cell] * submission.MAX_CELLS})
    with pytest.raises(submission.Unreadable, match="at most 5,000"):
        read_cells({"cells": [cell] * (submission.MAX_CELLS + 1)})


def test_an_answer_whose_cell_was_made_text_counts(desk, tmp_path):
    notebook = answered(desk)
    for kind, name in zip(("markdown", "raw"), EXERCISES, strict=False):
        cell = next(cell for cell in notebook.cells if cell.id == name)
        cell.cell_type = kind
    assert points(grade(desk, notebook, tmp_path)) == FULL


def test_an_answer_below_a_wrong_one_counts_and_its_place_is_told(desk, tmp_path):
    notebook = answered(desk)
    relu = next(cell for cell in notebook.cells if cell.id == "relu")
    right, relu.source = relu.source, relu.source.replace("> 0", "< 0")
    insert(notebook, "conv_output_size", f"# better\n{right}")
    lines = grade(desk, notebook, tmp_path)
    assert points(lines) == FULL
    assert "The answer stands below its check, in the cell `# better`." in lines["relu"]["message"]


def test_an_experiment_below_takes_no_point_from_an_answer_above(desk, tmp_path):
    notebook = answered(desk)
    insert(notebook, "conv_output_size", "def relu(z):\n    return 0\n")
    lines = grade(desk, notebook, tmp_path)
    assert points(lines) == FULL
    assert "below" not in lines["relu"]["message"]


def test_a_given_function_is_no_answer(desk):
    master = copy.deepcopy(desk.master)
    given = next(cell for cell in master.cells if "given" in cell.metadata.get("tags", []))
    given.source += f"\n{solution('relu')}"
    assert "NotImplementedError" in "".join(program(master, "relu"))


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


@pytest.mark.parametrize("stack", ["%%time\n%%capture out\n", "%%capture\n\n%%time\n%%prun -q\n"])
def test_an_answer_below_several_cell_magics_counts(desk, tmp_path, stack):
    notebook = answered(desk)
    relu = next(cell for cell in notebook.cells if cell.id == "relu")
    relu.source = stack + relu.source
    assert points(grade(desk, notebook, tmp_path)) == FULL
    assert plain_cells([relu.source])[0].count("\n") == relu.source.rstrip("\n").count("\n") + 1
