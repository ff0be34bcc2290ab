"""Learners' commands and checks without what Windows lacks: a stand-in, since it is none."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import dlcourse

PACKAGE = Path(dlcourse.__file__).parent
TESTS = Path(__file__).parents[1]
ROOMS = "reference twins checks learner data".split()
LEARNERS_TESTS = ["*.py", *(f"{room}/*.py" for room in ROOMS)]  # as tests.yml has them
UNIX = {"fcntl", "grp", "posix", "pty", "pwd", "resource", "syslog", "termios"}

# libraries look at the system while they load: they come first, and as they are here
WITHOUT = """
import os, select, signal, sys
import asyncio, multiprocessing, subprocess, tempfile, webbrowser
import click, filelock, ipykernel.kernelspec, IPython, jsonschema, jupyter_client.kernelspec
import matplotlib.pyplot, nbformat, numpy as np, platformdirs, psutil, scipy.stats, sklearn
import threadpoolctl, torch

nbformat.validate(nbformat.v4.new_notebook())
for name in ["fcntl", "grp", "pty", "pwd", "resource", "termios"]:
    sys.modules[name] = None
GONE = {
    os: "fork geteuid getuid getgid setuid killpg setsid sched_getaffinity uname O_PATH O_CLOEXEC",
    signal: "setitimer alarm SIGALRM SIGPROF SIGKILL SIGXCPU SIGCHLD ITIMER_REAL ITIMER_PROF",
    select: "poll",
}
for module, names in GONE.items():
    for name in names.split():
        if hasattr(module, name):  # macOS lacks some, too
            delattr(module, name)
sys.platform = "win32"
"""
COMMANDS = """
from click.testing import CliRunner
from dlcourse.cli import main

def run(*line):
    result = CliRunner().invoke(main, line)
    assert result.exit_code == 0, (line, result.output, result.exception)
    return result.output

assert "06_activations: new" in run("lab", "--to", "mein Kürs", "--prepare")
os.chdir("mein Kürs")
assert "this is Windows" in run("doctor")
assert "as released again" in run("reset", "6")
assert "relu" in run("progress", "6")
open("some.jsonl", "w").close()
result = CliRunner().invoke(main, ["report", "some.jsonl"])
assert "dlcourse report reads hand-ins in processes" in result.output, result.output
"""
FILES_AND_OTHERS = """
import importlib, pkgutil
import dlcourse

for module in pkgutil.walk_packages(dlcourse.__path__, "dlcourse."):
    if not module.name.startswith("dlcourse.root") and not module.name.endswith("__main__"):
        importlib.import_module(module.name)

from click.testing import CliRunner
from dlcourse.cli import main

made = CliRunner().invoke(main, ["new-course", sys.argv[1]])
assert made.exit_code == 0, made.output
os.chdir(sys.argv[1])
open("some.jsonl", "w").close()
for line in [
    "grade --lecture 00_start",
    "grade --lecture 00_start --unsafe",
    "collect some.jsonl --lecture 00_start",
    "report some.jsonl",
    "by-hand --lecture 00_start --write words.csv",
    "marks --lecture 00_start --canvas some.jsonl",
    "drop eve",
    "bench grader accuracy --repetitions 0",
]:
    result = CliRunner().invoke(main, line.split())
    assert (result.exit_code, type(result.exception)) == (1, SystemExit), (line, result.exception)
    print(" ".join(result.output.split()))
"""
CHECK = """
from dlcourse.checks import student
from dlcourse.checks.begin import begin
from dlcourse.checks.entry import load_numbers
from dlcourse.checks.failed import CheckFailed

check = begin("06_activations", load_numbers("06_activations")["release"])

def relu(z):
    return np.maximum(z, 0)

def relu_backward(dout, z):
    return dout * (z > 0)

check("relu", relu, relu_backward)

def relu(z):
    while True:
        pass

student.SECONDS = 0.3
try:
    check("relu", relu, relu_backward)
except CheckFailed as failed:
    assert "Still running after" in str(failed), failed
else:
    raise AssertionError("an answer without an end passed")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="a stand-in for Windows, and this is Windows")
def test_learners_need_nothing_that_windows_lacks(tmp_path, monkeypatch):
    monkeypatch.setenv("DLCOURSE_PROGRESS", "off")
    run = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", WITHOUT + COMMANDS + CHECK],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
    )
    assert run.returncode == 0, run.stderr
    assert "✓ relu: right." in run.stdout


def test_no_file_needs_a_module_that_windows_lacks():
    """One that is there on Unix alone is imported in a function, or inside ``try``."""
    files = [p for p in PACKAGE.rglob("*.py") if "root" not in p.relative_to(PACKAGE).parts]
    files += [p for room in LEARNERS_TESTS for p in TESTS.glob(room)]
    assert len(files) > 300
    found = [f"{file}: {name}" for file in files for name in _imported(file) if name in UNIX]
    assert found == []


def _imported(file):
    for statement in ast.parse(file.read_text("utf-8")).body:
        if isinstance(statement, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in statement.names)
        elif isinstance(statement, ast.ImportFrom):
            yield (statement.module or "").partition(".")[0]


@pytest.mark.long
@pytest.mark.skipif(sys.platform == "win32", reason="a stand-in for Windows, and this is Windows")
def test_every_file_can_be_imported_and_each_other_command_ends_in_a_sentence(tmp_path):
    loaded = "import distributed, ipywidgets, jupytext, nbclient, nbgrader.apps, sphinx, sympy\n"
    run = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", loaded + WITHOUT + FILES_AND_OTHERS, "Kurs ä"],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
    )
    assert run.returncode == 0, run.stderr
    told = run.stdout.splitlines()
    assert len(told) == 8
    assert [line for line in told if "Error: " not in line] == []
