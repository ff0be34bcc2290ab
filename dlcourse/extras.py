"""What is installed on request only, and the one sentence where it is missing.

The course's pages, their checks and their figures need no extra. Whole rooms do: `dlcourse.twins`
needs PyTorch, the command that opens the course JupyterLab, building and grading nbgrader.
"""

import importlib.util
import sys

EXTRAS = {  # the package that an extra is about: its name, and its module
    "torch": ("PyTorch", "torch"),
    "lab": ("JupyterLab", "jupyterlab"),
    "instructor": ("nbgrader", "nbgrader"),
    "site": ("Sphinx", "sphinx"),
}


class MissingExtra(ModuleNotFoundError):
    """An extra that is needed here and not installed; in a notebook shown as one line."""

    def _render_traceback_(self):
        return [str(self)]


def installed(extra):
    """Tell whether the package that an extra is about can be imported, without importing it."""
    module = EXTRAS[extra][1]
    try:
        return module in sys.modules or importlib.util.find_spec(module) is not None
    except (ImportError, ValueError):
        return False


def how_to_have(extra):
    """The command that installs an extra; quotation marks that every shell understands."""
    return f'pip install "dlcourse[{extra}]"'


def need(extra, what="This"):
    """Do nothing if an extra is installed.

    Parameters
    ----------
    extra : str
        A name in `EXTRAS`.
    what : str
        What needs it, as the sentence's subject.

    Raises
    ------
    MissingExtra
        If it is not; the text says how to have it.
    """
    if not installed(extra):
        name, module = EXTRAS[extra]
        raise MissingExtra(f"{what} needs {name}: {how_to_have(extra)}", name=module)
