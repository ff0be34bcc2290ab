"""The weakest rung: one fresh process for each job, with limits and nothing else.

It runs on every platform and stops accidents (endless loops, too much memory), not attacks.
"""

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

from dlcourse.grading import visible
from dlcourse.grading.exchange import frame_ends, interpret

START = 120  # seconds for Python, NumPy and torch to load


def run_once(message, kind, order, job, limits):
    """Run one job in a process that ends with it; see `dlcourse.grading.sandbox.Sandbox.run`."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        start = json.dumps({**message, "site": _site(folder, kind)}).encode()
        parts = (start, order, job)
        text = b"".join(len(part).to_bytes(8, "big") + part for part in parts)
        process = subprocess.Popen(
            _command(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            cwd=folder,
            start_new_session=True,
        )
        try:
            return _converse(process, text, limits)
        finally:
            _kill(process)


def _command():
    return [sys._base_executable, "-P", "-s", "-S", "-B", str(_warm()), "--once"]


def _warm():
    return Path(__file__).with_name("warm.py")


def _environment():
    names = [name for name in visible.ENVIRONMENT if name != "LD_LIBRARY_PATH"]
    needed = {"SYSTEMROOT": os.environ["SYSTEMROOT"]} if sys.platform == "win32" else {}
    return {name: visible.ENVIRONMENT[name] for name in names} | needed


def _site(folder, kind):
    """Make a folder of packages that holds NumPy alone, where links are to be had."""
    paths = visible.package_paths(kind)
    if sys.platform == "win32":
        return str(paths[0].parent)
    for path in paths:
        Path(folder, path.name).symlink_to(path)
    return folder


def _converse(process, text, limits):
    pieces = queue.Queue()
    for work in (_feed, _read):
        threading.Thread(target=work, args=(process, text, pieces), daemon=True).start()
    incoming, begun = bytearray(), None
    deadline = time.monotonic() + START
    timed_out = False
    while not frame_ends(incoming, limits.output):
        try:
            piece = pieces.get(timeout=max(deadline - time.monotonic(), 0))
        except queue.Empty:
            timed_out = True
            break
        if not piece:
            break
        incoming += piece
        if begun is None:
            begun = time.monotonic()
            deadline = begun + limits.seconds
    seconds = time.monotonic() - (begun or time.monotonic())
    code = 0 if timed_out else _exit_code(process)
    return interpret(
        bytes(incoming), limits.output, timed_out, max(code, 0), max(-code, 0), seconds
    )


def _feed(process, text, _):
    try:
        process.stdin.write(text)
        process.stdin.close()
    except OSError:  # it died before it had read all
        return


def _read(process, _, pieces):
    while True:
        piece = os.read(process.stdout.fileno(), 1 << 16)
        pieces.put(piece)
        if not piece:
            return


def _exit_code(process):
    try:
        return process.wait(timeout=1)
    except subprocess.TimeoutExpired:  # it closed its output and lives on
        return 0


def _kill(process):
    if hasattr(os, "killpg"):
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass
    process.kill()
    process.wait()
    process.stdout.close()
