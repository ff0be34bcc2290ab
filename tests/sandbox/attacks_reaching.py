"""Attacks that read what is hidden, reach out, or stay for the next student."""

# ruff: noqa: PTH102, PTH104, PTH108, PTH109, PTH118, PTH123, PTH208, PTH211
# an attacker takes the shortest way to a file

import builtins
import ctypes
import gc
import os
import re
import signal
import socket
import stat
import sys
import time
from multiprocessing import resource_tracker, shared_memory

import numpy as np
from sandbox_attack import attack, libc, loot

# --- reading what is hidden


@attack()
def reads_the_source_of_the_grader(facts):
    return loot(lambda: open(facts["source"]).read())


@attack()
def reads_a_file_of_another_student(facts):
    return loot(lambda: open(facts["secret"]).read())


@attack()
def reads_a_file_of_another_student_through_a_link(facts):
    os.symlink(facts["secret"], "/tmp/link")
    return loot(lambda: open("/tmp/link").read())


@attack()
def lists_homes_and_settings(facts):
    places = "/root", "/home", "/etc/ssh", "/sys", "/var", "/run", "/mnt", "/work"
    files = "/etc/passwd", "/etc/hostname", "/etc/machine-id", "/proc/cmdline"
    return loot(*[lambda p=p: os.listdir(p) for p in places], *[lambda f=f: open(f) for f in files])


@attack()
def walks_the_file_system_for_exercises(facts):
    wanted = ("gradebook.db", "outcome.py", "sandbox.py", "answers.txt")
    return [
        os.path.join(folder, name)
        for folder, _, names in os.walk("/")
        for name in names
        if name in wanted or name.endswith(".ipynb")
    ]


@attack()
def reads_the_environment(facts):
    first = ctypes.POINTER(ctypes.c_char_p).in_dll(ctypes.CDLL(None), "environ")[0]
    return [*os.environ, *loot(lambda: open("/proc/self/environ").read())] or repr(first or "")[2:]


@attack()
def reads_other_processes_in_proc(facts):
    files = "1/cmdline", "self/mountinfo", "self/maps", "net/tcp", f"{facts['pid']}/environ"
    return os.listdir("/proc") + loot(*[lambda f=f: open(f"/proc/{f}").read() for f in files])


@attack()
def imports_what_the_grader_has(facts):
    names = "dlcourse torch IPython nbgrader scipy pytest jupyterlab sympy matplotlib pip".split()
    return loot(*[lambda n=n: __import__(n) for n in names])


@attack()
def imports_from_the_folders_of_the_grader(facts):
    for folder in ("/python/lib/python3.11", "/usr/lib/python3", "/usr/local/lib/python3.11"):
        sys.path += [f"{folder}/site-packages", f"{folder}/dist-packages"]
    sys.path += facts["path"]
    return loot(lambda: __import__("dlcourse"), lambda: __import__("torch"))


def finds_the_last_answer_in_memory(facts):
    mine = str(time.time()) + "-OF-MYSELF"  # what a search that is not blind must find
    sbrk = ctypes.CDLL(None).sbrk
    sbrk.restype = ctypes.c_void_p
    size, (reader, writer) = 1 << 14, os.pipe()

    def read(place):  # by way of the kernel, which does not crash where there is no memory
        return os.read(reader, libc("write", writer, ctypes.c_void_p(place), size))

    places = {(id(thing) & -size) + n * size for thing in (mine, *gc.get_objects()) for n in (0, 1)}
    places |= {sbrk(0) - (n + 1) * size for n in range(64)}
    pages = []
    loot(*[lambda p=p: pages.append(read(p)) for p in places])
    # as patterns, or it would find what it looks for in its own source
    patterns = rb"\d-OF-MYSEL[F]", rb"SECRET-OF-ANOTHE[R]"
    seen = [any(re.search(pattern, page) for page in pages) for pattern in patterns]
    return seen != [True, False]


@attack(then=finds_the_last_answer_in_memory)
def is_read_in_memory_by_the_next_student(facts):
    assert "SECRET-OF-ANOTHER" * 1000


@attack()
def reads_the_next_answer_from_standard_input(facts):
    return sys.stdin.read() or os.read(0, 100).decode()


@attack()
def reads_the_next_answer_from_its_own_channel(facts):
    os.set_blocking(3, False)
    return loot(lambda: os.read(3, 1 << 20))


@attack(result=[0, 1, 2, 3])
def looks_for_inherited_descriptors(facts):
    return [n for n, _ in loot(*[lambda d=d: os.fstat(d) for d in range(2048)])]


# --- reaching out


@attack()
def connects_to_the_machine_of_the_grader(facts):
    return loot(lambda: socket.create_connection(("127.0.0.1", facts["port"]), timeout=1))


