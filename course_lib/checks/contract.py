"""Whether a result is what its function's signature promises: jaxtyping and beartype decide."""

from __future__ import annotations

import inspect
import types
import typing
import weakref
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import torch
from beartype.door import is_bearable
from jaxtyping import AbstractArray, jaxtyped

from course_lib.checks.errors import BrokenContract, text_of
from course_lib.checks.references import Handle, Proxied, name_of_type

__all__ = ["NO_PROMISE", "Promise", "Signatures", "describe", "own_promise"]


def describe(value: Any, depth: int = 3) -> str:
    """What a value is, in a few characters: "float32[3, 2]", "None", "tuple(int 2, None)"."""
    if isinstance(value, torch.Tensor):
        return f"{str(value.dtype).removeprefix('torch.')}{list(value.shape)}"
    if isinstance(value, (tuple, list)):
        shown = [describe(v, depth - 1) for v in value[:4]] if depth else []
        inside = ", ".join(shown) + (", …" if len(value) > len(shown) else "")
        return f"{type(value).__name__}({inside.removeprefix(', ')})"
    if value is None:
        return "None"
    if isinstance(value, (bool, int, float, str)):
        return f"{type(value).__name__} {text_of(_Repr(value), 60)}"
    if isinstance(value, Proxied):
        return value.handle.about or "object"
    return name_of_type(value)


class _Repr:
    """`str()` of it is the value's `repr`, which may raise: an int can have too many digits."""

    def __init__(self, value: object):
        self._value = value

    def __str__(self) -> str:
        return repr(self._value)


@dataclass(frozen=True)
class Promise:
    """What a function's signature says.

    Attributes:
        names: of the parameters that can be given by position, without `self`.
        binding: annotations of the parameters that can name a dimension.
        returned: annotation of the result; None where there is none.
        kept: kinds of arguments and results that were found to keep it.
    """

    names: tuple[str, ...]
    binding: dict[str, Any]
    returned: Any
    kept: set[Hashable] = field(default_factory=set)

    @classmethod
    def made_of(cls, signature: inspect.Signature, hints: Mapping[str, Any]) -> Promise:
        """From a signature and the annotations that `typing.get_type_hints` gives."""
        by_position = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
        names = tuple(n for n, p in signature.parameters.items() if p.kind in by_position)
        binding = {n: h for n, h in hints.items() if n != "return" and _names_dimensions(h)}
        returned = hints.get("return")
        # `-> Self`, as torch's own `eval` has it, promises no shape.
        return cls(names, binding, None if returned is typing.Self else returned)

    def hold(self, args: tuple, kwargs: dict, result: Any, label: str) -> None:
        """Raise `BrokenContract` where the result is not what is promised for these arguments."""
        if self.returned is None or (isinstance(result, Proxied) and _is_opaque(self.returned)):
            return
        given = dict(zip(self.names, args, strict=False)) | kwargs
        bound = {n: given[n] for n in self.binding if n in given}
        # Shapes and dtypes are all that decides, and a check comes with the same ones again.
        kind = tuple(bound), _kind(tuple(bound.values())), _kind(result)
        if kind in self.kept:
            return
        with jaxtyped("context"):
            sizes: dict[str, tuple[int, ...]] = {}
            for name, value in bound.items():
                # Binds the names of the dimensions; the arguments come from the check.
                _is(value, self.binding[name])
                sizes.update(_sizes(value, self.binding[name]))
            if not _is(result, self.returned):
                message = _broken_promise(label, result, self.returned, sizes)
                # The same shape is wrong in other sizes in other properties.
                raise BrokenContract(message, f"{label} {_gist(result)}")
        if len(self.kept) < _MOST_KINDS:
            self.kept.add(kind)


def _kind(value: Any) -> Hashable:
    """What an annotation can see of a value."""
    if type(value) is torch.Tensor:
        return value.shape, value.dtype
    if isinstance(value, (tuple, list)) and len(value) <= _MOST_ENTRIES:
        return type(value), tuple(map(_kind, value))
    # A value of another kind may be anything below its type: it is looked at each time.
    return type(value) if type(value) in _SIMPLE else object()


_MOST_ENTRIES, _MOST_KINDS = 32, 1000
# What is copied between a check and the student's code.
_COPIED = (torch.Tensor, bool, int, float, str, bytes, type(None), tuple, list, dict)
_SIMPLE = {bool, int, float, str, type(None), torch.dtype, torch.device}
NO_PROMISE = Promise((), {}, None)


class Signatures(Protocol):
    """Where the annotations come from that results are held to.

    A student's own check has only the student's signatures; the grader has the reference's.
    """

    def kind(self, label: str) -> str:
        """ "function" or "class" where that is known without the student's code, else empty."""

    def promise(self, label: str, handle: Handle, known: bool) -> Promise:
        """What a function promises.

        Args:
            label: its name, such as "name.Model.log_prob".
            handle: the function.
            known: whether `kind` said of this label that it is a function.
        """


