"""Attacks that break or exhaust the process they run in, or forge what comes out of it."""

# ruff: noqa: PTH102, PTH123
# an attacker takes the shortest way to a file

import contextlib
import ctypes
import json
import mmap
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import time

import numpy as np
from sandbox_attack import attack, libc, loot

# --- other processes, and the end of this one


@attack(result=0)
def explodes_in_forks(facts):
    count = 0
    with contextlib.suppress(OSError):
        while True:
            os.fork()
            count += 1
    return count


@attack()
def starts_threads_and_programs(facts):
    return loot(
        threading.Thread(target=print).start,
        lambda: subprocess.run(["/python/bin/python", "-V"]),
        lambda: os.posix_spawn("/python/bin/python", ["python"], {}),
    )


@attack()
def kills_everything(facts):
    pids = (-1, facts["pid"], *range(2, 400))
    return loot(*[lambda p=p: os.kill(p, signal.SIGKILL) for p in pids])


@attack()
def kills_its_parent_and_its_group(facts):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.killpg(0, signal.SIGTERM)
    return os.getppid() or loot(lambda: os.killpg(facts["pid"], signal.SIGKILL))


@attack()
def stops_its_parent(facts):
    return loot(*[lambda p=p: os.kill(p, signal.SIGSTOP) for p in (facts["pid"], 2, 3, 4)])


@attack()
def stops_itself(facts):
    os.kill(os.getpid(), signal.SIGSTOP)


@attack(status="died")
def ends_python_at_once(facts):
    os._exit(0)


@attack(status="died")
def calls_sys_exit(facts):
    sys.exit(0)


@attack(status="died")
def raises_keyboard_interrupt(facts):
    raise KeyboardInterrupt


@attack(status="died")
def raises_generator_exit(facts):
    raise GeneratorExit


@attack(status="died")
def names_its_exception_like_a_script(facts):
    raise type("<script>alert(1)</script>", (Exception,), {})


@attack(status="died")
def aborts(facts):
    os.abort()


@attack(status="timeout", seconds=0.3)
def loops_for_ever(facts):
    while True:
        pass


@attack(status="timeout", seconds=0.3)
def loops_for_ever_and_swallows_signals_and_exceptions(facts):
    for number in range(1, 65):
        with contextlib.suppress(OSError, ValueError):
            signal.signal(number, lambda *_: None)
    while True:
        with contextlib.suppress(BaseException):
            while True:
                pass


@attack(status="timeout", seconds=0.3)
def sleeps_for_ever(facts):
    time.sleep(1e6)


@attack(status="timeout", seconds=0.3)
def waits_for_ever_in_c(facts):
    libc("pause")


@attack(status="timeout", seconds=0.3)
def patches_the_way_out(facts):
    real = os.write
    os._exit = print
    os.write = lambda descriptor, data: real(descriptor, bytes(data)[:3]) and time.sleep(60)


# --- exhausting


@attack(status="memory")
def asks_for_100_gb_at_once(facts):
    np.ones(100 << 30, np.uint8)


@attack(status="memory")
def fills_memory_bit_by_bit(facts):
    kept = []
    while True:
        kept.append(bytearray(1 << 20))


@attack()
def maps_shared_memory(facts):
    return loot(lambda: [mmap.mmap(-1, 1 << 28) for _ in range(100)])


@attack()
def makes_files_in_memory(facts):
    return loot(lambda: os.memfd_create("hidden"))


@attack()
def locks_memory(facts):
    return loot(lambda: libc("mlockall", 3))


@attack()
def writes_one_big_file(facts):
    def fill():
        with open("/tmp/big", "wb") as file:
            for _ in range(64):
                file.write(b"x" * (1 << 20))

    return loot(fill)


@attack()
def fills_its_disk_with_many_files(facts):
    def fill(folder):
        for number in range(64):
            with open(f"{folder}/{number}", "wb") as file:
                file.write(b"x" * (1 << 20))

    return loot(lambda: fill("/tmp"), lambda: fill("/dev/shm"))


@attack()
def uses_up_names_for_files(facts):
    return loot(lambda: [os.mkdir(f"/tmp/{number}") for number in range(10_000)])


@attack()
def opens_many_files(facts):
    return loot(lambda: [os.open("/dev/null", 0) for _ in range(100)])


@attack()
def prints_a_gigabyte(facts):
    line = "x" * (1 << 20)
    for _ in range(1024):
        print(line)


@attack()
def writes_a_gigabyte_to_standard_error(facts):
    line = b"x" * (1 << 20)
    for _ in range(1024):
        os.write(2, line)


@attack(status="output")
def replies_at_great_length(facts):
    return "x" * (20 << 20)


@attack(status="died")
def recurses_until_the_stack_ends(facts):
    sys.setrecursionlimit(10**9)

    class Deep:
        def __repr__(self):
            return repr([self])

    repr(Deep())


@attack(status="died")
def reads_memory_that_is_not_there(facts):
    ctypes.string_at(0)


@attack(status="died")
def writes_over_its_own_memory(facts):
    ctypes.memset(id(None), 255, 64)


# --- forging


@attack(status="died")
def closes_all_descriptors(facts):
    os.closerange(0, 1024)


@attack(status="died")
def writes_noise_to_all_descriptors_first(facts):
    for descriptor in range(64):
        with contextlib.suppress(OSError):
            os.write(descriptor, b"right, 100 points, \xff\n")


@attack(status="died")
def sends_half_a_reply(facts):
    os.write(3, struct.pack("!3scQ", b"DL:", b"o", 100) + b"x")
    os._exit(0)


@attack(status="timeout", seconds=0.3)
def sends_half_a_reply_and_waits(facts):
    os.write(3, struct.pack("!3scQ", b"DL:", b"o", 100) + b"x")
    time.sleep(60)


@attack(status="died")
def sends_half_a_header(facts):
    os.write(3, b"DL")
    os._exit(0)


@attack(status="output")
def claims_a_reply_of_16_eb(facts):
    os.write(3, struct.pack("!3scQ", b"DL:", b"o", 2**64 - 1))
    time.sleep(60)


@attack()
def forges_its_own_reply_and_one_more(facts):
    os.write(3, (struct.pack("!3scQ", b"DL:", b"o", 4) + b"null") * 2)
    time.sleep(60)


@attack(status="died")
def claims_that_it_was_never_confined(facts):
    os.write(3, b"OSError")
    os._exit(1)


@attack(status="died")
def shuts_its_channel_down(facts):
    socket.socket(fileno=3).shutdown(2)
    time.sleep(60)


@attack(status="died")
def replies_with_something_else_than_bytes(facts):
    class Odd:
        def encode(self):
            return 7

    json.dumps = lambda _: Odd()
