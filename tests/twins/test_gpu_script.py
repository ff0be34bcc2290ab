"""The script that runs all GPU tests: what it counts, and what it leaves behind."""

import os
import sys
import time

import pytest

from benchmarks import gpu

# as torchrun: its processes are in sessions of their own, and it ends them when it is told to end
LAUNCHER = """
import pathlib, signal, subprocess, sys
worker = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(100)"],
                          start_new_session=True)
def end(*told):
    worker.kill()
    worker.wait()
    sys.exit(1)
signal.signal(signal.SIGTERM, end)
pathlib.Path(sys.argv[1]).write_text(str(worker.pid))
signal.pause()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the script is for Linux")
def test_what_has_no_time_leaves_no_process_behind(tmp_path):
    path = tmp_path / "pid"
    begun = time.monotonic()
    assert gpu.run(["-c", LAUNCHER, path], 5) is None
    assert time.monotonic() - begun < 5 + gpu.GRACE
    with pytest.raises(ProcessLookupError):
        os.kill(int(path.read_text()), 0)


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
