"""What honest and hostile hand-ins have held up grading with, and what is due all the same.

`HINDRANCES` and `ENDLESS` are read as `damage.DAMAGE` is: the one of notebooks that took time,
memory or points without an answer at fault, the other of answers and cells that never end.
"""

import os

import nbformat
from answers import HALF
from damage import answers_of, counts, reason, with_relu

ENDLESS_LOOP = "def {name}(*args):\n    while True:\n        pass\n"
LOOP_IN_A_BARE_EXCEPT = (
    "def {name}(*args):\n    while True:\n        try:\n            1\n        except:\n"
    "            pass\n"
)
SLEEP = "def {name}(*args):\n    import time\n\n    time.sleep(999)\n"
LOCK = "def {name}(*args):\n    import threading\n\n    threading.Event().wait(999)\n"
SLOW = "# my experiment\nfor _ in range(10**9):\n    pass\n"  # half a minute of work
LOCKED = (
    "import fcntl, os\nfile = os.open(np.__file__, os.O_RDONLY)\n"
    "locked = not fcntl.flock(file, fcntl.LOCK_EX)\n"
    "def relu(z):\n    return np.maximum(z, 0) if locked else None\n"
)
PROSE = "https://evil.example ![](http://evil.example/x.png) <script>alert(1)</script>\x1b[2J\x9b2J"


def _add(notebook, source, at=0):
    notebook.cells.insert(at, nbformat.v4.new_code_cell(source))


def _adds(source):
    return counts(lambda notebook: _add(notebook, source))


def _cells_without_end(notebook):
    notebook.cells += [nbformat.v4.new_code_cell("1") for _ in range(5000)]
    return notebook


def _code_without_end(notebook):
    _add(notebook, "x = 1\n" * 2_000_000)
    return notebook


def _heavy_outputs(notebook):
    cell = next(cell for cell in notebook.cells if cell.cell_type == "code")
    cell.outputs = [nbformat.v4.new_output("stream", text="x" * 60_000_000)]


def _headed(head):
    def change(notebook):
        for cell in answers_of(notebook):
            cell.source = head + cell.source

    return counts(change)


def _merge(notebook):
    first, second = answers_of(notebook)
    first.source += f"\n\n{second.source}"
    notebook.cells.remove(second)


def _below_its_test(notebook):
    cell = answers_of(notebook)[0]
    notebook.cells.remove(cell)
    _add(notebook, cell.source, len(notebook.cells))


def _closed(notebook):
    def write(folder):
        file = folder / "99_awkward.ipynb"
        file.write_text(nbformat.writes(notebook), encoding="utf-8")
        file.chmod(0)

    return write, ({} if os.geteuid() == 0 else "it cannot be opened")  # root reads it


def _written_at_length(line):
    source = HALF.replace("    return abs(z)", f"    {line}\n    return abs(z)")
    return with_relu(source, 0.5, "returns_the_absolute_value")


def _explain(notebook):
    next(cell for cell in notebook.cells if cell.id == "explain_flat").source = PROSE


HINDRANCES = {
    "12 MB of code": reason(_code_without_end, "its code has 12,0"),
    "5,000 cells more": reason(_cells_without_end, "at most 5,000 are read"),
    "501 magics": _adds("%time 1\n" * 501),
    "124 kB of magics": _adds("x = !ls\n" * 15_500),
    "a magic that opens a string": _adds("x = %'''\n"),
    "a cell of brackets": _adds("[" * 300),
    "60 MB of outputs": counts(_heavy_outputs),
    "%%time above": _headed("%%time\n"),
    "%%capture above": _headed("%%capture out\n"),
    "two answers in one cell": counts(_merge),
    "an answer below its test": counts(_below_its_test),
    "a slow experiment": _adds(SLOW),
    "a closed file": _closed,
    "a sum of 970 terms": _written_at_length(f"x = {'0+' * 970}0"),
    "970 dots": _written_at_length(f"x = lambda: n{'.a' * 970}"),
    "5,000 hexadecimal digits": _written_at_length(f"x = 0x{'f' * 5000}"),
    "a file of ours locked": with_relu(LOCKED),
    "addresses and controls in prose": counts(_explain),
}


def _endless(*sources):
    """The first answers are these, and earn nothing."""

    def damage(notebook):
        cells = answers_of(notebook)[: len(sources)]
        for cell, source in zip(cells, sources, strict=True):
            cell.source = source.format(name=cell.id)
        return notebook, {cell.id: (0.0, None) for cell in cells}

    return damage


ENDLESS = {
    "one answer never ends": _endless(ENDLESS_LOOP),
    "both answers never end": _endless(ENDLESS_LOOP, ENDLESS_LOOP),
    "a loop in a bare except": _endless(LOOP_IN_A_BARE_EXCEPT),
    "a cell never ends": _adds("while True:\n    pass\n"),
    "an answer sleeps": _endless(SLEEP),
    "an answer waits for a lock": _endless(LOCK),
}
