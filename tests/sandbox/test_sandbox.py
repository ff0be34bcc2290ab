"""Attacks on the sandbox, each with a right answer that must still pass through it."""

import json
import os
import socket
import sys
from pathlib import Path

import attacks_breaking
import attacks_reaching
import pytest
from sandbox_attack import (
    MODULES,
    OTHERS,
    STRONGEST,
    answer,
    attacks_in,
    job,
    start_best_or_skip,
    start_or_skip,
)

import dlcourse.sandbox.sandbox
from dlcourse.sandbox import visible
from dlcourse.sandbox.fresh_process import FreshProcess
from dlcourse.sandbox.sandbox import Limits, Sandbox

ATTACKS = attacks_in(attacks_reaching, attacks_breaking)

# a job in a fresh box has it to itself: what is in there it may look at, fill and end
WITHIN_ITS_BOX = {
    "lists_homes_and_settings",
    "reads_other_processes_in_proc",
    "reads_the_environment",  # of the box, which the next test looks at
    "writes_all_over_the_file_system",
    "leaves_a_daemon",
    "kills_everything",
    "kills_its_parent_and_its_group",
    "stops_its_parent",
    "stops_itself",
    "fills_its_disk_with_many_files",
    "uses_up_names_for_files",
}

linux = pytest.mark.skipif(sys.platform != "linux", reason="namespaces are Linux's")


@pytest.fixture(scope="module", params=STRONGEST, ids=lambda way: way[0])
def sandbox(request):
    running = start_or_skip(request.param)
    yield running
    running.__exit__()


@pytest.fixture(scope="module", params=OTHERS, ids=lambda way: way[0])
def other_sandbox(request):
    running = start_or_skip(request.param)
    yield running
    running.__exit__()


@pytest.fixture(scope="module")
def facts(tmp_path_factory):
    """What an attacker could know of the grader's machine, all of it real and reachable to us."""
    secret = tmp_path_factory.mktemp("student") / "answers.txt"
    secret.write_text("the answers of another student")
    abstract = f"\0dlcourse-{os.getpid()}"
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket(socket.AF_UNIX) as unix:
        unix.bind(abstract)
        unix.listen()
        yield {
            "source": dlcourse.sandbox.sandbox.__file__,
            "secret": str(secret),
            "pid": os.getpid(),
            "port": server.getsockname()[1],
            "abstract": abstract,
            "path": [p for p in sys.path if Path(p).is_dir()],
        }


def survive(sandbox, attack, facts):
    """Run an attack; it gets what the table says, and the next right answer is right."""
    reply = sandbox.run(
        job(attack.function, facts), Limits(seconds=attack.seconds, memory=256 << 20)
    )
    assert reply.status == attack.status, reply
    if attack.status == "ok":
        got = json.loads(reply.payload)
        assert not reply.detail
        assert got == attack.result if attack.result is not None else not got
    else:
        assert reply.payload == b""
        assert reply.detail.endswith(".")
        assert "<" not in reply.detail
    if attack.then:
        assert not answer(sandbox, attack.then)
    assert answer(sandbox, "result = float((np.arange(4.0) @ np.ones(4)) * 7)") == 42.0


@linux
@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_attack_is_contained_and_the_next_right_answer_passes(sandbox, attack, facts):
    survive(sandbox, attack, facts)


@linux
@pytest.mark.long
@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_attack_is_contained_in_every_other_way_too(other_sandbox, attack, facts):
    box_of_its_own = isinstance(other_sandbox._process, FreshProcess)
    if not (box_of_its_own and attack.name in WITHIN_ITS_BOX):
        survive(other_sandbox, attack, facts)
    assert answer(other_sandbox, "result = 1") == 1


@linux
@pytest.mark.long
def test_the_environment_of_a_fresh_box_holds_our_settings_and_nothing_of_the_host(
    other_sandbox, monkeypatch
):
    monkeypatch.setenv("HOST_SECRET", "swordfish")
    read = "try:\n    result = open('/proc/self/environ').read()\nexcept OSError:\n    result = ''"
    text = answer(other_sandbox, read)
    names = {entry.split("=")[0] for entry in text.split("\0") if entry}
    assert names <= {*visible.ENVIRONMENT, "PWD"}


@pytest.fixture(scope="module")
def best():
    running = start_best_or_skip()
    yield running
    running.__exit__()


@linux
def test_reply_is_what_the_job_returned_and_has_no_detail(best):
    reply = best.run(job("result = {'a': [1, 2.5, None, 'é']}"))
    assert (reply.status, reply.detail) == ("ok", "")
    assert json.loads(reply.payload) == {"a": [1, 2.5, None, "é"]}
    assert 0 < reply.seconds < 10


@linux
def test_long_job_and_long_reply_pass_whole(best):
    words = "x" * (3 << 20)
    assert answer(best, f"result = {words!r} * 4") == words * 4


@linux
@pytest.mark.parametrize(
    ("size", "status"), [(100, "ok"), (101, "output")], ids=["just fits", "one too many"]
)
def test_reply_is_cut_at_its_limit(best, size, status):
    reply = best.run(job(f"result = 'x' * {size - 2}"), Limits(output=100))
    assert reply.status == status


@linux
def test_memory_counts_from_what_is_loaded(best):
    assert answer(best, "result = int(np.ones(40 << 20, np.uint8).sum())", memory=64 << 20)
    reply = best.run(job("np.ones(80 << 20, np.uint8)"), Limits(memory=64 << 20))
    assert reply.status == "memory"


@linux
def test_limits_on_files_are_the_ones_asked_for(best):
    code = "with open('big', 'wb') as f: f.write(b'x' * 3000)\nresult = os.path.getsize('big')"
    assert answer(best, code, file_size=4096) == 3000
    assert best.run(job(code), Limits(file_size=2000)).status == "died"


@linux
def test_answer_has_a_working_folder_of_its_own_and_the_standard_library(best):
    code = """
import dataclasses, decimal, fractions, itertools, random, statistics, tempfile
with tempfile.NamedTemporaryFile("w+") as file:
    file.write("mine")
result = [os.listdir("."), statistics.mean([1, 3]), str(fractions.Fraction(2, 4))]
"""
    assert answer(best, code) == [[], 2, "1/2"]


@linux
def test_answer_runs_as_nobody_in_particular(best):
    assert answer(best, "result = os.getuid()") >= 60_000


@linux
def test_order_of_a_set_of_words_is_the_same_in_every_sandbox(best):
    code = "result = list({'relu', 'tanh', 'sigmoid', 'softmax', 'gelu', 'elu', 'selu'})"
    with Sandbox(modules=MODULES, rung=best.rung) as other:
        assert answer(best, code) == answer(other, code)


@linux
def test_two_sandboxes_do_not_disturb_each_other(best):
    with Sandbox(modules=MODULES, rung=best.rung) as other:
        for number in range(5):
            assert answer(best, f"result = {number}") == number
            assert answer(other, f"result = -{number}") == -number
        assert best.run(job("os.kill(-1, 9); os._exit(1)")).status == "died"
        assert answer(other, "result = 1") == 1
