"""What an attack on the sandbox is, and how it is sent there.

An attack is a function whose source runs as a student's answer. It is given `facts` (paths, a
process id, a port of the grader's machine) and returns what it got: nothing, if the sandbox holds.
"""

import ast
import ctypes
import inspect
import json
import textwrap
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from dlcourse.sandbox import rungs
from dlcourse.sandbox.sandbox import Limits, Sandbox, SandboxError

IMPORTS = """
import atexit, builtins, contextlib, ctypes, gc, json, mmap, os, re, signal, socket, stat, struct
import subprocess, sys, threading, time
from multiprocessing import resource_tracker, shared_memory
import numpy as np
"""


@dataclass(frozen=True)
class Attack:
    function: Callable
    status: str
    result: Any
    then: Callable | None  # runs as the next student's answer and looks for what was left
    seconds: float

    @property
    def name(self):
        return self.function.__name__


def attack(status="ok", result=None, then=None, seconds=10):
    """Make a function an attack, with what must come back."""
    return lambda function: Attack(function, status, result, then, seconds)


def attacks_in(*modules):
    return [thing for m in modules for thing in vars(m).values() if isinstance(thing, Attack)]


def loot(*attempts):
    """Call all; list those that did not fail."""
    got = []
    for number, attempt in enumerate(attempts):
        try:
            got.append([number, repr(attempt())[:200]])
        except Exception:
            continue
    return got


def libc(name, *arguments):
    """Call the C library; fail where it fails."""
    result = getattr(ctypes.CDLL(None), name)(*arguments)
    if result == -1:
        raise OSError(name)
    return result


def code_of(function):
    """Read a function's source without its decorators, as code that leaves `result`."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    tree.body[0].decorator_list = []
    return f"{ast.unparse(tree)}\nresult = {function.__name__}(facts)\n"


PRELUDE = IMPORTS + inspect.getsource(loot) + inspect.getsource(libc)
RUNNER = f"""
import json

def run_job(job):
    order = json.loads(job)
    space = {{"facts": order["facts"]}}
    exec({PRELUDE!r}, space)
    exec(compile(order["code"], "<answer>", "exec"), space)
    return json.dumps(space.get("result")).encode()
"""


def job(code, facts=None):
    """Pack code, or a function, for `RUNNER`."""
    code = code if isinstance(code, str) else code_of(code)
    return json.dumps({"code": code, "facts": facts or {}}).encode()


MODULES = [("_runner", RUNNER)]
WAYS = rungs.attempts("numpy")  # all ways to start a sandbox on this platform
STRONGEST = [next(w for w in WAYS if w[0] == rung) for rung in dict(WAYS)]  # one of each rung
OTHERS = [way for way in WAYS if way not in STRONGEST]


def start_or_skip(way):
    """Start a sandbox in exactly one way."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rungs, "attempts", lambda kind: [way])
        return start_best_or_skip()


def start_best_or_skip():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it is second best is another test's matter
        try:
            return Sandbox(modules=MODULES).__enter__()
        except SandboxError as error:
            pytest.skip(f"this machine does not allow it: {error}")


def answer(sandbox, code, **limits):
    reply = sandbox.run(job(code), Limits(**limits))
    assert reply.status == "ok", reply
    return json.loads(reply.payload)
