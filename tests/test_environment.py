"""The environment: each dependency pinned once, for Binder too; commands say what they do."""

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


@pytest.mark.parametrize(("name", "version"), list(binder_pins()), ids=lambda pin: pin)
def test_binder_has_the_versions_of_the_constraints(name, version):
    if name == "python":
        assert version in Requirement(f"python{PROJECT['requires-python']}").specifier
    else:
        assert version == PINS[normalized(name)]


def test_binder_takes_pytorch_from_conda_and_all_else_by_the_constraints():
    assert {"numpy", "torch"} <= {name for name, _ in binder_pins()}
    assert " -c constraints.txt -e ." in (ROOT / "binder" / "postBuild").read_text("utf-8")


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
