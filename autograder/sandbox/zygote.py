"""The process that waits inside the sandbox with torch imported, and forks a child on request.

It never runs a student's code and never calls a torch operation: what it has not started, a child
cannot inherit half of. A child is the first process of a PID namespace of its own, so that killing
it ends whatever it left running, and none of it can name the zygote or another child.

Commands are packets on file descriptor 3, one value each; see `autograder.sandbox.worker`.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import select
import shutil
import signal
import socket
import sys
import time
from typing import Any

import jaxtyping  # noqa: F401  (imported here, so that no child has to)
import numpy  # noqa: F401
import scipy.optimize  # noqa: F401
import torch
import torch.nn.functional
import torch.utils._python_dispatch
import torch.utils._pytree

from autograder.sandbox import child, jail
from autograder.sandbox.frames import decode, encode
from autograder.sandbox.stream import Stream
from course_lib.checks.errors import Raised

__all__ = ["main"]

_CONTROL, _CHANNEL = 3, 4
_NEW_PIDS = 0x20000000
_LIBC = ctypes.CDLL(None, use_errno=True)
_TICKS = os.sysconf("SC_CLK_TCK")
# How often a running child's processor time is read.
_LOOK = 0.2


class _Zygote:
    def __init__(self, sandboxed: bool) -> None:
        self.sandboxed = sandboxed
        self.control = socket.socket(fileno=_CONTROL)
        self.own_pids = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
        self.child = 0
        self.most_cpu = float("inf")
        self.over_cpu = False

    def serve(self) -> None:
        """Answer commands until the grader hangs up."""
        self._answer(("ready", os.getpid()))
        while True:
            if self.child and not select.select([self.control], [], [], _LOOK)[0]:
                self._look_at_the_clock()
                continue
            packet, descriptors, _, _ = socket.recv_fds(self.control, 1 << 16, 1)
            if not packet:
                self._stop(0.0)
                return
            command, *arguments = decode(packet)
            if command == "start":
                self._start(descriptors[0], *arguments)
            elif command == "budget":
                self.most_cpu, self.over_cpu = self._cpu() + arguments[0], False
            elif command == "stop":
                self._answer(self._stop(*arguments))

    def _answer(self, value: object) -> None:
        self.control.send(encode(value))

    def _start(self, channel: int, limits: dict[str, Any]) -> None:
        self._stop(0.0)
        try:
            pid = self._fork(channel, limits)
        except OSError as error:
            self._answer(Raised("OSError", str(error)))
        else:
            self.child, self.most_cpu, self.over_cpu = pid, float("inf"), False
            self._answer(("started", pid))
        finally:
            os.close(channel)

    def _fork(self, channel: int, limits: dict[str, Any]) -> int:
        if not self.sandboxed:
            _empty(os.environ["TMPDIR"])
        # Only the next process to be forked is put into the new namespace.
        elif _LIBC.unshare(_NEW_PIDS):
            raise OSError(ctypes.get_errno(), "unshare")
        try:
            pid = os.fork()
            if pid == 0:
                _be_child(channel, limits, self.sandboxed)
        finally:
            if self.sandboxed:
                _LIBC.setns(self.own_pids, _NEW_PIDS)
        return pid

    def _cpu(self) -> float:
        """Seconds of processor time that the child has used, all threads together."""
        try:
            with open(f"/proc/{self.child}/stat") as file:
                # The name in brackets is the child's choice; numbers start after the last one.
                fields = file.read().rpartition(")")[2].split()
            return (int(fields[11]) + int(fields[12])) / _TICKS
        except (OSError, ValueError, IndexError):
            return 0.0

    def _look_at_the_clock(self) -> None:
        if not self.over_cpu and self._cpu() > self.most_cpu:
            self.over_cpu = True
            os.kill(self.child, signal.SIGKILL)

    def _stop(self, patience: float) -> tuple:
        """End the child and everything it started; say how it ended."""
        if not self.child:
            return "stopped", 0, 0.0, 0, False
        end = time.monotonic() + patience
        pid = 0
        while not pid and time.monotonic() < end:
            pid, status, used = os.wait4(self.child, os.WNOHANG)
            if not pid:
                time.sleep(0.005)
        if not pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.child, signal.SIGKILL)
            # In a namespace of its own: returns when the namespace is empty.
            pid, status, used = os.wait4(self.child, 0)
        if not self.sandboxed:
            # What it started is in its process group, unless that code left the group.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.child, signal.SIGKILL)
        self.child = 0
        ended = os.waitstatus_to_exitcode(status)
        return "stopped", ended, used.ru_utime + used.ru_stime, used.ru_maxrss, self.over_cpu


def _be_child(channel: int, limits: dict[str, Any], sandboxed: bool) -> None:
    """From here on in the new process; does not return."""
    try:
        # Signals to a process group know no PID namespace: the zygote must not be in the child's.
        os.setsid()
        os.dup2(channel, _CONTROL)
        os.closerange(_CHANNEL, 1 << 12)
        stream = Stream(socket.socket(fileno=_CONTROL))
        try:
            jail.enter(jail.ChildLimits(**limits), sandboxed)
        except BaseException as error:
            stream.send(Raised(type(error).__name__, str(error)))
        else:
            stream.send("inside")
            gc.enable()
            child.serve(stream)
    finally:
        os._exit(0)


def _empty(folder: str) -> None:
    """Delete what a child left in the folder that it could write in."""
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder, exist_ok=True)


def main(sandboxed: bool) -> None:
    """Get ready, then serve.

    Args:
        sandboxed: whether this process may make namespaces for its children.
    """
    torch.set_num_threads(1)
    jail.measure()
    nothing = os.open(os.devnull, os.O_RDWR)
    zygote = _Zygote(sandboxed)
    # Objects of the zygote's are not looked at, and so not copied, by a child's collector.
    gc.collect()
    gc.freeze()
    gc.disable()
    sys.argv = ["python"]
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    zygote.serve()
