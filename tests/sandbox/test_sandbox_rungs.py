"""How the sandbox starts, tests itself, fails and is replaced; attacks are in test_sandbox.py."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import textwrap
import threading
from functools import partial
from pathlib import Path

import pytest
from sandbox_attack import MODULES, STRONGEST, WAYS, answer, job, start_best_or_skip, start_or_skip

import dlcourse.sandbox.sandbox
from dlcourse.sandbox import exchange, rungs, visible, warm_process
from dlcourse.sandbox.fresh_process import FreshProcess
from dlcourse.sandbox.sandbox import Limits, Sandbox, SandboxError

linux = pytest.mark.skipif(sys.platform != "linux", reason="namespaces are Linux's")


@pytest.fixture(scope="module")
def best():
    running = start_best_or_skip()
    yield running
    running.__exit__()


def warm_pid(sandbox):
    return sandbox._process._process.pid


@linux
def test_dead_warm_process_is_replaced_without_a_word(best):
    os.kill(warm_pid(best), signal.SIGKILL)
    assert answer(best, "result = 1") == 1


@linux
def test_job_is_run_again_when_the_warm_process_dies_under_it(best, monkeypatch):
    real, killed = socket.send_fds, []

    def send(control, order, descriptors):
        if killed:
            return real(control, order, descriptors)
        killed.append(warm_pid(best))
        tree = [*killed, *children_of(killed[0])]
        for pid in tree:
            os.kill(pid, signal.SIGSTOP)  # else it may answer before it dies
        real(control, order, descriptors)
        for pid in reversed(tree):
            os.kill(pid, signal.SIGKILL)

    monkeypatch.setattr(socket, "send_fds", send)
    assert answer(best, "result = 1") == 1
    assert warm_pid(best) != killed[0]


@linux
def test_warm_process_that_dies_twice_is_an_error_and_no_reply(best, monkeypatch):
    def send(*_):
        raise BrokenPipeError("gone")

    with monkeypatch.context() as patch:
        patch.setattr(socket, "send_fds", send)
        with pytest.raises(SandboxError, match="failed twice in a row: gone"):
            best.run(job("result = 1"))
    assert answer(best, "result = 1") == 1


@linux
@pytest.mark.parametrize("way", STRONGEST, ids=lambda way: way[0])
def test_nothing_is_left_after_an_exception(way, tmp_path, monkeypatch):
    start_or_skip(way).__exit__()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(rungs, "attempts", lambda kind: [way])
    sandbox = Sandbox(modules=MODULES, rung=way[0])

    def fail():
        with sandbox:
            processes.append(sandbox._process._process)
            raise ZeroDivisionError

    processes = []
    with pytest.raises(ZeroDivisionError):
        fail()
    assert processes[0].poll() is not None
    assert list(tmp_path.iterdir()) == []


def children_of(pid):
    """Process ids below one, the deepest last."""
    own = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in own] + [p for child in own for p in children_of(child)]


def kill_when_it_works(parent, before):
    """Kill the first new process below `parent` once it has used some processor time."""
    while True:
        for pid in set(children_of(parent)) - before:
            if int(Path(f"/proc/{pid}/stat").read_text().rsplit(")")[1].split()[11]) > 5:
                return os.kill(pid, signal.SIGKILL)


def let_the_system_kill(monkeypatch, times):
    """Kill the child of each of the next jobs from outside, as a system short of memory does."""
    real, left = warm_process.WarmProcess.run, [times]

    def run(self, order, job, limits):
        if left[0]:
            left[0] -= 1
            parent = self._process.pid
            args = (parent, set(children_of(parent)))
            threading.Thread(target=kill_when_it_works, args=args, daemon=True).start()
        return real(self, order, job, limits)

    monkeypatch.setattr(warm_process.WarmProcess, "run", run)


WORKS = "import time\nwhile time.process_time() < 0.5: pass\nresult = 1"


@linux
def test_job_that_is_killed_from_outside_is_run_again(best, monkeypatch):
    let_the_system_kill(monkeypatch, 1)
    assert answer(best, WORKS) == 1


@linux
def test_job_that_is_killed_from_outside_twice_is_an_error_and_no_reply(best, monkeypatch):
    let_the_system_kill(monkeypatch, 2)
    with pytest.raises(SandboxError, match="twice in a row: the answer's process was killed"):
        best.run(job(WORKS))
    assert answer(best, "result = 1") == 1


@linux
@pytest.mark.parametrize(
    "code",
    [
        "os.kill(os.getpid(), 9); os._exit(1)",
        "os.close(3); time.sleep(100)",
        "os.closerange(0, 99); os._exit(0)",
        "import resource; resource.setrlimit(resource.RLIMIT_CPU, (1, 1))\nwhile True: pass",
        "ctypes.CDLL(None).prlimit(0, 0, (ctypes.c_ulong * 2)(1, 1), 0)\nwhile True: pass",
        "ctypes.CDLL(None).syscall(160, 0, (ctypes.c_ulong * 2)(1, 1))\nwhile True: pass",
    ],
)
def test_no_answer_can_pretend_to_be_killed_from_outside(best, code):
    reply = best.run(job(code), Limits(seconds=20, processor=2))
    assert reply.status in {"died", "timeout"}


@linux
def test_the_clock_counts_work_and_not_a_busy_machine(best):
    limits = Limits(seconds=30, processor=1)
    reply = best.run(job("while True: pass"), limits)
    assert (reply.status, reply.payload) == ("timeout", b"")
    assert 0.8 < reply.processor < 2
    reply = best.run(job("time.sleep(1.3); result = 1"), limits)
    assert reply.status == "ok"
    assert reply.processor < 1 < reply.seconds


WAITS = {
    "a lock": "threading.Event().wait(60)",
    "a pipe": "os.read(os.pipe()[0], 1)",
    "naps": "while True: time.sleep(0.02)",
}


@linux
@pytest.mark.parametrize("code", WAITS.values(), ids=WAITS)
def test_a_job_that_sleeps_is_stopped_for_its_sleep(best, code):
    reply = best.run(job(code), Limits(seconds=60, processor=5, asleep=0.5))
    assert (reply.status, reply.asleep) == ("timeout", True)
    assert 0.4 < reply.seconds < 30


@linux
def test_a_busy_job_is_never_taken_for_one_that_sleeps(best):
    stop = "end = time.process_time() + 1\nwhile time.process_time() < end: pass\nresult = 1"
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(6)]
    try:
        assert answer(best, stop, seconds=60, asleep=0.2) == 1
    finally:
        for process in busy:
            process.kill()
            process.wait()


def test_a_job_that_waits_for_us_to_read_its_reply_does_not_sleep_of_its_own_will():
    ending = exchange.Ending(b"s", 0, 9, 1.0, 0.1)
    for incoming, asleep in ((b"r", True), (b"rDL:", False)):
        reply = exchange.interpret(incoming, Limits(), ending)
        assert (reply.status, reply.asleep) == ("timeout", asleep)


@linux
@pytest.mark.parametrize("way", STRONGEST, ids=lambda way: way[0])
def test_every_mount_is_nosuid_and_nodev(way):
    entries = visible.visible_entries("numpy")
    both = os.ST_NOSUID | os.ST_NODEV
    due = {target: both for kind, _, target in entries if kind not in ("symlink", "device")}
    due |= {"/": both} | {t: os.ST_NOSUID for kind, _, t in entries if kind == "device"}
    running = start_or_skip(way)
    try:
        found = answer(running, f"result = {{t: os.statvfs(t).f_flag for t in {list(due)}}}")
    finally:
        running.__exit__()
    assert {target: flags & due[target] for target, flags in found.items()} == due
    assert all(found[target] & os.ST_RDONLY for target in ("/", "/site/numpy", "/dev"))


@linux
def test_an_answer_holds_one_end_of_one_pipe(best):
    held = """
    import fcntl
    result = [number for number in range(64) if loot(lambda: os.fstat(number))]
    result += [stat.S_ISFIFO(os.fstat(3).st_mode), fcntl.fcntl(3, fcntl.F_GETFL) & os.O_ACCMODE]
    result += [os.fstat(number).st_rdev for number in range(3)]
    """
    null = Path(os.devnull).stat().st_rdev
    assert answer(best, textwrap.dedent(held)) == [0, 1, 2, 3, True, os.O_WRONLY, *[null] * 3]


@linux
def test_interrupted_job_leaves_no_process(best, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    process = best._process._process
    with monkeypatch.context() as patch:
        patch.setattr(warm_process, "converse", interrupt)
        with pytest.raises(KeyboardInterrupt):
            best.run(job("while True: pass"))
    assert process.poll() is not None
    assert answer(best, "result = 1") == 1


@linux
def test_rung_that_contains_nothing_fails_the_self_test(monkeypatch):
    bare = partial(FreshProcess, None, kind="numpy")
    monkeypatch.setattr(rungs, "attempts", lambda kind: [("bubblewrap", bare)])
    with pytest.raises(SandboxError, match="a hostile answer could read a file of the grader"):
        Sandbox(modules=MODULES).__enter__()


@linux
def test_rung_that_cannot_start_python_fails_the_self_test(monkeypatch):
    broken = partial(FreshProcess, ["/bin/false"], kind="numpy")
    monkeypatch.setattr(rungs, "attempts", lambda kind: [("bubblewrap", broken)])
    with pytest.raises(SandboxError, match="not confined"):
        Sandbox(modules=MODULES).__enter__()


@linux
def test_second_best_rung_is_taken_with_a_warning(monkeypatch):
    safe = [way for way in WAYS if way[0] == rungs.UNSHARE]
    start_or_skip(safe[0]).__exit__()
    monkeypatch.setattr(rungs, "attempts", lambda kind: safe)
    with contextlib.ExitStack() as stack:
        with pytest.warns(UserWarning, match="second best"):
            running = stack.enter_context(Sandbox(modules=MODULES))
        assert running.rung == "unshare"
        assert answer(running, "result = 1") == 1


def test_weakest_rung_is_refused_unless_told(monkeypatch):
    monkeypatch.setattr(rungs, "attempts", lambda kind: [])
    with pytest.raises(SandboxError, match="No safe sandbox starts here"):
        Sandbox(modules=MODULES).__enter__()


@pytest.fixture(scope="module")
def weakest():
    with pytest.warns(UserWarning, match="UNSAFE"):
        running = Sandbox(modules=MODULES, unsafe=True, rung="rlimits").__enter__()
    yield running
    running.__exit__()


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("result = float(np.ones(3).sum())", "ok"),
        ("os._exit(3)", "died"),
        ("1 / 0", "died"),
        ("while True: pass", "timeout"),
        ("print('x' * 10**7)", "ok"),
        ("result = 'x' * (20 << 20)", "output"),
        ("import ctypes; ctypes.string_at(0)", "died"),
        ("import dlcourse", "died"),
    ],
)
def test_weakest_rung_stops_accidents(weakest, code, status):
    assert weakest.rung == "rlimits"
    assert weakest.run(job(code), Limits(seconds=0.5 if "True" in code else 10)).status == status
    assert answer(weakest, "result = 1") == 1


@linux
def test_torch_is_there_for_its_own_kind_only(best):
    code = """
