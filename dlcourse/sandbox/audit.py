"""A log of jobs, in a file that the operator names: what ran, how it ended, which limit it hit.

It is one line of JSON for each job, written as a whole, so that several processes can share the
file. Answers see nothing of it.
"""

import hashlib
import json
import os
from datetime import UTC, datetime

VARIABLE = "DLCOURSE_AUDIT"  # names the file


def note(rung, label, job, limits, reply):
    """Add a line for a job that has ended, if the operator asks for a log.

    Parameters
    ----------
    rung : str
    label : str
        What the caller calls the job.
    job : bytes
    limits : dlcourse.sandbox.exchange.Limits
    reply : dlcourse.sandbox.exchange.Reply

    Raises
    ------
    OSError
        If the line cannot be written: a log with holes in it is none.
    """
    path = os.environ.get(VARIABLE)
    if not path:
        return
    line = {
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "process": os.getpid(),
        "rung": rung,
        "label": label,
        "job": hashlib.sha256(job).hexdigest()[:16],
        "bytes": [len(job), len(reply.payload)],
        "status": reply.status,
        "limit": hit(limits, reply),
        "seconds": round(reply.seconds, 3),
        "processor": round(reply.processor, 3),
        "allowed": {
            "seconds": round(limits.seconds, 3),
            "processor": limits.processor_seconds,
            "asleep": limits.asleep_seconds,
            "memory": limits.memory,
        },
    }
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        os.write(file, (json.dumps(line) + "\n").encode())
    finally:
        os.close(file)


def hit(limits, reply):
    """Which limit ended a job; None for none."""
    if reply.status in ("memory", "output"):
        return reply.status
    if reply.status != "timeout":
        return None
    if reply.asleep:
        return "asleep"
    return "seconds" if reply.seconds >= limits.seconds else "processor"
