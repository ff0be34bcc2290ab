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
LONGEST = 60.0  # seconds of that, but for an answer that may work for longer
HURRIED = 4  # times, for an answer of a submission whose others have waited for long
WAITED = 60.0  # seconds on the wall that the answers of a submission may lose by timeouts before
LAST = 2  # times, for an answer of a submission whose others have used up all they may
SPENT = 180.0  # seconds on the wall that the answers of a submission may take before
ENDLESS = 2  # answers of a submission that never ended, after which the others have a short try
SHORT = 8  # times less time than else, in a short try
ASLEEP = 11.0  # seconds that an answer may sleep, and a cell above it before it is left out
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


def limits(processor, times=WALL, asleep=ASLEEP):
    """The limits of one answer that has `processor` seconds, and so many times that on the wall."""
    seconds = max(min(times * processor, LONGEST), LAST * processor)
    return Limits(seconds=seconds, processor=processor, asleep=asleep)


def patience(lines):
    """How many times its processor time the next answer of a submission has on the wall.

    Parameters
    ----------
    lines : list of dict
        Results of the answers that have just been graded.
    """
    if sum(line["seconds"] for line in lines) > SPENT:
        return LAST
    lost = (line["seconds"] for line in lines if line["status"] == "timeout")
    return HURRIED if sum(lost) > WAITED else WALL


def is_short(lines):
    """Tell whether the next answer of a submission has a short try alone.

    Parameters
    ----------
    lines : list of dict
        Results of all answers before it.
    """
    endless = [line for line in lines if line["status"] == "timeout" and not line["waited"]]
    return len(endless) >= ENDLESS


def longest(processor):
    """Seconds on the wall that the answers of one submission take at most, whatever they do.

    Parameters
    ----------
    processor : list of float
        Seconds of processor time that each has.
    """
    return SPENT + max(limits(one).seconds for one in processor) + sum(LAST * p for p in processor)


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
