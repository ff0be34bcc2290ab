"""What is visible inside the sandbox: Python, the system's libraries, NumPy; nothing else.

A list of entries ``(kind, source, target)`` that bubblewrap's arguments and
`dlcourse.sandbox.isolation.build_root` are both made from. Kinds: ``bind`` (read-only), ``device``,
``symlink``, ``dir`` (empty), ``tmpfs`` (torch wants to write somewhere while it loads; a job gets
its own), ``hide`` (an empty folder over what is there), ``proc``.
"""

import importlib.metadata
import importlib.util
import platform
import re
import sys
import sysconfig
from pathlib import Path

SITE = "/site"
PYTHON = "/python"
CODE = "/sandbox"
EXECUTABLE = f"{PYTHON}/bin/python"
INSIDE = ("warm.py",)
NUMPY = ("numpy", "numpy.fft", "numpy.linalg", "numpy.random")
# what is loaded once, before any job: torch's optimizers would load _dynamo, for 1.6 s, in each
IMPORTS = {"numpy": NUMPY, "torch": (*NUMPY, "torch", "torch._dynamo")}

# one BLAS thread; a fixed order of sets, so that a second run gives the first one's answers
ENVIRONMENT = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
    "LD_LIBRARY_PATH": f"{PYTHON}/lib",
}


def visible_entries(kind):
    """List what a warm process of `kind` ("numpy" or "torch") sees."""
    entries = [("proc", None, "/proc"), ("dir", None, "/dev")]
    entries += [("tmpfs", None, folder) for folder in ("/tmp", "/dev/shm")]
    for name in ("null", "zero", "full", "random", "urandom"):
        entries.append(("device", f"/dev/{name}", f"/dev/{name}"))
    entries += _system_entries() + _python_entries()
    entries += [("bind", str(path), f"{SITE}/{path.name}") for path in package_paths(kind)]
    here = Path(__file__).parent
    return entries + [("bind", str(here / name), f"{CODE}/{name}") for name in INSIDE]


def _system_entries():
    """Show the system's shared libraries, without the rest of /usr/lib where that can be told."""
    own = sysconfig.get_config_var("MULTIARCH") or f"{platform.machine()}-linux-gnu"
    entries = []
    for folder in ("/lib", "/lib64", "/usr/lib", "/usr/lib64"):
        path = Path(folder)
        if path.is_symlink():
            entries.append(("symlink", str(path.readlink()), folder))
        elif (path / own).is_dir():
            entries.append(("bind", f"{folder}/{own}", f"{folder}/{own}"))
        elif path.is_dir():
            entries.append(("bind", folder, folder))
            entries += _hide_packages(path, folder)
    settings = "/etc/ld.so.cache", "/etc/alternatives"  # where libraries are, under which name
    return entries + [("bind", path, path) for path in settings if Path(path).exists()]


def _python_entries():
    """Show the base Python at a neutral place: it may live in somebody's home folder."""
    entries = [("bind", str(Path(sys._base_executable).resolve()), EXECUTABLE)]
    version = "python{}.{}".format(*sys.version_info)
    for name in sorted({"lib", sys.platlibdir}):
        library, target = Path(sys.base_prefix, name), f"{PYTHON}/{name}"
        if Path(sys.base_prefix, "conda-meta").is_dir():  # its Python needs more than its own
            entries.append(("bind", str(library), target))
        else:
            needed = [library / version, *library.glob("libpython*.so*")]
            entries += [("bind", str(p), f"{target}/{p.name}") for p in needed if p.exists()]
        entries += _hide_packages(library, target, version)
    return entries


def _hide_packages(folder, target, python="python3*"):
    """Hide what is installed beside a standard library: dlcourse itself may be there."""
    hidden = [*folder.glob(f"{python}/site-packages"), *folder.glob(f"{python}/dist-packages")]
    return [("hide", None, f"{target}/{path.relative_to(folder)}") for path in sorted(hidden)]


def package_paths(kind):
    """List the files and folders of NumPy, or of torch and all that it requires."""
    if kind == "numpy":
        folder = Path(importlib.util.find_spec("numpy").submodule_search_locations[0])
        libraries = folder.with_name("numpy.libs")
        return [folder] + ([libraries] if libraries.is_dir() else [])
    paths = set(package_paths("numpy"))
    for name in _required("torch", set()):
        distribution = importlib.metadata.distribution(name)
        tops = {file.parts[0] for file in distribution.files or () if file.parts[0] != ".."}
        places = (Path(distribution.locate_file(top)) for top in tops)
        paths |= {p for p in places if p.exists() and p.suffix != ".pth" and p.name[0] != "_"}
    return sorted(paths)


def _required(name, seen):
    """Collect a distribution and, without its extras, whatever it requires and is installed."""
    try:
        lines = importlib.metadata.requires(name) or []
    except importlib.metadata.PackageNotFoundError:
        return seen
    seen.add(name)
    for line in lines:
        required = re.match(r"[\w.-]+", line).group().lower()
        if "extra ==" not in line and required not in seen:
            _required(required, seen)
    return seen
