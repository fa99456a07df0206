"""Interrupt a student's endless loop, in the kernel and without a second process."""

from __future__ import annotations

import ctypes
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from course_lib.checks.framework.errors import TimeLimitExceeded

__all__ = ["time_limit"]

# An interrupt that the student's bare `except:` swallowed is sent again after this many seconds.
_AGAIN = 0.5


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise `TimeLimitExceeded` in the body once `seconds` have passed.

    Uses an interval timer on the main thread where the system has one, and an asynchronous
    exception elsewhere. Both act between two Python instructions: one endless call into C is only
    stopped by the grader's processes.
    """
    on_main = threading.current_thread() is threading.main_thread()
    interrupter = _by_signal if on_main and hasattr(signal, "SIGALRM") else _by_thread
    with interrupter(seconds):
        yield


@contextmanager
def _by_signal(seconds: float) -> Iterator[None]:
    active = True

    def interrupt(signum: int, frame: object) -> None:
        if active:
            raise TimeLimitExceeded

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
    try:
        yield
    finally:
        active = False
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def _by_thread(seconds: float) -> Iterator[None]:
    target = ctypes.c_ulong(threading.get_ident())
    done = threading.Event()
    guard = threading.Lock()

    def watch() -> None:
        wait = seconds
        while not done.wait(wait):
            with guard:
                if not done.is_set():
                    ctypes.pythonapi.PyThreadState_SetAsyncExc(
                        target, ctypes.py_object(TimeLimitExceeded)
                    )
            wait = _AGAIN

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        with guard:
            done.set()
            # Takes back an interrupt that was sent but has not arrived.
            ctypes.pythonapi.PyThreadState_SetAsyncExc(target, None)
        watcher.join()
