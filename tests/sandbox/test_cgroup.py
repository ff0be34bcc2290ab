"""Bounds by a cgroup: asked for, they hold or nothing starts; the kernel's own are tried where they
are to be had."""

import sys
from pathlib import Path

import pytest
from sandbox_attack import MODULES, answer, start_best_or_skip

from dlcourse.sandbox import cgroup
from dlcourse.sandbox.sandbox import Sandbox, SandboxError

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="cgroups are Linux's")

MOUNT = Path("/sys/fs/cgroup")


def handed_on(folder, controllers):
    """A folder that looks as the kernel's do."""
    (folder / "cgroup.subtree_control").write_text(controllers + "\n")
    return folder


def test_a_warm_process_enters_its_group_before_it_works(tmp_path, monkeypatch):
    monkeypatch.setenv(cgroup.VARIABLE, str(handed_on(tmp_path, "cpu memory pids")))
    running = start_best_or_skip()
    (group,) = (entry for entry in tmp_path.iterdir() if entry.is_dir())
    assert answer(running, "result = 1") == 1
    assert (group / "memory.max").read_text() == str(cgroup.MEMORY)
    assert (group / "memory.swap.max").read_text() == "0"
    assert (group / "pids.max").read_text() == str(cgroup.PROCESSES)
    assert (group / "cgroup.procs").read_text() == "0\n"  # whoever writes 0 means itself
    for file in group.iterdir():
        file.unlink()  # the kernel's files vanish with the folder
    running.__exit__()
    assert not group.exists()


@pytest.mark.parametrize("controllers", ["", "memory", "cpu pids"])
def test_bounds_that_cannot_be_had_are_not_left_out(tmp_path, monkeypatch, controllers):
    monkeypatch.setenv(cgroup.VARIABLE, str(handed_on(tmp_path, controllers)))
    with pytest.raises(SandboxError, match="which hands on no"):
        Sandbox(modules=MODULES).__enter__()


def test_a_folder_that_is_no_cgroup_starts_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv(cgroup.VARIABLE, str(tmp_path))
    with pytest.raises(SandboxError, match=r"cgroup\.subtree_control"):
        Sandbox(modules=MODULES).__enter__()


@pytest.fixture
def real():
    """A cgroup of the kernel's that hands on what is needed."""
    try:
        parent = MOUNT / "dlcourse-test"
        given = set((MOUNT / "cgroup.subtree_control").read_text().split())
        if not given >= cgroup.NEEDED:
            pytest.skip(f"{MOUNT} hands on {sorted(given)} only")
        parent.mkdir()
    except OSError as error:
        pytest.skip(f"no cgroup of version 2 is ours to divide: {error}")
    try:
        (parent / "cgroup.subtree_control").write_text("+memory +pids")
        yield parent
    finally:
        parent.rmdir()


def test_the_kernel_counts_a_job_to_its_group(real, monkeypatch):
    monkeypatch.setenv(cgroup.VARIABLE, str(real))
    running = start_best_or_skip()
    try:
        (group,) = (entry for entry in real.iterdir() if entry.is_dir())
        before = int((group / "memory.peak").read_text())
        assert answer(running, "result = len(bytearray(200 << 20))") == 200 << 20
        assert int((group / "memory.peak").read_text()) > before + (150 << 20)
        assert int((group / "pids.current").read_text()) >= 2
    finally:
        running.__exit__()
    assert not group.exists()
