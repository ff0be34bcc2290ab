"""The warm process: loads NumPy once, then forks a child for every job.

Runs inside the sandbox, with the standard library and NumPy. Jobs and replies never pass through
this process: a job's child gets two pipes of its own, so that no child can find in its inherited
memory what another student wrote. Only limits come in here, and how a child ended goes out.

The pipes of a child: by one comes the job (8 bytes of length, then the job), and it is closed
before anything of the student's runs; by the other goes ``r`` when the child is confined, then one
frame (`FRAME`, payload).
"""

import gc
import importlib
import json
import os
import select
import signal
import socket
import struct
import sys
import time
import types
from pathlib import Path

LENGTH = struct.Struct("!Q")
# self-test?, seconds, asleep, processor, memory, file size, open files
ORDER = struct.Struct("!?dddQQI")
# cause (t: timed out, s: slept, e: ended, k: told to go), exit status, signal, seconds, processor
REPORT = struct.Struct("!ciidd")
FRAME = struct.Struct("!3scQ")  # mark, status (o: ok, m: memory, x: exception), length of payload
MARK = b"DL:"
CHANNEL = 3  # for the reply: the child's only open file beside standard input, output and error
JOB = 4  # until the job is read
FIRST_UID = 60_000
LAST_BREATH = 1  # seconds between hanging up and being gone
LOOK = 0.05  # seconds between two looks at a child, on the average


def read_exactly(read, size):
    """Read `size` bytes by calls of ``read(count)``; EOFError if they end before."""
    pieces = []
    while size:
        piece = read(min(size, 1 << 20))
        if not piece:
            raise EOFError("the channel was closed")
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


def read_message(read):
    return read_exactly(read, LENGTH.unpack(read_exactly(read, LENGTH.size))[0])


def write_all(descriptor, data):
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def load_modules(start):
    """Make the shipped sources modules; return them by name."""
    sys.path.append(start["site"])
    for name in start["imports"]:
        importlib.import_module(name)
    modules = {}
    for name, source in start["modules"]:
        module = types.ModuleType(name)
        sys.modules[name] = module
        exec(compile(source, f"<{name}>", "exec"), module.__dict__)
        modules[name] = module
    if "torch" in start["imports"]:
        torch = sys.modules["torch"]
        torch.set_num_threads(1)
        torch.set_num_threads = lambda _: None  # more could not start, and OpenMP would exit
    return modules


def answer(run_job, job):
    """Run one job; return the frame that tells how it went."""
    try:
        status, payload = b"o", run_job(job)
        if not isinstance(payload, bytes):
            status, payload = b"x", b"TypeError"
    except MemoryError:
        status, payload = b"m", b""
    except BaseException as error:
        status, payload = b"x", type(error).__name__.encode("ascii", "replace")[:60]
    return FRAME.pack(MARK, status, len(payload)) + payload


def silence():
    """Let nothing come in by standard input, and nothing out by standard output and error."""
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)


def child(pipes, order, isolation, run_job):
    """Be the child of one job: confine, read the job, run it, reply. Never returns."""
    try:
        try:
            shut_in(pipes, order, isolation)
        except Exception as error:
            write_all(pipes[1], repr(error).encode())
            os._exit(1)
        job = read_message(lambda size: os.read(JOB, size))
        os.close(JOB)
        write_all(CHANNEL, b"r")
        write_all(CHANNEL, answer(run_job, job))
    finally:
        os._exit(0)


def shut_in(pipes, order, isolation):
    """Leave this process its own pipes, and nothing else to reach out with."""
    os.setsid()
    # short of memory, the system is to kill this process and not the grader
    Path("/proc/self/oom_score_adj").write_text("1000")
    uid = FIRST_UID + int.from_bytes(os.urandom(2)) % 5000 if os.getuid() == 0 else None
    isolation.confine(order[3:], uid)
    silence()
    job, reply = pipes  # never lower numbers than ours: two files are open in the warm process
    os.dup2(reply, CHANNEL)
    os.dup2(job, JOB)
    os.closerange(JOB + 1, 1 << 16)


