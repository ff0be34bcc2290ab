"""What the lectures' files share: one JupyterLab for all that one process opens."""

from pathlib import Path

import pytest
from jupyter_lab import PROGRAM, running_lab

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def lecture_lab(tmp_path_factory):
    """JupyterLab on fresh copies of all lectures: its folder of copies and its address."""
    root = tmp_path_factory.mktemp("lectures") / "root"
    root.mkdir()
    for name in ["nbgrader_config.py", "course", "constraints.txt"]:
        (root / name).symlink_to(ROOT / name)
    with running_lab(root, (PROGRAM, "lab", "--", "--expose-app-in-browser")) as address:
        yield root / "learn", address