@attack()
def opens_sockets_of_every_family(facts):
    families = 1, 2, 10, 16, 17, 38, 40  # unix, IPv4, IPv6, netlink, packet, crypto, hypervisor
    return loot(*[lambda f=f, t=t: socket.socket(f, t) for f in families for t in (1, 2, 3)])


@attack()
def connects_to_an_abstract_unix_socket(facts):
    return loot(lambda: socket.socket(socket.AF_UNIX).connect(facts["abstract"]))


@attack()
def writes_all_over_the_file_system(facts):
    places = (
        "/ /dev /etc /usr /usr/lib /python /python/lib /site /site/numpy /sandbox /proc".split()
    )
    return loot(
        *[lambda p=p: open(f"{p}/left", "w") for p in places],
        *[lambda p=p: os.mkdir(f"{p}/room") for p in places],
        lambda: open("/sandbox/warm.py", "a"),
        lambda: os.rename("/site/numpy", "/site/other"),
        lambda: os.unlink("/dev/null"),
        lambda: os.utime("/dev/null"),
    )


@attack()
def makes_a_device(facts):
    return loot(lambda: os.mknod("/tmp/disk", stat.S_IFBLK | 0o666, os.makedev(8, 0)))


@attack()
def mounts_and_unmounts(facts):
    return loot(
        lambda: libc("mount", b"none", b"/tmp", b"tmpfs", 0, None),
        lambda: libc("mount", None, b"/", None, 4096 | 32, None),
        lambda: libc("umount2", b"/tmp", 2),
        lambda: libc("umount2", b"/proc", 2),
    )


@attack()
def enters_new_namespaces(facts):
    flags = 0x10000000, 0x20000, 0x20000000, 0x40000000, 0x10020000
    return loot(*[lambda f=f: libc("unshare", f) for f in flags])


@attack()
def becomes_root_again(facts):
    return loot(
        lambda: os.setuid(0),
        lambda: os.setgid(0),
        lambda: os.setgroups([0]),
        lambda: os.chroot("/tmp"),
        lambda: os.nice(-5),
    )


@attack(status="died")
def replaces_itself_with_another_program(facts):
    os.execv("/python/bin/python", ["python", "-c", "open('/dev/fd/3', 'w').write('points')"])


@attack()
def debugs_other_processes(facts):
    return loot(*[lambda p=p: libc("ptrace", 16, p, 0, 0) for p in (1, 2, facts["pid"])])


# --- staying for the next student


def finds_files(facts):
    return [*os.listdir("/tmp"), *os.listdir("/dev/shm"), *os.listdir(".")]


@attack(then=finds_files)
def leaves_files(facts):
    for folder in ("/tmp", "/dev/shm"):
        with open(f"{folder}/left", "w") as file:
            file.write("answers")


def finds_shared_memory(facts):
    return loot(lambda: shared_memory.SharedMemory("left"))


@attack(then=finds_shared_memory)
def leaves_shared_memory(facts):
    resource_tracker.register = print
    block = shared_memory.SharedMemory("left", create=True, size=64)
    block.buf[0] = 7


@attack()
def makes_shared_memory_of_system_v(facts):
    return loot(
        lambda: libc("shmget", 77, 4096, 0o1666),
        lambda: libc("msgget", 77, 0o1666),
        lambda: libc("semget", 77, 1, 0o1666),
    )


def finds_numpy_patched(facts):
    return np.pi == 3 or np.exp is None or np.allclose(1, 2)


@attack(then=finds_numpy_patched)
def patches_numpy(facts):
    np.allclose = np.array_equal = lambda *_, **__: True
    np.exp, np.pi = None, 3


def finds_builtins_patched(facts):
    return sorted([2, 1]) != [1, 2] or hasattr(builtins, "left") or not __import__("math").pi


@attack(then=finds_builtins_patched)
def patches_builtins(facts):
    builtins.sorted, builtins.left = print, 1
    sys.modules["math"] = None


def finds_settings_changed(facts):
    changed = ["LEFT" in os.environ, os.getcwd() != "/tmp", sys.getrecursionlimit() < 999]
    changed += [np.geterr()["over"] == "raise", np.get_printoptions()["precision"] == 1]
    return any(changed)


@attack(then=finds_settings_changed)
def changes_settings(facts):
    os.environ["LEFT"] = "1"
    os.chdir("/")
    np.seterr(all="raise")
    np.set_printoptions(precision=1)
    sys.setrecursionlimit(100)


def finds_other_processes(facts):
    return loot(*[lambda p=p: os.kill(p, 0) for p in range(2, 3000)])


@attack(then=finds_other_processes)
def leaves_a_daemon(facts):
    def daemon():
        if os.fork() == 0:
            os.setsid()
            os.fork()
            time.sleep(60)

    return loot(daemon)


def finds_an_alarm(facts):
    return signal.alarm(0)


@attack(then=finds_an_alarm)
def leaves_an_alarm(facts):
    signal.alarm(60)