def supervise(pid, control, seconds, asleep):
    """Wait for the child's end, its time's end or the parent's word; kill it; say what happened."""
    begun = time.monotonic()
    ended = os.pidfd_open(pid)
    cause = await_end(pid, ended, control, seconds, asleep)
    os.kill(pid, signal.SIGKILL)
    _, status, used = os.wait4(pid, 0)
    code = os.waitstatus_to_exitcode(status)
    spent = time.monotonic() - begun
    os.close(ended)
    return REPORT.pack(cause, max(code, 0), max(-code, 0), spent, used.ru_utime + used.ru_stime)


def await_end(pid, ended, control, seconds, asleep):
    """Wait for the end of a child (a pidfd), its time's end or the parent's word; say which.

    Its sleep is counted in looks at it, so that a busy machine, on which we come to look more
    seldom, makes it no longer; they come at odd times, which it cannot foresee.
    """
    watched = select.poll()
    for descriptor in (ended, control.fileno()):
        watched.register(descriptor, select.POLLIN)
    deadline, slept, ready = time.monotonic() + seconds, 0.0, set()
    while not ready:
        left, look = deadline - time.monotonic(), LOOK * (0.5 + os.urandom(1)[0] / 255)
        if left <= 0:
            return b"t"
        ready = {descriptor for descriptor, _ in watched.poll(min(left, look) * 1000)}
        slept += look if not ready and sleeps(pid) else 0.0
        if slept > asleep:
            return b"s"
    if ended not in ready and control.recv(1, socket.MSG_PEEK) == b"w":
        watched.unregister(control.fileno())  # a child that dies hangs up first
        ready = {descriptor for descriptor, _ in watched.poll(LAST_BREATH * 1000)}
    return b"e" if ended in ready else b"k"


def sleeps(pid):
    """Tell whether a process sleeps of its own will: it neither runs, nor is about to, nor waits
    for a disk."""
    return Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[0] == b"S"


def serve(control, modules, entry):
    """Run jobs until the parent hangs up."""
    isolation = modules["_dlcourse_isolation"]
    own = os.pidfd_open(os.getpid())
    gc.collect()
    gc.freeze()  # or each child's first collection would copy every page
    while True:
        message, pipes, _, _ = socket.recv_fds(control, ORDER.size, 2)
        if not message:
            return
        message += read_exactly(control.recv, ORDER.size - len(message))
        order = ORDER.unpack(message)
        run_job = modules["_dlcourse_probe" if order[0] else entry].run_job
        pid = isolation.fork_into_pid_namespace(own)
        if pid == 0:
            child(pipes, order, isolation, run_job)
        for pipe in pipes:
            os.close(pipe)
        report = supervise(pid, control, order[1], order[2])
        if not control.recv(1):  # the parent has read what it wanted
            return
        control.sendall(report)


def main():
    control = socket.socket(fileno=os.dup(0))
    start = json.loads(read_message(control.recv))
    modules = load_modules(start)
    modules["_dlcourse_isolation"].renounce_capabilities()
    os.environ.clear()
    control.sendall(b"w")
    serve(control, modules, start["modules"][-1][0])


def main_once():
    """Run one job and end: in a box made for it, or with limits only on the weakest rung."""
    parts = [read_message(lambda size: os.read(0, size)) for _ in range(3)]
    start, order, job = json.loads(parts[0]), ORDER.unpack(parts[1]), parts[2]
    os.dup2(1, CHANNEL)
    silence()
    modules = load_modules(start)
    os.environ.clear()
    os.closerange(CHANNEL + 1, 1 << 16)
    name = "_dlcourse_probe" if order[0] else start["modules"][-1][0]
    modules["_dlcourse_isolation"].limit_only(order[3:], FIRST_UID)
    write_all(CHANNEL, b"r")
    write_all(CHANNEL, answer(modules[name].run_job, job))
    os._exit(0)


if __name__ == "__main__":
    main_once() if "--once" in sys.argv else main()
