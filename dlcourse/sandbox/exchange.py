"""The parent's side of a child's channel: send a job, read a bounded reply, say what it means."""

import select
import signal
import struct
import time
from dataclasses import dataclass

FRAME = struct.Struct("!3scQ")  # as in warm.py
MARK = b"DL:"


@dataclass(frozen=True)
class Limits:
    """What one job may use.

    Attributes
    ----------
    seconds : float
        Time on the wall, from the birth of the job's process to its reply.
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
    """

    status: str
    payload: bytes
    seconds: float
    detail: str


class ProcessFailed(OSError):
    """The process that should run a job is gone, stuck or not confined: never a student's fault."""


def converse(channel, job, output, patience):
    """Send `job` and read until a whole frame, the end, one byte too many or `patience` seconds.

    Returns what was read, and whether patience ended first.
    """
    channel.setblocking(False)
    outgoing, incoming = memoryview(len(job).to_bytes(8, "big") + job), bytearray()
    deadline = time.monotonic() + patience
    watched = select.poll()
    watched.register(channel, select.POLLIN | select.POLLOUT)
    while not frame_ends(incoming, output):
        left = deadline - time.monotonic()
        events = watched.poll(max(left, 0) * 1000)
        if not events:
            return bytes(incoming), True
        try:
            if outgoing and events[0][1] & select.POLLOUT:
                outgoing = outgoing[channel.send(outgoing) :]
            if not outgoing:
                watched.modify(channel, select.POLLIN)
            if events[0][1] & ~select.POLLOUT:
                piece = channel.recv(1 << 16)
                incoming += piece
                if not piece:
                    break
        except BlockingIOError:
            continue
        except (BrokenPipeError, ConnectionResetError):
            break
    return bytes(incoming), False


def frame_ends(incoming, output):
    """Tell whether nothing more needs reading: the frame is whole, or can be no good one."""
    if incoming[:1] not in (b"", b"r"):
        return False  # a child that could not be confined says why, until it ends
    if len(incoming) < 1 + FRAME.size:
        return False
    mark, _, size = FRAME.unpack_from(incoming, 1)
    return mark != MARK or size > output or len(incoming) >= 1 + FRAME.size + size


def interpret(incoming, output, timed_out, status, number, seconds):
    """Turn what came and how the child ended into a `Reply`.

    Raises
    ------
    ProcessFailed
        If the child ended before it was ready to run anything of the student's.
    """
    if incoming[:1] != b"r":
        words = incoming[:200].decode(errors="replace") or f"exit status {status}, signal {number}"
        raise ProcessFailed(f"the answer's process was not confined ({words})")
    whole = frame_ends(incoming, output)
    if whole:
        mark, state, size = FRAME.unpack_from(incoming, 1)
        payload = incoming[1 + FRAME.size : 1 + FRAME.size + size]
        if mark != MARK:
            return Reply(
                "died", b"", seconds, "The reply was spoilt by other output of the answer."
            )
        if size > output:
            return Reply("output", b"", seconds, f"The reply is longer than {output:,} bytes.")
        return _framed(state, payload, seconds)
    if timed_out:
        return Reply("timeout", b"", seconds, f"No reply after {seconds:.1f} s.")
    return Reply("died", b"", seconds, _ending(status, number))


def _framed(state, payload, seconds):
    if state == b"o":
        return Reply("ok", payload, seconds, "")
    if state == b"m":
        return Reply("memory", b"", seconds, "The answer asked for more memory than it may have.")
    name = payload.decode("ascii", "replace")
    name = name if name.isidentifier() else "an exception"
    return Reply("died", b"", seconds, f"The answer ended with {name}.")


def _ending(status, number):
    if not number:
        return f"The answer ended Python itself (exit status {status}) before it had a result."
    if number == signal.SIGKILL:
        return "The system ended the answer's process; it may have been short of memory."
    try:
        name = signal.Signals(number).name
    except ValueError:
        name = f"signal {number}"
    return f"The answer crashed Python ({name})."
