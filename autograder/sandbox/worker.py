"""The grader's handle on one sandbox: a zygote in bubblewrap, and one child at a time in it."""

from __future__ import annotations

import atexit
import contextlib
import os
import select
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from autograder.sandbox import bubblewrap, unsandboxed
from autograder.sandbox.contents import environment
from autograder.sandbox.frames import decode, encode
from autograder.sandbox.jail import ChildLimits
from autograder.sandbox.stream import Closed, OutOfTime, Stream, pair
from autograder.sandbox.values import USUAL, Bounds, FrameError
from course_lib.checks.errors import Raised

__all__ = ["Ending", "SandboxBroken", "Worker", "ZygoteLost", "shared"]

_PACKET = 1 << 16
# The zygote answers at once; this is for a machine that is busy with other things.
_SECONDS = 20.0
# Until torch is imported.
_SECONDS_TO_START = 120.0


class SandboxBroken(RuntimeError):
    """The sandbox does not start, or a child cannot be made in it: no grade may be given."""


class ZygoteLost(RuntimeError):
    """The zygote has gone; another one can take over."""


@dataclass(frozen=True)
class Ending:
    """How a child ended.

    Attributes:
        code: exit code, or the negative number of the signal that ended it.
        cpu: seconds of processor time.
        peak: largest resident memory in megabytes.
        over_cpu: whether the zygote ended it for the processor time it had used.
    """

    code: int
    cpu: float
    peak: float
    over_cpu: bool


