"""Every system call that is not listed is refused, by number."""

import errno
import platform
import struct
import sys

import pytest
from sandbox_attack import answer, start_best_or_skip

from dlcourse.sandbox import calls
from dlcourse.sandbox.calls import ALLOWED, FCNTL, IOCTL, MACHINES, PRLIMIT, call_filter

linux = pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() not in MACHINES, reason="a filter of Linux's"
)
HIGHEST = 700  # Linux 6.18 has numbers up to 470
PROBES = {335, 336}  # of x86: no filter is asked, and who is not being probed is ended
NEW = {  # open to answers before the calls were listed
    "socketpair": (53, 199),
    "flock": (73, 32),
    "personality": (135, 92),
    "inotify_init1": (294, 26),
    "kcmp": (312, 272),
    "statmount": (457, 457),
    "listmount": (458, 458),
    "open_tree_attr": (467, 467),
}


def allowed_numbers(column):
    rows = [*ALLOWED.values(), FCNTL[0], IOCTL[0], PRLIMIT]
    return {row[column] for row in rows} - {None}


@pytest.fixture(scope="module")
def best():
    running = start_best_or_skip()
    yield running
    running.__exit__()


TRIES = """
libc = ctypes.CDLL(None, use_errno=True)
result = []
for number in %r:
    libc.syscall(number, *[ctypes.c_long(-1)] * 6)
    result.append([number, ctypes.get_errno()])
"""


@linux
def test_every_call_that_is_not_listed_is_refused(best):
    column = MACHINES[platform.machine()][0]
    numbers = sorted(set(range(HIGHEST)) - allowed_numbers(column) - PROBES)
    found = dict(answer(best, TRIES % numbers))
    refused = {n: errno.EPERM if n < calls.UNKNOWN else errno.ENOSYS for n in numbers}
    assert found == refused
    assert {row[column] for row in NEW.values()} <= set(numbers)


@linux
def test_a_call_of_the_other_table_of_x86_is_refused(best):
    found = answer(best, TRIES % [0x40000000 + number for number in range(0, HIGHEST, 50)])
    assert {error for _, error in found} <= {errno.EPERM, errno.ENOSYS}


LOCKS = """
import fcntl
result = []
with open(np.__file__, "rb") as file, open("mine", "w") as mine:
    for lock in (lambda: fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB),
                 lambda: fcntl.lockf(file, fcntl.LOCK_SH | fcntl.LOCK_NB),
                 lambda: fcntl.fcntl(file, 37, bytes(32)),
                 lambda: fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_RDLCK),
                 lambda: fcntl.lockf(mine, fcntl.LOCK_EX)):
        try:
            lock()
            result.append("locked")
        except OSError as error:
            result.append(error.errno)
    result.append(fcntl.fcntl(mine, fcntl.F_GETFL) & 3)
"""


@linux
def test_no_answer_locks_a_file_that_another_job_sees(best):
    assert answer(best, LOCKS) == [errno.EPERM] * 5 + [1]


def verdict(program, machine, number, second=0, third=0):
    """What the kernel makes of a call: the program, read as the kernel does."""
    data = struct.pack("=IIQ6Q", number, machine, 0, 0, second, third, 0, 0, 0)
    lines = [struct.unpack_from("=HBBI", program, at) for at in range(0, len(program), 8)]
    at, loaded = 0, 0
    while True:
        code, if_true, if_false, value = lines[at]
        at += 1
        if code == calls.LOAD:
            (loaded,) = struct.unpack_from("=I", data, value)
        elif code == calls.GIVE:
            return value
        else:
            holds = loaded == value if code == calls.EQUAL else loaded >= value
            at += if_true if holds else if_false


@pytest.mark.parametrize("name", MACHINES)
def test_the_filter_of_each_machine_allows_what_is_listed_and_nothing_else(name):
    column, machine = MACHINES[name]
    program, simple = call_filter(name), {row[column] for row in ALLOWED.values()}
    for number in range(HIGHEST):
        found = verdict(program, machine, number, second=9, third=9)
        expected = calls.REFUSE if number < calls.UNKNOWN else calls.NO_SUCH
        assert found == (calls.ALLOW if number in simple else expected), number
    for numbers, values in (FCNTL, IOCTL):
        for value in range(0x6000):
            allowed = verdict(program, machine, numbers[column], second=value) == calls.ALLOW
            assert allowed == (value in values)
    assert verdict(program, machine, PRLIMIT[column], third=0) == calls.ALLOW
    assert verdict(program, machine, PRLIMIT[column], third=1 << 40) == calls.REFUSE
    assert verdict(program, machine ^ 1, 0) == calls.KILL


def test_no_call_is_listed_twice_and_none_that_reaches_out():
    for column in (0, 1):
        numbers = [row[column] for row in ALLOWED.values() if row[column] is not None]
        assert len(numbers) == len(set(numbers))
    reaching = {"socket", "connect", "clone", "clone3", "fork", "execve", "ptrace", "mount", *NEW}
    assert not reaching & set(ALLOWED)
