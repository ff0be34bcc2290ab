"""Run a released lecture from top to bottom, once for everything that is asked of the run."""

import copy
import json
import os
import sys

from dlcourse.authoring.lecture import read_cells
from dlcourse.authoring.numbers import declared

TIMEOUT = 600  # seconds a cell
MEASURED = "measured"  # tag of the cells that a run adds
PEAK = """\
import pathlib, re
status = pathlib.Path("/proc/self/status").read_text()
print(int(re.search(r"VmHWM:\\s+(\\d+) kB", status)[1]) << 10)
"""
TELL = 'print(__import__("json").dumps({{{items}}}))'


def run_lecture(source, notebook, folder, checks=None):
    """Run a copy of a released lecture, as Run All does.

    Parameters
    ----------
    source : Path
        ``solutions/lectures/NN_topic.py``, which declares the numbers.
    notebook : NotebookNode
        Its released notebook.
    folder : Path
        Where the kernel runs.
    checks : Path, optional
        Folder of the numbers that its check cells read, where it is not the package's.

    Returns
    -------
    notebook : NotebookNode
        With outputs; the cells that measure are taken out again.
    numbers : dict
        Value by name of every number that the source declares.
    peak : int or None
        The kernel's largest memory in bytes, on Linux.
    """
    notebook = copy.deepcopy(notebook)
    notebook.cells = list(_with_measures(notebook.cells, declared(source, read_cells(source))))
    _client(notebook, folder).execute(env=_surroundings(folder, checks))
    told = [_text(cell) for cell in notebook.cells if MEASURED in cell.metadata.get("tags", [])]
    notebook.cells = [c for c in notebook.cells if MEASURED not in c.metadata.get("tags", [])]
    peak = int(told.pop()) if sys.platform == "linux" else None
    return notebook, {k: v for text in told for k, v in json.loads(text).items()}, peak


def failing_again(notebook, folder, checks=None):
    """Run a lecture, then each of its own cells of code once more, from the last to the first.

    Returns
    -------
    dict
        The error by the id of each cell that fails the second time.
    """
    client = _client(copy.deepcopy(notebook), folder)
    client.allow_errors = True
    found = {}
    with client.setup_kernel(env=_surroundings(folder, checks)):
        cells = [(i, c) for i, c in enumerate(client.nb.cells) if c.cell_type == "code"]
        for place, cell in cells:
            client.execute_cell(cell, place)
        for place, cell in reversed(cells):
            if not {"answer", "check", "test"} & set(cell.metadata.get("tags", [])):
                client.execute_cell(cell, place)
                errors = [o for o in cell.outputs if o.output_type == "error"]
                found.update((cell.id, f"{o.ename}: {o.evalue}") for o in errors)
    return found


def _client(notebook, folder):
    import nbclient

    return nbclient.NotebookClient(
        notebook,
        timeout=TIMEOUT,
        kernel_name="python3",
        record_timing=True,
        resources={"metadata": {"path": str(folder)}},
    )


def _surroundings(folder, checks):
    own = {"DLCOURSE_NUMBERS": str(checks)} if checks else {}
    return os.environ | {"OMP_NUM_THREADS": "1", "MPLCONFIGDIR": str(folder), **own}


def _with_measures(cells, numbers):
    for cell in cells:
        yield cell
        if cell.id in numbers:
            items = (f"{n.name!r}: float({n.expression})" for n in numbers[cell.id])
            yield _measuring(TELL.format(items=", ".join(items)), f"numbers-{cell.id}")
    if sys.platform == "linux":
        yield _measuring(PEAK, "peak")


def _measuring(source, identity):
    from nbformat.v4 import new_code_cell

    return new_code_cell(source, id=identity[:64], metadata={"tags": [MEASURED]})


def _text(cell):
    return "".join(output.text for output in cell.outputs if output.output_type == "stream")