class Worker:
    """Starts the zygote when it is first needed and keeps it until `close`.

    There is one child at a time; its stream names it. The zygote answers in order, so that an
    answer nobody waits for can be read later.
    """

    def __init__(self, secret: Iterable[Path] = (), gpu: bool = False, sandboxed: bool = True):
        self.secret, self.gpu, self.sandboxed = tuple(secret), gpu, sandboxed
        self._folder: tempfile.TemporaryDirectory | None = None
        self._process: subprocess.Popen | None = None
        self._owner = 0
        self._owed = 0
        self._is_ready = False
        self._current: Stream | None = None
        self._spare: tuple[ChildLimits, Bounds] | None = None

    def child(self, limits: ChildLimits, bounds: Bounds = USUAL) -> Stream:
        """A new child, ready for requests; ends the one before it.

        Raises:
            SandboxBroken: it cannot be made.
            ZygoteLost: the zygote has gone in the meantime.
        """
        spare, self._spare = self._spare, None
        stream = self._current
        if stream is None or spare != (limits, bounds) or not self._alive():
            stream = self._start_child(limits, bounds)
        try:
            self._wait_until_locked_in(stream)
        except BaseException:
            stream.close()
            raise
        return stream

    def prepare(self, limits: ChildLimits, bounds: Bounds = USUAL) -> None:
        """Have the next child made while there is something else to do."""
        if self._current is None and self._alive():
            with contextlib.suppress(ZygoteLost):
                self._start_child(limits, bounds)
                self._spare = limits, bounds

    def allow_cpu(self, seconds: float) -> None:
        """Let the child use this much processor time from now on."""
        self._send(encode(("budget", float(seconds))))

    def stop(self, stream: Stream, patience: float = 0.0) -> Ending:
        """End a child and all it started, after waiting `patience` seconds for it to end.

        Raises:
            ZygoteLost: the zygote has gone, and with it the child.
        """
        if stream is not self._current:
            return Ending(0, 0.0, 0.0, False)
        self._current = None
        # Counted first: a time limit may interrupt between any two lines.
        self._owed += 1
        self._send(encode(("stop", float(patience))))
        _, code, cpu, peak, over_cpu = self._last_answer(_SECONDS + patience)
        return Ending(code, cpu, peak / 1024, over_cpu)

    def discard(self, stream: Stream) -> None:
        """End a child and all it started, without waiting for it; the next one waits."""
        if stream is self._current:
            self._current = None
            self._owed += 1
            with contextlib.suppress(ZygoteLost):
                self._send(encode(("stop", 0.0)))

    def _start_child(self, limits: ChildLimits, bounds: Bounds) -> Stream:
        if not self._alive():
            self._launch()
        if not self._is_ready:
            self._await_ready()
        if self._current is not None:
            self._current.close()
            self.discard(self._current)
        ours, theirs = pair()
        stream = Stream(ours, bounds)
        self._owed += 1
        try:
            with theirs:
                self._send(encode(("start", asdict(limits))), [theirs.fileno()])
        except BaseException:
            stream.close()
            raise
        self._current = stream
        return stream

    def _wait_until_locked_in(self, stream: Stream) -> None:
        """Wait until the new process has given up everything that it has no use for."""
        answer = self._last_answer(_SECONDS)
        if isinstance(answer, Raised):
            raise SandboxBroken(f"no process can be started in the sandbox: {answer.text}")
        stream.deadline = time.monotonic() + _SECONDS
        try:
            inside = stream.receive()
        except (Closed, OutOfTime, FrameError) as error:
            raise ZygoteLost("the new process did not report") from error
        if inside != "inside":
            why = inside.text if isinstance(inside, Raised) else repr(inside)
            raise SandboxBroken(f"a process in the sandbox cannot be locked in: {why}")
        stream.deadline = None

    def _last_answer(self, seconds: float) -> Any:
        """Read the answers that are due; the last of them."""
        answer = None
        while self._owed > 0:
            answer = self._receive(seconds)
            self._owed -= 1
        return answer

    def close(self) -> None:
        """End the zygote and whatever runs beside it."""
        process, self._process = self._process, None
        # A process that was forked with this object in it must not end its parent's sandbox.
        if process is None or self._owner != os.getpid():
            return
        self._control.close()
        if self._current is not None:
            self._current.close()
        self._current, self._spare, self._owed = None, None, 0
        if not self.sandboxed:
            # No namespace ends with it: it ends its child when the control socket is closed.
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_SECONDS)
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGKILL)
        process.wait()
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def _alive(self) -> bool:
        """Whether this process has a zygote."""
        if self._process is None or self._owner != os.getpid():
            return False
        if self._process.poll() is None:
            return True
        self.close()
        return False

    def warm_up(self) -> None:
        """Start the zygote, which takes seconds, and do not wait for it."""
        if not self._alive():
            self._launch()

    def _launch(self) -> None:
        line, variables = self._command()
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._said = tempfile.TemporaryFile()  # noqa: SIM115  (until the zygote has said something)
        # The zygote looks for its end on file descriptor 3.
        self._process = subprocess.Popen(
            ["/bin/sh", "-c", 'exec "$@" 3<&0 0</dev/null', "sh", *line],
            stdin=theirs.fileno(),
            stdout=subprocess.DEVNULL,
            stderr=self._said,
            env=variables,
            start_new_session=True,
        )
        theirs.close()
        self._owner, self._owed, self._is_ready = os.getpid(), 0, False
        self._current = self._spare = None

    def _command(self) -> tuple[list[str], dict[str, str]]:
        """The command that starts the zygote, and its environment."""
        if self.sandboxed:
            line = bubblewrap.command(bubblewrap.find(), self.secret, self.gpu)
            return line, {"PATH": "/usr/bin:/bin"}
        bubblewrap.require_linux()
        self._folder = tempfile.TemporaryDirectory(prefix="course-unsandboxed-")
        root = Path(self._folder.name)
        return unsandboxed.command(root), environment(str(unsandboxed.scratch(root)))

    def _await_ready(self) -> None:
        """Wait for a zygote that was launched."""
        try:
            self._receive(_SECONDS_TO_START)
        except ZygoteLost:
            self._said.seek(0)
            words = self._said.read().decode(errors="replace").strip().splitlines()
            last = f": {words[-1][:500]}" if words else ""
            if not self.sandboxed:
                raise SandboxBroken(
                    f"the process for students' code does not start{last}"
                ) from None
            raise SandboxBroken(
                f"the sandbox does not start{last}. It needs bubblewrap and unprivileged user "
                "namespaces (sysctl kernel.unprivileged_userns_clone, or an AppArmor profile "
                "for bwrap)"
            ) from None
        finally:
            self._said.close()
        self._is_ready = True

    def _send(self, packet: bytes, descriptors: Iterable[int] = ()) -> None:
        try:
            socket.send_fds(self._control, [packet], list(descriptors))
        except OSError as error:
            self.close()
            raise ZygoteLost("the zygote has gone") from error

    def _receive(self, seconds: float) -> Any:
        """The zygote's next answer. No student's code can write here."""
        try:
            if not select.select([self._control], [], [], seconds)[0]:
                raise ZygoteLost("the zygote does not answer")
            packet = self._control.recv(_PACKET)
            if not packet:
                raise ZygoteLost("the zygote has gone")
            return decode(packet)
        except (OSError, ZygoteLost) as error:
            self.close()
            raise ZygoteLost(str(error)) from error


_shared: dict[tuple[int, tuple[Path, ...], bool, bool, bool], Worker] = {}


def shared(
    secret: Iterable[Path] = (), gpu: bool = False, sandboxed: bool = True, lender: bool = False
) -> Worker:
    """This process's worker; one serves all submissions, because importing torch takes seconds.

    Args:
        secret: what may not be seen inside.
        gpu: whether a GPU may.
        sandboxed: whether there is a sandbox.
        lender: the worker of the second sandbox, for the reference's functions that are lent.
    """
    key = os.getpid(), tuple(secret), gpu, sandboxed, lender
    if key not in _shared:
        _shared[key] = Worker(*key[1:4])
        atexit.register(_shared[key].close)
    return _shared[key]
