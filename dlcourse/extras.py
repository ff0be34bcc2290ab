"""What is installed on request only, and the one sentence where it is missing.

The course's pages, their checks and their figures need no extra. Whole rooms do: `dlcourse.twins`
needs PyTorch, the command that opens the course JupyterLab, building and grading nbgrader.
"""

import importlib.util
import shutil
import sys
import sysconfig
from pathlib import Path

EXTRAS = {  # the package that an extra is about: its name, and its module
    "torch": ("PyTorch", "torch"),
    "lab": ("JupyterLab", "jupyterlab"),
    "instructor": ("nbgrader", "nbgrader"),
    "cluster": ("Dask", "distributed"),
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


def pip():
    """How a learner calls the pip of this Python: by its name only where a shell finds that one."""
    found, own = shutil.which("pip"), Path(sysconfig.get_path("scripts"))
    if found and Path(found).parent == own:
        return "pip"
    if " " not in sys.executable:
        return f"{sys.executable} -m pip"
    call = "& " if sys.platform == "win32" else ""  # PowerShell takes a quoted word for a text
    return f'{call}"{sys.executable}" -m pip'


def how_to_have(extra):
    """The command that installs an extra; quotation marks that every shell understands."""
    return f'{pip()} install "dlcourse[{extra}]"'


def extras_here():
    """Name the extras that a learner or an instructor has installed.

    The web site's is left out: Sphinx is on many machines for other reasons.
    """
    return [extra for extra in ("instructor", "lab", "torch") if installed(extra)]


def with_extras():
    """How pip calls this dlcourse with the extras that are here, such as ``dlcourse[lab,torch]``.

    An update that does not name them leaves PyTorch and JupyterLab as they are.
    """
    here = extras_here()
    if "instructor" in here and "lab" in here:
        here.remove("lab")  # it is part of the other
    return f"dlcourse[{','.join(here)}]" if here else "dlcourse"


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
