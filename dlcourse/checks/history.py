"""The cells that this kernel has run, oldest first, as far as the kernel knows."""

import re
import sys
from typing import NamedTuple


class Cell(NamedTuple):
    """One cell that ran: its text, its id where the notebook tells it, how Python failed on it."""

    source: str
    id: str | None = None
    error: BaseException | None = None  # what kept the cell from running at all


_cells, _shells = [], []


def watch():
    """Note from now on which cells run; those before are known by their text alone."""
    shell = _shell()
    if shell is None or shell in _shells:
        return
    _shells.append(shell)
    _cells.extend(Cell(source) for source in shell.history_manager.input_hist_raw[1:-1])
    shell.events.register("post_run_cell", _note)


def cells():
    """List the cells that ran before the current one."""
    return list(_cells)


def last():
    """The cell that ran last, other than checks; None if there is none."""
    return next((c for c in reversed(_cells) if not re.match(r"\s*check\b", c.source)), None)


def _note(result):
    info = result.info
    _cells.append(Cell(info.raw_cell, getattr(info, "cell_id", None), result.error_before_exec))


def _shell():
    return sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
