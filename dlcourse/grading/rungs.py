"""The ways to shut a warm process in, strongest first, and how each one starts.

A rung is the name of a way; an attempt is one command to try. Root in a plain machine needs no user
namespace, root in a container may need one, anybody else always does.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from dlcourse.grading import visible

BUBBLEWRAP, UNSHARE, RLIMITS = RUNGS = ("bubblewrap", "unshare", "rlimits")
COMMAND = [visible.EXECUTABLE, "-P", "-s", "-S", "-B", f"{visible.CODE}/warm.py"]
USER = 60_000  # what the warm process is called in a user namespace
CAPABILITIES = ("KILL", "SETGID", "SETPCAP", "SETUID", "SYS_ADMIN")


class WarmProcess:
    """A running warm process and the channel to it; `close` leaves nothing of it behind."""

    def __init__(self, command, start, cleanup=None):
        self._cleanup = cleanup
        self._noise = tempfile.TemporaryFile()
        self.control, theirs = socket.socketpair()
        self.control.settimeout(60)
        try:
            with theirs:
                self._process = subprocess.Popen(
                    command,
                    stdin=theirs,
                    stdout=subprocess.DEVNULL,
                    stderr=self._noise,
                    env={},
                    start_new_session=True,  # ctrl-c is for us to handle
                )
            self._send(start)
        except BaseException:
            self.close()
            raise

    def _send(self, start):
        try:
            self.control.sendall(len(start).to_bytes(8, "big") + start)
            answer = self.control.recv(1)
        except ConnectionError:
            answer = b""
        if answer != b"w":
            self._process.wait(timeout=10)
            raise OSError(self._last_words())

    def _last_words(self):
        self._noise.seek(0)
        lines = self._noise.read().decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else "it ended without a word"

    def close(self):
        self.control.close()  # the warm process ends when this end is gone
        process = getattr(self, "_process", None)
        if process is not None:
            try:
                process.wait(timeout=2)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._noise.close()
        if self._cleanup:
            self._cleanup()


def attempts(kind):
    """List ``(rung, function)`` to try in turn; the function starts a `WarmProcess`."""
    if sys.platform != "linux":
        return []
    users = [None, USER] if os.getuid() == 0 else [USER]
    bubblewrap = shutil.which("bwrap")
    found = []
    if bubblewrap:
        found += [(BUBBLEWRAP, _bubblewrap(bubblewrap, kind, user)) for user in users]
    return found + [(UNSHARE, _unshare(kind, user)) for user in users]


def _bubblewrap(executable, kind, user):
    def start(message):
        return WarmProcess(bubblewrap_command(executable, kind, user), message)

    return start


def bubblewrap_command(executable, kind, user):
    """Spell out what bubblewrap is told; `user` None makes no user namespace (root only)."""
    command = [executable, "--die-with-parent", "--new-session", "--clearenv", "--cap-drop", "ALL"]
    if user is None:
        command += ["--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts"]
    else:
        command += ["--unshare-user", "--unshare-all", "--uid", str(user), "--gid", str(user)]
    for name in CAPABILITIES:
        command += ["--cap-add", f"CAP_{name}"]
    for name, value in visible.ENVIRONMENT.items():
        command += ["--setenv", name, value]
    entries = visible.visible_entries(kind)
    # the parents first: bubblewrap would make them unreadable for others than root
    for folder in sorted({str(p) for e in entries for p in Path(e[2]).parents if p.name}):
        command += ["--perms", "0755", "--dir", folder]
    for entry in entries:
        command += _bubblewrap_entry(*entry)
    for target in ["/"] + [target for how, _, target in entries if how == "hide"]:
        command += ["--remount-ro", target]
    return [*command, "--chdir", "/", "--", *COMMAND]


def _bubblewrap_entry(how, source, target):
    return {
        "bind": ["--ro-bind", source, target],
        "device": ["--dev-bind", source, target],
        "symlink": ["--symlink", source, target],
        "dir": ["--perms", "0755", "--dir", target],
        "hide": ["--perms", "0555", "--tmpfs", target],
        "proc": ["--proc", target],
    }[how]


def _unshare(kind, user):
    """Do with `isolation.enter` what bubblewrap would do."""

    def start(message):
        root = tempfile.mkdtemp(prefix="dlcourse-root-")
        order = {
            "root": root,
            "user": user,
            "entries": visible.visible_entries(kind),
            "command": COMMAND,
            "capabilities": CAPABILITIES,
            "environment": visible.ENVIRONMENT,
        }
        script = str(Path(__file__).with_name("isolation.py"))
        command = [sys._base_executable, "-I", "-S", "-B", script, json.dumps(order)]
        return WarmProcess(command, message, cleanup=lambda: Path(root).rmdir())

    return start
