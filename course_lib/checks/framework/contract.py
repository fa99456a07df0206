"""Does a call keep the promise of its signature? Shapes by jaxtyping, types by beartype."""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from beartype.door import is_bearable
from jaxtyping import AbstractArray, jaxtyped

from course_lib.checks.framework.errors import PropertyBroken, text_of

__all__ = ["call_with_contract", "describe"]

_SHORT = {
    torch.float16: "f16",
    torch.bfloat16: "bf16",
    torch.float32: "f32",
    torch.float64: "f64",
    torch.int32: "i32",
    torch.int64: "i64",
    torch.uint8: "u8",
    torch.bool: "bool",
}


def describe(value: Any, depth: int = 3) -> str:
    """What a value is, in a few characters: "f32[3, 2]", "None", "tuple(f32[3], int 2)"."""
    if isinstance(value, torch.Tensor):
        return f"{_SHORT.get(value.dtype, str(value.dtype))}{list(value.shape)}"
    if isinstance(value, (tuple, list)):
        shown = [describe(v, depth - 1) for v in value[:4]] if depth else []
        inside = ", ".join(shown) + (", …" if len(value) > len(shown) else "")
        return f"{type(value).__name__}({inside.removeprefix(', ')})"
    if value is None:
        return "None"
    if isinstance(value, (bool, int, float, str)):
        return f"{type(value).__name__} {text_of(_Repr(value), 60)}"
    if isinstance(value, (np.ndarray, np.generic)):
        return f"numpy {value.dtype}{list(value.shape)}"
    return type(value).__name__


class _Repr:
    """`str()` of it is the value's `repr`, which may raise: an int can have too many digits."""

    def __init__(self, value: object):
        self._value = value

    def __str__(self) -> str:
        return repr(self._value)


def call_with_contract(function: Callable, args: tuple, kwargs: dict, label: str) -> Any:
    """Call `function` and hold its result to the annotations of its signature.

    Raises:
        PropertyBroken: the result has another type, dtype or shape than promised.
    """
    hints, bound = _hints(function, args, kwargs)
    promised = hints.pop("return", None)
    with jaxtyped("context"):
        sizes: dict[str, int] = {}
        for name, hint in hints.items():
            if name in bound:
                # Binds the names of the dimensions; the arguments themselves come from the check.
                is_bearable(bound[name], hint)
                sizes.update(_sizes(bound[name], hint))
        result = function(*args, **kwargs)
        if promised is not None and not is_bearable(result, promised):
            raise PropertyBroken(_broken_promise(label, result, promised, sizes))
    return result


def _hints(function: Callable, args: tuple, kwargs: dict) -> tuple[dict[str, Any], dict[str, Any]]:
    try:
        plain = getattr(function, "__func__", function)
        hints = typing.get_type_hints(plain)
        bound = inspect.signature(function).bind(*args, **kwargs).arguments
    except Exception:
        # Annotations that the student removed or broke: the values are still checked, and a call
        # that does not fit the signature raises its own TypeError.
        return {}, {}
    return hints, bound


def _sizes(value: Any, hint: Any) -> dict[str, int]:
    if not (inspect.isclass(hint) and issubclass(hint, AbstractArray)):
        return {}
    names = hint.dim_str.split()
    if not isinstance(value, torch.Tensor) or len(names) != value.dim():
        return {}
    pairs = zip(names, value.shape, strict=True)
    return {name: size for name, size in pairs if name.isidentifier()}


def _broken_promise(label: str, result: Any, promised: Any, sizes: dict[str, int]) -> str:
    line = f"`{label}` returned {describe(result)} where {_promise(promised)} was promised"
    if sizes:
        line += "; " + ", ".join(f"{name}={size}" for name, size in sizes.items())
    if result is None:
        line += "\nIs the `return` missing?"
    return line


def _promise(hint: Any) -> str:
    if inspect.isclass(hint) and issubclass(hint, AbstractArray):
        kind = hint.__name__.partition("[")[0]
        return f"{kind}[Tensor, {hint.dim_str.strip()!r}]"
    if typing.get_origin(hint) in (tuple, list):
        inside = ", ".join(_promise(h) for h in typing.get_args(hint) if h is not Ellipsis)
        return f"{typing.get_origin(hint).__name__}[{inside}]"
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return " | ".join(_promise(h) for h in typing.get_args(hint))
    return getattr(hint, "__name__", str(hint))
