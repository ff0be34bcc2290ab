"""Look at the machine, and say in plain words what to do about what is found."""

import importlib.metadata
import os
import re
import sys
import tempfile
import warnings
from dataclasses import dataclass
from pathlib import Path

from dlcourse.checks.surroundings import hidden, lack, own_version, requirements
from dlcourse.extras import extras_here, how_to_have, pip, with_extras
from dlcourse.extras import installed as has
from dlcourse.learner.copies import worked_in_course
from dlcourse.learner.lab import kernel_program, own_home
from dlcourse.paths import brought, opening, renewal, source_root

MEMORY = 1 << 30  # what a whole lecture may take
DISK = 1 << 30  # notebooks, and the data sets of the later lectures


@dataclass(frozen=True)
class Finding:
    """One thing looked at.

    Attributes
    ----------
    level : str
        "ok", "note" (something is missing or slower) or "stop" (nothing can be learnt like this).
    text : str
        What was found.
    remedy : str
        What to do; empty if nothing.
    """

    level: str
    text: str
    remedy: str = ""

    def __str__(self):
        lines = [f"{self.level:<5}{self.text}"]
        lines += [f"     -> {self.remedy}"] if self.remedy else []
        return "\n".join(lines)


def examine(root):
    """Look at everything that the course needs.

    Parameters
    ----------
    root : Path
        The learner's folder, as in `dlcourse.learner.copies`.

    Returns
    -------
    list of Finding
        A finding of level "stop" blocks learning; nothing else does.
    """
    disk = _safely(lambda: look_at_disk(root))
    with tempfile.TemporaryDirectory() as other:
        # where nothing was opened yet, or nothing can be, a look leaves nothing behind
        used = root if root.is_dir() and disk.level != "stop" else Path(other)
        looks = [
            look_at_python,
            lambda: look_at_packages(source_root(root) / "constraints.txt"),
            look_at_jupyterlab,
            lambda: look_at_kernel(used),
            lambda: look_at_folder(root),
            look_at_threads,
            look_at_accelerator,
            look_at_sandbox,
            look_at_memory,
            *([lambda: look_at_home(root)] if disk.level != "stop" else []),
        ]
        return [*map(_safely, looks), disk]


def _safely(look):
    try:
        return look()
    except Exception as error:  # a broken package must not hide the other findings
        return Finding("note", f"a look at this machine failed: {type(error).__name__}: {error}")


def look_at_python(version=sys.version_info):
    """The course needs 3.11."""
    text = "Python {}.{}.{}".format(*version[:3])
    if tuple(version[:2]) < (3, 11):
        remedy = f"The course needs 3.11 or newer: install it, and this anew: {renewal()}."
        return Finding("stop", text, remedy)
    return Finding("ok", text)


def look_at_packages(constraints, installed=importlib.metadata.version):
    """Every package that the course requires, or an extra that is here: its version, is it tested?

    One that is missing, or too old, blocks learning; an extra's does not.
    """
    required = requirements()
    lacking = [text for name, due in required.items() if (text := lack(name, due, installed))]
    if lacking:
        return Finding("stop", "; ".join(lacking), _remedy())
    for extra in extras_here():
        more = requirements(extra)
        old = [text for name, due in more.items() if (text := lack(name, due, installed))]
        if old:
            return Finding("note", "; ".join(old), f"To have what is needed: {how_to_have(extra)}")
        required |= more
    tested = read_pins(constraints) if constraints.is_file() else {}
    other = []
    for name in map(normalized, required):
        version = installed(name).split("+")[0]
        if tested.get(name, version) != version:
            other.append(f"{name} {version} (tested: {tested[name]})")
    if other:
        remedy = f"Probably fine. To have the tested ones: {_tested(constraints)}."
        return Finding("note", f"other versions than tested: {', '.join(other)}", remedy)
    return Finding("ok", f"{len(required)} packages, all as tested")


def _tested(constraints):
    """How to install the versions that the tests have seen."""
    if brought():
        return f'`{pip()} install -c "{constraints}" "{with_extras()}"`'
    return "`make clean`, then `make lab`"


def _remedy():
    if os.environ.get("PYTHONPATH"):
        return (
            f"PYTHONPATH ({os.environ['PYTHONPATH']}) puts other packages before the course's: "
            f"`unset PYTHONPATH`, then {opening()}."
        )
    return f"To install them: {renewal()}."


def look_at_jupyterlab():
    """`dlcourse lab` opens JupyterLab; another program may show the notebooks, too."""
    if has("lab"):
        return Finding("ok", "JupyterLab is here")
    text = "no JupyterLab here: `dlcourse lab` makes your copies and cannot open them"
    return Finding("note", text, f"To have it: {how_to_have('lab')}")


def look_at_kernel(root, program=None):
    """Notebooks must run in the Python that has the course: where they do not, nothing works."""
    program = program or kernel_program(root)
    if Path(program).absolute() != Path(sys.executable).absolute():  # links tell venvs apart
        text = f"notebooks would run in {program}, and the course is in {sys.executable}"
        remedy = "Some kernel `python3` stands before the course's: see `jupyter kernelspec list`."
        return Finding("stop", text, remedy)
    return Finding("ok", f"notebooks run in {program}")


