"""One fresh process for each job: slow, and only as safe as the command that starts it.

Without bubblewrap around it this is the weakest rung. It runs on every platform and stops accidents
(endless loops, too much memory), not attacks.
"""

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

try:
    import resource
except ImportError:  # Windows
    resource = None

from dlcourse.sandbox import cgroup, visible
from dlcourse.sandbox.exchange import Ending, frame_ends, interpret

LOADING = 120  # seconds for Python, NumPy and torch to load


class FreshProcess:
    """Start a process for each job; `command` None means this Python, with limits only."""

    def __init__(self, command, message, kind):
        self._group = cgroup.wanted()
        self._folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self._command = command or bare_command()
        if self._group:
            self._command = self._group.command(self._command)
        if command is None:
            site = link_packages(self._folder.name, kind)
            message = json.dumps({**json.loads(message), "site": site}).encode()
        self._message = message

    def close(self):
        self._folder.cleanup()
        if self._group:
            self._group.close()

    def run(self, order, job, limits):
        """Run one job in a process that ends with it."""
        parts = (self._message, order, job)
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=bare_environment(),
                cwd=folder,
                start_new_session=True,
                bufsize=0,
            )
            try:
                text = b"".join(len(part).to_bytes(8, "big") + part for part in parts)
                incoming, timed_out, seconds = _converse(process, text, limits)
                ending = _ending(process, timed_out, seconds)
                return interpret(incoming, limits, ending)
            finally:
                _kill(process)


def bare_command():
    warm = Path(__file__).with_name("warm.py")
    return [sys._base_executable, "-P", "-s", "-S", "-B", str(warm), "--once"]


def bare_environment():
    needed = {"LD_LIBRARY_PATH": f"{sys.base_prefix}/lib"}
    if sys.platform == "win32":
        needed = {"SYSTEMROOT": os.environ["SYSTEMROOT"]}
    return visible.ENVIRONMENT | needed


def link_packages(folder, kind):
    """Make `folder` hold NumPy alone, where links are to be had; return what to search."""
    paths = visible.package_paths(kind)
    if sys.platform == "win32":
        return str(paths[0].parent)
    for path in paths:
        Path(folder, path.name).symlink_to(path)
    return folder


def _converse(process, text, limits):
    pieces = queue.Queue()
    room = limits.output + (1 << 16)
    feeder = threading.Thread(target=_feed, args=(process.stdin, memoryview(text)), daemon=True)
    reader = threading.Thread(target=_read, args=(process.stdout, pieces, room), daemon=True)
    feeder.start()
    reader.start()
    incoming, begun, timed_out = bytearray(), None, False
    deadline = time.monotonic() + LOADING
    while not frame_ends(incoming, limits.output):
        try:
            piece = pieces.get(timeout=max(deadline - time.monotonic(), 0))
        except queue.Empty:
            timed_out = True
            break
        if not piece:
            break
        incoming += piece
        if begun is None:  # it has loaded what it needs: the answer's time starts here
            begun = time.monotonic()
            deadline = begun + limits.seconds
    seconds = time.monotonic() - (begun or time.monotonic())
    return bytes(incoming), timed_out, seconds


def _feed(stdin, text):
    with contextlib.suppress(OSError), stdin:  # it may die before it has read all
        while text:
            text = text[stdin.write(text) :]


def _read(stdout, pieces, room):
    with stdout:
        while room > 0 and (piece := stdout.read(1 << 16)):
            pieces.put(piece)
            room -= len(piece)
    pieces.put(b"")


def _ending(process, timed_out, seconds):
    """Say how the process ended; one that closed its output and lives on is told to go."""
    before = _used_by_children()
    try:
        code = process.wait(timeout=0 if timed_out else 1)
    except subprocess.TimeoutExpired:
        return Ending(b"t" if timed_out else b"k", 0, 0, seconds, 0.0)
    if code == 128 + 9:  # how bubblewrap tells that what it ran was killed
        code = -9
    used = min(_used_by_children() - before, seconds)  # loading Python is not the answer's work
    return Ending(b"t" if timed_out else b"e", max(code, 0), max(-code, 0), seconds, used)


def _used_by_children():
    """Processor time of the processes that we have waited for."""
    used = resource and resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime if used else 0.0


def _kill(process):
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()
