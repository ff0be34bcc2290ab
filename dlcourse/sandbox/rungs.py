"""The ways to shut a warm process in, strongest first, and how each one starts.

A rung is the name of a way; an attempt is one command to try. Root in a plain machine needs no user
namespace, root in a container may need one, anybody else always does.
"""

import json
import os
import shutil
import sys
import tempfile
from functools import partial
from pathlib import Path

from dlcourse.sandbox import visible
from dlcourse.sandbox.fresh_process import FreshProcess
from dlcourse.sandbox.warm_process import WarmProcess

BUBBLEWRAP, UNSHARE, RLIMITS = RUNGS = ("bubblewrap", "unshare", "rlimits")
COMMAND = [visible.EXECUTABLE, "-P", "-s", "-S", "-B", f"{visible.CODE}/warm.py"]
USER = 60_000  # what the warm process is called in a user namespace
CAPABILITIES = ("KILL", "SETGID", "SETPCAP", "SETUID", "SYS_ADMIN")


def attempts(kind):
    """List ``(rung, start)`` to try in turn; ``start(message)`` gives something that runs jobs."""
    if sys.platform != "linux":
        return []
    users = [None, USER] if os.getuid() == 0 else [USER]
    executable = shutil.which("bwrap")
    boxes = [bubblewrap_command(executable, kind, user) for user in users] if executable else []
    found = [(BUBBLEWRAP, partial(WarmProcess, box)) for box in boxes]
    found += [(UNSHARE, partial(_start_unshared, kind, user)) for user in users]
    # some systems let bubblewrap make namespaces, but nobody inside it
    boxes = [[*box, "--once"] for box in boxes]
    return found + [(BUBBLEWRAP, partial(FreshProcess, box, kind=kind)) for box in boxes]


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
    return [*command, "--chdir", "/tmp", "--", *COMMAND]


def _bubblewrap_entry(how, source, target):
    return {
        "bind": ["--ro-bind", source, target],
        "device": ["--dev-bind", source, target],
        "symlink": ["--symlink", source, target],
        "dir": ["--perms", "0755", "--dir", target],
        "tmpfs": ["--perms", "1777", "--size", str(64 << 20), "--tmpfs", target],
        "hide": ["--perms", "0555", "--tmpfs", target],
        "proc": ["--proc", target],
    }[how]


def _start_unshared(kind, user, message):
    """Do with `isolation.enter` what bubblewrap would do."""
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
    return WarmProcess(command, message, cleanup=Path(root).rmdir)
