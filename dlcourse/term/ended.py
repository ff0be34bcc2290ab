"""A command whose terminal is closed ends as after ctrl-C."""

import os
import signal
import sys
import threading
from contextlib import contextmanager


@contextmanager
def ended_by_signals():
    """Let a closed terminal end a command as ctrl-C does, so that nothing unpacked is left."""
    ours = os.getpid()

    def end(number, _):
        if os.getpid() != ours:  # a process that reads for us, and owns none of the folders
            os._exit(128 + number)
        sys.exit(128 + number)

    numbers = [getattr(signal, name, None) for name in ("SIGTERM", "SIGHUP")]
    if threading.current_thread() is not threading.main_thread():
        numbers = []
    taken = [n for n in numbers if n and signal.getsignal(n) is signal.SIG_DFL]
    try:
        for number in taken:
            signal.signal(number, end)
        yield
    finally:
        for number in taken:
            signal.signal(number, signal.SIG_DFL)