# A function's annotations are evaluated once; functions that are gone take theirs with them.
_promises: weakref.WeakKeyDictionary[Callable, Promise] = weakref.WeakKeyDictionary()


def own_promise(function: Callable) -> Promise:
    """What a function's own signature promises; nothing where its annotations are broken."""
    plain = getattr(function, "__func__", function)
    try:
        found = _promises.get(plain)
        if found is None:
            hints = typing.get_type_hints(plain)
            signature = inspect.signature(plain)
            if plain is not function:
                parameters = list(signature.parameters.values())
                signature = signature.replace(parameters=parameters[1:])
            found = _promises[plain] = Promise.made_of(signature, hints)
    except Exception:
        # Annotations that the student removed or broke: the values are still checked.
        return NO_PROMISE
    return found


def _names_dimensions(hint: Any) -> bool:
    if inspect.isclass(hint) and issubclass(hint, AbstractArray):
        return True
    fields = typing.get_args(hint) or getattr(hint, "__annotations__", {}).values()
    return any(_names_dimensions(h) for h in fields)


def _is_opaque(hint: Any) -> bool:
    """Whether a hint is a class whose instances stay with the student's code, such as a network."""
    return inspect.isclass(hint) and not issubclass(hint, (AbstractArray, *_COPIED))


def _is(value: Any, hint: Any) -> bool:
    """`is_bearable`, with a short way for tensors."""
    if inspect.isclass(hint) and issubclass(hint, AbstractArray):
        return isinstance(value, hint)
    return is_bearable(value, hint)


def _sizes(value: Any, hint: Any) -> dict[str, tuple[int, ...]]:
    """The sizes that an argument gives to the names of its dimensions, several to "*batch"."""
    if not (inspect.isclass(hint) and issubclass(hint, AbstractArray)):
        return {}
    names = hint.dim_str.split()
    if not isinstance(value, torch.Tensor) or len(names) > value.dim() + 1:
        return {}
    sizes, found = tuple(value.shape), {}
    many = next((i for i, name in enumerate(names) if name.startswith(("*", "..."))), len(names))
    for i, name in enumerate(names):
        after = len(names) - 1 - i
        if i == many:
            found[name] = sizes[i : len(sizes) - after]
        else:
            found[name] = sizes[i : i + 1] if i < many else sizes[len(sizes) - 1 - after :][:1]
    return found


def _broken_promise(label: str, result: Any, promised: Any, sizes: dict) -> str:
    arrays = inspect.isclass(promised) and issubclass(promised, AbstractArray)
    returned, kind = describe(result), ""
    if arrays and isinstance(result, torch.Tensor):
        if result.dtype in _DTYPES.get(_kind_of(promised), (result.dtype,)):
            returned = f"shape {tuple(result.shape)}"
            return f"`{label}` returned {returned}; expected {_shape(promised, sizes)}"
        returned, kind = f"a tensor of {result.dtype}", f", {_WORDS.get(_kind_of(promised), '')}"
    line = f"`{label}` returned {returned}; expected {_promise(promised, sizes)}{kind}"
    if result is None:
        line += "\nIs the `return` missing?"
    return line


_FLOATS = (torch.float16, torch.bfloat16, torch.float32, torch.float64)
_INTEGERS = (torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64)
_DTYPES = {"Float": _FLOATS, "Int": _INTEGERS[1:], "Bool": (torch.bool,)}
_WORDS = {"Float": "of floating-point numbers", "Int": "of integers", "Bool": "of True and False"}


def _gist(result: Any) -> str:
    """What a result is but for its sizes."""
    if isinstance(result, torch.Tensor):
        return f"{result.dim()} {result.is_floating_point()}"
    return type(result).__name__


def _kind_of(hint: Any) -> str:
    return hint.__name__.partition("[")[0]


def _shape(hint: Any, sizes: dict) -> str:
    """The dimensions' names and, as far as they are known, their sizes: "(batch, dim) = (2, 3)"."""
    names = hint.dim_str.split()
    shown = ", ".join(names) + "," * (len(names) == 1)
    known: list[str] = []
    for name in names:
        number, _, more = name.partition("+")
        sizes_of = sizes.get(number)
        known += [name] if sizes_of is None else [str(n + int(more or 0)) for n in sizes_of]
    values = ", ".join(known) + "," * (len(known) == 1)
    return f"({shown})" if values == shown else f"({shown}) = ({values})"


def _promise(hint: Any, sizes: dict) -> str:
    if inspect.isclass(hint) and issubclass(hint, AbstractArray):
        return f"a tensor of shape {_shape(hint, sizes)}"
    if typing.get_origin(hint) in (tuple, list):
        parts = [_promise(h, sizes) for h in typing.get_args(hint) if h is not Ellipsis]
        return f"{typing.get_origin(hint).__name__}({', '.join(parts)})"
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return " or ".join(_promise(h, sizes) for h in typing.get_args(hint))
    return getattr(hint, "__name__", str(hint))
