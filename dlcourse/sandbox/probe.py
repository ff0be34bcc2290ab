"""The self-test's half inside the sandbox: a right answer, and a hostile one that reports its loot.

Shipped as source, never imported by the grader.
"""

import ctypes
import json
import os
import socket
from pathlib import Path

import numpy as np


def run_job(job):
    """Do the sum asked for; try to get out in every way listed; reply with both as JSON."""
    order = json.loads(job)
    total = float(np.polynomial.polynomial.polyval(2.0, np.array(order["coefficients"])).sum())
    attacks = {
        "read a file of the grader's machine": lambda: Path(order["file"]).read_bytes(),
        "connect to the grader's machine": lambda: connect(order["port"]),
        "see a process of the grader's machine": lambda: see_process(order["pid"]),
        "start a process": fork,
        "write outside its own folder": write_outside,
        "enter another user namespace": enter_user_namespace,
    }
    hostile = attacks if order["hostile"] else {}
    escapes = [name for name, attack in hostile.items() if works(attack)]
    return json.dumps({"total": total, "escapes": escapes}).encode()


def works(attack):
    try:
        attack()
    except Exception:
        return False
    return True


def connect(port):
    socket.create_connection(("127.0.0.1", port), timeout=1).close()


def see_process(pid):
    if pid == os.getpid():
        raise ProcessLookupError
    os.kill(pid, 0)


def fork():
    if os.fork() == 0:
        os._exit(0)


def write_outside():
    for folder in ("/", "/dev", "/site", "/python/lib"):
        path = Path(folder, f"dlcourse-probe-{os.getpid()}")
        if works(lambda path=path: path.write_bytes(b"x")):
            path.unlink()
            return
    raise PermissionError


def enter_user_namespace():
    if ctypes.CDLL(None).unshare(0x10000000):
        raise PermissionError
