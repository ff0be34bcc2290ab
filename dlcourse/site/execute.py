"""Lectures with their outputs, run once and kept until something that they read changes."""

import ast
import asyncio
import hashlib
import os
import re
import tempfile
from pathlib import Path

from dlcourse.frame import nbformat

NOT_RUN = {"answer", "check", "test"}  # they need the learner
TIMEOUT = 600  # seconds a cell
RULES = Path(__file__).with_name("guesses.py")
IMPORTED = re.compile(r"\bdlcourse(?:\.\w+)+")


def executed(root, name, kept):
    """Give a released lecture with its outputs.

    Parameters
    ----------
    root : Path
        The course's root folder.
    name : str
        ``NN_topic``.
    kept : Path
        Folder of the runs that are kept. One that is there is taken while neither the notebook
        nor a module of `dlcourse` that it imports has changed.

    Returns
    -------
    nbformat.NotebookNode
        As after Run All, except that answers and checks have not run, and that reveals carry
        their truth as data (`dlcourse.site.guesses`).
    """
    text = (root / "course" / name / f"{name}.ipynb").read_text(encoding="utf-8")
    stored = kept / f"{name}-{_digest(root / 'dlcourse', text)}.ipynb"
    if not stored.is_file():
        notebook = _run(nbformat.reads(text, as_version=4))
        kept.mkdir(parents=True, exist_ok=True)
        for older in kept.glob(f"{name}-*.ipynb"):
            older.unlink(missing_ok=True)
        unfinished = stored.with_suffix(f".{os.getpid()}.part")  # a killed run leaves no half
        nbformat.write(notebook, unfinished)
        unfinished.replace(stored)
    return nbformat.read(stored, as_version=4)


def _run(notebook):
    import nbclient

    for cell in notebook.cells:
        if NOT_RUN & set(cell.metadata.get("tags", [])):
            cell.metadata.tags.append("skip-execution")
    first = nbformat.v4.new_code_cell("from dlcourse.site import guesses\nguesses.tell()")
    notebook.cells.insert(0, first)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        client = nbclient.NotebookClient(
            notebook,
            timeout=TIMEOUT,
            startup_timeout=TIMEOUT,  # a busy machine takes over a minute
            kernel_name="python3",
            record_timing=False,
            resources={"metadata": {"path": folder}},
        )
        quiet = {"OMP_NUM_THREADS": "1", "MPLCONFIGDIR": folder, "DLCOURSE_PROGRESS": "off"}
        asyncio.run(client.async_execute(env=os.environ | quiet))  # `execute` leaves a loop open
    del notebook.cells[0]
    return notebook


def _digest(package, text):
    """Name a lecture's run by all that it reads: the notebook, modules, scripts, stored results."""
    modules = sorted(_closure(package, set(IMPORTED.findall(text))))
    parts = [RULES.read_bytes(), text.encode(), *(path.read_bytes() for path in modules)]
    if any(path.parent.name == "widgets" for path in modules):
        scripts = [path for kind in ("*.js", "*.css") for path in package.glob(f"widgets/{kind}")]
        parts += [path.read_bytes() for path in sorted(scripts)]
    words = b"".join(parts)
    parts += [
        p.read_bytes() for p in sorted(package.glob("samples/*.*")) if p.stem.encode() in words
    ]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]


def _closure(package, names):
    """The files of modules of `dlcourse`, and of those that they import."""
    found, waiting = set(), list(names)
    while waiting:
        path = package.joinpath(*waiting.pop().split(".")[1:]).with_suffix(".py")
        if path.is_file() and path not in found:
            found.add(path)
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("dlcourse"):
                    waiting += [node.module, *(f"{node.module}.{a.name}" for a in node.names)]
                elif isinstance(node, ast.Import):
                    waiting += [alias.name for alias in node.names]
    return found
