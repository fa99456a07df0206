"""What can travel in a frame beside plain values, and how much of it. Runs on both sides."""

from __future__ import annotations

from dataclasses import dataclass

import torch

__all__ = [
    "DTYPES",
    "ROOTS",
    "USUAL",
    "Bounds",
    "Callback",
    "FrameError",
    "Handle",
    "Raised",
]

# What the first handles stand for.
ROOTS = {"module": 0, "torch": 1, "kit": 2}

# The position in this list is the code in the frame: append only.
DTYPES = (
    torch.float32, torch.float64, torch.int64, torch.bool, torch.uint8, torch.int32, torch.float16,
    torch.bfloat16, torch.int16, torch.int8, torch.complex64, torch.complex128,
)  # fmt: skip


class FrameError(ValueError):
    """The bytes are no frame, or exceed a limit; or the value cannot be written as one."""


@dataclass(frozen=True)
class Bounds:
    """What a reader accepts."""

    frame: int = 64 << 20
    depth: int = 16
    items: int = 200_000
    text: int = 1 << 20
    dims: int = 12


USUAL = Bounds()


@dataclass(frozen=True)
class Handle:
    """An object that stays in the sandbox: a number, the attributes from there on, and its kind.

    The kind is "object", "callable" or "class" in what the sandbox sends, and empty otherwise.
    """

    number: int
    path: tuple[str, ...] = ()
    kind: str = ""


@dataclass(frozen=True)
class Callback:
    """A function of the grader's that the sandbox may call."""

    number: int


@dataclass(frozen=True)
class Raised:
    """An exception, as text.

    Attributes:
        kind: name of its class.
        text: its message.
        frames: (line number, function's name, its qualified name) in the student's file, innermost
            last.
    """

    kind: str
    text: str = ""
    frames: tuple[tuple[int, str, str], ...] = ()
