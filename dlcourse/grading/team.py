"""Who grades: this process, a pool of processes, or a Dask cluster; all run the same function."""

import multiprocessing
import os
import sys
import threading
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from concurrent.futures.process import ProcessPoolExecutor
from contextlib import contextmanager
from itertools import islice
from multiprocessing import forkserver
from multiprocessing.util import Finalize
from typing import NamedTuple

from tqdm import tqdm

from dlcourse.checks.exercise import AuthorError
from dlcourse.grading.cluster import check_workers, scheduler_of
from dlcourse.grading.grade import Desk, Outcome, apart
from dlcourse.grading.ready import NotReady
from dlcourse.sandbox.sandbox import SandboxError

SAFE = "PYTHONSAFEPATH"
PATIENCE = 20  # times in a row that workers may die before we give up
_own = threading.local()  # a sandbox belongs to the thread that made it


class Place(NamedTuple):
    """What a worker must know once a run; all of it travels with every job."""

    root: str
    lecture: str
    seed: int
    unsafe: bool
    seconds: float | None
    run: str  # another run reads the course's files anew


def work(place, file, known):
    """Grade one file, wherever this runs: a pure function but for the desk that it keeps.

    Parameters
    ----------
    place : Place
    file : Path
        The same on every machine, as `place.root` is.
    known : dict
        Results by key that need not be found again.

    Returns
    -------
    Outcome
    """
    sit_down(place)
    try:
        return _own.desk.grade_file(file, known)
    except Exception as error:  # nothing stops the batch, and no student pays for our faults
        text = f"The grader failed, not the student: {type(error).__name__}: {error}"
        return Outcome([apart("ungraded", text)], {})


def prepare(place):
    """Be ready to grade: SandboxError if no safe sandbox is to be had here, `NotReady` if an
    exercise cannot be read."""
    sit_down(place)
    try:
        dict(_own.desk.names)
    except AuthorError as error:  # which does not travel between processes
        raise NotReady(f"Nothing was graded, since an exercise has a fault. {error}.") from None
    _own.desk.grader.sandbox("numpy")


def sit_down(place):
    """Make this thread's desk ready for `place`, unless it is."""
    if getattr(_own, "place", None) != place:
        leave_desk()
        _own.desk = Desk(place.root, place.lecture, place.unsafe, place.seed, place.seconds)
        _own.place = place


def leave_desk():
    """End this thread's sandboxes."""
    if hasattr(_own, "desk"):
        _own.desk.__exit__()
        del _own.desk, _own.place


def begin_work():
    """End this worker's sandboxes when it ends, and itself when its coordinator is gone.

    The coordinator may be killed: nobody else would end its workers then.
    """
    Finalize(None, leave_desk, exitpriority=0)  # what atexit is to such a process

    def watch():
        multiprocessing.parent_process().join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


@contextmanager
def safe_path():
    """Let a Python that starts here import nothing from the current folder, as we do not."""
    before = os.environ.get(SAFE)
    os.environ[SAFE] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[SAFE]
        else:
            os.environ[SAFE] = before


class Here(Executor):
    """Runs every job at once, in this process."""

    def submit(self, function, /, *args):
        """Run it now; the future is done."""
        future = Future()
        try:
            future.set_result(function(*args))
        except Exception as error:
            future.set_exception(error)
        return future

    def shutdown(self, wait=True, *, cancel_futures=False):
        """End the sandboxes."""
        leave_desk()


class Team:
    """Workers that are replaced when they die; use it in a ``with`` statement.

    Parameters
    ----------
    workers : int
        Processes; 1 works in this one.
    scheduler : str, optional
        Address of a Dask scheduler, whose workers are used instead.
    insecure : bool
        Take one that is open to a network, too.
    """

    def __init__(self, workers, scheduler=None, insecure=False):
        self.workers, self.scheduler, self._insecure = workers, scheduler, insecure
        self.at_once = 1 if workers == 1 else 2 * workers
        self._deaths, self._client, self._prepared = 0, None, []

    def __enter__(self):
        if self.scheduler:
            self._client = scheduler_of(self.scheduler, self._insecure)
            self.workers = sum(self._client.nthreads().values())
            self.at_once = 2 * self.workers
        self._executor = self._hire()
        return self

    def __exit__(self, *_):
        self._executor.shutdown()
        if self._client:
            self._client.close()

    def _hire(self):
        if self._client:
            return self._client.get_executor(pure=False)  # a job is no value to keep
        if self.workers == 1:
            return Here()
        context = multiprocessing.get_context("forkserver")
        # loaded once, then forked for each worker
        context.set_forkserver_preload([__name__, "jupytext"])
        with safe_path():
            forkserver.ensure_running()
        return ProcessPoolExecutor(self.workers, context, begin_work)

    def prepare(self, place, files=()):
        """Let the workers start for `place` while the caller does something else.

        What hinders them is raised when they shall run; of a cluster, at once.
        """
        if self._client:
            check_workers(self._client, place, files)
            return
        self._prepared = [self._executor.submit(prepare, place) for _ in range(self.workers)]

    def run(self, jobs, at_once=None):
        """Grade, at most `at_once` jobs at a time, so that few wait in memory.

        Parameters
        ----------
        jobs : iterable of (str, tuple)
            A student and the arguments of `work`; read only as fast as the team works.
        at_once : int, optional

        Yields
        ------
        student : str
        outcome : Outcome or Exception
            An exception if a worker died at this job, or at one beside it.

        Raises
        ------
        SandboxError
            If no safe sandbox is to be had.
        NotReady
            If an exercise cannot be read, or the scheduler is gone.
        """
        jobs, flying = iter(jobs), {}
        for error in [future.exception() for future in self._prepared]:
            if isinstance(error, SandboxError | NotReady):
                raise error
        at_once = at_once or self.at_once
        while True:
            for student, args in islice(jobs, at_once - len(flying)):
                flying[self._submit(args)] = student
            if not flying:
                return
            for future in wait(flying, return_when=FIRST_COMPLETED).done:
                yield flying.pop(future), self._outcome(future)

    def _submit(self, args):
        try:
            return self._executor.submit(work, *args)
        except BrokenExecutor as error:
            self._deaths += 1  # one, however many jobs went with it
            if self._deaths > PATIENCE:
                text = f"No worker lives long enough to grade anything: {error}"
                raise RuntimeError(text) from error
            tqdm.write("A grading process died; starting it again.", file=sys.stderr)
            self._executor.shutdown()
            self._executor = self._hire()
            return self._executor.submit(work, *args)

    def _outcome(self, future):
        if future.cancelled():
            raise NotReady(
                f"The scheduler at {self.scheduler} is gone. Start it and its workers anew, then "
                "this command: what has been graded is not graded anew."
            )
        error = future.exception()
        if error is None:
            self._deaths = 0
        return error or future.result()
