"""Attacks on the sandbox, each with a right answer that must still pass through it."""

import json
import os
import socket
import sys
import warnings
from pathlib import Path

import attacks_breaking
import attacks_reaching
import pytest
from sandbox_attack import RUNNER, attacks_in, job

import dlcourse.grading.sandbox
from dlcourse.grading import rungs
from dlcourse.grading.fresh_process import FreshProcess
from dlcourse.grading.sandbox import Limits, Sandbox, SandboxError

MODULES = [("_runner", RUNNER)]
ATTACKS = attacks_in(attacks_reaching, attacks_breaking)

linux = pytest.mark.skipif(sys.platform != "linux", reason="namespaces are Linux's")
WAYS = rungs.attempts("numpy")
WARM = [way for way in WAYS if getattr(way[1], "func", None) is not FreshProcess]
FRESH = [way for way in WAYS if way not in WARM]


def start(way, kind="numpy"):
    """Start a sandbox in exactly one way."""
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it is second best is another test's matter
        patch.setattr(rungs, "attempts", lambda kind: [way])
        return Sandbox(kind, modules=MODULES).__enter__()


def start_or_skip(way):
    try:
        return start(way)
    except SandboxError as error:
        pytest.skip(f"this machine does not allow it: {error}")


@pytest.fixture(
    scope="module", params=range(len(WARM)), ids=[f"{w[0]}-{i}" for i, w in enumerate(WARM)]
)
def sandbox(request):
    running = start_or_skip(WARM[request.param])
    yield running
    running.__exit__()


@pytest.fixture(scope="module", params=range(len(FRESH)))
def fresh_sandbox(request):
    running = start_or_skip(FRESH[request.param])
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
            "source": dlcourse.grading.sandbox.__file__,
            "secret": str(secret),
            "pid": os.getpid(),
            "port": server.getsockname()[1],
            "abstract": abstract,
            "path": [p for p in sys.path if Path(p).is_dir()],
        }


def answer(sandbox, code, **limits):
    reply = sandbox.run(job(code), Limits(**limits))
    assert reply.status == "ok", reply
    return json.loads(reply.payload)


def survive(sandbox, attack, facts):
    """Run an attack; it gets what the table says, and the next right answer is right."""
    reply = sandbox.run(job(attack.function, facts), Limits(seconds=attack.seconds))
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
def test_attack_is_contained_in_a_fresh_process_too(fresh_sandbox, attack, facts):
    survive(fresh_sandbox, attack, facts)
