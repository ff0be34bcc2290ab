"""Which Python a page runs in, what it lacks, and which files hide a package there."""

import importlib.metadata
import re
import sys
from pathlib import Path
from typing import NamedTuple

from dlcourse.paths import opening

MODULES = {"scikit-learn": "sklearn"}  # where a package's module has another name


class Trouble(NamedTuple):
    """One sentence about this Python; `stops` where no check can work."""

    text: str
    stops: bool = False


def troubles(folder=None):
    """Say what is missing or in the way, for a page whose kernel runs in `folder`.

    Parameters
    ----------
    folder : Path, optional
        By default, the current one.

    Returns
    -------
    list of Trouble
        Empty if everything is as the package requires.
    """
    needed = requirements()
    hiding = hidden(folder or Path.cwd(), needed)
    lacking = [text for name, wanted in needed.items() if (text := lack(name, wanted))]
    if not lacking:
        return hiding
    text = (
        f"This page runs in {sys.executable}, where {', '.join(lacking)}. Close it, run "
        f"{opening()} (or `dlcourse doctor`) in the course's folder, and open it from there."
    )
    return [*hiding, Trouble(text, any(one.startswith("numpy") for one in lacking))]


def requirements(extra=None):
    """What dlcourse requires, or one of its extras does: the wanted version by the package's name.

    An extra that another one includes is left out.
    """
    try:
        lines = importlib.metadata.requires("dlcourse") or []
    except importlib.metadata.PackageNotFoundError:  # its folder is here, and nothing installed
        lines = ["dlcourse", "numpy"]
    asked = re.compile(rf""".*extra == ["']{extra}["']""" if extra else "(?!.*extra ==)")
    found = (re.match(r"([\w.-]+)\s*([^;]*)", line) for line in lines if asked.match(line))
    return {match[1]: match[2].strip() for match in found if match[1] != "dlcourse" or not extra}


def own_version():
    """Which dlcourse is installed, in a word."""
    try:
        return importlib.metadata.version("dlcourse")
    except importlib.metadata.PackageNotFoundError:
        return "of this folder"


def lack(name, wanted, installed=importlib.metadata.version):
    """Say in a few words how a package is not as wanted; empty if it is.

    Parameters
    ----------
    name : str
    wanted : str
        Such as ``">=2.1"``; only ``>=`` and ``==`` are looked at.
    installed : callable
        Gives the version of what is installed.
    """
    try:
        version = installed(name)
    except importlib.metadata.PackageNotFoundError:
        return f"{name} is missing"
    for sign, bound in re.findall(r"(>=|==)\s*([\d.]+)", wanted):
        have, due = _numbers(version), _numbers(bound)
        if (have < due) if sign == ">=" else (have[: len(due)] != due):
            return f"{name} is {version} ({sign}{bound} is needed)"
    return ""


def _numbers(version):
    """The numbers of a version, for comparing; what stands after them is left out."""
    return [int(part) for part in re.match(r"\d+(\.\d+)*", version)[0].split(".")]


def hidden(folder, needed=None):
    """Name the files in a folder that Python would import in the place of a package.

    Parameters
    ----------
    folder : Path
    needed : iterable of str, optional
        Names of packages; by default those that dlcourse requires.

    Returns
    -------
    list of Trouble
    """
    names = requirements() if needed is None else needed
    modules = {MODULES.get(name, name.replace("-", "_")) for name in [*names, "torch"]}
    found = []
    for file in sorted(Path(folder).glob("*.py")):
        if file.stem in modules or file.stem in sys.stdlib_module_names:
            whose = "the package" if file.stem in modules else "Python's own"
            text = (
                f"{file.name} in this folder hides {whose} {file.stem}: give it another name, then "
                "restart the kernel."
            )
            found.append(Trouble(text, file.stem == "numpy"))
    return found
