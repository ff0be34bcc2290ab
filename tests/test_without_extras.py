"""A learner without PyTorch, nbgrader and JupyterLab: lectures 00 to 04 run and check answers."""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import nbformat
import pytest

from dlcourse.authoring.run import run_lecture
from dlcourse.checks import colab
from dlcourse.checks.exercise_cells import one_cell, read_cells
from dlcourse.checks.left_out import TOLD, leave_out, marked
from dlcourse.checks.solutions import solution_source
from dlcourse.extras import how_to_have

ROOT = Path(__file__).resolve().parents[1]
LECTURES = sorted(path.stem for path in (ROOT / "course").glob("0[0-4]_*"))
BLOCK = """
import sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {names!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Blocked())
"""
NOT_THERE = {
    "torch",
    "nbgrader",
    "jupyterlab",
    "jupytext",
    "jinja2",
    "sqlalchemy",
    "notebook",
    "sphinx",
    "distributed",
}


@pytest.fixture
def bare(tmp_path, monkeypatch):
    """Block every Python that is started from here on."""
    (tmp_path / "sitecustomize.py").write_text(BLOCK.format(names=NOT_THERE), "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return tmp_path


def python(code, **kept):
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False, **kept
    )


def run(name, folder):
    notebook = nbformat.read(ROOT / "course" / name / f"{name}.ipynb", as_version=4)
    ran, _, _ = run_lecture(ROOT / "solutions" / "lectures" / f"{name}.py", notebook, folder)
    return [cell for cell in ran.cells if cell.cell_type == "code"]


def printed(cell):
    return "".join(o.get("text", "") for o in cell.outputs if o.output_type == "stream")


@pytest.mark.parametrize("name", [pytest.param(n, marks=pytest.mark.long) for n in LECTURES])
def test_an_early_lecture_runs_and_each_cell_that_needs_pytorch_says_so(name, bare):
    cells = run(name, bare)  # raises where a cell fails that must not
    told = [cell for cell in cells if printed(cell).strip() == TOLD]
    assert told or name == "00_start"  # whose cells need NumPy alone
    assert told == [cell for cell in cells if marked(cell.source.splitlines())]


def test_checks_give_verdicts_without_any_extra(bare):
    code = """
from dlcourse.checks.begin import begin
import numpy as np
begin("06_activations", "x")
check = begin("00_start", "x")
check("accuracy", lambda y, y_pred: np.mean(np.asarray(y) == y_pred))
check("accuracy", lambda y, y_pred: 0.5)
"""
    ended = python(code)
    assert "✓ accuracy" in ended.stdout
    assert "The demonstrations of this lecture need PyTorch" in ended.stdout
    assert "✗ accuracy(" in ended.stderr


