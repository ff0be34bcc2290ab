"""Grade the class in the current folder in a process that may be made to die.

    python grade_class.py RESULTS WORKERS SECONDS [VICTIM FUNCTION CALL]...

SECONDS is the processor time of an answer, or 0 for its own. Kills VICTIM (coordinator or worker)
with signal 9 just before the CALL-th call of FUNCTION, one of `FUNCTIONS`. Prints as JSON how long
it took, the processor time of this process and those that it has waited for (all, if there is one
worker), and this process's peak memory in MiB.
"""

import json
import multiprocessing
import os
import random
import re
import signal
import sys
import time
from functools import partial
from pathlib import Path

from small_course import NAME

from dlcourse.grading.classroom import Classroom
from dlcourse.grading.marks import Gradebook
from dlcourse.grading.store import Store

FUNCTIONS = {"known": Store, "remember": Store, "record": Gradebook, "_file": Classroom}


def kill(victim):
    workers = [process.pid for process in multiprocessing.active_children()]
    os.kill(os.getpid() if victim == "coordinator" else random.choice(workers), signal.SIGKILL)


def before_call(function, number, act):
    """Call `act` just before the `number`-th call of a function."""
    owner, calls = FUNCTIONS[function], iter(range(1, 1 << 30))
    true = getattr(owner, function)

    def counted(*args):
        if next(calls) == number:
            act()
        return true(*args)

    setattr(owner, function, counted)


def peak_mib():
    """This process's peak memory; getrusage would count the parent's before the exec."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024


def main(results, workers, seconds, *deaths):
    """Grade; see above."""
    begun = time.monotonic()
    for victim, function, call in zip(*[iter(deaths)] * 3, strict=True):
        before_call(function, int(call), partial(kill, victim))
    room = Classroom(Path.cwd(), NAME, "submitted", int(workers), seconds=float(seconds) or None)
    room.grade(Path(results), progress=None)
    facts = {
        "workers": int(workers),
        "seconds": time.monotonic() - begun,
        "processor": sum(os.times()[:4]),
        "peak_mib": peak_mib(),
    }
    print(json.dumps({name: round(value, 1) for name, value in facts.items()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
