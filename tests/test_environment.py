"""The environment: each dependency pinned once, for Binder too; commands say what they do."""

import ast
import importlib.metadata
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

from dlcourse.learner.doctor import normalized, read_pins

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
PINS = read_pins(ROOT / "constraints.txt")
BINDER = yaml.safe_load((ROOT / "binder" / "environment.yml").read_text("utf-8"))
CONDA_NAMES = {"pytorch-cpu": "torch"}


def requirements():
    extras = PROJECT["optional-dependencies"].values()
    lines = [*PROJECT["dependencies"], *(line for extra in extras for line in extra)]
    return [r for line in lines if (r := Requirement(line)).name != PROJECT["name"]]


def binder_pins():
    """Name and version of what comes from conda, under pip's names."""
    for line in BINDER["dependencies"]:
        name, _, version = line.partition("=")
        if version:
            yield CONDA_NAMES.get(name, name), version


@pytest.mark.parametrize("requirement", requirements(), ids=lambda r: r.name)
def test_every_dependency_is_pinned_to_a_version_that_it_allows(requirement):
    assert PINS[normalized(requirement.name)] in requirement.specifier


def test_everything_that_a_dependency_brings_along_is_pinned():
    waiting, seen = [r.name for r in requirements()], set()
    while waiting:
        name = normalized(waiting.pop())
        if name in seen or not _installed(name):
            continue
        seen.add(name)
        lines = importlib.metadata.requires(name) or []
        wanted = map(Requirement, lines)
        waiting += [r.name for r in wanted if not r.marker or r.marker.evaluate({"extra": ""})]
    assert sorted(seen - set(PINS) - {"setuptools", "pip"}) == []


def _installed(name):
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def test_pins_are_plain():
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    odd = [x for x in lines if not x.startswith("#") and not re.fullmatch(r"[\w.-]+==[\w.]+", x)]
    assert odd == []  # no local versions such as 2.13.0+cpu, no paths, no addresses


def test_what_reads_notebooks_builds_no_grammar_first():
    code = "import sys, nbformat; sys.exit('lark' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(("name", "version"), list(binder_pins()), ids=lambda pin: pin)
def test_binder_has_the_versions_of_the_constraints(name, version):
    if name == "python":
        assert version in Requirement(f"python{PROJECT['requires-python']}").specifier
    else:
        assert version == PINS[normalized(name)]


def test_binder_takes_pytorch_from_conda_and_all_else_by_the_constraints():
    assert {"numpy", "torch"} <= {name for name, _ in binder_pins()}
    assert ' -c constraints.txt -e ".[lab,torch]"' in (ROOT / "binder" / "postBuild").read_text(
        "utf-8"
    )


def test_repo2docker_accepts_the_binder_folder(tmp_path):
    clone = tmp_path / "clone"
    clone.mkdir()
    shutil.copytree(ROOT / "binder", clone / "binder")
    program = Path(sys.executable).with_name("jupyter-repo2docker")
    run = subprocess.run(
        [program, "--no-build", "--debug", "."], cwd=clone, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr
    dockerfile = run.stdout + run.stderr
    for mark in ["binder/environment.yml", "binder/postBuild", "binder/start"]:
        assert mark in dockerfile


@pytest.mark.parametrize("script", ["postBuild", "start"])
def test_binder_scripts_are_programs_that_bash_can_read(script):
    file = ROOT / "binder" / script
    assert file.stat().st_mode & 0o111
    assert subprocess.run(["bash", "-n", file]).returncode == 0


SOURCES = [f for room in ("dlcourse", "solutions", "tests", "benchmarks") for f in
           sorted((ROOT / room).rglob("*.py"))]  # fmt: skip
NEWER = [p for n in (12, 13, 14) if (p := shutil.which(f"python3.{n}"))]
NEWER = [p for p in NEWER if not subprocess.run([p, "-c", ""], capture_output=True).returncode]
NO_NEWER = pytest.mark.skip("there is no newer Python on this machine")
REMOVED = set(  # from Python's library, in 3.12 and 3.13
    "asynchat asyncore distutils imp smtpd aifc audioop cgi cgitb chunk crypt imghdr lib2to3 "
    "mailcap msilib nis nntplib ossaudiodev pipes sndhdr spwd sunau telnetlib uu xdrlib".split()
)


def imported(tree):
    """The modules, by their first names, that a syntax tree imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


def test_sources_are_for_the_oldest_python_and_import_nothing_that_newer_ones_removed():
    floor = tuple(map(int, re.search(r"3\.\d+", PROJECT["requires-python"])[0].split(".")))
    assert REMOVED & set(imported(ast.parse("import imp, os")))
    for file in SOURCES:
        tree = ast.parse(file.read_text("utf-8"), file, feature_version=floor)
        assert not REMOVED & set(imported(tree)), file


COMPILE = """
import pathlib, sys, warnings
warnings.simplefilter("error")  # SyntaxWarning: what will be an error one day
for name in sys.argv[1:]:
    compile(pathlib.Path(name).read_text("utf-8"), name, "exec", dont_inherit=True)
"""


@pytest.mark.parametrize("python", [sys.executable, *NEWER])
def test_each_python_at_hand_reads_all_sources_without_a_warning(python):
    run = subprocess.run([python, "-c", COMPILE, *SOURCES], capture_output=True, text=True)
    assert run.stderr == ""


@pytest.mark.parametrize("python", NEWER or [pytest.param("", marks=NO_NEWER)])
def test_a_newer_python_without_the_packages_says_so_in_the_first_cell(python):
    asking = "from dlcourse.checks.begin import begin; begin('04_backpropagation', '')"
    run = subprocess.run(
        [python, "-S", "-c", asking], cwd=ROOT, capture_output=True, text=True, check=False
    )
    text = f"This page runs in {python}, where dlcourse is missing, numpy is missing. Close it"
    assert text in run.stdout
    assert "Nothing on this page works until then." in run.stderr


def test_make_help_has_one_line_for_each_command():
    run = subprocess.run(
        ["make", "--no-print-directory", "help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    commands = re.findall(r"^make ([\w-]+) +\S.*$", run.stdout, re.M)
    assert len(commands) == len(run.stdout.splitlines())
    assert {"lab", "test", "test-all", "build", "bench", "clean", "env"} <= set(commands)


def test_an_environment_without_a_new_enough_python_says_what_to_do(tmp_path):
    run = subprocess.run(
        [ROOT / ".ci" / "environment", tmp_path / "env", "."],
        env={"PATH": "/usr/bin:/bin", "PYTHON": "python-that-is-not-there"},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 1
    assert "needs Python 3.11 or newer" in run.stderr
    assert not (tmp_path / "env").exists()


def test_a_missing_system_package_is_explained_and_stops_nothing(tmp_path):
    for name in ["bash", "id", "uname"]:
        (tmp_path / name).symlink_to(shutil.which(name))
    run = subprocess.run(
        ["bash", ROOT / ".ci" / "system-packages", "bubblewrap", "chromium"],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0
    assert "This machine lacks: bubblewrap chromium." in run.stdout
    assert "tests in a browser are skipped" in run.stdout
