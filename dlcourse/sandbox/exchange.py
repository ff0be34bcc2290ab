"""The parent's side of a child's pipes: send a job, read a bounded reply, say what it means."""

import builtins
import os
import select
import signal
import struct
import time
from dataclasses import dataclass
from typing import NamedTuple

FRAME = struct.Struct("!3scQ")  # as in warm.py
MARK = b"DL:"
USED_UP = 0.8  # of the time: the kernel ends a process by another count than it reports
STOPPED = [getattr(signal, name, None) for name in ("SIGKILL", "SIGXCPU")]
LATE = 124  # exit status by which a job may say that its time is up
EXCEPTIONS = {
    name
    for name, value in vars(builtins).items()
    if isinstance(value, type) and issubclass(value, BaseException)
}


@dataclass(frozen=True)
class Limits:
    """What one job may use.

    Attributes
    ----------
    seconds : float
        Time on the wall, from the birth of the job's process to its reply.
    asleep : float, optional
        How much of it the process may spend asleep of its own will, which no busy machine makes
        it; by default all. A fresh process for each job is not watched so closely.
    processor : float, optional
        Processor time, which a busy machine does not use up; by default as much as time on the
        wall. It is counted in whole seconds, upwards.
    memory : int
        Bytes that it may map beyond what the warm process (NumPy, torch) has mapped already.
    output : int
        Bytes of its reply.
    file_size : int
        Bytes of any one file, and of all its files in /tmp and in /dev/shm together.
    open_files : int
        Files open at once.
    """

    seconds: float = 10
    memory: int = 1 << 30
    output: int = 16 << 20
    file_size: int = 16 << 20
    open_files: int = 64
    processor: float | None = None
    asleep: float | None = None

    @property
    def asleep_seconds(self):
        """What is counted as too much sleep."""
        return self.seconds if self.asleep is None else self.asleep

    @property
    def processor_seconds(self):
        """What is counted as too much processor time."""
        return self.seconds if self.processor is None else self.processor


@dataclass(frozen=True)
class Reply:
    """How one job went.

    Attributes
    ----------
    status : str
        "ok", "timeout", "memory", "output" or "died".
    payload : bytes
        What the job's function returned if the status is "ok": the student's word, so never
        unpickled, and judged by the parent.
    seconds : float
        Time on the wall.
    detail : str
        One sentence for people; empty if the status is "ok".
    processor : float
        Processor time.
    asleep : bool
        Whether it was stopped for its sleep.
    """

    status: str
    payload: bytes
    seconds: float
    detail: str
    processor: float = 0.0
    asleep: bool = False


class Ending(NamedTuple):
    """How a child ended; `cause` is b"e" (by itself), b"t" (its time was over), b"s" (it had slept
    for as long as it may) or b"k" (killed because it had replied, or had hung up)."""

    cause: bytes
    status: int
    signal: int
    seconds: float
    processor: float


class ProcessFailed(OSError):
    """The process that should run a job is gone, stuck or not confined: never a student's fault."""


def converse(sending, receiving, job, output, patience):
    """Send `job` by one pipe and read from another until a whole frame, the end, one byte too many
    or `patience` seconds.

    Returns what was read, and whether patience ended first.
    """
    outgoing, incoming = memoryview(len(job).to_bytes(8, "big") + job), bytearray()
    deadline = time.monotonic() + patience
    watched = select.poll()
    watched.register(receiving, select.POLLIN)
    watched.register(sending, select.POLLOUT)
    for pipe in (sending, receiving):
        os.set_blocking(pipe, False)
    while not frame_ends(incoming, output):
        ready = dict(watched.poll(max(deadline - time.monotonic(), 0) * 1000))
        if not ready:
            return bytes(incoming), True
        if sending in ready:
            outgoing = _sent(sending, outgoing)
            if not outgoing:
                watched.unregister(sending)
        if receiving in ready:
            piece = os.read(receiving, 1 << 16)
            incoming += piece
            if not piece:
                break
    return bytes(incoming), False


def _sent(pipe, outgoing):
    """What is left after sending what goes into a pipe; nothing where nobody reads any more."""
    try:
        return outgoing[os.write(pipe, outgoing) :]
    except BlockingIOError:
        return outgoing
    except BrokenPipeError:
        return b""


def frame_ends(incoming, output):
    """Tell whether nothing more needs reading: the frame is whole, or can be no good one."""
    if incoming[:1] not in (b"", b"r"):
        return False  # a child that could not be confined says why, until it ends
    if len(incoming) < 1 + FRAME.size:
        return False
    mark, _, size = FRAME.unpack_from(incoming, 1)
    return mark != MARK or size > output or len(incoming) >= 1 + FRAME.size + size


def interpret(incoming, limits, ending):
    """Turn what came and how the child ended into a `Reply`.

    Raises
    ------
    ProcessFailed
        If the child ended before it was ready to run anything of the student's, or was killed from
        outside, as by a system that is short of memory.
    """
    if incoming[:1] != b"r":
        words = incoming[:200].decode(errors="replace")
        words = words or f"exit status {ending.status}, signal {ending.signal}"
        raise ProcessFailed(f"the answer's process was not confined ({words})")
    if frame_ends(incoming, limits.output):
        status, payload, detail = _framed(incoming[1:], limits.output)
    else:
        payload = b""
        status, detail = _unfinished(limits, ending)
    # one that was replying may have waited for us
    asleep = status == "timeout" and ending.cause == b"s" and len(incoming) == 1
    return Reply(status, payload, ending.seconds, detail, ending.processor, asleep)


def _framed(frame, output):
    mark, state, size = FRAME.unpack_from(frame)
    payload = frame[FRAME.size : FRAME.size + size]
    if mark != MARK:
        return "died", b"", "The reply was spoilt by other output of the answer."
    if size > output:
        return "output", b"", f"The reply is longer than {output:,} bytes."
    if state == b"o":
        return "ok", payload, ""
    if state == b"m":
        return "memory", b"", "The answer asked for more memory than it may have."
    name = payload.decode("ascii", "replace")
    # a class that the answer made could carry what it has seen in its name
    name = name if name in EXCEPTIONS else "an exception"
    return "died", b"", f"The answer ended with {name}."


def _unfinished(limits, ending):
    if ending.cause in (b"t", b"s"):
        return "timeout", f"No reply after {ending.seconds:.1f} s."
    used_up = ending.processor > USED_UP * limits.processor_seconds
    if ending.status == LATE or (ending.signal in STOPPED and used_up):
        return "timeout", f"No reply after {ending.processor:.1f} s of processor time."
    if ending.cause == b"k":
        return "died", "The answer closed its channel before it had a result."
    if ending.signal == STOPPED[0]:  # in its own namespace no answer can do that to itself
        raise ProcessFailed("the answer's process was killed; the system may be short of memory")
    return "died", _ending(ending.status, ending.signal)


def _ending(status, number):
    if not number:
        return f"The answer ended Python itself (exit status {status}) before it had a result."
    try:
        name = signal.Signals(number).name
    except ValueError:
        name = f"signal {number}"
    return f"The answer crashed Python ({name})."
