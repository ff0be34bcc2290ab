"""Start JupyterLab in learn/, on a desk, in a container, or on a machine without a browser."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import webbrowser
from pathlib import Path

from dlcourse.extras import need

KERNEL = "python3"  # what every notebook of the course asks for
# what a learner meets for no good: a question about news, and the instructor's panels and menus
ANNOUNCEMENTS = "@jupyterlab/apputils-extension:announcements"
HIDDEN = [
    ANNOUNCEMENTS,
    "@jupyter/nbgrader:assignment-list",
    "@jupyter/nbgrader:course-list",
    "@jupyter/nbgrader:create-assignment",
    "@jupyter/nbgrader:formgrader",
    "@jupyter/nbgrader:menu",
    "jupyterlab-jupytext:plugin",
]


def start(root, flags=(), lecture=None):
    """Run JupyterLab until it is stopped.

    Parameters
    ----------
    root : Path
        The course's root folder; learn/ in it exists.
    flags : sequence of str
        Passed on to JupyterLab, after ours and so stronger.
    lecture : str, optional
        A lecture to open; by default JupyterLab opens what was open the last time.

    Returns
    -------
    int
        JupyterLab's exit status (on Linux and macOS this process becomes JupyterLab instead).
    """
    need("lab", "dlcourse lab")
    line = command(root, flags, lecture)
    surroundings = environment(root, os.environ)
    if sys.platform != "win32":
        sys.stdout.flush()
        os.execve(line[0], line, surroundings)  # so that signals reach JupyterLab itself
    process = subprocess.Popen(line, env=surroundings)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:  # JupyterLab has it, too, and ends its kernels in its own time
            continue


def command(root, flags=(), lecture=None):
    """Spell out how JupyterLab is started."""
    # -P: a random.py or email.py in the current folder must not stand in for Python's own
    line = [sys.executable, "-P", "-m", "jupyterlab", f"--ServerApp.root_dir={root / 'learn'}"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        line.append("--allow-root")  # a container's user is often root
    if not browser_at_hand():
        line.append("--no-browser")
    if lecture:
        line.append(f"--LabApp.default_url=/lab/tree/{lecture}/{lecture}.ipynb")
    return [*line, *flags]


def environment(root, before):
    """Give JupyterLab's environment: our settings and kernel first, our programs on PATH."""
    settings = write_settings(root)

    def first(one, name):
        return os.pathsep.join([str(one), before[name]] if before.get(name) else [str(one)])

    return {
        # several threads gain nothing on matrices this small, and cost much on a busy machine
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        **own_numbers(root),
        **before,
        **own_home(root, before),
        "JUPYTER_CONFIG_PATH": first(settings, "JUPYTER_CONFIG_PATH"),
        "JUPYTER_PATH": first(settings, "JUPYTER_PATH"),
        "PATH": first(Path(sys.executable).parent, "PATH"),
    }


def own_home(root, before):
    """Give, as an environment, a home in the course where the learner's own takes no files.

    JupyterLab, IPython and matplotlib keep settings there, and we the learner's progress.
    """
    if sys.platform == "win32" or writable(Path(before.get("HOME") or Path.home())):
        return {}
    home = root / ".dlcourse" / "home"
    home.mkdir(parents=True, exist_ok=True)
    return {"HOME": str(home)}


def writable(folder):
    """Tell whether files can be made in a folder, by making one: rights alone do not tell."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def own_numbers(root):
    """Say, as an environment, where a course of your own has the numbers of its checks."""
    numbers = root / "build" / "numbers"
    return {"DLCOURSE_NUMBERS": str(numbers)} if numbers.is_dir() else {}


def write_settings(root):
    """Write settings and kernel of this course's JupyterLab; the learner's own are left alone.

    A kernel of the same name that some JUPYTER_PATH holds would run another Python.
    """
    folder = root / ".dlcourse" / "jupyter"
    file = folder / "labconfig" / "page_config.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    settings = {"disabledExtensions": dict.fromkeys(HIDDEN, True)}
    file.write_text(json.dumps(settings, indent=1), encoding="utf-8")
    _write_kernel(folder / "kernels" / KERNEL / "kernel.json")
    return folder


def _write_kernel(file):
    from ipykernel.kernelspec import get_kernel_dict

    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(get_kernel_dict(), indent=1), encoding="utf-8")


def kernel_program(root):
    """The Python in which the JupyterLab that we start will run notebooks."""
    from jupyter_client.kernelspec import KernelSpecManager

    manager = KernelSpecManager()
    ours = environment(root, os.environ)["JUPYTER_PATH"].split(os.pathsep)
    manager.kernel_dirs = [*(str(Path(path) / "kernels") for path in ours), *manager.kernel_dirs]
    program = manager.get_kernel_spec(KERNEL).argv[0]
    return sys.executable if program in ("python", "python3") else shutil.which(program) or program


def browser_at_hand():
    """Tell whether a browser can be opened for the learner on this machine."""
    if sys.platform.startswith("linux"):
        displays = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
        if os.geteuid() == 0 or not displays:
            return False
    try:
        webbrowser.get()
    except webbrowser.Error:
        return False
    return True
