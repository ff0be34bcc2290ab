"""The script that runs all GPU tests: what it counts, and what it leaves behind."""

import os
import subprocess
import sys

import pytest

from benchmarks import gpu

# as torchrun: its processes are in sessions of their own, and it ends them when it is told to end
LAUNCHER = """
import signal, subprocess, sys
worker = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(100)"],
                          start_new_session=True)
def end(*told):
    worker.kill()
    worker.wait()
    sys.exit(1)
signal.signal(signal.SIGTERM, end)
print(worker.pid, flush=True)
signal.pause()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the script is for Linux")
def test_what_is_ended_leaves_no_process_behind(monkeypatch):
    monkeypatch.setattr(gpu, "GRACE", 3600)  # it ends its worker, however long that takes here
    command = [sys.executable, "-c", LAUNCHER]
    with subprocess.Popen(command, start_new_session=True, stdout=subprocess.PIPE) as launcher:
        worker = int(launcher.stdout.readline())
        gpu.end(launcher)
    assert launcher.returncode == 1  # it was told, and not killed
    with pytest.raises(ProcessLookupError):
        os.kill(worker, 0)


@pytest.mark.skipif(sys.platform != "linux", reason="the script is for Linux")
def test_what_has_no_time_is_ended_and_counts_as_such(monkeypatch):
    ended, true = [], gpu.end
    monkeypatch.setattr(gpu, "end", lambda process: ended.append(process) or true(process))
    assert gpu.run(["-c", "raise SystemExit"], gpu.LEAST - 1) is None
    assert not ended  # nothing was begun
    monkeypatch.setattr(gpu, "LEAST", 0)
    assert gpu.run(["-c", "import time; time.sleep(3600)"], 0) is None
    assert ended.pop().returncode < 0
    assert gpu.run(["-c", "raise SystemExit"], 3600) is True
    assert gpu.run(["-c", "raise SystemExit(2)"], 3600) is False


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ("tests='9' failures='1' errors='1' skipped='2'", "5 passed, 2 failed, 2 skipped"),
        ("tests='2' failures='0' errors='0' skipped='2'", "no test ran, 2 skipped"),
    ],
)
def test_a_row_counts_the_tests_and_says_where_none_ran(monkeypatch, tmp_path, counts, words):
    def run(command, seconds):
        report = f"<testsuites><testsuite {counts}/></testsuites>"
        (tmp_path / "report.xml").write_text(report)
        return True

    monkeypatch.setattr(gpu, "run", run)
    assert gpu.tests_row("tests/any.py", 100, tmp_path) == words
