"""Every way in which a hand-in is broken, and what is due for it all the same.

`DAMAGE` maps a name to a function of a notebook whose answers are filled in. It returns what is
handed in (a notebook, bytes, or a function that writes into the student's folder) and what
changes: a dict of (points, diagnosis) by exercise, or the reason why nothing can be read.
"""

import copy
import io
import json
import zipfile

import nbformat
from answers import HALF, TAMPERING
from small_course import NAME

FILE = f"{NAME}.ipynb"
LOOP = "def relu(z):\n    while True:\n        pass\n"
FILLS_THE_DISK = """
while True:
    with open("/tmp/x", "ab") as file:
        file.write(bytes(1 << 20))
"""
HALF_A_CHARACTER = """
def relu(z):
    raise ValueError("\\ud800")
"""
CANNOT_BE_WRITTEN = """
class Trouble(Exception):
    def __str__(self):
        raise SystemExit

def relu(z):
    raise Trouble
"""
STARTS_A_DAEMON = """
import subprocess
subprocess.Popen(["sleep", "1000"], start_new_session=True)
"""
TOO_MUCH = "def relu(z):\n    return np.zeros(50_000_000, np.int8)\n"
PRINTS = "print('x' * 50_000_000)\n"


def as_bytes(notebook):
    return json.dumps(notebook).encode()


def answers_of(notebook):
    return [cell for cell in notebook.cells if "answer" in cell.metadata.get("tags", [])]


# ---- nothing can be read


def reason(content, reason):
    return lambda notebook: (content(notebook) if callable(content) else content, reason)


def _huge(notebook):
    def write(folder):
        with (folder / FILE).open("wb") as file:
            file.write(as_bytes(notebook))
            file.truncate(200 << 20)

    return write, "it has 209,715,200 bytes"


def _link(notebook):
    def write(folder):
        (folder / "real").write_bytes(as_bytes(notebook))
        (folder / FILE).symlink_to(folder / "real")

    return write, "it is a link"


def _linked_folder(notebook):
    def write(folder):
        folder.rename(folder.with_name("real"))
        (folder.with_name("real") / FILE).write_bytes(as_bytes(notebook))
        folder.symlink_to(folder.with_name("real"))

    return write, "it is a link"


def _folder(notebook):
    return lambda folder: (folder / FILE).mkdir(), "it is a folder that holds no notebook"


def _two(notebook):
    def write(folder):
        for name in ("first.ipynb", "second.ipynb"):
            (folder / name).write_bytes(as_bytes(notebook))

    return write, "it is a folder that holds first.ipynb, second.ipynb"


def _zip_that_leads_outside(notebook):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(f"../../../{FILE}", as_bytes(notebook))
    return packed.getvalue(), "it is not"


# ---- cells, metadata and outputs that are not what they were: every answer counts


def counts(change):
    def damage(notebook):
        changed = change(notebook)
        return (notebook if changed is None else changed), {}

    return damage


def _duplicate(notebook):
    cell = answers_of(notebook)[0]
    notebook.cells.insert(notebook.cells.index(cell), copy.deepcopy(cell))


def _delete_tests(notebook):
    notebook.cells = [c for c in notebook.cells if not c.id.startswith(("test_", "check_"))]


def _edit_checks(notebook):
    for cell in notebook.cells:
        if cell.id.startswith(("test_", "check_")):
            cell.source = "print('right')"


def _forge_points(notebook):
    for cell in notebook.cells:
        if "points" in cell.metadata.get("nbgrader", {}):
            cell.metadata["nbgrader"]["points"] = 100


def _strip(notebook):
    for number, cell in enumerate(notebook.cells):
        cell.metadata, cell.id = nbformat.from_dict({}), f"x{number}"


def _flip(notebook):
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata:
            cell.metadata["nbgrader"].update(grade=False, solution=True, locked=False)


def _garble_metadata(notebook):
    notebook.metadata = nbformat.from_dict({"kernelspec": 5, "language_info": []})
    for cell in notebook.cells[:3]:
        cell.metadata = nbformat.from_dict({"nbgrader": "yes", "tags": {"a": 1}})


def _skip_execution(notebook):
    for cell in notebook.cells:
        cell.metadata["tags"] = ["skip-execution"]


def _forge_outputs(notebook):
    script = {"text/plain": "1.0", "text/html": "<script>alert(1)</script>"}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [nbformat.v4.new_output("execute_result", script)]


def _flood_outputs(notebook):
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [nbformat.v4.new_output("stream", text="x" * 1_000_000)]


