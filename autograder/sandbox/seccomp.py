"""Which system calls a student's code may make: a small filter, assembled here.

Inside the sandbox's namespaces there is little left to reach. This takes away what a child could
still leave behind or use to wear the machine out: new processes, new namespaces, memory that no
limit counts, sockets, and the kernel's least used corners. Everything else is allowed.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct

__all__ = ["install", "program"]

# name: (x86-64, arm64).
_REFUSED = {
    "execve": (59, 221),
    "execveat": (322, 281),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "pidfd_getfd": (438, 438),
    "kcmp": (312, 272),
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "mount_setattr": (442, 442),
    "open_by_handle_at": (304, 265),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "shmat": (30, 196),
    "msgget": (68, 186),
    "semget": (64, 190),
    "mq_open": (240, 180),
    "socket": (41, 198),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "fanotify_init": (300, 262),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "seccomp": (317, 277),
    "kexec_load": (246, 104),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "acct": (163, 89),
    "swapon": (167, 224),
    "quotactl": (179, 60),
    "personality": (135, 92),
}
_CLONE, _CLONE3 = (56, 220), (435, 435)
_FORKS = ((57, 58), ())
_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
_X32 = 0x40000000

_LOAD, _EQUAL, _ATLEAST, _BITS, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL, _ERROR = 0x7FFF0000, 0x80000000, 0x00050000
_CLONE_THREAD, _NEW_NAMESPACES = 0x00010000, 0x7E020000
_NR, _ARCH, _FIRST_ARGUMENT = 0, 4, 16


def program(machine: str) -> bytes:
    """The filter as instructions of the kernel's packet filter.

    Raises:
        OSError: the system calls of this kind of machine are not known here.
    """
    if machine not in _MACHINES:
        raise OSError(errno.ENOSYS, f"no filter for {machine}: x86_64 and aarch64 are known")
    column, arch = _MACHINES[machine]
    refused = sorted(calls[column] for calls in _REFUSED.values())
    code = [
        (_LOAD, 0, 0, _ARCH),
        (_EQUAL, 1, 0, arch),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NR),
    ]
    if machine == "x86_64":
        code += [(_ATLEAST, 0, 1, _X32), (_RETURN, 0, 0, _KILL)]
    for number in refused:
        code += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _ERROR | errno.EACCES)]
    for number in _FORKS[column]:
        code += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _ERROR | errno.EAGAIN)]
    # glibc starts threads by clone3 and falls back to clone, whose flags a filter can see.
    code += [(_EQUAL, 0, 1, _CLONE3[column]), (_RETURN, 0, 0, _ERROR | errno.ENOSYS)]
    code += [
        (_EQUAL, 0, 4, _CLONE[column]),
        (_LOAD, 0, 0, _FIRST_ARGUMENT),
        (_BITS, 1, 0, _NEW_NAMESPACES),
        (_BITS, 1, 0, _CLONE_THREAD),
        (_RETURN, 0, 0, _ERROR | errno.EAGAIN),
        (_RETURN, 0, 0, _ALLOW),
    ]
    return b"".join(struct.pack("<HBBI", *step) for step in code)


def install() -> None:
    """Put the filter over this process, for good.

    Raises:
        OSError: the kernel refuses it.
    """
    code = program(os.uname().machine)
    buffer = ctypes.create_string_buffer(code, len(code))

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))

    wanted = Program(len(code) // 8, ctypes.cast(buffer, ctypes.c_void_p))
    libc = ctypes.CDLL(None, use_errno=True)
    set_no_new_privileges, set_filter, mode_filter = 38, 22, 2
    for arguments in (
        (set_no_new_privileges, 1, 0, 0, 0),
        (set_filter, mode_filter, ctypes.byref(wanted), 0, 0),
    ):
        if libc.prctl(*arguments):
            code_of_error = ctypes.get_errno()
            raise OSError(code_of_error, f"prctl: {os.strerror(code_of_error)}")