import torch
torch.set_num_threads(4)  # as many do, and no thread can start here
total = torch.ones(10**6).add(1).sum().item()
x = torch.arange(3.0, requires_grad=True)
(x**2).sum().backward()
torch.optim.Adam([x]).step()
result = [total, x.grad.tolist(), torch.get_num_threads(), loot(lambda: __import__("dlcourse"))]
"""
    assert best.run(job(code)).status == "died"
    with Sandbox("torch", modules=MODULES, rung=best.rung) as running:
        assert answer(running, code) == [2e6, [0.0, 2.0, 4.0], 1, []]


def test_every_name_of_a_rung_and_kind_is_checked():
    with pytest.raises(ValueError, match="kind is 'jax'"):
        Sandbox("jax")
    with pytest.raises(ValueError, match="rung is 'docker'"):
        Sandbox(rung="docker")


def test_grader_imports_where_there_are_no_limits_and_no_c_library():
    code = """
import ctypes, pathlib, platform, subprocess, sys, sysconfig, tempfile
sys.modules["resource"], sys.platform = None, "win32"
del ctypes.CDLL
from dlcourse.sandbox import isolation, sandbox
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_words_of_the_two_sides_agree():
    tree = Path(warm_process.__file__).with_name("warm.py").read_text("utf-8")
    inside = {}
    exec(tree.split("def read_exactly")[0], inside)
    assert inside["FRAME"].format == exchange.FRAME.format
    assert inside["MARK"] == exchange.MARK
    assert inside["REPORT"].format == warm_process.REPORT.format
    assert inside["ORDER"].format == dlcourse.sandbox.sandbox.ORDER.format


