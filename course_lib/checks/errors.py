"""What can go wrong inside a property, and how an exception of the student's code is reported."""

from __future__ import annotations

import difflib
import linecache
import re
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = [
    "BrokenContract",
    "CallbackFailed",
    "Missing",
    "NotImplementedYet",
    "PropertyBroken",
    "Raised",
    "StudentError",
    "TimeLimitExceeded",
    "explained",
    "lines_of",
    "raised_from",
    "text_of",
]

_LONGEST = 300
_FRAMES = 3
_LONGEST_NAME = 200


class PropertyBroken(Exception):
    """A property does not hold: the message says which part, on which input."""


class BrokenContract(PropertyBroken):
    """A call does not keep to its signature or to its surroundings, whatever its values are.

    A shape or a dtype, an argument that was changed, a function that is gone: the message says
    what to do, and no hint about the mathematics fits.

    Attributes:
        cause: see `course_lib.checks.report.Result.cause`.
    """

    def __init__(self, message: str, cause: str = ""):
        super().__init__(message)
        self.cause = cause


class NotImplementedYet(Exception):
    """The property needs a function that still raises `NotImplementedError`."""


class TimeLimitExceeded(BaseException):
    """The student's code ran too long. Not an `Exception`: `except Exception` misses it.

    Attributes:
        importing: the library that was being imported, which is nobody's mistake; else empty.
    """

    def __init__(self, importing: str = ""):
        super().__init__()
        self.importing = importing


class Missing(Exception):
    """The student's code has no attribute of that name."""


class CallbackFailed(RuntimeError):
    """A function of the check's, called by the student's code, raised.

    Attributes:
        kind: name of the class of the exception that it raised.
    """

    def __init__(self, kind: str, text: str):
        super().__init__(text)
        self.kind = kind


class StudentError(Exception):
    """The student's function raised.

    Attributes:
        kind: name of the exception's class.
        text: its message.
        where: frames of the student's file only, innermost last, as lines of text.
        place: the same for the same exception at the same line, whatever its text.
    """

    def __init__(self, label: str, kind: str, text: str, where: list[str]):
        self.label, self.kind, self.text, self.where = label, kind, text, where
        lines = [f"`{label}` raised {kind}: {text}" if text else f"`{label}` raised {kind}"]
        self.place = f"{kind}{where[-1]}" if where else ""
        if kind == "TypeError" and not where:
            lines.append("The check calls it as the course's own `def` line has it.")
        super().__init__("\n".join(lines + where + _import_of(kind, text)))


@dataclass(frozen=True)
class Raised:
    """An exception of the student's code, as text.

    Attributes:
        kind: name of its class.
        text: its message.
        frames: (line number, function's name, its qualified name) in the student's file, innermost
            last.
    """

    kind: str
    text: str = ""
    frames: tuple[tuple[int, str, str], ...] = ()


def raised_from(error: BaseException, file: str | None) -> Raised:
    """An exception as text, with the innermost frames that lie in the student's file."""
    kind = error.kind if isinstance(error, CallbackFailed) else type(error).__name__
    if isinstance(error, SyntaxError) and file and error.filename == file:
        # The file itself cannot be compiled: no frame of it ran.
        line = error.lineno if isinstance(error.lineno, int) else 0
        return Raised(kind[:_LONGEST_NAME], text_of(error.msg), ((line, "", ""),))
    frames: list[tuple[int, str, str]] = []
    known: list[str] = []
    tb = error.__traceback__
    while tb is not None:
        code = tb.tb_frame.f_code
        if file and code.co_filename == file:
            name, qualified = code.co_name[:_LONGEST_NAME], code.co_qualname[:_LONGEST_NAME]
            frames.append((tb.tb_lineno, name, qualified))
            known += code.co_varnames + code.co_cellvars
        tb = tb.tb_next
    text = text_of(error)
    if type(error) is NameError and isinstance(error.name, str):
        close = difflib.get_close_matches(error.name, known, n=1)
        text += f"; did you mean `{close[0]}`?" if close else ""
    return Raised(kind[:_LONGEST_NAME], text, tuple(frames[-_FRAMES:]))


def explained(label: str, raised: Raised, name: str, lines: Sequence[str]) -> Exception:
    """The exception that a check sees in the place of one of the student's code.

    Args:
        label: the function that was called, such as "name.Model.log_prob".
        raised: what it raised.
        name: of the student's file, in the frames that are shown.
        lines: of the student's file, to quote them.

    Returns:
        `NotImplementedYet` for a `NotImplementedError`, else `StudentError`.
    """
    if raised.kind == "NotImplementedError":
        line = raised.frames[-1][0] if raised.frames else 0
        return NotImplementedYet(_missing_line(label, raised) + _left_standing(name, line, lines))
    where: list[str] = []
    for line, function, _ in raised.frames:
        if function.startswith("<") and any(f", line {line}, " in other for other in where):
            # A comprehension, which has a frame of its own in Python 3.11, on the same line.
            continue
        code = lines[line - 1].strip() if 0 < line <= len(lines) else ""
        where.append(
            f"  {name}, line {line}, {function}: " + (code if "`" in code else f"`{code}`")
        )
    return StudentError(label, raised.kind, raised.text, where)


def lines_of(file: str) -> list[str]:
    """The lines of a file as it is now, or of a module that was made from text."""
    linecache.checkcache(file)
    return linecache.getlines(file)


def text_of(said: object, longest: int = _LONGEST) -> str:
    """`str(said)`, cut to a readable length, whatever the student's `__str__` does."""
    try:
        text = str.__str__(str(said)).strip()
    except TimeLimitExceeded:
        raise
    except BaseException as error:
        return f"(its text cannot be shown: {type(error).__name__})"
    return text if len(text) <= longest else text[:longest] + " …"


# What the modules of all lectures begin with, and what is often borrowed from elsewhere.
_IMPORTS = {
    "F": "import torch.nn.functional as F",
    "Tensor": "from torch import Tensor",
    "math": "import math",
    "nn": "from torch import nn",
    "np": "import numpy as np",
    "torch": "import torch",
}


def _import_of(kind: str, text: str) -> list[str]:
    """The line to add where a name of a library is not defined."""
    found = re.match(r"name '(\w+)' is not defined", text) if kind == "NameError" else None
    wanted = _IMPORTS.get(found[1]) if found else None
    return [f"Add the line `{wanted}` at the top of the file."] if wanted else []


def _left_standing(file: str, line: int, lines: Sequence[str]) -> str:
    """What is said of a `raise NotImplementedError` with code below it that never runs."""
    if not 0 < line <= len(lines):
        return ""
    indent = _indent(lines[line - 1])
    for number, text in enumerate(lines[line:], line + 1):
        if not text.strip() or text.lstrip().startswith("#"):
            continue
        if _indent(text) != indent or text.lstrip().startswith(")"):
            break
        return (
            f"\n{file}, line {line}, still raises NotImplementedError, and the code below it, from "
            f"line {number} on, never runs: delete line {line}."
        )
    return ""


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _missing_line(label: str, raised: Raised) -> str:
    if raised.text.startswith("not implemented yet"):
        return raised.text
    name = label
    if raised.frames and raised.frames[-1][2]:
        name = f"{label.partition('.')[0]}.{raised.frames[-1][2]}"
    return f"not implemented yet: {name}"
