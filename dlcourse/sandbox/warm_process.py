"""The parent's hold on a warm process (`dlcourse.sandbox.warm`): start it, give it jobs, end it."""

import os
import socket
import struct
import subprocess
import sys
import tempfile

from dlcourse.sandbox import cgroup
from dlcourse.sandbox.exchange import Ending, ProcessFailed, converse, frame_ends, interpret

REPORT = struct.Struct("!ciidd")  # as in warm.py
PATIENCE = 20  # seconds that the warm process may be late with the end of a job


class WarmProcess:
    """A running warm process and the channel to it; `close` leaves nothing of it behind."""

    def __init__(self, command, message, cleanup=None):
        self._cleanup = cleanup
        self._process = None
        self._group = cgroup.wanted()
        self._words = tempfile.TemporaryFile()
        self._control, theirs = socket.socketpair()
        self._control.settimeout(120)  # torch on a busy machine
        try:
            with theirs:
                self._process = subprocess.Popen(
                    self._group.command(command) if self._group else command,
                    stdin=theirs,
                    stdout=subprocess.DEVNULL,
                    stderr=self._words,
                    env={"LD_LIBRARY_PATH": f"{sys.base_prefix}/lib"},
                    start_new_session=True,  # ctrl-c is for us to handle
                )
            self._greet(message)
        except BaseException:
            self.close()
            raise

    def _greet(self, message):
        try:
            self._control.sendall(len(message).to_bytes(8, "big") + message)
            answer = self._control.recv(1)
        except ConnectionError:
            answer = b""
        if answer != b"w":
            self._process.kill()
            self._process.wait()
            self._words.seek(0)
            lines = self._words.read().decode(errors="replace").strip().splitlines()
            raise ProcessFailed(lines[-1] if lines else "it ended without a word")

    def run(self, order, job, limits):
        """Run one job in a child; `order` is what the warm process needs to know of it."""
        read, sending = os.pipe()
        receiving, write = os.pipe()
        try:
            try:
                socket.send_fds(self._control, [order], [read, write])
            finally:
                os.close(read)
                os.close(write)
            patience = limits.seconds + PATIENCE
            incoming, stuck = converse(sending, receiving, job, limits.output, patience)
        finally:
            os.close(sending)
            os.close(receiving)
        if stuck:
            raise ProcessFailed("the warm process did not end a job in time")
        # k: we have what we want, the child may go; w: it hung up, see how it ends
        self._control.sendall(b"k" if frame_ends(incoming, limits.output) else b"w")
        return interpret(incoming, limits, Ending(*REPORT.unpack(self._read_report())))

    def _read_report(self):
        report = b""
        while len(report) < REPORT.size:
            piece = self._control.recv(REPORT.size - len(report))
            if not piece:
                raise ProcessFailed("the warm process ended")
            report += piece
        return report

    def close(self):
        self._control.close()  # the warm process ends when this end is gone
        if self._process is not None:
            try:
                self._process.wait(timeout=2)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._words.close()
        if self._group:
            self._group.close()
        if self._cleanup:
            self._cleanup()
            self._cleanup = None
