"""The doctor: plain words, a remedy for each trouble; an error only if it blocks learning."""

import importlib.metadata
import sys
from collections import namedtuple

import psutil
import pytest
from click.testing import CliRunner

from dlcourse.cli import main
from dlcourse.learner import doctor


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


def test_another_version_than_tested_is_a_note_only(tmp_path):
    pins = tmp_path / "constraints.txt"
    pins.write_text("# a comment\nnumpy==1.0\n", "utf-8")
    finding = doctor.look_at_packages(pins)
    assert finding.level == "note"
    assert "(tested: 1.0)" in finding.text


def test_a_local_build_of_the_tested_version_is_the_tested_one(tmp_path):
    pins = tmp_path / "constraints.txt"
    pins.write_text("torch==9.9\n", "utf-8")
    finding = doctor.look_at_packages(pins, lambda name: "9.9+cpu")
    assert finding.level == "ok"


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
