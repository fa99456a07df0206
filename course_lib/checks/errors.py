"""What can go wrong inside a property, and how a student's own exception is told."""

from __future__ import annotations

import linecache
import traceback
from pathlib import Path
from types import TracebackType

__all__ = [
    "NotImplementedYet",
    "PropertyBroken",
    "StudentError",
    "TimeLimitExceeded",
    "student_error",
    "text_of",
]

_LONGEST = 300


class PropertyBroken(Exception):
    """A property does not hold: the message says which part, on which input."""


class NotImplementedYet(Exception):
    """The property needs a function that still raises `NotImplementedError`."""


class TimeLimitExceeded(BaseException):
    """The student's code ran too long. Not an `Exception`: `except Exception` misses it."""


class StudentError(Exception):
    """The student's function raised.

    Attributes:
        kind: name of the exception's class.
        text: its message.
        where: frames of the student's file only, innermost last, as lines of text.
    """

    def __init__(self, label: str, kind: str, text: str, where: list[str]):
        self.label, self.kind, self.text, self.where = label, kind, text, where
        lines = [f"`{label}` raised {kind}: {text}" if text else f"`{label}` raised {kind}"]
        super().__init__("\n".join(lines + where))


def student_error(label: str, error: BaseException, file: str | None) -> Exception:
    """Turn what the student's code raised into what the report shows."""
    if isinstance(error, NotImplementedError):
        return NotImplementedYet(_missing_line(label, error, file))
    return StudentError(
        label, type(error).__name__, text_of(error), student_frames(error.__traceback__, file)
    )


def text_of(said: object, longest: int = _LONGEST) -> str:
    """`str(said)`, cut to a readable length, whatever the student's `__str__` does."""
    try:
        text = str.__str__(str(said)).strip()
    except TimeLimitExceeded:
        raise
    except BaseException as error:
        return f"(its text cannot be shown: {type(error).__name__})"
    return text if len(text) <= longest else text[:longest] + " …"


def student_frames(tb: TracebackType | None, file: str | None, most: int = 3) -> list[str]:
    """The innermost frames that lie in the student's file, one line each."""
    frames = [f for f in traceback.extract_tb(tb) if file and f.filename == file]
    lines = []
    for frame in frames[-most:]:
        code = (frame.line or linecache.getline(frame.filename, frame.lineno or 0)).strip()
        lines.append(f"  {Path(frame.filename).name}, line {frame.lineno}, {frame.name}: {code}")
    return lines


def _missing_line(label: str, error: NotImplementedError, file: str | None) -> str:
    text = text_of(error)
    if text.startswith("not implemented yet"):
        return text
    name = label
    tb = error.__traceback__
    while tb is not None:
        code = tb.tb_frame.f_code
        if file and code.co_filename == file:
            name = f"{label.partition('.')[0]}.{code.co_qualname}"
        tb = tb.tb_next
    return f"not implemented yet: {name}"
