"""Our own work on what students wrote, in a process of its own with a clock and bounds.

Nothing of theirs is run there; but reading it can take any time and memory. Whatever it takes, it
costs that student alone.
"""

import gc
import os
import pickle
import select
import signal
import sys
import time
from contextlib import suppress
from functools import partial
from pathlib import Path

from dlcourse.grading.submission import Unreadable
from dlcourse.sandbox.isolation import mapped_bytes, resource

SECONDS = 20  # of processor time: a hundred times what the largest honest notebook takes
WALL = 4  # times as much on the wall
MEMORY = 1 << 30  # bytes beyond what this process has mapped
REPLY = 64 << 20  # bytes of what comes back
LENGTH = 8  # bytes that say how many follow


def confined(function, *args, seconds=SECONDS, memory=MEMORY):
    """Call a function once in a forked process and give what it returns; see `Confined`."""
    if sys.platform != "linux":
        return function(*args)
    with Confined(partial(function, *args), seconds, memory, once=True) as called:
        return called()


class Confined:
    """A function that works in a forked process, each call with a clock and bounds of its own.

    The process stays for the next call, unless it was ended, or has grown: a fork costs as much as
    reading a short notebook.

    Parameters
    ----------
    function : callable
        What it takes, returns or raises must be plain enough for `pickle`.
    seconds : int
        Processor time of a call.
    memory : int
        Bytes.
    once : bool
        There is one call, and the function needs what this process has open.

    Raises
    ------
    Unreadable
        By a call that uses up time or memory.
    ChildProcessError
        By a call during which somebody else killed the process.
    Exception
        Whatever the function raises.
    """

    def __init__(self, function, seconds=SECONDS, memory=MEMORY, once=False):
        self.function, self.seconds, self.memory, self.once = function, seconds, memory, once
        self.pid = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.pid is not None:
            self._end()

    def __call__(self, *args):
        if sys.platform != "linux":
            return self.function(*args)
        if self.pid is not None and select.select([self.ended], [], [], 0)[0]:
            self._end()  # somebody ended it since the last call
        if self.pid is None:
            self._begin()
        try:
            with suppress(BrokenPipeError):
                _write(self.calls, pickle.dumps(args))
            frame, late = _read(self.ended, self.replies, WALL * self.seconds)
        except BaseException:  # ctrl-c: the next call is not to get the reply to this one
            self._end()
            raise
        if frame is None:
            code = os.waitstatus_to_exitcode(self._end())
            if late or code == -signal.SIGXCPU:
                raise Unreadable(f"it takes more than {self.seconds} s to be read")
            raise ChildProcessError(f"reading it was ended from outside (exit status {code})")
        kind, value, grown = pickle.loads(frame)
        if grown:
            self._end()
        if kind == "raised":
            raise value
        return value

    def _begin(self):
        calls, self.calls = os.pipe()
        self.replies, replies = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            self._work(calls, replies)
        os.close(calls)
        os.close(replies)
        self.ended = os.pidfd_open(self.pid)

    def _end(self):
        """End the process; its status."""
        os.kill(self.pid, signal.SIGKILL)
        _, status = os.waitpid(self.pid, 0)
        for descriptor in (self.calls, self.replies, self.ended):
            os.close(descriptor)
        self.pid = None
        return status

    def _work(self, calls, replies):
        """Be the process that works; never returns."""
        try:
            ours = {self.calls, self.replies} if self.once else _open() - {0, 1, 2, calls, replies}
            for descriptor in ours:  # or others would wait for their ends
                with suppress(OSError):  # the list itself was one
                    os.close(descriptor)
            gc.freeze()  # what is there already is not looked through, and so not copied
            bound = mapped_bytes() + self.memory
            resource.setrlimit(resource.RLIMIT_AS, (bound, bound))
            _, most = resource.getrlimit(resource.RLIMIT_CPU)
            while (call := _next(calls)) is not None:
                spent = int(time.process_time()) + self.seconds
                resource.setrlimit(resource.RLIMIT_CPU, (spent, most))
                _write(replies, _frame(self.function, pickle.loads(call), self.memory, bound))
        finally:
            os._exit(1)


def _open():
    """The descriptors that this process has open."""
    return {int(path.name) for path in Path("/proc/self/fd").iterdir()}


def _frame(function, args, memory, bound):
    """A reply: what kind it is, what the function gave or raised, whether memory runs short."""
    try:
        kind, value = "gave", function(*args)
        frame = pickle.dumps((kind, value, mapped_bytes() > bound - memory // 2))
        if len(frame) > REPLY:
            raise MemoryError
    except MemoryError:
        text = f"it takes more than {memory >> 20} MiB of memory to be read"
        frame = pickle.dumps(("raised", Unreadable(text), True))
    except Exception as error:
        frame = pickle.dumps(("raised", _plain(error), False))
    return frame


def _plain(error):
    """An exception that can be written and read again."""
    try:
        pickle.loads(pickle.dumps(error))
        return error
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}")


def _write(descriptor, content):
    """Write a frame: how many bytes follow, and these."""
    frame = memoryview(len(content).to_bytes(LENGTH, "big") + content)
    while frame:
        frame = frame[os.write(descriptor, frame) :]


def _next(descriptor):
    """Wait for a frame and read it whole; None when no more can come."""
    content, due = bytearray(), LENGTH
    while len(content) < due:
        piece = os.read(descriptor, due - len(content))
        if not piece:
            return None
        content += piece
        if len(content) == LENGTH:
            due += int.from_bytes(content, "big")
    return bytes(content[LENGTH:])


def _read(ended, incoming, seconds):
    """Read a whole frame (None: it never came); and tell whether the time ended first."""
    os.set_blocking(incoming, False)
    content, deadline = bytearray(), time.monotonic() + seconds
    watched = select.poll()
    for descriptor in (incoming, ended):  # another fork of ours may hold the other end open
        watched.register(descriptor, select.POLLIN)
    while len(content) < LENGTH or len(content) < LENGTH + int.from_bytes(content[:LENGTH]):
        if not watched.poll(max(deadline - time.monotonic(), 0) * 1000):
            return None, True
        try:
            piece = os.read(incoming, 1 << 20)
        except BlockingIOError:
            piece = b""
        if not piece:
            return None, False
        content += piece
    return bytes(memoryview(content)[LENGTH:]), False