def test_numpy_answers_are_graded_without_pytorch(tmp_path, monkeypatch):
    (tmp_path / "sitecustomize.py").write_text(BLOCK.format(names={"torch"}), "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    code = """
import sys
from pathlib import Path
from dlcourse.grading.answer import Grader
from dlcourse.grading.grade import read_master
from dlcourse.checks.exercise import load_exercise
read_master(Path("."), "04_backpropagation")
folder = Path("solutions/exercises")
given = "import numpy as np"
right = "def accuracy(y_true, y_pred):\\n    return np.mean(np.asarray(y_true) == y_pred)"
with Grader(folder, seed=1, unsafe=True) as grader:
    for answer in (right, right.replace("==", "!=")):
        print(grader.grade("accuracy", [given, answer]).status)
assert "torch" not in sys.modules
load_exercise(folder / "residual_module.py")
"""
    ended = python(code)
    assert ended.stdout.split() == ["right", "wrong"]
    last = ended.stderr.splitlines()[-1]
    assert 'The exercise residual_module needs PyTorch: pip install "dlcourse[torch]"' in last


@pytest.mark.parametrize(
    ("command", "text"),
    [
        ("grade --lecture 04_backpropagation", "dlcourse grade needs nbgrader: pip install"),
        ("build 00_start", 'dlcourse build needs nbgrader: pip install "dlcourse[instructor]"'),
        ("marks --lecture 00_start", "dlcourse marks needs nbgrader"),
        ("site 00_start", 'dlcourse site needs Sphinx: pip install "dlcourse[site]"'),
    ],
)
def test_a_command_whose_extra_is_missing_says_so_in_one_line(command, text, bare):
    code = f"import sys; from dlcourse.cli import main; sys.argv[1:] = {command.split()}; main()"
    ended = python(code)
    assert ended.returncode == 1
    assert text in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def test_the_twins_say_what_they_need(bare):
    ended = python("import dlcourse.twins.linear")
    said = ended.stderr.splitlines()[-1]
    assert said.endswith('dlcourse.twins needs PyTorch: pip install "dlcourse[torch]"')


def test_a_cluster_says_what_it_needs(bare):
    code = "from dlcourse.grading import cluster; cluster.scheduler_of('tcp://127.0.0.1:1')"
    (bare / "sitecustomize.py").write_text(BLOCK.format(names={"distributed"}), "utf-8")
    said = python(code).stderr.splitlines()[-1]
    assert f"needs Dask: {how_to_have('cluster')}. Or grade without --scheduler." in said


def test_training_says_what_it_needs_in_one_line(bare):
    command = [sys.executable, "-m", "dlcourse.train", "lenet5", "digits"]
    ended = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert ended.returncode == 1
    assert ended.stderr.strip() == f"dlcourse.train needs PyTorch: {how_to_have('torch')}"


def test_progress_and_help_need_no_extra(bare):
    code = "import sys; from dlcourse.cli import main; sys.argv[1:] = {}; main()"
    for arguments in (["progress"], ["grade", "--help"]):
        ended = python(code.format(arguments), env=os.environ | {"DLCOURSE_PROGRESS": "off"})
        assert ended.returncode == 0, ended.stderr


COLAB = """
import os, subprocess, sys, types
said = []
google, colab = types.ModuleType("google"), types.ModuleType("google.colab")
colab.output = types.SimpleNamespace(enable_custom_widget_manager=lambda: said.append("widgets"))
colab.drive = types.SimpleNamespace(mount=lambda place: said.append(place))
sys.modules.update({{"google": google, "google.colab": colab}})
google.colab = colab
"""


def first_cell_in_colab(folder, pip):
    """Run the first cell of Start here where dlcourse is missing; `pip` is how pip ends."""
    notebook = nbformat.read(ROOT / "course" / "00_start" / "00_start.ipynb", as_version=4)
    [first] = [cell for cell in notebook.cells if cell.id == "begin"]
    assert first.source.startswith("# @title ")
    # IPython 7.34, Colab's, shows pages of its own errors for an exit while another error is known
    assert first.source.count("raise SystemExit(") == first.source.count(") from None") == 2
    assert first.metadata["cellView"] == "form"  # what Colab makes of a title
    assert first.metadata["jupyter"] == {"source_hidden": True}
    code = f"""{COLAB.format()}
def install(command):
    said.append(" ".join(command[1:]))
    sys.path.insert(0, {str(ROOT)!r})
    return types.SimpleNamespace(returncode={pip})
subprocess.run = install
sys.path[:] = [p for p in sys.path if p != {str(ROOT)!r} and "__editable__" not in p]
sys.meta_path[:] = [f for f in sys.meta_path if "editable" not in getattr(f, "__module__", "")]
exec({first.source!r})
import json; print(json.dumps(said))
"""
    drop = ("PYTHONPATH", "DLCOURSE_PROGRESS")
    kept = {k: v for k, v in os.environ.items() if k not in drop}
    return subprocess.run(
        [sys.executable, "-P", "-c", code], capture_output=True, text=True, cwd=folder, env=kept
    )


def test_in_colab_the_first_cell_installs_what_is_missing_and_turns_widgets_on(tmp_path):
    (tmp_path / "dlcourse-9.9-py3-none-any.whl").touch()
    ended = first_cell_in_colab(tmp_path, pip=0)
    assert ended.returncode == 0, ended.stderr
    *told, last = ended.stdout.splitlines()
    assert json.loads(last) == ["-m pip install -q dlcourse-9.9-py3-none-any.whl", "widgets"]
    assert "Installing dlcourse-9.9-py3-none-any.whl" in told[0]
    assert "keep_progress()" in "\n".join(told)
    assert told[1] == colab.other_lectures()


def test_in_colab_the_first_cell_asks_for_the_wheel_where_pip_has_none(tmp_path):
    ended = first_cell_in_colab(tmp_path, pip=1)
    assert ended.stdout.splitlines()[0].endswith("Installing dlcourse ...")
    [said] = ended.stderr.splitlines()
    assert said.startswith("Upload the course's dlcourse-….whl (folder at the left), then run")


@pytest.mark.parametrize(
    ("repository", "told"),
    [
        ("", "by itself (File > Open notebook)."),
        (
            "https://github.com/a/b/",
            "https://colab.research.google.com/github/a/b/blob/main/course/01_neurons/"
            "01_neurons.ipynb",
        ),
        ("https://git.example.org/a/b", "by itself, from https://git.example.org/a/b."),
    ],
)
def test_in_colab_the_start_page_says_how_to_come_to_another_lecture(repository, told, monkeypatch):
    monkeypatch.setenv("DLCOURSE_REPOSITORY", repository)
    monkeypatch.delenv("DLCOURSE_BRANCH", raising=False)
    assert colab.other_lectures().endswith(told)


def test_a_link_to_a_lecture_names_it():
    """Where links lead nowhere, as in Colab, the words are what is left."""
    shown = 0
    for file in (ROOT / "course").glob("*/*.ipynb"):
        cells = nbformat.read(file, as_version=4).cells
        text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
        places = dict(re.findall(r"^\[(\w+)\]: (\S+\.ipynb)$", text, re.MULTILINE))
        links = re.findall(r"\[([^\]]+)\]\(([^)]+\.ipynb)[^)]*\)", text)
        links += [
            (w, places[k]) for w, k in re.findall(r"\[([^\]]+)\]\[(\w+)\]", text) if k in places
        ]
        for words, place in links:
            assert str(int(Path(place).stem[:2])) in re.findall(r"\d+", words), (file, words)
        shown += len(links)
    assert shown > 16


def test_in_colab_progress_moves_to_the_drive(tmp_path, monkeypatch):
    code = f"""{COLAB.format()}
from pathlib import Path
from dlcourse.checks import colab as ours
ours.DRIVE = Path({str(tmp_path)!r})
ours.KEPT = ours.DRIVE / "MyDrive" / "dlcourse" / "progress.json"
ours.keep_progress()
assert ours.KEPT.read_text() == "before"
assert os.environ["DLCOURSE_PROGRESS"] == str(ours.KEPT)
assert said == [str(ours.DRIVE)]
"""
    (tmp_path / "p.json").write_text("before", "utf-8")
    own = os.environ | {"DLCOURSE_PROGRESS": str(tmp_path / "p.json")}
    ended = python(code, env=own)
    assert ended.returncode == 0, ended.stderr


def test_only_marked_cells_are_left_out(monkeypatch):
    monkeypatch.setattr("dlcourse.checks.left_out.installed", lambda extra: False)
    assert leave_out(["x = 1\n"]) == ["x = 1\n"]
    assert leave_out(["# @title a\n", "# needs PyTorch\n", "x = 1\n"]) == [f"print({TOLD!r})\n"]
    monkeypatch.setattr("dlcourse.checks.left_out.installed", lambda extra: True)
    assert leave_out(["# needs PyTorch\n", "x = 1\n"]) == ["# needs PyTorch\n", "x = 1\n"]


def test_a_solution_is_shown_as_the_builder_reads_it():
    files = sorted((ROOT / "solutions" / "exercises").glob("*.py"))
    assert len(files) > 100
    for file in files[::20]:
        text = file.read_text(encoding="utf-8")
        assert solution_source(text) == one_cell(file, read_cells(file), "solution")["source"]


def test_no_dependency_is_pinned_and_each_has_a_lower_bound():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = {k: v for k, v in project["optional-dependencies"].items() if k != "test"}
    lines = [*project["dependencies"], *(line for extra in extras.values() for line in extra)]
    ours = [line for line in lines if not line.startswith("dlcourse[")]
    assert [line for line in ours if ">=" not in line or "==" in line or "<" in line] == []
