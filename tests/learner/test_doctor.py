"""The doctor: plain words, a remedy for each trouble; an error only if it blocks learning."""

import importlib.metadata
import json
import os
import shutil
import sys
from collections import namedtuple
from pathlib import Path

import psutil
import pytest
from click.testing import CliRunner
from small_course import NAME

from dlcourse.checks.surroundings import lack
from dlcourse.cli import main
from dlcourse.learner import copies, doctor, lab


@pytest.fixture
def in_course(small_course, tmp_path, monkeypatch):
    """Stand in a course root whose sandbox is not started (it has tests of its own)."""
    for name in ["nbgrader_config.py", "course"]:
        (tmp_path / name).symlink_to(small_course / name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(doctor, "look_at_sandbox", lambda: doctor.Finding("ok", "sandbox"))
    return tmp_path


def test_this_machine_can_be_learnt_on(in_course):
    result = CliRunner().invoke(main, ["doctor"])
    assert result.exit_code == 0
    for word in ["Python 3.", "packages", "BLAS", "GPU", "sandbox", "memory", "disk"]:
        assert word in result.output


def test_an_old_python_blocks_and_says_what_to_do():
    finding = doctor.look_at_python((3, 10, 4))
    assert finding.level == "stop"
    assert "3.10.4" in finding.text
    assert "3.11" in finding.remedy


def test_a_missing_package_blocks_and_is_named(tmp_path):
    def installed(name):
        if name == "sympy":
            raise importlib.metadata.PackageNotFoundError(name)
        return importlib.metadata.version(name)

    finding = doctor.look_at_packages(tmp_path / "none.txt", installed)
    assert finding.level == "stop"
    assert "sympy" in finding.text
    assert "make lab" in finding.remedy


def test_a_version_below_what_is_required_blocks_and_pythonpath_is_named(tmp_path, monkeypatch):
    def installed(name):
        return "1.26.4" if name == "numpy" else importlib.metadata.version(name)

    monkeypatch.delenv("PYTHONPATH", raising=False)
    finding = doctor.look_at_packages(tmp_path / "none.txt", installed)
    assert finding.level == "stop"
    assert finding.text == "numpy is 1.26.4 (>=2.0 is needed)"
    monkeypatch.setenv("PYTHONPATH", "/apps/python/site-packages")
    remedy = doctor.look_at_packages(tmp_path / "none.txt", installed).remedy
    assert "PYTHONPATH (/apps/python/site-packages)" in remedy
    assert "unset PYTHONPATH" in remedy


@pytest.mark.parametrize(
    ("wanted", "version", "word"),
    [
        (">=2.1", "2.1", ""),
        (">=2.1", "2.10.3", ""),
        (">=2.1", "2.0.9", "numpy is 2.0.9 (>=2.1 is needed)"),
        ("==2.13.0", "2.13.0+cpu", ""),
        ("==2.13.0", "2.13.1", "numpy is 2.13.1 (==2.13.0 is needed)"),
        ("", "0.1rc1", ""),
    ],
)
def test_versions_are_compared_number_by_number(wanted, version, word):
    assert lack("numpy", wanted, lambda name: version) == word


def test_the_kernel_that_lab_starts_is_the_courses_whatever_jupyter_path_holds(
    in_course, tmp_path, monkeypatch
):
    spec = tmp_path / "apps" / "kernels" / "python3" / "kernel.json"
    spec.parent.mkdir(parents=True)
    argv = ["/apps/python3.9/bin/python3", "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec.write_text(json.dumps({"argv": argv, "display_name": "x", "language": "python"}), "utf-8")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "apps"))
    assert doctor.look_at_kernel(in_course).level == "ok"
    monkeypatch.setattr(lab, "_write_kernel", lambda file: None)
    shutil.rmtree(in_course / ".dlcourse")
    finding = doctor.look_at_kernel(in_course)
    assert finding.level == "stop"
    assert "notebooks would run in /apps/python3.9/bin/python3" in finding.text
    assert sys.executable in finding.text


def test_work_in_the_release_and_files_that_hide_a_package_are_named(in_course):
    assert doctor.look_at_folder(in_course).level == "ok"
    copies.bring_up_to_date(in_course)
    (in_course / "learn" / NAME / "numpy.py").write_text("x = 1", "utf-8")
    (in_course / "learn" / NAME / "random.py").write_text("x = 1", "utf-8")
    finding = doctor.look_at_folder(in_course)
    assert finding.level == "note"
    assert f"{NAME}: numpy.py in this folder hides the package numpy" in finding.text
    assert "random.py in this folder hides Python's own random" in finding.text


@pytest.mark.skipif(sys.platform == "win32", reason="Windows names no home by HOME")
def test_where_the_home_takes_no_files_the_course_does(in_course, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "a file"))
    (tmp_path / "a file").write_text("", "utf-8")
    finding = doctor.look_at_home(in_course)
    assert finding.level == "note"
    home = lab.environment(in_course, os.environ)["HOME"]
    assert home in finding.remedy
    assert lab.writable(Path(home))
    result = CliRunner().invoke(main, ["progress"])
    assert result.exit_code == 0
    assert "Nothing is kept yet." in result.output


def test_a_course_that_takes_no_answers_is_told_once(in_course):
    (in_course / "learn").write_text("a file in the folder's place", "utf-8")
    result = CliRunner().invoke(main, ["lab", "--prepare"])
    assert result.exit_code == 1
    assert len(result.output.splitlines()) == 2
    assert "copy the course to a folder of your own" in result.output


def test_another_version_than_tested_is_a_note_only(tmp_path):
    pins = tmp_path / "constraints.txt"
    pins.write_text("# a comment\nnumpy==1.0\n", "utf-8")
    finding = doctor.look_at_packages(pins)
    assert finding.level == "note"
    assert "(tested: 1.0)" in finding.text


def test_a_local_build_of_the_tested_version_is_the_tested_one(tmp_path):
    own = doctor.requirements()
    pins = tmp_path / "constraints.txt"
    pins.write_text("".join(f"{name}==99.1\n" for name in own), "utf-8")

    def installed(name):
        return "99.1+cpu"

    assert doctor.look_at_packages(pins, installed).level == "ok"


def test_little_memory_and_disk_are_notes(tmp_path, monkeypatch):
    free = namedtuple("free", "available free")(1 << 28, 1 << 28)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: free)
    monkeypatch.setattr(psutil, "disk_usage", lambda path: free)
    for finding in [doctor.look_at_memory(), doctor.look_at_disk(tmp_path)]:
        assert finding.level == "note"
        assert "0.2 GiB" in finding.text
        assert finding.remedy


def test_a_folder_that_takes_no_answers_blocks(in_course):
    (in_course / "learn").write_text("a file in the folder's place", "utf-8")
    result = CliRunner().invoke(main, ["doctor"])
    assert result.exit_code == 1
    assert "stop" in result.output
    assert "cannot be written to" in result.output


def test_a_look_that_fails_hides_no_other(in_course, monkeypatch):
    def broken():
        raise ImportError("libcuda is not what it seems")

    monkeypatch.setattr(doctor, "look_at_accelerator", broken)
    result = CliRunner().invoke(main, ["doctor"])
    assert result.exit_code == 0
    assert "libcuda is not what it seems" in result.output
    assert "disk" in result.output


@pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is for Linux")
def test_a_machine_without_a_sandbox_is_good_for_learning(monkeypatch):
    from dlcourse.sandbox import sandbox

    def refuse(self):
        raise sandbox.SandboxError("No safe sandbox starts here")

    monkeypatch.setattr(sandbox.Sandbox, "__enter__", refuse)
    finding = doctor.look_at_sandbox()
    assert finding.level == "note"
    assert "Nothing to do for learning" in finding.remedy
