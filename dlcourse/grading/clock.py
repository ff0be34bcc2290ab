"""How long things may take: an answer beside the course's solution, and we ourselves.

Processor time is counted, which a busy machine does not use up, and an answer is measured by the
solution on the same machine, which a slow one slows down, too. So what is right in time here is
right in time elsewhere, but for an answer that takes very nearly what it may.
"""

import ctypes
import math
import threading
import time
from contextlib import contextmanager

from dlcourse.sandbox.sandbox import Limits

FLOOR = 2.0  # seconds of processor time that every answer has
TIMES = 50  # as long as the solution
WALL = 10  # times as much time on the wall: an answer may sleep, and a machine may be busy
HURRIED = 4  # the same for an answer of a submission whose others have waited for long
WAITED = 60.0  # seconds on the wall that the answers of a submission may lose by timeouts before
SOLUTION = 60  # seconds that a solution may take
AGAIN = 0.05  # seconds between two attempts to stop


class TooLong(BaseException):
    """Raised inside our own work when it takes too long; no ``except Exception`` catches it."""


def allowance(used):
    """Seconds of processor time that an answer has where the solution takes `used`.

    Returns
    -------
    float
        A power of two, so that two measurements seldom give two results.
    """
    return 2.0 ** math.ceil(math.log2(max(TIMES * used, FLOOR)))


def limits(processor, hurried=False):
    """The limits of one job that has `processor` seconds."""
    return Limits(seconds=(HURRIED if hurried else WALL) * processor, processor=processor)


def in_a_hurry(lines):
    """Tell whether the answers so far of one submission, as results, have timed out for long."""
    lost = (line["seconds"] for line in lines if line["status"] == "timeout")
    return sum(lost) > WAITED


@contextmanager
def at_most(seconds):
    """Raise `TooLong` once this thread has used so many seconds of processor time.

    It works in any thread, as a cluster's workers need. It comes between two steps of Python, and
    again and again, since Python swallows it where it comes while an object is tidied away.
    """
    thread, over = threading.get_ident(), threading.Event()
    clock = time.pthread_getcpuclockid(thread)
    due = time.clock_gettime(clock) + seconds

    def watch():
        while (left := due - time.clock_gettime(clock)) > 0:
            if over.wait(left):
                return
        while not over.is_set():
            _raise_in(thread, ctypes.py_object(TooLong))
            over.wait(AGAIN)

    helper = threading.Thread(target=watch, daemon=True)
    helper.start()
    try:
        yield
    finally:
        try:
            over.set()
        finally:  # it may have come just now
            over.set()
            helper.join()
            _raise_in(thread, None)  # what is still under way comes too late


def _raise_in(thread, exception):
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), exception)
