"""Cells that need PyTorch, where there is none: each says so in one line, and the page goes on.

Such a cell says ``# needs PyTorch`` in a line of its own. Nothing else of a page depends on it.
"""

import sys

from dlcourse.extras import how_to_have, installed

MARK = "# needs PyTorch"
TOLD = f"This cell needs PyTorch and was left out. To run it: {how_to_have('torch')}"


def watch():
    """From now on, leave marked cells out for as long as PyTorch is missing."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is not None and leave_out not in shell.input_transformers_cleanup:
        shell.input_transformers_cleanup.append(leave_out)


def leave_out(lines):
    """Give the lines of a cell as they are run."""
    if marked(lines) and not installed("torch"):
        return [f"print({TOLD!r})\n"]
    return lines


def marked(lines):
    """Tell whether a cell, given by its lines, says that it needs PyTorch."""
    return any(line.rstrip() == MARK for line in lines)
