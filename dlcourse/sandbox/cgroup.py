"""A second bound on memory and processes: a cgroup (version 2), where the operator hands one on.

The folder that `VARIABLE` names must have the controllers memory and pids for its children and hold
no process itself. Each warm process gets a child of it, with all its jobs.
"""

import os
import secrets
import time
from contextlib import suppress
from pathlib import Path

VARIABLE = "DLCOURSE_CGROUP"
NEEDED = {"memory", "pids"}
MEMORY = 4 << 30  # bytes: no job gets there by what its process may map
PROCESSES = 16  # bubblewrap's, the warm process, one job
GOING = 2.0  # seconds until the last process has left


class Cgroup:
    """One warm process's bounds.

    Raises
    ------
    OSError
        If the folder is none that can be used so: bounds that were asked for are not left out.
    """

    def __init__(self, parent):
        enabled = set(Path(parent, "cgroup.subtree_control").read_text().split())
        if not enabled >= NEEDED:
            names = ", ".join(sorted(NEEDED - enabled))
            raise OSError(f"{VARIABLE} names {parent}, which hands on no {names}")
        self.folder = Path(parent, f"dlcourse-{os.getpid()}-{secrets.token_hex(4)}")
        self.folder.mkdir()
        bounds = {"memory.max": MEMORY, "memory.swap.max": 0, "pids.max": PROCESSES}
        try:
            for name, bound in bounds.items():
                self._write(name, bound)
        except BaseException:
            self.close()
            raise

    def _write(self, name, bound):
        with suppress(FileNotFoundError if "swap" in name else ()):  # a kernel without swap
            (self.folder / name).write_text(str(bound))

    def command(self, command):
        """A command that enters the group before anything of it runs."""
        enter = 'echo 0 > "$0" && exec "$@"'
        return ["/bin/sh", "-c", enter, str(self.folder / "cgroup.procs"), *command]

    def close(self):
        """Take the group away; its processes have ended."""
        deadline = time.monotonic() + GOING
        while time.monotonic() < deadline:
            try:
                return self.folder.rmdir()
            except OSError:
                time.sleep(0.01)


def wanted():
    """The group for a warm process that starts now; None if the operator names none."""
    parent = os.environ.get(VARIABLE)
    return Cgroup(parent) if parent else None
