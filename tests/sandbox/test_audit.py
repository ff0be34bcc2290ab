"""The log of jobs: one line each, which says what ran, how it ended and which limit it hit."""

import hashlib
import json
import sys

import pytest
from sandbox_attack import answer, job, start_best_or_skip

from dlcourse.sandbox import audit
from dlcourse.sandbox.sandbox import Limits, SandboxError

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="namespaces are Linux's")

ENDS = {
    "result = 1": ("ok", None),
    "1 / 0": ("died", None),
    "while True: pass": ("timeout", "processor"),
    "threading.Event().wait(60)": ("timeout", "asleep"),
    "result = 'x' * (20 << 20)": ("output", "output"),
    "bytearray(2 << 30)": ("memory", "memory"),
}


@pytest.fixture(scope="module")
def best():
    running = start_best_or_skip()
    yield running
    running.__exit__()


def test_each_job_has_a_line_that_says_how_it_ended(best, tmp_path, monkeypatch):
    file = tmp_path / "jobs.jsonl"
    monkeypatch.setenv(audit.VARIABLE, str(file))
    limits = Limits(seconds=60, processor=1, asleep=0.5)
    for code in ENDS:
        best.run(job(code), limits, label=f"relu of ada\n{code}")
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert [(line["status"], line["limit"]) for line in lines] == list(ENDS.values())
    assert [line["label"] for line in lines] == [f"relu of ada\n{code}" for code in ENDS]
    digests = [hashlib.sha256(job(code)).hexdigest()[:16] for code in ENDS]
    assert [line["job"] for line in lines] == digests
    assert {line["rung"] for line in lines} == {best.rung}
    assert file.stat().st_mode & 0o777 == 0o600


def test_without_the_operators_word_nothing_is_written(best, tmp_path, monkeypatch):
    monkeypatch.delenv(audit.VARIABLE, raising=False)
    monkeypatch.chdir(tmp_path)
    assert answer(best, "result = 1") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_log_that_cannot_be_written_stops_the_grading(best, tmp_path, monkeypatch):
    monkeypatch.setenv(audit.VARIABLE, str(tmp_path))
    with pytest.raises(SandboxError, match=r"DLCOURSE_AUDIT names: .*Is a directory"):
        best.run(job("result = 1"))


def test_no_answer_sees_the_log(best, tmp_path, monkeypatch):
    file = tmp_path / "jobs.jsonl"
    monkeypatch.setenv(audit.VARIABLE, str(file))
    seen = f"result = [os.path.exists({str(file)!r}), '{audit.VARIABLE}' in os.environ]"
    assert answer(best, seen) == answer(best, seen) == [False, False]
    assert file.exists()
