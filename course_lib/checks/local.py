"""The student's module as a check sees it, when both live in one process.

A check never holds a student's object. It holds a proxy that copies what goes in and out, so that a
check that works here also works when the student's code runs in a sandbox.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from types import ModuleType
from typing import Any

import torch

from course_lib.checks.contract import call_with_contract
from course_lib.checks.errors import PropertyBroken, TimeLimitExceeded, student_error

__all__ = ["LocalModule", "LocalObject", "unwrap"]


class LocalModule:
    """Proxy of a lecture module.

    Attributes of the proxy are the module's functions and classes; calls are checked against their
    signatures, arguments are copied in, results copied out without their graph.
    """

    def __init__(self, module: ModuleType):
        self._module = module
        # Not `module.__name__`: a module may lack it, and may have put another object in its place.
        names = getattr(module, "__dict__", {})
        self._name = str(names.get("__name__", "module")).rpartition(".")[2]
        self._file = names.get("__file__")
        self.running: list[str] = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            value = getattr(self._module, name)
        except AttributeError:
            raise PropertyBroken(
                f"`{self._name}.{name}` is not in {self._name}.py: was it renamed or deleted?"
            ) from None
        return self._wrap(value, f"{self._name}.{name}")

    def settle(self) -> None:
        """Nothing waits here; the sandboxed proxy makes objects when something is asked of them."""

    def call(self, function: Callable, label: str, args: tuple, kwargs: dict) -> Any:
        """Call the student's function as every proxy does."""
        given = [_copied_in(a) for a in args]
        named = {k: _copied_in(v) for k, v in kwargs.items()}
        self.running.append(label)
        try:
            result = call_with_contract(function, tuple(given), named, label)
        except (PropertyBroken, TimeLimitExceeded, KeyboardInterrupt):
            raise
        except BaseException as error:
            raise student_error(label, error, self._file) from None
        for place, (before, after) in enumerate(zip(args, given, strict=True)):
            if not _same(before, after):
                names = _parameter_names(function, len(args))
                raise _changed(label, names[place], before)
        for name, before in kwargs.items():
            if not _same(before, named[name]):
                raise _changed(label, name, before)
        wrapped = self._wrap(result, label)
        self.running.pop()
        return wrapped

    def _wrap(self, value: Any, label: str) -> Any:
        if isinstance(value, torch.Tensor):
            return _plain(value)
        for kind, plain in _PLAIN.items():
            # A subclass could answer comparisons for itself.
            if isinstance(value, kind):
                return value if type(value) is kind else plain(value)
        if isinstance(value, (type(None), torch.dtype, torch.device)):
            return value
        if isinstance(value, (tuple, list)):
            inside = [self._wrap(v, label) for v in value]
            return tuple(inside) if isinstance(value, tuple) else inside
        if isinstance(value, dict):
            return {k: self._wrap(v, label) for k, v in value.items()}
        if inspect.isroutine(value) or inspect.isclass(value):
            return LocalCallable(self, value, label)
        return LocalObject(self, value, label)


class LocalCallable:
    """Proxy of a function, a method or a class of the lecture module."""

    def __init__(self, owner: LocalModule, target: Callable, label: str):
        self._owner, self._target, self._label = owner, target, label

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        result = self._owner.call(self._target, self._label, args, kwargs)
        if inspect.isclass(self._target) and isinstance(result, LocalObject):
            # Methods are named after the class: "name.Model.log_prob".
            result._label = self._label
        return result

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return self._owner._wrap(getattr(self._target, name), f"{self._label}.{name}")


class LocalObject:
    """Proxy of an instance that the student's code made."""

    def __init__(self, owner: LocalModule, target: Any, label: str):
        self._owner, self._target, self._label = owner, target, label

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        label = f"{self._label}.{name}"
        if not hasattr(self._target, name):
            raise PropertyBroken(f"`{label}` does not exist: was it renamed or deleted?")
        return self._owner._wrap(getattr(self._target, name), label)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._owner.call(self._target, self._label, args, kwargs)

    def settle(self) -> None:
        """See `LocalModule.settle`."""


def unwrap(value: Any) -> Any:
    """What a proxy stands for; anything else as it is."""
    if isinstance(value, (LocalObject, LocalCallable)):
        return value._target
    return value


_PLAIN: dict[type, Callable[[Any], Any]] = {
    bool: bool,
    int: int.__int__,
    float: float.__float__,
    str: str.__str__,
    bytes: lambda value: bytes.__add__(value, b""),
}


def _plain(value: torch.Tensor) -> torch.Tensor:
    """A copy without graph, and without what a subclass of Tensor redefines."""
    with torch._C.DisableTorchFunctionSubclass():
        return value.detach().as_subclass(torch.Tensor).clone()


def _copied_in(value: Any) -> Any:
    if isinstance(value, torch.Tensor):
        return value.detach().clone()
    if isinstance(value, (tuple, list)):
        return type(value)(_copied_in(v) for v in value)
    if isinstance(value, dict):
        return {k: _copied_in(v) for k, v in value.items()}
    return unwrap(value)


def _parameter_names(function: Callable, count: int) -> list[str]:
    try:
        names = list(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        names = []
    return names[:count] + [f"argument {i + 1}" for i in range(len(names), count)]


def _changed(label: str, name: str, before: Any) -> PropertyBroken:
    """A function that writes into its argument breaks its caller's data."""
    copy = "clone()" if isinstance(before, torch.Tensor) else "copy()"
    return PropertyBroken(
        f"`{label}` changed its argument `{name}` in place: work on a copy (`{name}.{copy}`)"
    )


def _same(a: Any, b: Any) -> bool:
    if isinstance(a, torch.Tensor):
        if a.shape != b.shape or a.dtype != b.dtype:
            return False
        # NaN is not equal to itself; an argument may have it.
        return torch.equal(a, b) or bool(((a == b) | ((a != a) & (b != b))).all())
    if isinstance(a, (tuple, list)):
        return len(a) == len(b) and all(_same(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, dict):
        return list(a) == list(b) and all(_same(a[k], b[k]) for k in a)
    # Other values cannot be changed in place, but exchanged inside a list.
    return unwrap(a) is b or not isinstance(a, (int, float, str)) or (a == b) or a != a