def run_python(code, *before):
    """What a Python of its own prints."""
    command = [*before, sys.executable, "-c", textwrap.dedent(code)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.skipif(sys.platform != "linux", reason="namespaces of Linux")
def test_the_weakest_rung_works_for_root_of_a_namespace_with_one_user():
    alone = ["unshare", "--user", "--map-root-user"]
    if subprocess.run([*alone, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine allows no user namespace")
    done = run_python(
        """
        import warnings
        from dlcourse.sandbox.sandbox import Sandbox

        warnings.simplefilter("ignore")
        source = "import os\\ndef run_job(job): return str(os.getuid()).encode()"
        with Sandbox(unsafe=True, rung="rlimits", modules=[("_runner", source)]) as sandbox:
            print(sandbox.run(b"").payload)
        """,
        *alone,
    )
    assert done.stdout == "b'0'\n", done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="Landlock is Linux's")
def test_the_second_layer_alone_lets_nobody_write_or_connect(tmp_path):
    (tmp_path / "own").mkdir()
    (tmp_path / "file").write_text("read me")
    done = run_python(
        f"""
        import socket
        from pathlib import Path
        from dlcourse.sandbox import isolation

        server = socket.create_server(("127.0.0.1", 0))
        folder = Path({str(tmp_path)!r})
        isolation.prctl(isolation.PR_SET_NO_NEW_PRIVS, 1)
        version = isolation.allow_files(["/"], ["/dev"], [str(folder / "own")])
        print(version, (folder / "file").read_text())
        Path("/dev/null").write_text("x")
        (folder / "own" / "a").write_text("x")
        for act in (
            lambda: (folder / "file").write_text("x"),
            lambda: (folder / "other").mkdir(),
            lambda: (folder / "own" / "a").rename(folder / "b"),
            lambda: socket.create_connection(server.getsockname(), timeout=5),
        ):
            try:
                act()
                print("done")
            except OSError as error:
                print(type(error).__name__)
        """
    )
    version, *rest = done.stdout.split(maxsplit=1)
    if int(version) < 4:
        pytest.skip(f"this kernel's Landlock is of version {version}")
    said = rest[0].splitlines()
    assert said[0] == "read me"
    assert said[1:3] == ["PermissionError"] * 2, done.stderr
    assert said[3] in ("PermissionError", "OSError")  # to another folder: EXDEV
    assert said[4:] == ["PermissionError"]
