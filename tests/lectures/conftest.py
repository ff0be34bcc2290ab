"""What the lectures' files share: one JupyterLab, one Notebook 7 for all that a process opens."""

import subprocess
import sys
from pathlib import Path

import pytest
from jupyter_lab import PROGRAM, running_lab

ROOT = Path(__file__).resolve().parents[2]


def course_in(folder):
    """A course root in a new folder, with the released lectures."""
    folder.mkdir()
    for name in ["nbgrader_config.py", "course", "constraints.txt"]:
        (folder / name).symlink_to(ROOT / name)
    return folder


@pytest.fixture(scope="session")
def lecture_lab(tmp_path_factory):
    """JupyterLab on fresh copies of all lectures: its folder of copies and its address."""
    root = course_in(tmp_path_factory.mktemp("lectures") / "root")
    with running_lab(root, (PROGRAM, "lab", "--", "--expose-app-in-browser")) as address:
        yield root / "learn", address


@pytest.fixture(scope="session")
def notebook_7(tmp_path_factory):
    """The address of Notebook 7, started in learn/ as docs/install.md says."""
    root = course_in(tmp_path_factory.mktemp("notebook") / "root")
    subprocess.run([PROGRAM, "lab", "--prepare"], cwd=root, check=True)
    command = [sys.executable, "-m", "notebook", "--no-browser", "--allow-root"]
    with running_lab(root / "learn", [*command, "--expose-app-in-browser"]) as address:
        yield address
