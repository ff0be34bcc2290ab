"""A check always comes back: an answer that does not end is stopped, and told where it was.

In the main thread a repeated timer does it, which wakes a sleep, too. Elsewhere, and on Windows, a
second thread asks Python to raise the exception in the first one. Either comes between two steps
of Python: a single long call of NumPy is waited for. It comes again and again, since a bare
``except:`` in the answer catches it. What works has its seconds of processor time, which a busy
machine does not use up; what sleeps has them on the clock.
"""

import ctypes
import linecache
import signal
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

AGAIN = 0.05  # seconds between two attempts to stop
ASLEEP = 0.05  # share of the time on the clock in which whoever sleeps works at most
WALL = 8  # times as long on the clock, on a busy machine


class TooLong(BaseException):
    """Raised inside an answer that does not end; no ``except Exception`` catches it."""


class Stopped(Exception):
    """An answer was stopped; `where` says in which line it was (empty: not known)."""

    def __init__(self, where):
        super().__init__(where)
        self.where = where


def within(seconds, action):
    """Do something for at most so many seconds.

    Parameters
    ----------
    seconds : float
        Of processor time, if it works; on the clock, if it sleeps.
    action : callable
        Called without arguments.

    Returns
    -------
    object
        What `action` returns.

    Raises
    ------
    Stopped
        If it had to be stopped.
    """
    watch = _Watch(seconds)
    try:
        with _alarm(seconds, watch):
            watch.begin()
            result = action()
            watch.over = True
            return result
    except TooLong:
        raise Stopped(watch.where) from None


class _Watch:
    """What the alarm has seen so far of something that has so many `seconds`."""

    def __init__(self, seconds):
        self.begun, self.over, self.struck, self.where = False, False, False, ""
        self.seconds = seconds

    def begin(self):
        """Count from here: on a busy machine, setting the alarm may itself take a while."""
        self.clock, self.processor, self.begun = time.monotonic(), time.process_time(), True

    def strikes(self, frame):
        """Note where the answer is; tell whether to stop it there."""
        if not self.begun or self.over or _imports(frame):  # `import torch` may take longer
            return False
        if not self.struck and self._has_time():
            return False
        try:
            here = place(frame)
        except Exception:  # it would come out of the answer, as if the answer had raised it
            here = "" if self.struck else "in a line that cannot be told"
        if self.struck and not here:  # on the way out: let what is left be tidied up
            return False
        self.struck, self.where = True, self.where or here
        return True

    def _has_time(self):
        """Tell whether it just began, or a busy machine alone keeps it from its seconds of work."""
        waited, worked = time.monotonic() - self.clock, time.process_time() - self.processor
        if waited < self.seconds:
            return True
        return ASLEEP * waited < worked < self.seconds and waited < WALL * self.seconds


def _alarm(seconds, watch):
    in_main = threading.current_thread() is threading.main_thread()
    return (_timer if in_main and hasattr(signal, "setitimer") else _thread)(seconds, watch)


@contextmanager
def _timer(seconds, watch):
    def strike(_, frame):
        if watch.strikes(frame):
            raise TooLong

    before = signal.signal(signal.SIGALRM, strike)
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN)
        yield
    finally:
        watch.over = True
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def _thread(seconds, watch):
    target, done = threading.get_ident(), threading.Event()

    def strike():
        wait = seconds
        while not done.wait(wait):
            if watch.strikes(sys._current_frames().get(target)):
                _raise_in(target, TooLong)
            wait = AGAIN

    helper = threading.Thread(target=strike, daemon=True)
    helper.start()
    try:
        yield
    finally:
        watch.over = True
        done.set()
        helper.join()
        _raise_in(target, None)  # an exception that is still under way comes too late


def _raise_in(thread, exception):
    what = None if exception is None else ctypes.py_object(exception)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), what)


def _imports(frame):
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False


def place(frame):
    """Name the innermost line of the answer in which a frame stands, with its text."""
    while frame is not None and not of_notebook(frame.f_code):
        frame = None if frame.f_code is within.__code__ else frame.f_back
    if frame is None:
        return ""
    number = _line(frame)
    text = linecache.getline(frame.f_code.co_filename, number).strip()
    name = frame.f_code.co_name
    whose = f" of {name}" if name.isidentifier() else ""
    return f"in line {number}{whose}" + (f" (`{text}`)" if text else "")


def _line(frame):
    """Number the line of a frame, or the nearest before it: Python's own jumps have no line."""
    if frame.f_lineno is not None:
        return frame.f_lineno
    known = [(at, line) for at, _, line in frame.f_code.co_lines() if line is not None]
    before = [line for at, line in known if at <= frame.f_lasti]
    return before[-1] if before else frame.f_code.co_firstlineno


def of_notebook(code):
    """Tell code of the notebook's cells from that of files."""
    name = code.co_filename
    return name.startswith(("<ipython-input", "<cell ")) or (
        Path(name).parent.name.startswith("ipykernel_")
    )
