"""Which types of tensors can travel in a frame, and how much fits. Runs on both sides."""

from __future__ import annotations

from dataclasses import dataclass

import torch

__all__ = ["DTYPES", "USUAL", "Bounds", "FrameError"]

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
