"""Namespaces, mounts, limits and a system-call filter, from Python.

The one piece of plumbing that is our own: about forty calls of the C library through ctypes, since
Python 3.11 has no words for them. Everything here runs inside the sandbox, needs the standard
library only and imports nothing of dlcourse, so that its source can be shipped there. Run as a
script it plays bubblewrap's part where bubblewrap is missing.
"""

import contextlib
import ctypes
import json
import math
import os
import struct
import sys
from pathlib import Path

try:
    import resource
except ImportError:  # Windows, which has no such limits
    resource = None

CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC = 0x00020000, 0x04000000, 0x08000000
CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000
MS_NOSUID, MS_NODEV, MS_NOEXEC = 2, 4, 8
MS_BIND, MS_REC, MS_PRIVATE = 1 << 12, 1 << 14, 1 << 18
MNT_DETACH = 2
LANDLOCK = 444, 445, 446  # make a set of rules, add one, hold to it
MOUNT_RDONLY, MOUNT_NOSUID, MOUNT_NODEV = 1, 2, 4  # names of mount_setattr
PR_SET_PDEATHSIG, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT = 1, 24, 38, 47
PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 22, 2
CAPABILITIES = {"CHOWN": 0, "KILL": 5, "SETGID": 6, "SETUID": 7, "SETPCAP": 8, "SYS_ADMIN": 21}

LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform != "win32" else None


def call(name, *arguments):
    """Call the C library; an OSError names the call that failed."""
    result = getattr(LIBC, name)(*arguments)
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result


def prctl(option, *arguments):
    call("prctl", option, *(ctypes.c_ulong(a) for a in (*arguments, 0, 0, 0, 0)[:4]))


def mount(source, target, kind=None, flags=0, options=None):
    words = [None if w is None else os.fsencode(w) for w in (source, target, kind, options)]
    call("mount", words[0], words[1], words[2], ctypes.c_ulong(flags), words[3])


def set_flags(path, flags):
    """Set flags of the mount at `path` and of all mounts below it (Linux 5.12 or newer)."""
    attributes = (ctypes.c_uint64 * 4)(flags, 0, 0, 0)  # struct mount_attr
    at_recursive, mount_setattr = 0x8000, 442
    call("syscall", mount_setattr, -1, os.fsencode(path), at_recursive, attributes, 32)


def fork_into_pid_namespace(own):
    """Fork a child that is the first process of a new pid namespace; `own` is a pidfd of ours.

    The kernel kills whatever else lives in such a namespace when its first process dies.
    """
    call("unshare", CLONE_NEWPID)
    pid = os.fork()
    if pid:
        call("setns", own, CLONE_NEWPID)  # or the next job would be born into a dead namespace
    return pid


