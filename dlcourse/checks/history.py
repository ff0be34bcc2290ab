"""The cells that this kernel has run, oldest first, as far as the kernel knows."""

import json
import os
import re
import sys
import time
from pathlib import Path
from typing import NamedTuple

from dlcourse.checks.names import readable
from dlcourse.checks.page import CHECKS, TIMED, unwrapped


class Cell(NamedTuple):
    """One cell that ran: its text, its id where the notebook tells it, how Python failed on it.

    The text is Python: IPython's lines are turned into calls, and a cell magic that changes what
    runs is taken off and named by `magic`. Where nobody measured, `seconds` of processor time,
    those on the wall (`waited`) and the time of day at its end (`ended`) are 0.
    """

    source: str
    id: str | None = None
    error: BaseException | None = None  # what kept the cell from running at all
    magic: str = ""
    seconds: float = 0.0
    waited: float = 0.0
    ended: float = 0.0


_cells, _shells, _begun = [], [], []


def watch():
    """Note from now on which cells run; those before are known by their text alone."""
    shell = _shell()
    if shell is None or shell in _shells:
        return
    _shells.append(shell)
    _cells.extend(map(_cell, shell.history_manager.input_hist_raw[1:-1]))
    shell.events.register("pre_run_cell", _start)
    shell.events.register("post_run_cell", _note)


def cells():
    """List the cells that ran before the current one."""
    return list(_cells)


def last():
    """The cell that ran last, other than checks; None if there is none."""
    return next((c for c in reversed(_cells) if not CHECKS.match(c.source)), None)


def order():
    """Ids of the cells of the saved notebook, from the top; empty where they cannot be known."""
    path = os.environ.get("JPY_SESSION_NAME")
    try:
        content = json.loads(Path(path or "").read_text(encoding="utf-8"))
        return [cell.get("id") for cell in content["cells"]]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return []


def saved():
    """When the notebook was saved last, as `time.time` counts; 0 where it cannot be known."""
    try:
        return Path(os.environ["JPY_SESSION_NAME"]).stat().st_mtime
    except (KeyError, OSError):
        return 0.0


def _start(_):
    _begun[:] = [(time.process_time(), time.perf_counter())]


def _note(result):
    info = result.info
    cell = _cell(info.raw_cell, getattr(info, "cell_id", None), result.error_before_exec)
    if _begun:
        worked, waited = _begun.pop()
        worked, waited = time.process_time() - worked, time.perf_counter() - waited
        cell = cell._replace(seconds=worked, waited=waited, ended=time.time())
    _cells.append(cell)


def _cell(raw, name=None, error=None):
    source = unwrapped(raw)
    if found := re.match(r"\s*(%%\w+)[^\n]*", source):
        return Cell(source[found.end() :], name, error, found[1])
    if error is None and not readable(source):
        source = _shell().transform_cell(TIMED.sub(r"\1", source))
    return Cell(source, name, error)


def _shell():
    return sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
