"""A real JupyterLab, started the way a learner starts it."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sysconfig
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

PROGRAM = Path(shutil.which("dlcourse", path=sysconfig.get_path("scripts")))
PATIENCE = 300  # seconds; a busy machine takes half a minute


OFFLINE = """
import sys
def refuse(event, args, local=("127.0.0.1", "localhost", "::1", "0.0.0.0", "", None)):
    names = {"socket.connect": 1, "socket.getaddrinfo": 0, "socket.gethostbyname": 0}
    address = args[names[event]] if event in names else None
    host = address[0] if isinstance(address, tuple) else address
    if event in names and host not in local and not (host or "").startswith("/"):
        with open(REFUSED, "a") as file:
            print(event, address, file=file)
        raise OSError(f"offline: {host}")
sys.addaudithook(refuse)
"""


class Address(NamedTuple):
    """Where a JupyterLab answers."""

    host: str
    token: str


def free_port():
    """Find a port that is free now; if it is taken meanwhile, JupyterLab tries the next ones."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def cut_off(folder):
    """Write into `folder` what, on PYTHONPATH, lets no Python out; return the log of who tried."""
    refused = folder / "refused"
    text = OFFLINE.replace("REFUSED", repr(str(refused)))
    (folder / "sitecustomize.py").write_text(text, encoding="utf-8")
    return refused


@contextmanager
def running_lab(root, command=(PROGRAM, "lab", "--"), **environment):
    """Start JupyterLab by `command` in `root`, with an empty home and no display.

    Yields
    ------
    Address
        As printed, once it answers; the process is ended afterwards.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        log = Path(home) / "log"
        with log.open("w") as output:  # a pipe that nobody reads would fill and stop the server
            process = subprocess.Popen(
                [*command, f"--port={free_port()}"],
                cwd=root,
                env=_surroundings(home) | environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            yield _address(process, log)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=PATIENCE)


def _surroundings(home):
    kept = {k: v for k, v in os.environ.items() if "DISPLAY" not in k and "JUPYTER" not in k}
    return kept | {"HOME": home}


def _address(process, log):
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        text = log.read_text()
        found = re.search(r"(http://127\.0\.0\.1:(\d+))/(?:lab|tree)\S*\?token=(\w+)", text)
        if found and _listens(int(found[2])):
            return Address(found[1], found[3])
        time.sleep(0.2)  # between two looks
    raise AssertionError(f"JupyterLab gave no address that answers:\n{log.read_text()}")


def _listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