def private_folders(size):
    """Give this process an empty /tmp and /dev/shm of at most `size` bytes each, and no /proc.

    All else becomes read-only.
    """
    call("unshare", CLONE_NEWNS | CLONE_NEWIPC)
    mount(None, "/", flags=MS_REC | MS_PRIVATE)
    with contextlib.suppress(OSError):  # an older Linux: bubblewrap's own remounts have to do
        set_flags("/", MOUNT_RDONLY)
    for folder in ("/tmp", "/dev/shm"):
        options = f"size={size},nr_inodes=4096,mode=1777"
        mount("tmpfs", folder, "tmpfs", MS_NOSUID | MS_NODEV, options)
    mount("tmpfs", "/proc", "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC | 1, "size=0,mode=0555")
    os.chdir("/tmp")


def confine(bounds, uid):
    """Shut this process in before a student's code runs in it."""
    set_limits(*bounds)
    private_folders(size=bounds[2])
    drop_privileges(uid)
    allow_files(read=["/"], use=["/dev"], write=["/tmp", "/dev/shm"])
    deny_calls()


def limit_only(bounds, uid):
    """Do what needs no namespace: limits, no capabilities and, for root, another user."""
    if resource is None:
        return
    set_limits(*bounds)
    if os.getuid() == 0:
        try:
            os.seteuid(uid)
            readable = os.access(os.__file__, os.R_OK, effective_ids=True)
            os.seteuid(0)
        except OSError:  # root of a namespace that has no other user
            readable = False
        if readable:  # a Python in root's home would lose its library
            os.setgroups([])
            os.setresgid(uid, uid, uid)
            os.setresuid(uid, uid, uid)
    if sys.platform == "linux":
        set_capabilities(())
        prctl(PR_SET_NO_NEW_PRIVS, 1)
        deny_calls()


def set_limits(processor, memory, file_size, open_files):
    """Limit this process; `memory` and `processor` count from what is used already."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    bounds = {
        "AS": mapped_bytes() + memory,
        "FSIZE": file_size,
        "NOFILE": open_files,
        "CPU": math.ceil(used.ru_utime + used.ru_stime + processor - 0.1),
        "NPROC": 1,
        "CORE": 0,
        "MEMLOCK": 0,
        "MSGQUEUE": 0,
    }
    for name, bound in bounds.items():
        number = getattr(resource, f"RLIMIT_{name}", None)
        if number is not None:
            hard = resource.getrlimit(number)[1]
            bound = bound if hard == resource.RLIM_INFINITY else min(bound, hard)
            resource.setrlimit(number, (bound, bound))


def mapped_bytes():
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    except OSError:  # no /proc on this platform
        return 4 << 30


def renounce_capabilities():
    """Let no program that this process or its children may start have any capability."""
    for capability in range(64):
        try:
            prctl(PR_CAPBSET_DROP, capability)
        except OSError:
            break  # past the last one that this kernel knows, or not allowed to


def drop_privileges(uid):
    """Become a user without any capability, for good; `uid` None keeps the user."""
    if uid is not None:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    set_capabilities(())
    prctl(PR_SET_NO_NEW_PRIVS, 1)


def set_capabilities(names):
    """Keep only the capabilities named, across exec too."""
    bits = sum(1 << CAPABILITIES[name] for name in names)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)  # version 3, this process
    call("capset", header, (ctypes.c_uint32 * 6)(bits, bits, bits, 0, 0, 0))
    for name in names:
        prctl(PR_CAP_AMBIENT, 2, CAPABILITIES[name])


def allow_files(read, use, write):
    """Let this process read, use (devices) and write below these folders and nowhere else, connect
    to nothing and signal nobody: Landlock, a second layer where the kernel has it.

    Returns
    -------
    int
        Its version; 0 or less where there is none.
    """
    version = LIBC.syscall(LANDLOCK[0], None, ctypes.c_size_t(0), 1)
    if version < 1:
        return version
    # 13 rights; moving since version 2, cutting since 3, ioctl since 5
    every = (1 << 13) - 1 | (version > 1) << 13 | (version > 2) << 14 | (version > 4) << 15
    reading, using = 4 | 8, every & (2 | 4 | 8 | 1 << 14 | 1 << 15)
    handled = struct.pack("=QQQ", every, 3, 3)[: 8 if version < 4 else 16 if version < 6 else 24]
    rules = call("syscall", LANDLOCK[0], handled, ctypes.c_size_t(len(handled)), 0)
    for folders, rights in ((read, reading), (use, using), (write, every)):
        for folder in folders:
            place = os.open(folder, os.O_PATH)
            call("syscall", LANDLOCK[1], rules, 1, struct.pack("=Qi", rights, place), 0)
            os.close(place)
    call("syscall", LANDLOCK[2], rules, 0)
    os.close(rules)
    return version


def deny_calls():
    """Refuse all system calls but those of `dlcourse.sandbox.calls` from here on; on machines whose
    calls are not listed there do nothing."""
    from _dlcourse_calls import PROGRAM

    if PROGRAM:
        program = ctypes.create_string_buffer(PROGRAM, len(PROGRAM))
        header = (ctypes.c_uint64 * 2)(len(PROGRAM) // 8, ctypes.addressof(program))
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.addressof(header))


def build_root(root, entries):
    """Make `root` hold exactly `entries` and become it; everything else is out of sight."""
    mount(None, "/", flags=MS_REC | MS_PRIVATE)
    mount("tmpfs", root, "tmpfs", MS_NOSUID | MS_NODEV, "size=1m,mode=0755")
    for kind, source, target in entries:
        place = Path(root + target)
        place.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        if kind == "symlink":
            place.symlink_to(source)
        elif source and not Path(source).is_dir():
            place.touch()
        else:
            place.mkdir(mode=0o755, exist_ok=True)
        if kind in ("bind", "device"):
            mount(source, place, flags=MS_BIND | MS_REC)
            set_flags(place, MOUNT_NOSUID | (MOUNT_NODEV if kind == "bind" else 0))
        elif kind == "tmpfs":
            mount("tmpfs", place, "tmpfs", MS_NOSUID | MS_NODEV, "size=64m,mode=1777")
        elif kind == "hide":
            mount("tmpfs", place, "tmpfs", MS_NOSUID | MS_NODEV, "size=0,mode=0555")
        elif kind == "proc":
            mount("proc", place, "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC)
    os.chdir(root)
    call("pivot_root", b".", b".")
    call("umount2", b".", MNT_DETACH)


def enter(order):
    """Run ``order["command"]`` in new namespaces, in a root that holds ``order["entries"]``."""
    uid, gid = os.getuid(), os.getgid()
    flags = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS
    call("unshare", flags | (CLONE_NEWUSER if order["user"] else 0))
    if order["user"]:
        for name, line in (
            ("setgroups", "deny"),
            ("uid_map", f"{order['user']} {uid} 1"),
            ("gid_map", f"{order['user']} {gid} 1"),
        ):
            Path(f"/proc/self/{name}").write_text(line)
    pid = os.fork()
    prctl(PR_SET_PDEATHSIG, 9)
    if pid:
        os.close(0)  # the channel belongs to the child: ours would hide its end
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) & 0xFF
    os.setsid()
    build_root(order["root"], order["entries"])
    set_capabilities(order["capabilities"])
    os.execve(order["command"][0], order["command"], order["environment"])


if __name__ == "__main__":
    sys.exit(enter(json.loads(sys.argv[1])))
