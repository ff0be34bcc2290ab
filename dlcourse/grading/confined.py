"""Our own work on what a student wrote, in a process of its own with a clock and bounds.

Nothing of the student's is run there; but reading it can take any time and memory. Whatever it
takes, it costs that student alone.
"""

import gc
import os
import pickle
import select
import signal
import sys
import time

from dlcourse.grading.submission import Unreadable
from dlcourse.sandbox.isolation import mapped_bytes, resource

SECONDS = 20  # of processor time: a hundred times what the largest honest notebook takes
WALL = 4  # times as much on the wall
MEMORY = 1 << 30  # bytes beyond what this process has mapped
REPLY = 64 << 20  # bytes of what comes back
LENGTH = 8  # bytes that say how many follow


def confined(function, *args, seconds=SECONDS, memory=MEMORY):
    """Call a function in a forked process and give what it returns.

    Parameters
    ----------
    function : callable
        What it returns or raises must be plain enough for `pickle`.
    *args
    seconds : int
        Processor time.
    memory : int
        Bytes.

    Raises
    ------
    Unreadable
        If time or memory are used up.
    ChildProcessError
        If the process was killed by somebody else.
    Exception
        Whatever the function raises.
    """
    if sys.platform != "linux":
        return function(*args)
    incoming, outgoing = os.pipe()
    pid = os.fork()
    if pid == 0:
        _child(outgoing, function, args, seconds, memory)
    os.close(outgoing)
    try:
        frame, late = _read(pid, incoming, WALL * seconds)
    finally:
        os.close(incoming)
        os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
    if frame is None:
        code = os.waitstatus_to_exitcode(status)
        if late or code == -signal.SIGXCPU:
            raise Unreadable(f"it takes more than {seconds} s to be read")
        raise ChildProcessError(f"reading it was ended from outside (exit status {code})")
    kind, value = pickle.loads(frame)
    if kind == "raised":
        raise value
    return value


def _child(outgoing, function, args, seconds, memory):
    """Be the process that works; never returns."""
    try:
        gc.disable()  # its memory is given back as a whole
        bound = mapped_bytes() + memory
        resource.setrlimit(resource.RLIMIT_AS, (bound, bound))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
        frame = _frame(function, args, memory)
        os.write(outgoing, len(frame).to_bytes(LENGTH, "big"))
        while frame:
            frame = frame[os.write(outgoing, frame) :]
    finally:
        os._exit(1)


def _frame(function, args, memory):
    try:
        frame = pickle.dumps(("gave", function(*args)))
        if len(frame) > REPLY:
            raise MemoryError
    except MemoryError:
        text = f"it takes more than {memory >> 20} MiB of memory to be read"
        frame = pickle.dumps(("raised", Unreadable(text)))
    except Exception as error:
        frame = pickle.dumps(("raised", _plain(error)))
    return memoryview(frame)


def _plain(error):
    """An exception that can be written and read again."""
    try:
        pickle.loads(pickle.dumps(error))
        return error
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}")


def _read(pid, incoming, seconds):
    """Read a whole frame (None: it never came); and tell whether the time ended first."""
    os.set_blocking(incoming, False)
    content, deadline = bytearray(), time.monotonic() + seconds
    ended = os.pidfd_open(pid)
    watched = select.poll()
    for descriptor in (incoming, ended):  # another fork of ours may hold the other end open
        watched.register(descriptor, select.POLLIN)
    try:
        while len(content) < LENGTH or len(content) < LENGTH + int.from_bytes(content[:LENGTH]):
            ready = watched.poll(max(deadline - time.monotonic(), 0) * 1000)
            if not ready:
                return None, True
            try:
                piece = os.read(incoming, 1 << 20)
            except BlockingIOError:
                piece = b""
            if not piece:
                return None, False
            content += piece
    finally:
        os.close(ended)
    return bytes(memoryview(content)[LENGTH:]), False
