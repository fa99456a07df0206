"""Small tensors of known values, for checks to compute with."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

__all__ = ["F64", "all_binary", "corners", "numbers"]

F64 = torch.float64


def numbers(*values: Any) -> Tensor:
    """These numbers, or lists of numbers, as a tensor in float64."""
    return torch.tensor(values, dtype=F64)


def all_binary(n_dims: int, dtype: torch.dtype | None = None) -> Tensor:
    """All 2ᴰ binary vectors, shape (2ᴰ, D), counting up: the first column changes slowest."""
    counts = torch.arange(2**n_dims).unsqueeze(1)
    bits = (counts >> torch.arange(n_dims - 1, -1, -1)) & 1
    return bits.to(dtype or torch.get_default_dtype())


def corners(n_dims: int) -> Tensor:
    """All (±1, …, ±1), shape (2ᴰ, D): their mean is that of N(0, I) for quadratic functions."""
    return 2 * all_binary(n_dims, F64) - 1
