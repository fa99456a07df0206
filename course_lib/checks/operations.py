"""How much work a call does: scalar operations, counted below Python."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode

__all__ = ["OperationCounter", "count_operations"]


class OperationCounter(TorchDispatchMode):
    """Counts the scalar operations of every torch call made under it.

    A matrix product of (m, k) with (k, n) counts 2·m·k·n; any other call that computes counts its
    largest tensor once. Views cost nothing.
    """

    def __init__(self) -> None:
        super().__init__()
        self.total = 0

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        # True, torch's default, imports torch._dynamo at the first count: most of a second.
        return False

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple = (), kwargs: Any = None
    ) -> Any:
        result = func(*args, **(kwargs or {}))
        self.total += _cost(func, args, result)
        return result


_PRODUCTS = {"mm", "addmm", "bmm", "baddbmm", "mv", "addmv", "dot", "vdot"}
_FREE = {"detach", "alias", "empty", "empty_like", "empty_strided", "new_empty", "lift_fresh"}


@functools.cache
def _kind(func: Any) -> tuple[bool, bool]:
    """Whether a call is a matrix product, and whether it costs nothing."""
    name = func.overloadpacket.__name__
    return name in _PRODUCTS, name in _FREE or getattr(func, "is_view", False)


def _cost(func: Any, args: tuple, result: Any) -> int:
    is_product, is_free = _kind(func)
    if is_product:
        factors = [t for t in args if isinstance(t, torch.Tensor)][-2:]
        return 2 * factors[0].numel() * (factors[1].shape[-1] if factors[1].dim() > 1 else 1)
    return 0 if is_free else _largest((args, result))


def _largest(value: Any) -> int:
    """The entries of the largest tensor in lists and tuples of them."""
    if isinstance(value, torch.Tensor):
        return value.numel()
    if isinstance(value, (tuple, list)):
        return max(map(_largest, value), default=0)
    return 0


def count_operations(function: Callable, *args: Any, **kwargs: Any) -> int:
    """Scalar operations of one call, counted as `OperationCounter` does.

    >>> x = torch.ones(3, 4)
    >>> count_operations(torch.mm, x, x.T)
    72
    """
    with OperationCounter() as counter:
        function(*args, **kwargs)
    return counter.total
