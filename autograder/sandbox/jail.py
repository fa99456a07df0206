"""What a child does to itself before it looks at a student's code. Runs inside the sandbox.

The zygote may mount and make namespaces inside its own user namespace; the child uses that once,
for a private folder to write in and to hide `/proc`, and then gives it up with everything else.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
from dataclasses import dataclass

from autograder.sandbox import seccomp

__all__ = ["ChildLimits", "enter", "measure"]

_LIBC = ctypes.CDLL(None, use_errno=True)
_NEW_MOUNTS = 0x00020000
_READ_ONLY, _NO_SUID, _NO_DEVICES, _NO_EXEC = 1, 2, 4, 8
_RECURSIVE, _PRIVATE = 0x4000, 0x40000
# The kernel accepts no smaller number. Where it knows none for a namespace, RLIMIT_NPROC counts.
_FEWEST_PIDS = 301


@dataclass(frozen=True)
class ChildLimits:
    """What the kernel holds a child to; megabytes and seconds.

    Attributes:
        gpu: whether the child works on a GPU, whose driver reads `/proc` and maps address space
            without end.
    """

    cpu_seconds: int
    memory: int
    file: int
    processes: int
    gpu: bool = False


def enter(limits: ChildLimits, sandboxed: bool = True) -> None:
    """Hide, limit and give up what the child has no use for.

    Args:
        limits: what the kernel is to hold the child to.
        sandboxed: False for a plain process, which can only limit itself.

    Raises:
        OSError: a step failed; the student's code must not run then.
    """
    if not sandboxed:
        os.chdir(os.environ["TMPDIR"])
        _limits(limits, count_processes=False)
        return
    _private_folders(limits)
    _limits(limits)
    _give_up_capabilities()
    seccomp.install()


def _private_folders(limits: ChildLimits) -> None:
    _call("unshare", _NEW_MOUNTS)
    _call("mount", None, b"/", None, _RECURSIVE | _PRIVATE, None)
    safe = _NO_SUID | _NO_DEVICES
    with contextlib.suppress(OSError) if not limits.gpu else contextlib.nullcontext():
        # Of the child's own namespace: the grader's processes are not in it.
        _call("mount", b"proc", b"/proc", b"proc", safe, None)
        with open("/proc/sys/kernel/pid_max", "w") as file:
            file.write(str(max(limits.processes + 1, _FEWEST_PIDS)))
    if not limits.gpu:
        nothing = b"size=4k,nr_inodes=1,mode=555"
        _call("mount", b"none", b"/proc", b"tmpfs", safe | _READ_ONLY, nothing)
    size = f"size={limits.file}m,nr_inodes=4096,mode=700".encode()
    scratch = os.environ["TMPDIR"]
    _call("mount", b"none", scratch.encode(), b"tmpfs", safe | _NO_EXEC, size)
    os.chdir(scratch)


def _limits(limits: ChildLimits, count_processes: bool = True) -> None:
    virtual, data = _sizes
    memory = limits.memory << 20
    wanted = {
        resource.RLIMIT_CPU: limits.cpu_seconds,
        # Address space counts what is shared as well, data what is private: both are needed.
        resource.RLIMIT_AS: resource.RLIM_INFINITY if limits.gpu else virtual + memory,
        resource.RLIMIT_DATA: data + memory,
        resource.RLIMIT_FSIZE: limits.file << 20,
        resource.RLIMIT_NOFILE: 128,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_MSGQUEUE: 0,
    }
    if count_processes:
        # Outside of a namespace the instructor's own processes would count.
        wanted[resource.RLIMIT_NPROC] = limits.processes + 2
    for which, most in wanted.items():
        hard = resource.getrlimit(which)[1]
        if hard != resource.RLIM_INFINITY:
            most = hard if most == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(which, (most, most))
    # The grader comes first, but not by much: an honest child should not wait for others.
    os.nice(1)


_sizes = (0, 0)


def measure() -> None:
    """Note this process's size while `/proc` can be read."""
    global _sizes
    with open("/proc/self/statm") as file:
        pages = [int(n) for n in file.read().split()]
    _sizes = pages[0] * resource.getpagesize(), pages[5] * resource.getpagesize()


def _give_up_capabilities() -> None:
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    nothing = (ctypes.c_uint32 * 6)()
    _call("capset", header, nothing)


def _call(name: str, *arguments: object) -> None:
    if getattr(_LIBC, name)(*arguments):
        code = ctypes.get_errno()
        raise OSError(code, f"{name}: {os.strerror(code)}")
