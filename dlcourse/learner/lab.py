"""Start JupyterLab in learn/, on a desk, in a container, or on a machine without a browser."""

import json
import os
import subprocess
import sys
import webbrowser
from pathlib import Path

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
    line = command(root, flags, lecture)
    surroundings = environment(root, os.environ)
    if sys.platform != "win32":
        sys.stdout.flush()
        os.execve(line[0], line, surroundings)  # so that signals reach JupyterLab itself
    return subprocess.run(line, env=surroundings, check=False).returncode


def command(root, flags=(), lecture=None):
    """Spell out how JupyterLab is started."""
    line = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={root / 'learn'}"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        line.append("--allow-root")  # a container's user is often root
    if not browser_at_hand():
        line.append("--no-browser")
    if lecture:
        line.append(f"--LabApp.default_url=/lab/tree/{lecture}/{lecture}.ipynb")
    return [*line, *flags]


def environment(root, before):
    """Give JupyterLab's environment: our settings first, the course's programs on PATH."""
    settings = write_settings(root)
    path = before.get("JUPYTER_CONFIG_PATH")
    return {
        # several threads gain nothing on matrices this small, and cost much on a busy machine
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        **own_numbers(root),
        **before,
        "JUPYTER_CONFIG_PATH": os.pathsep.join([str(settings), path] if path else [str(settings)]),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), before.get("PATH", "")]),
    }


def own_numbers(root):
    """Say, as an environment, where a course of your own has the numbers of its checks."""
    numbers = root / "build" / "numbers"
    return {"DLCOURSE_NUMBERS": str(numbers)} if numbers.is_dir() else {}


def write_settings(root):
    """Write the settings of this course's JupyterLab; the learner's own are left alone."""
    folder = root / ".dlcourse" / "jupyter"
    file = folder / "labconfig" / "page_config.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    settings = {"disabledExtensions": dict.fromkeys(HIDDEN, True)}
    file.write_text(json.dumps(settings, indent=1), encoding="utf-8")
    return folder


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
