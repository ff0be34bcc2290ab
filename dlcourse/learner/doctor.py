"""Look at the machine, and say in plain words what to do about what is found."""

import importlib.metadata
import re
import sys
import warnings
from dataclasses import dataclass

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
        The course's root folder.

    Returns
    -------
    list of Finding
        A finding of level "stop" blocks learning; nothing else does.
    """
    looks = [
        look_at_python,
        lambda: look_at_packages(root / "constraints.txt"),
        look_at_threads,
        look_at_accelerator,
        look_at_sandbox,
        look_at_memory,
        lambda: look_at_disk(root),
    ]
    return [_safely(look) for look in looks]


def _safely(look):
    try:
        return look()
    except Exception as error:  # a broken package must not hide the other findings
        return Finding("note", f"a look at this machine failed: {type(error).__name__}: {error}")


def look_at_python(version=sys.version_info):
    """The course needs 3.11."""
    text = "Python {}.{}.{}".format(*version[:3])
    if tuple(version[:2]) < (3, 11):
        remedy = "The course needs 3.11 or newer: install it, delete .venv, then `make lab`."
        return Finding("stop", text, remedy)
    return Finding("ok", text)


def look_at_packages(constraints, installed=importlib.metadata.version):
    """Every package that the course requires, against the versions that it was tested with."""
    required = required_packages()
    tested = read_pins(constraints) if constraints.is_file() else {}
    missing, other = [], []
    for name in required:
        try:
            version = installed(name).split("+")[0]
        except importlib.metadata.PackageNotFoundError:
            missing.append(name)
            continue
        if tested.get(name, version) != version:
            other.append(f"{name} {version} (tested: {tested[name]})")
    if missing:
        remedy = "Run `make lab` again; it installs them."
        return Finding("stop", f"missing packages: {', '.join(missing)}", remedy)
    if other:
        remedy = "Probably fine. To have the tested ones: `make clean`, then `make lab`."
        return Finding("note", f"other versions than tested: {', '.join(other)}", remedy)
    return Finding("ok", f"{len(required)} packages, all as tested")


def required_packages():
    """Name what dlcourse itself requires, extras left out, as pip normalizes names."""
    lines = importlib.metadata.requires("dlcourse") or []
    names = [re.match(r"[\w.-]+", line)[0] for line in lines if "extra ==" not in line]
    return [normalized(name) for name in names]


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
        return Finding("ok", f"{text}, and one in notebooks that `make lab` opens")
    return Finding("ok", text)


def look_at_accelerator():
    """A GPU helps in the later lectures; no lecture needs one."""
    import torch

    if torch.cuda.is_available():
        properties = torch.cuda.get_device_properties(0)
        size = properties.total_memory / 2**30
        return Finding("ok", f"GPU: {properties.name}, {size:.0f} GiB (PyTorch: cuda)")
    if torch.backends.mps.is_available():
        return Finding("ok", "GPU: Apple's (PyTorch: mps)")
    return Finding("ok", "no GPU that PyTorch can use; every lecture runs without one")


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
    remedy = "Nothing to do for learning. To grade a class, use Linux with bubblewrap."
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
    try:
        learn.mkdir(exist_ok=True)
        trial = learn / ".trial"
        trial.touch()
        trial.unlink()
    except OSError as error:
        remedy = "Notebooks could not be saved there: copy the course to a folder of your own."
        return Finding("stop", f"{learn} cannot be written to: {error.strerror}", remedy)
    free = psutil.disk_usage(str(learn)).free
    text = f"{free / 2**30:.1f} GiB of disk free"
    if free < DISK:
        return Finding("note", text, "Make room: data sets of later lectures may not fit.")
    return Finding("ok", text)
