"""The user's state: small JSON files, in a folder that outlives the notebooks.

The folder is `$COURSE_STATE_DIR`, or the platform's folder for the user's application state.
Nothing here stops a notebook: when a file is damaged or the folder cannot be written to, a notice
of one line says so, once, and work goes on.
"""

import contextlib
import json
import os
import re
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from course_lib.course import atomic

__all__ = ["folder", "read", "update"]

Notice = Callable[[str], None]

_LOCK_SECONDS = 5.0
# What could not be stored lives on here until the kernel ends.
_unsaved: dict[Path, dict[str, Any]] = {}
_told: set[str] = set()


def folder() -> Path:
    """The folder of the state: `$COURSE_STATE_DIR`, or the platform's own."""
    own = os.environ.get("COURSE_STATE_DIR")
    if own:
        return Path(own)
    # Not at the top: this module is imported before Colab has what the course needs.
    import platformdirs

    return Path(platformdirs.user_state_dir("deep-generative-models", False))


def read(name: str, *, notice: Notice = print) -> dict[str, Any]:
    """Read the dict that was last stored under `name`, or return an empty one.

    A damaged file is moved aside to `NAME.json.damaged-TIMESTAMP`, so that nothing is lost.

    Args:
        name: lower-case letters, digits, "-" and "_".
        notice: called with one line when something went wrong.
    """
    path = _path(name)
    if path in _unsaved:
        return json.loads(json.dumps(_unsaved[path]))
    with contextlib.suppress(_Damaged):
        return _parsed(path, notice)
    # Under the lock, and read again: another kernel may have repaired it in the meantime.
    with _locked(path, notice):
        return _parsed_or_moved_aside(path, notice)


def update(
    name: str, change: Callable[[dict[str, Any]], dict[str, Any]], *, notice: Notice = print
) -> dict[str, Any]:
    """Read, change and store in one go: two notebooks lose nothing of each other's.

    The file holds the old or the new value, never a mixture.

    Args:
        name: lower-case letters, digits, "-" and "_".
        change: takes the present value, returns the new one.
        notice: called with one line when something went wrong.

    Returns:
        The new value. If it could not be stored, `read` gives it back until the kernel ends.
    """
    path = _path(name)
    with _locked(path, notice):
        old = _unsaved.get(path)
        value = change(_parsed_or_moved_aside(path, notice) if old is None else old)
        _store(path, value, notice)
        return value


class _Damaged(Exception):
    """The file is not a JSON object."""


def _path(name: str) -> Path:
    if not re.fullmatch(r"[a-z0-9_-]+", name):
        raise ValueError(f"state name {name!r}: expected lower-case letters, digits, '-' and '_'")
    return folder() / f"{name}.json"


def _parsed(path: Path, notice: Notice) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        _tell(f"{path} cannot be read ({error.strerror}): starting afresh", notice)
        return {}
    except (ValueError, RecursionError) as error:
        raise _Damaged from error
    if not isinstance(value, dict):
        raise _Damaged
    return value


def _parsed_or_moved_aside(path: Path, notice: Notice) -> dict[str, Any]:
    try:
        return _parsed(path, notice)
    except _Damaged:
        aside = path.with_name(f"{path.name}.damaged-{datetime.now():%Y%m%d-%H%M%S-%f}")
        try:
            os.replace(path, aside)
            kept = f"it is kept as {aside.name}"
        except OSError as error:
            kept = f"it could not be moved aside ({error.strerror})"
        _tell(f"{path} is damaged: starting afresh, {kept}", notice)
        return {}


def _store(path: Path, value: dict[str, Any], notice: Notice) -> None:
    text = json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False)
    try:
        atomic.write(path, text.encode())
    except OSError as error:
        _unsaved[path] = value
        _tell(
            f"{path} cannot be written ({error.strerror}): kept until this kernel ends only; "
            "make room there, or set COURSE_STATE_DIR to a folder that you may write to",
            notice,
        )
    else:
        _unsaved.pop(path, None)


@contextlib.contextmanager
def _locked(path: Path, notice: Notice) -> Iterator[None]:
    """Hold `path`'s lock; the system lets go of it when the process ends, however it ends."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = open(path.with_suffix(".lock"), "a+b")  # noqa: SIM115
    except OSError:
        # Nothing can be written here, so nobody else can either.
        yield
        return
    with file:
        deadline = time.monotonic() + _LOCK_SECONDS
        while not _try_lock(file.fileno()):
            if time.monotonic() > deadline:
                _tell(f"{path} has been in use for {_LOCK_SECONDS:.0f} s: going on", notice)
                break
            time.sleep(0.01)
        yield


def _try_lock(handle: int) -> bool:
    try:
        import fcntl
    except ImportError:
        import msvcrt  # Windows

        os.lseek(handle, 0, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        except OSError:
            return False
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        # A file system without locks: an unlocked write is still atomic.
        return True
    return True


def _tell(message: str, notice: Notice) -> None:
    """Print each notice once, not at each call."""
    if message not in _told:
        _told.add(message)
        notice(message)