def _keep_widgets(notebook):
    state = {str(number): {"state": {"value": [0.5] * 1000}} for number in range(500)}
    view = {"version_major": 2, "version_minor": 0, "state": state}
    notebook.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": view}


def _halve_a_character(notebook):
    next(c for c in notebook.cells if c.id == "explain_flat").source = "\ud83d"
    notebook.cells.append(nbformat.v4.new_code_cell("x = '\ud83d'"))


def _old_format(notebook):
    return nbformat.writes(nbformat.convert(copy.deepcopy(notebook), 3), version=3).encode()


def _byte_order_mark(notebook):
    return b"\xef\xbb\xbf" + as_bytes(notebook)


def _reverse(notebook):
    notebook.cells.reverse()


def _rename(notebook):
    return lambda folder: (folder / "my copy (1).ipynb").write_bytes(as_bytes(notebook))


def _garble_timestamp(notebook):
    def write(folder):
        (folder / FILE).write_bytes(as_bytes(notebook))
        (folder / "timestamp.txt").write_bytes(b"\xff tomorrow")

    return write


def _print(notebook):
    notebook.cells.insert(0, nbformat.v4.new_code_cell(PRINTS))


# ---- an answer that is not there, half right, or hostile


def _delete_an_answer(notebook):
    cell = answers_of(notebook)[0]
    notebook.cells.remove(cell)
    return notebook, {cell.id: (0.0, None)}


def with_relu(source, points=0.0, diagnosis=...):
    def damage(notebook):
        next(c for c in notebook.cells if c.id == "relu").source = source
        return notebook, {"relu": (points, diagnosis)}  # dots: whatever it is called

    return damage


def _ruin(name):
    def damage(notebook):
        damaged, _ = with_relu(TAMPERING[name])(notebook)
        return damaged, {c.id: (0.0, ...) for c in answers_of(notebook)}

    return damage


RUINOUS = ("leaves the process", "patches the json module")  # for the student's later answers too
DAMAGE = {
    "not JSON": reason(b"{not json", "it is not JSON"),
    "empty": reason(b"", "it is empty"),
    "cut short": reason(lambda nb: as_bytes(nb)[:1000], "it is not JSON"),
    "Latin-1": reason("{'größe': 1}".encode("latin-1"), "it is not text"),
    "no cells": reason(b'{"cells": 3}', "it has no list of cells"),
    "nested without end": reason(b"[" * 100_000, "it is not JSON"),
    "no file": reason(lambda nb: lambda folder: None, "there is no such file"),
    "200 MB": _huge,
    "a link": _link,
    "a folder that is a link": _linked_folder,
    "a folder in its place": _folder,
    "two notebooks": _two,
    "a zip that leads outside": _zip_that_leads_outside,
    "renamed": counts(_rename),
    "a cell duplicated": counts(_duplicate),
    "test cells deleted": counts(_delete_tests),
    "checks edited": counts(_edit_checks),
    "points forged": counts(_forge_points),
    "ids and metadata stripped": counts(_strip),
    "flags flipped": counts(_flip),
    "garbled metadata": counts(_garble_metadata),
    "skip-execution": counts(_skip_execution),
    "outputs forged": counts(_forge_outputs),
    "outputs of megabytes": counts(_flood_outputs),
    "state of widgets": counts(_keep_widgets),
    "half a character": counts(_halve_a_character),
    "the old format": counts(_old_format),
    "a byte order mark": counts(_byte_order_mark),
    "another encoding": counts(lambda notebook: json.dumps(notebook).encode("utf-16")),
    "cells reversed": counts(_reverse),
    "a garbled timestamp": counts(_garble_timestamp),
    "prints without measure": counts(_print),
    "an answer deleted": _delete_an_answer,
    "partial credit": with_relu(HALF, 0.5, "returns_the_absolute_value"),
    "a null character": with_relu("def relu(z):\n    return z\0"),
    "an exception with half a character": with_relu(HALF_A_CHARACTER),
    "an exception that cannot be written": with_relu(CANNOT_BE_WRITTEN),
    "returns half a character": with_relu("def relu(z):\n    return '\\ud800'\n"),
    "returns a huge number": with_relu("def relu(z):\n    return 2**1000\n"),
    "loops without end": with_relu(LOOP),
    "returns too much": with_relu(TOO_MUCH),
    "fills the disk": with_relu(FILLS_THE_DISK),
    "starts a daemon": with_relu(STARTS_A_DAEMON),
    **{name: with_relu(source) for name, source in TAMPERING.items()},
    **{name: _ruin(name) for name in RUINOUS},
}
