"""Time for what cells do beside defining things, and for the answer after them: a slow experiment
costs its author no point, and an answer that never ends no more than its own time.

Runs beside the student's code, in the sandbox; it needs the standard library only. Code that
disarms the timers is stopped by the sandbox, with all that it was to answer.
"""

import ast
import math
import os
import signal
import time
from contextlib import contextmanager

COMMON = 2.0  # seconds of processor time, for all cells together
LEAST = 0.05  # what a cell has where others have used that up
MORE = 2.0  # what all those have together: then only definitions are run
WALL = 10.0  # seconds on the wall for each cell
AGAIN = 0.1  # seconds between two attempts to stop: a bare except catches them
NAP = 0.001  # seconds that a sleep takes where nobody looks on
LATE = 124  # exit status, as in `dlcourse.sandbox.exchange`
END = os._exit  # whatever an answer puts in its place
DEFINES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)


def share(spent):
    """Seconds of processor time that the next cell has where those before it took `spent`.

    By this a `Budget` stops cells, and by this the check foretells which (`dlcourse.checks.slow`).
    """
    return max(COMMON - spent, LEAST) if spent < COMMON + MORE else 0.0


class OverBudget(BaseException):
    """Raised inside a cell that takes too long; no ``except Exception`` catches it."""


class Budget:
    """Runs statements of cells until their time is up, and definitions always.

    Parameters
    ----------
    brief : iterable of (int, int)
        Numbers of cells that are known to take too long, and of the statement that does in each:
        from there on only definitions are run, as if it had been stopped again.

    Attributes
    ----------
    stopped : list of (int, int)
        The same of the cells that took too long now.
    """

    def __init__(self, brief=()):
        self.brief, self.stopped = dict(brief), []
        self._spent, self._inside = 0.0, False

    def run(self, number, statements):
        """Do what a cell says, as callables by the statement (``ast.stmt``) that each stands for.

        Parameters
        ----------
        number : int
        statements : iterable of (ast.stmt, callable)
        """
        begun, seconds = time.process_time(), share(self._spent)
        if not seconds:
            self._stop(number, 0)
        before = self._arm(max(seconds, LEAST))
        try:
            for place, (statement, action) in enumerate(statements):
                late = place >= self.brief.get(number, math.inf)
                if not late or isinstance(statement, DEFINES):
                    self._run(number, place, action)
        finally:
            self._disarm(before)
        self._spent += time.process_time() - begun

    def _run(self, number, place, action):
        try:
            self._inside = True
            action()
            self._inside = False
        except OverBudget:
            self._inside = False
            self._stop(number, place)

    def _stop(self, number, place):
        self.brief[number] = min(place, self.brief.get(number, place))
        self.stopped.append((number, place))

    def _strike(self, *_):
        if self._inside:
            raise OverBudget

    def _arm(self, seconds):
        if not hasattr(signal, "setitimer"):
            return None
        before = [signal.signal(s, self._strike) for s in (signal.SIGPROF, signal.SIGALRM)]
        signal.setitimer(signal.ITIMER_PROF, seconds, AGAIN)
        signal.setitimer(signal.ITIMER_REAL, WALL, AGAIN)
        return before

    def _disarm(self, before):
        if before is not None:
            for timer in (signal.ITIMER_PROF, signal.ITIMER_REAL):
                signal.setitimer(timer, 0)
            for number, handler in zip((signal.SIGPROF, signal.SIGALRM), before, strict=True):
                signal.signal(number, handler)


def end_after(seconds):
    """End this process once it has worked for so many seconds more; no ``except`` catches that.

    Code that disarms the timer, or one long call of NumPy, is ended by the sandbox, later.
    """
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGPROF, lambda *_: END(LATE))
        signal.setitimer(signal.ITIMER_PROF, seconds, AGAIN)


@contextmanager
def naps():
    """Make every `time.sleep` a short one, so that nobody waits for the frames of an animation."""
    true = time.sleep

    def sleep(seconds, /):
        true(min(seconds, NAP))

    time.sleep = sleep
    try:
        yield
    finally:
        time.sleep = true


def allowed(n_cells):
    """Seconds of processor time that so many cells may take."""
    return COMMON + min(LEAST * n_cells, MORE)
