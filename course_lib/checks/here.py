"""What a check may use where the student's code lives: torch, parameters, counted operations."""

from __future__ import annotations

import functools
from typing import Any

import torch

from course_lib import kit
from course_lib.checks.local import LocalCallable, LocalModule, LocalObject, unwrap
from course_lib.checks.operations import OperationCounter, count_operations

__all__ = ["LocalHere", "OperationCounter", "count_operations"]


class LocalHere:
    """`here` for a student's module in the same process: plain torch, plain `course_lib.kit`."""

    torch = torch
    kit = kit

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

    def counted(self, function: Any, *args: Any, **kwargs: Any) -> tuple[int, Any]:
        """Scalar operations of one call, and its result.

        A check of the work has to look at the result, too: nothing is done faster than nothing, and
        where a submission is graded the count is its own word.
        """
        if not isinstance(function, (LocalCallable, LocalObject)):
            raise TypeError("counted() counts a function of the lecture module")
        target, counter = unwrap(function), OperationCounter()

        @functools.wraps(target)
        def counted(*given: Any, **named: Any) -> Any:
            with counter:
                return target(*given, **named)

        result = self._module.call(counted, function._label, args, kwargs)
        return counter.total, result
