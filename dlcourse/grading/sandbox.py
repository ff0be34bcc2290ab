"""Run students' code where it can read nothing, reach nothing and leave nothing behind.

The parent's side. One warm process (`dlcourse.grading.warm`) inside bubblewrap holds NumPy, or
NumPy and torch, and forks a confined child for every job; see `dlcourse.grading.rungs` for what
happens where bubblewrap is missing.
"""

import json
import os
import socket
import struct
import warnings
from pathlib import Path

from dlcourse.grading import rungs, visible, weakest
from dlcourse.grading.exchange import Limits, NotConfined, Reply, converse, interpret

__all__ = ["MODULES", "Limits", "Reply", "Sandbox", "SandboxError"]

ORDER = struct.Struct("!?dQQI")  # as in warm.py
REPORT = struct.Struct("!ciid")
PATIENCE = 20  # seconds that the warm process may be late with the end of a job
HERE = Path(__file__).parent

# name inside, source; the last one's `run_job` answers the jobs
MODULES = (
    ("_dlcourse_codec", HERE.parent / "checks" / "codec.py"),
    ("_dlcourse_outcome", HERE.parent / "checks" / "outcome.py"),
)


class SandboxError(Exception):
    """The sandbox cannot be trusted or does not work: never a student's fault."""


class WarmDied(Exception):
    """The warm process is gone or stuck."""


class Sandbox:
    """A place to run students' code; use it in a ``with`` statement.

    Parameters
    ----------
    kind : str
        "numpy", or "torch" for answers that need it too.
    unsafe : bool
        Accept the weakest rung, which cannot keep an answer from reading files.
    modules : sequence of (str, path or str)
        Name and source (a path, or the text itself) of each module shipped inside, in the order
        of loading. The last one's ``run_job(bytes) -> bytes`` answers the jobs.
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

    def __init__(self, kind="numpy", unsafe=False, modules=MODULES, rung=None):
        if kind not in visible.IMPORTS:
            raise ValueError(f"kind is {kind!r}; it must be one of {list(visible.IMPORTS)}")
        if rung not in (None, *rungs.RUNGS):
            raise ValueError(f"rung is {rung!r}; it must be one of {list(rungs.RUNGS)}")
        self._kind, self._unsafe, self._wanted = kind, unsafe, rung
        shipped = [
            ("_dlcourse_isolation", HERE / "isolation.py"),
            ("_dlcourse_probe", HERE / "probe.py"),
            *modules,
        ]
        sources = [(n, s.read_text("utf-8") if isinstance(s, Path) else s) for n, s in shipped]
        self._message = {"site": visible.SITE, "imports": visible.IMPORTS[kind], "modules": sources}
        self._warm = None
        self._start = None
        self.rung = None

    def __enter__(self):
        try:
            self._choose_rung()
            self._self_test()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if self._warm is not None:
            self._warm.close()
            self._warm = None

    def run(self, job, limits=None):
        """Run one job in a child of its own.

        Parameters
        ----------
        job : bytes
            What ``run_job`` is given.
        limits : Limits, optional

        Returns
        -------
        Reply

        Raises
        ------
        SandboxError
            If the sandbox itself failed, twice in a row.
        """
        return self._run(job, limits or Limits(), probe=False)

    def _run(self, job, limits, probe):
        order = ORDER.pack(
            probe, limits.seconds, limits.memory, limits.file_size, limits.open_files
        )
        if self.rung == rungs.RLIMITS:
            return weakest.run_once(self._message, self._kind, order, job, limits)
        reason = None
        for _ in range(2):
            try:
                if self._warm is None:
                    self._warm = self._start(self._packed_message())
                return self._run_warm(order, job, limits)
            except (OSError, EOFError, WarmDied, NotConfined) as error:
                reason = error
                self.__exit__()
            except BaseException:  # ctrl-c in the middle of a job
                self.__exit__()
                raise
        raise SandboxError(f"The sandbox ({self.rung}) failed twice in a row: {reason!r}")

    def _run_warm(self, order, job, limits):
        control = self._warm.control
        ours, theirs = socket.socketpair()
        with ours:
            with theirs:
                socket.send_fds(control, [order], [theirs.fileno()])
            late = limits.seconds + PATIENCE
            incoming, stuck = converse(ours, job, limits.output, late)
        if stuck:
            raise WarmDied(f"nothing came for {late} s")
        control.sendall(b"k")
        report = b""
        while len(report) < REPORT.size:
            piece = control.recv(REPORT.size - len(report))
            if not piece:
                raise WarmDied("it hung up")
            report += piece
        cause, status, number, seconds = REPORT.unpack(report)
        return interpret(incoming, limits.output, cause == b"t", status, number, seconds)

    def _packed_message(self):
        return json.dumps(self._message).encode()

    def _choose_rung(self):
        reasons = []
        for rung, start in rungs.attempts(self._kind):
            if self._wanted not in (None, rung):
                continue
            try:
                self._warm = start(self._packed_message())
            except OSError as error:
                reasons.append(f"{rung}: {error}")
                continue
            self.rung, self._start = rung, start
            return
        why = "; ".join(reasons) or "bubblewrap and namespaces need Linux"
        if not self._unsafe or self._wanted not in (None, rungs.RLIMITS):
            raise SandboxError(
                f"No safe sandbox starts here ({why}). Install bubblewrap, or grade on a Linux "
                "machine that allows namespaces; unsafe=True runs answers that could read your files."
            )
        self.rung = rungs.RLIMITS
        warnings.warn(
            f"UNSAFE: answers run with limits only and could read your files ({why}).",
            stacklevel=3,
        )

    def _self_test(self):
        """Check that a right answer passes and a hostile one gets nothing, here and now."""
        with socket.create_server(("127.0.0.1", 0)) as server:
            order = {
                "coefficients": [1, 2, 3],
                "file": __file__,
                "port": server.getsockname()[1],
                "pid": os.getpid(),
            }
            reply = self._run(json.dumps(order).encode(), Limits(), probe=True)
        if reply.status != "ok":
            raise SandboxError(f"The self-test's right answer failed: {reply.detail}")
        found = json.loads(reply.payload)
        if found["total"] != 17:  # 1 + 2 * 2 + 3 * 4
            raise SandboxError(f"The self-test's right answer gave {found['total']}, not 17.")
        if found["escapes"] and self.rung != rungs.RLIMITS:
            escapes = ", ".join(found["escapes"])
            raise SandboxError(f"In the self-test ({self.rung}) a hostile answer could {escapes}.")
