"""What a check may use where the student's code lives: torch, parameters, counted operations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from course_lib.checks.framework.local import LocalCallable, LocalModule, LocalObject, unwrap

__all__ = ["LocalHere", "OperationCounter", "count_operations"]


class LocalHere:
    """`here` for a student's module in the same process."""

    torch = torch

    def __init__(self, module: LocalModule):
        self._module = module

    def load(self, model: Any, **values: torch.Tensor) -> None:
        """Copy values into the parameters and buffers of these names.

        Raises:
            KeyError: the model has no parameter of that name.
            ValueError: the shapes differ.
        """
        target = unwrap(model)
        own = dict(target.named_parameters()) | dict(target.named_buffers())
        for name, value in values.items():
            key = name.replace("__", ".")
            if key not in own:
                raise KeyError(f"no parameter {key!r}: the model has {', '.join(own)}")
            if own[key].shape != value.shape:
                raise ValueError(
                    f"{key} has shape {tuple(own[key].shape)}, not {tuple(value.shape)}"
                )
            with torch.no_grad():
                own[key].copy_(value)

    def state(self, model: Any) -> dict[str, torch.Tensor]:
        """The model's parameters and buffers by name, as copies."""
        return {k: v.detach().clone() for k, v in unwrap(model).state_dict().items()}

    def gradient(self, method: Any, *args: Any) -> dict[str, torch.Tensor]:
        """Gradients of the sum of a method's result, by the name of its object's parameter.

        A parameter that the result does not depend on has gradient 0.
        """
        target = unwrap(method)
        parameters = dict(target.__self__.named_parameters())

        def summed(*given: Any) -> dict[str, torch.Tensor]:
            total = target(*given).sum()
            found: Any = [None] * len(parameters)
            if total.requires_grad:
                found = torch.autograd.grad(total, list(parameters.values()), allow_unused=True)
            pairs = zip(parameters.items(), found, strict=True)
            return {name: torch.zeros_like(p) if g is None else g for (name, p), g in pairs}

        return self._module.call(summed, method._label, args, {})

    def operations(self, function: Any, *args: Any, **kwargs: Any) -> int:
        """Scalar operations of one call of a function of the student's module."""
        if not isinstance(function, (LocalCallable, LocalObject)):
            raise TypeError("operations() counts a function of the lecture module")
        with OperationCounter() as counter:
            self._module.call(unwrap(function), function._label, args, kwargs)
        return counter.total


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


def _cost(func: Any, args: tuple, result: Any) -> int:
    name = func.overloadpacket.__name__
    tensors = [t for t in tree_leaves((args, result)) if isinstance(t, torch.Tensor)]
    if name in _PRODUCTS:
        factors = [t for t in tree_leaves(args) if isinstance(t, torch.Tensor)][-2:]
        return 2 * factors[0].numel() * (factors[1].shape[-1] if factors[1].dim() > 1 else 1)
    if name in _FREE or getattr(func, "is_view", False):
        return 0
    return max((t.numel() for t in tensors), default=0)


def count_operations(function: Callable, *args: Any, **kwargs: Any) -> int:
    """Scalar operations of one call, counted as `OperationCounter` does.

    >>> x = torch.ones(3, 4)
    >>> count_operations(torch.mm, x, x.T)
    72
    """
    with OperationCounter() as counter:
        function(*args, **kwargs)
    return counter.total
