"""A lecture with the solutions in, and one built again: for the claims of test_NN_topic.py."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat

from dlcourse.authoring.build import build_lecture

ROOT = Path(__file__).resolve().parents[2]


def solved(name):
    """The instructor's notebook, whose checks may not fail."""
    files = build_lecture(ROOT, name).files
    [text] = [text for path, text in files.items() if "source" in path.parts]
    notebook = nbformat.reads(text, as_version=4)
    for cell in notebook.cells:
        if "tags" in cell.metadata:
            cell.metadata.tags = [t for t in cell.metadata.tags if t != "raises-exception"]
    return notebook


def nbval(path):
    """Let nbval run a notebook in a process of its own."""
    for name in ["nbgrader_config.py", "course", "solutions"]:
        (path.parent / name).symlink_to(ROOT / name)  # hidden tests look for the course above
    return subprocess.run(
        [sys.executable, "-m", "pytest", "--nbval-lax", "--rootdir", path.parent, "-q", path],
        cwd=path.parent,
        env={**os.environ, "PYTEST_ADDOPTS": "-p no:cacheprovider -p no:xdist"},
        capture_output=True,
        text=True,
    )


def rebuilt(name, folder):
    """Build a lecture in another folder and process: bytes by path below the root.

    The committed numbers lie there, and stay where another processor gives other last bits.
    """
    shutil.copytree(ROOT / "solutions", folder / "solutions")
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    (folder / "course").mkdir()
    numbers = Path("dlcourse", "checks", "numbers", f"{name}.json")
    (folder / numbers).parent.mkdir(parents=True)
    shutil.copy(ROOT / numbers, folder / numbers)
    subprocess.run(
        [sys.executable, "-c", "from dlcourse.cli import main; main()", "build", name],
        cwd=folder,
        env={**os.environ, "PYTHONHASHSEED": "4", "PYTHONPATH": str(ROOT)},
        check=True,
    )
    made = [p for sub in ("course", "dlcourse") for p in (folder / sub).rglob("*.*")]
    return {path.relative_to(folder): path.read_bytes() for path in made}