def look_at_folder(root):
    """Work in the release itself, and files that hide a package from the notebooks beside them."""
    hiding = []
    for folder in sorted({path.parent for path in (root / "learn").rglob("*.ipynb")}):
        hiding += [f"{folder.name}: {trouble.text}" for trouble in hidden(folder)]
    if hiding:
        return Finding("note", " ".join(hiding), "A notebook imports such a file by its name.")
    worked = worked_in_course(root)
    if worked:
        remedy = f"{opening()} takes your work to learn/, and says how to restore the release."
        return Finding("note", f"you have worked in course/ itself: {', '.join(worked)}", remedy)
    if source_root(root) == root:
        return Finding("ok", "course/ is as released")
    learn = root / "learn"
    if not any(learn.glob("*/*.ipynb")):
        text = f"no copies of the lectures are in {learn} yet"
        return Finding("note", text, f"{opening()} makes them; from another folder, `--to FOLDER`.")
    return Finding("ok", f"your copies are in {learn}; this is dlcourse {own_version()}")


def look_at_home(root):
    """JupyterLab keeps its settings in the home folder, and we the learner's progress."""
    instead = own_home(root, os.environ).get("HOME")
    if instead:
        text = f"the home folder {Path.home()} takes no files"
        return Finding("note", text, f"Settings and progress are kept in {instead} instead.")
    return Finding("ok", "the home folder takes settings and progress")


def read_pins(path):
    """Read ``name==version`` lines."""
    lines = path.read_text(encoding="utf-8").splitlines()
    pins = [line.split("==") for line in lines if re.match(r"[\w.-]+==", line)]
    return {normalized(name): version.strip() for name, version in pins}


def normalized(name):
    """Write a package's name as pip compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def look_at_threads():
    """Small matrices gain nothing from several BLAS threads."""
    import numpy  # noqa: F401  so that its BLAS is loaded
    from threadpoolctl import threadpool_info

    blas = [entry for entry in threadpool_info() if entry["user_api"] == "blas"]
    if not blas:
        return Finding("ok", "NumPy's BLAS does not say how many threads it uses")
    name, threads = blas[0]["internal_api"], max(entry["num_threads"] for entry in blas)
    text = f"NumPy's BLAS ({name}) uses {threads} thread{'s' * (threads > 1)} here"
    if threads > 1:
        return Finding("ok", f"{text}, and one in notebooks that {opening()} opens")
    return Finding("ok", text)


def look_at_accelerator():
    """A GPU helps in the later lectures; no lecture needs one."""
    if not has("torch"):
        text = "no PyTorch here: lectures from 05 on need it, and a few cells before"
        return Finding("note", text, f"To have it: {how_to_have('torch')}")
    import torch

    build = f"CUDA {torch.version.cuda}" if torch.version.cuda else "no CUDA"
    taken = f"PyTorch {torch.__version__} ({build})"
    if torch.cuda.is_available():
        properties = torch.cuda.get_device_properties(0)
        size = properties.total_memory / 2**30
        return Finding("ok", f"GPU: {properties.name}, {size:.0f} GiB ({taken}: cuda)")
    if torch.backends.mps.is_available():
        return Finding("ok", f"GPU: Apple's ({taken}: mps)")
    return Finding("ok", f"no GPU that {taken} can use; every lecture runs without one")


def look_at_sandbox():
    """Learning needs no sandbox, grading a class does."""
    if sys.platform == "win32":
        return _no_sandbox("this is Windows")
    from dlcourse.sandbox.sandbox import Sandbox, SandboxError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Sandbox() as sandbox:
                rung = sandbox.rung
    except (SandboxError, OSError) as error:
        return _no_sandbox(error)
    if rung != "bubblewrap":
        remedy = "Better: sudo apt-get install bubblewrap."
        return Finding("note", f"sandbox for grading: {rung}, second best though safe", remedy)
    return Finding("ok", f"sandbox for grading: {rung}")


def _no_sandbox(reason):
    remedy = "Nothing to do for learning. To grade a class, use Linux with bubblewrap"
    remedy += "." if brought() else "; docs/cluster.md lists what may forbid it."
    return Finding("note", f"no sandbox for grading others' notebooks ({reason})", remedy)


def look_at_memory():
    """A lecture takes up to 1 GB."""
    import psutil

    free = psutil.virtual_memory().available
    text = f"{free / 2**30:.1f} GiB of memory free"
    if free < MEMORY:
        remedy = "A lecture may take 1 GB: close other programs, and notebooks you are not using."
        return Finding("note", text, remedy)
    return Finding("ok", text)


def look_at_disk(root):
    """Answers must be saved: the folder learn/ has to take them."""
    import psutil

    learn = root / "learn"
    there = next(folder for folder in (learn, *learn.parents) if os.path.lexists(folder))
    try:
        trial = there / ".trial"
        trial.touch()
        trial.unlink()
    except OSError as error:
        remedy = "Notebooks could not be saved there: "
        if brought():
            remedy += "name a folder of your own, `dlcourse lab --to FOLDER`."
        else:
            remedy += "copy the course to a folder of your own."
        return Finding("stop", f"{learn} cannot be written to: {error.strerror}", remedy)
    free = psutil.disk_usage(str(there)).free
    text = f"{free / 2**30:.1f} GiB of disk free"
    if free < DISK:
        return Finding("note", text, "Make room: data sets of later lectures may not fit.")
    return Finding("ok", text)
