"""Interrupt a student's endless loop, in the kernel and without a second process."""

from __future__ import annotations

import contextlib
import ctypes
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from course_lib.checks.errors import TimeLimitExceeded

__all__ = ["time_limit"]

# An interrupt that the student's bare `except:` swallowed is sent again after this many seconds.
_AGAIN = 0.1
# Importing a library takes long on a busy machine, and one that was interrupted may be broken for
# the rest of the process: it is let through, if it takes no longer than this.
PATIENCE = 60.0


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise `TimeLimitExceeded` in the body once `seconds` have passed.

    Uses an interval timer on the main thread where the system has one, and an asynchronous
    exception elsewhere. Both act between two Python instructions: one endless call into C is only
    stopped by the grader's processes. The import of a library is let through (`PATIENCE`), and what
    comes after it has the whole time again.
    """
    on_main = threading.current_thread() is threading.main_thread()
    interrupter = _by_signal if on_main and hasattr(signal, "SIGALRM") else _by_thread
    pursuit = _Pursuit(seconds)
    known = frozenset(sys.modules)
    try:
        with interrupter(seconds, pursuit):
            yield
    finally:
        pursuit.end()
        if pursuit.interrupted:
            _forget_half_imported(known)


def _forget_half_imported(known: frozenset[str]) -> None:
    """Let the next import of a package start afresh if an interrupt hit its first one.

    Python drops the package and keeps those of its parts that were through; a second import would
    find them, and leave the package without them: broken for all checks that follow.
    """

    def lost() -> list[str]:
        added = set(sys.modules) - known
        return [
            name for name in added if "." in name and name.rpartition(".")[0] not in sys.modules
        ]

    while names := lost():
        for name in names:
            del sys.modules[name]


class _Pursuit:
    """Interrupts the code under the limit again and again until one gets through.

    An exception that arrives inside `try: … except: pass` is swallowed, and a loop that sleeps or
    calls there is inside whenever the timer fires. So every other time the exception is raised
    by a trace function at one of the next lines: sooner or later at one outside of every `try`.
    """

    def __init__(self, seconds: float) -> None:
        self.active = True
        self._seconds = seconds
        self._latest = time.monotonic() + seconds + PATIENCE
        self._importing = ""
        self._sent = 0
        self._lines = 0
        self._armed = False
        self._before: list[tuple[FrameType, Any]] = []
        self._tracer = sys.gettrace()

    @property
    def interrupted(self) -> bool:
        """Whether an interrupt was sent."""
        return self._sent > 0

    def wait(self, frame: FrameType | None) -> float:
        """The seconds that this thread, which runs `frame`, still has; 0 where its time is up."""
        before, self._importing = self._importing, _library_of(frame)
        if time.monotonic() > self._latest:
            return 0.0
        if self._importing:
            return _AGAIN
        return self._seconds if before else 0.0

    def press(self, frame: FrameType | None) -> None:
        """Interrupt this thread, which runs `frame`."""
        if not self.active:
            return
        self._sent += 1
        if self._sent % 2:
            raise TimeLimitExceeded(self._importing)
        self.arm(frame)

    def arm(self, frame: FrameType | None) -> None:
        """Interrupt this thread at the first, second, … sixth line from here, in turn."""
        if not self.active:
            return
        self._armed = True
        self._lines = 1 + self._sent // 2 % 6
        while frame is not None and frame.f_code.co_filename in _OWN_FILES:
            frame = frame.f_back
        while frame is not None and frame.f_code.co_filename not in _OWN_FILES:
            self._before.append((frame, frame.f_trace))
            frame.f_trace = self._trace
            frame = frame.f_back
        sys.settrace(self._trace)

    def _trace(self, frame: FrameType, event: str, arg: object) -> Any:
        if not self.active or frame.f_code.co_filename in _OWN_FILES:
            return None
        if event == "line":
            self._lines -= 1
            if self._lines <= 0:
                raise TimeLimitExceeded(self._importing)
        return self._trace

    def end(self) -> None:
        """Stop interrupting, and give tracing back to whom it belonged."""
        self.active = False
        if self._armed:
            sys.settrace(self._tracer)
            for frame, trace in reversed(self._before):
                frame.f_trace = trace


def _library_of(frame: FrameType | None) -> str:
    """The library whose import is under way in a frame; "" if none is, or a lecture's module's."""
    while frame is not None:
        if frame.f_code.co_name == "_find_and_load" and "importlib" in frame.f_code.co_filename:
            name = str(frame.f_locals.get("name", ""))
            return "" if name.startswith("course_lib.") else name.partition(".")[0]
        frame = frame.f_back
    return ""


# Code that must not be interrupted at its lines: it is what ends the interruption.
_OWN_FILES = {__file__, contextlib.__file__}


@contextmanager
def _by_signal(seconds: float, pursuit: _Pursuit) -> Iterator[None]:
    start = time.monotonic()
    left, interval = signal.setitimer(signal.ITIMER_REAL, 0)

    def ring(number: int, frame: FrameType | None) -> None:
        more = pursuit.wait(frame) if pursuit.active else 0.0
        if more:
            signal.setitimer(signal.ITIMER_REAL, more, _AGAIN)
        else:
            pursuit.press(frame)

    before = signal.signal(signal.SIGALRM, ring)
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
        yield
    finally:
        pursuit.active = False
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if left:
            # Somebody else's timer, such as a test runner's: it goes on where it would be now.
            left = max(left - (time.monotonic() - start), 1e-3)
            signal.setitimer(signal.ITIMER_REAL, left, interval)


@contextmanager
def _by_thread(seconds: float, pursuit: _Pursuit) -> Iterator[None]:
    target = ctypes.c_ulong(threading.get_ident())
    done = threading.Event()
    guard = threading.Lock()

    class Arming(TimeLimitExceeded):
        """Python makes the instance in the thread that it interrupts: a way to act there."""

        def __init__(self) -> None:
            super().__init__(pursuit._importing)
            pursuit._sent += 2
            if pursuit._sent > 2:
                pursuit.arm(sys._getframe(1))

    def watch() -> None:
        wait = seconds
        while not done.wait(wait):
            more = pursuit.wait(sys._current_frames().get(target.value))
            with guard:
                if not done.is_set() and not more:
                    ctypes.pythonapi.PyThreadState_SetAsyncExc(target, ctypes.py_object(Arming))
            wait = more or _AGAIN

    watcher = threading.Thread(target=watch, daemon=True)
    try:
        watcher.start()
        yield
    finally:
        for _ in range(2):
            # An interrupt that was sent and has not arrived arrives here, in the first round at
            # the latest. To take it back with SetAsyncExc(target, NULL) would leave the interpreter
            # looking for it for ever.
            try:
                pursuit.active = False
                with guard:
                    done.set()
                for _ in range(10):
                    pass
            except TimeLimitExceeded:
                continue
        watcher.join()
