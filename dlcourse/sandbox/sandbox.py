"""Run students' code where it can read nothing, reach nothing and leave nothing behind.

The parent's side. One warm process (`dlcourse.sandbox.warm`) inside bubblewrap holds NumPy, or
NumPy and torch, and forks a confined child for every job; see `dlcourse.sandbox.rungs` for what
happens where bubblewrap is missing.
"""

import json
import os
import socket
import struct
import warnings
from functools import partial
from pathlib import Path

from dlcourse.sandbox import audit, rungs, visible
from dlcourse.sandbox.exchange import Limits, Reply
from dlcourse.sandbox.fresh_process import FreshProcess
from dlcourse.sandbox.warm_process import WarmProcess

__all__ = ["Limits", "Reply", "Sandbox", "SandboxError"]

ORDER = struct.Struct("!?dddQQI")  # as in warm.py
HERE = Path(__file__).parent


class SandboxError(Exception):
    """The sandbox cannot be trusted or does not work: never a student's fault."""


class Sandbox:
    """A place to run students' code; use it in a ``with`` statement.

    One job at a time, in the process and the thread that made it: the warm process ends with them.

    Parameters
    ----------
    kind : str
        "numpy", or "torch" for answers that need it too.
    unsafe : bool
        Accept the weakest rung, which cannot keep an answer from reading files.
    modules : sequence of (str, path or str)
        Name and source (a path, or the text itself) of each module shipped inside, in the order
        of loading. The last one's ``run_job(bytes) -> bytes`` answers the jobs; without any, a
        sandbox can only be started, which tests it.
    rung : str or None
        Use this rung only; None takes the strongest that starts.

    Attributes
    ----------
    rung : str
        "bubblewrap", "unshare" or "rlimits".

    Raises
    ------
    SandboxError
        If no safe rung starts and `unsafe` is not set, or if the self-test fails.
    """

    def __init__(self, kind="numpy", unsafe=False, modules=(), rung=None):
        if kind not in visible.IMPORTS:
            raise ValueError(f"kind is {kind!r}; it must be one of {list(visible.IMPORTS)}")
        if rung not in (None, *rungs.RUNGS):
            raise ValueError(f"rung is {rung!r}; it must be one of {list(rungs.RUNGS)}")
        self._kind, self._unsafe, self._wanted = kind, unsafe, rung
        shipped = [
            ("_dlcourse_calls", HERE / "calls.py"),
            ("_dlcourse_isolation", HERE / "isolation.py"),
            ("_dlcourse_probe", HERE / "probe.py"),
            *modules,
        ]
        sources = [(n, s.read_text("utf-8") if isinstance(s, Path) else s) for n, s in shipped]
        message = {"site": visible.SITE, "imports": visible.IMPORTS[kind], "modules": sources}
        self._message = json.dumps(message).encode()
        self._process = self._start = self.rung = None

    def __enter__(self):
        try:
            self._choose_rung()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if self._process is not None:
            self._process.close()
            self._process = None

    def run(self, job, limits=None, label=""):
        """Run one job in a child of its own.

        Parameters
        ----------
        job : bytes
            What ``run_job`` is given.
        limits : Limits, optional
        label : str
            What the log of jobs calls it, see `dlcourse.sandbox.audit`.

        Returns
        -------
        Reply

        Raises
        ------
        SandboxError
            If the sandbox itself failed, twice in a row.
        """
        limits = limits or Limits()
        reply = self._run(job, limits, probe=False)
        try:
            audit.note(self.rung, label, job, limits, reply)
        except OSError as error:
            raise SandboxError(f"the log that {audit.VARIABLE} names: {error}") from error
        return reply

    def _run(self, job, limits, probe):
        order = ORDER.pack(
            probe,
            limits.seconds,
            limits.asleep_seconds,
            limits.processor_seconds,
            limits.memory,
            limits.file_size,
            limits.open_files,
        )
        for attempt in (1, 2):
            try:
                if self._process is None:
                    self._process = self._start(self._message)
                return self._process.run(order, job, limits)
            except OSError as error:
                self.__exit__()
                if attempt == 2:
                    raise SandboxError(f"{self.rung} failed twice in a row: {error}") from error
            except BaseException:  # ctrl-c in the middle of a job
                self.__exit__()
                raise

    def _choose_rung(self):
        reasons = []
        for rung, start in rungs.attempts(self._kind):
            if self._wanted in (None, rung):
                self.rung, self._start = rung, start
                try:
                    self._self_test()
                except SandboxError as error:
                    reasons.append(str(error))
                else:
                    return self._warn_of_second_best(reasons)
        self._fall_to_limits("; ".join(reasons) or "no namespaces were asked for or are to be had")

    def _warn_of_second_best(self, reasons):
        best = self.rung == rungs.BUBBLEWRAP and isinstance(self._process, WarmProcess)
        if self._wanted is None and not best:
            why = "; ".join(reasons) or "bubblewrap is not installed"
            warnings.warn(f"The sandbox is second best, though safe: {why}.", stacklevel=4)

    def _fall_to_limits(self, why):
        if not self._unsafe or self._wanted not in (None, rungs.RLIMITS):
            raise SandboxError(
                f"No safe sandbox starts here ({why}). Install bubblewrap, or grade on a Linux "
                "machine that allows namespaces. With unsafe=True answers can read your files."
            )
        text = f"UNSAFE: answers run with limits only and can read your files ({why})."
        warnings.warn(text, stacklevel=4)
        self.rung, self._start = rungs.RLIMITS, partial(FreshProcess, None, kind=self._kind)
        self._self_test()

    def _self_test(self):
        """Check that a right answer passes and a hostile one gets nothing, here and now."""
        with socket.create_server(("127.0.0.1", 0)) as server:
            order = {
                "coefficients": [1, 2, 3],
                "file": __file__,
                "port": server.getsockname()[1],
                "pid": os.getpid(),
                "hostile": self.rung != rungs.RLIMITS,  # which stops no attack
            }
            reply = self._run(json.dumps(order).encode(), Limits(), probe=True)
        if reply.status != "ok":
            raise SandboxError(f"The self-test's right answer failed: {reply.detail}")
        found = json.loads(reply.payload)
        if found["total"] != 17:  # 1 + 2 * 2 + 3 * 4
            raise SandboxError(f"The self-test's right answer gave {found['total']}, not 17.")
        if found["escapes"]:
            escapes = ", ".join(found["escapes"])
            raise SandboxError(f"In the self-test ({self.rung}) a hostile answer could {escapes}.")
