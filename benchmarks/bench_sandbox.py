"""How long a job takes in the sandbox: milliseconds from the order to the reply, per rung and kind.

Run it on a quiet machine: ``python benchmarks/bench_sandbox.py [JOBS]``.
"""

import os
import statistics
import sys
import time
import warnings

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

from dlcourse.sandbox import rungs
from dlcourse.sandbox.sandbox import Sandbox, SandboxError

RUNNER = """
import numpy as np

def run_job(job):
    return np.tanh(np.frombuffer(job)).tobytes()
"""
JOB = bytes(8 * 1000)


def measure(kind, rung, jobs):
    """Return the start in seconds, and the median and 95th percentile of a job in milliseconds."""
    begun = time.perf_counter()
    with Sandbox(kind, unsafe=True, modules=[("_runner", RUNNER)], rung=rung) as sandbox:
        start = time.perf_counter() - begun
        times = []
        for _ in range(jobs):
            begun = time.perf_counter()
            reply = sandbox.run(JOB)
            times.append(1000 * (time.perf_counter() - begun))
            if reply.payload != JOB:
                raise ValueError(f"the job replied {reply}")
    return start, statistics.median(times), statistics.quantiles(times, n=20)[-1]


def main(jobs=200):
    """Print one line a rung and kind."""
    warnings.simplefilter("ignore", UserWarning)  # the weakest rung says that it is unsafe
    print("kind   rung        start (s)  job: median (ms)  95 %")
    for kind in ("numpy", "torch"):
        for rung in rungs.RUNGS:
            count = jobs if rung != rungs.RLIMITS else 5
            try:
                start, median, most = measure(kind, rung, count)
            except SandboxError as error:
                print(f"{kind:6} {rung:10}  {error}")
                continue
            print(f"{kind:6} {rung:10}  {start:8.2f}  {median:16.1f}  {most:5.1f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
