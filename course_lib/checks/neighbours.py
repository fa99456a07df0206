"""A right value in another container than was promised: a list for a tuple, a number for a tensor.

That costs the property that finds it, and no other: from then on the value is taken as promised.
"""

from __future__ import annotations

import inspect
import typing
from typing import Any

import torch
from jaxtyping import AbstractArray

__all__ = ["as_promised"]


def as_promised(result: Any, promised: Any, given: Any) -> Any:
    """The same value in the promised container; anything else as it is.

    Args:
        result: what a function returned.
        promised: the annotation of its result.
        given: its arguments; a number becomes a tensor of their dtype.
    """
    kind, inside = typing.get_origin(promised), typing.get_args(promised)
    if kind in (tuple, list) and isinstance(result, (tuple, list)):
        several = kind is list or inside[-1] is Ellipsis
        hints = inside[:1] * len(result) if several else inside
        if len(hints) != len(result):
            return result
        parts = [as_promised(r, h, given) for r, h in zip(result, hints, strict=True)]
        return tuple(parts) if kind is tuple else parts
    if promised in (int, float) and isinstance(result, torch.Tensor) and not result.dim():
        return promised(result.item())
    if not (inspect.isclass(promised) and issubclass(promised, AbstractArray)):
        return result
    if isinstance(result, (int, float)) and not promised.dim_str:
        whole = "int64" in promised.dtypes
        return torch.tensor(result, dtype=torch.int64 if whole else _dtype(given))
    if isinstance(result, torch.Tensor) and "bool" in promised.dtypes:
        return result.bool() if bool(((result == 0) | (result == 1)).all()) else result
    return result


def _dtype(given: Any) -> torch.dtype | None:
    """Of the first floating-point tensor in nested arguments."""
    if isinstance(given, torch.Tensor):
        return given.dtype if given.is_floating_point() else None
    if isinstance(given, (tuple, list)):
        return next((dtype for v in given if (dtype := _dtype(v))), None)
    return None
