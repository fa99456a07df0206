"""The student's module and torch in the sandbox, with the surface of the local proxies.

The counterpart of `course_lib.checks.local` and `here`: a check cannot tell which of them
it was given. Whatever comes back is a plain value; the contract is the reference's, checked here.
"""

from __future__ import annotations

import re
from typing import Any

import torch

from autograder.sandbox.promises import is_class, is_function, promise_of
from autograder.sandbox.session import Missing, Remote, RemoteRaised, Session
from autograder.sandbox.values import ROOTS, FrameError, Handle
from course_lib.checks.contract import NO_PROMISE, call_with_contract
from course_lib.checks.errors import PropertyBroken

__all__ = ["RemoteHere", "RemoteModule"]

_UNNAMED = re.compile(r"argument \d{1,2}")


class RemoteModule:
    """Proxy of the lecture module in the sandbox."""

    def __init__(self, session: Session):
        self._session = session
        session.wrap = lambda value: self.wrap(value, session.module)
        self._name = session.module
        self.running: list[str] = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        label = f"{self._name}.{name}"
        handle = Handle(ROOTS["module"], (name,))
        if is_function(label):
            return RemoteCallable(self, handle, label, promised=True)
        if is_class(label):
            return RemoteClass(self, handle, label)
        try:
            return self.fetch(handle, label)
        except Missing:
            raise self.gone(label, handle) from None

    def gone(self, label: str, handle: Handle) -> PropertyBroken:
        """What is said of a name that the student's code does not have."""
        place = "does not exist"
        if handle.number == ROOTS["module"] and len(handle.path) == 1:
            place = f"is not in {self._name}.py"
        return PropertyBroken(f"`{label}` {place}: was it renamed or deleted?")

    def fetch(self, handle: Handle, label: str) -> Any:
        """Read what a handle stands for.

        Raises:
            Missing: nothing is there.
        """
        try:
            value, _ = self._session.ask("get", handle)
        except RemoteRaised as error:
            raise self._session.explained(label, error) from None
        return self.wrap(value, label)

    def call(
        self, mode: str, handle: Handle, label: str, args: tuple, kwargs: dict, promised: bool
    ) -> Any:
        """Call the student's function; the result is held to the reference's contract."""
        changed, found = "", {}

        def ask(*given: Any, **named: Any) -> Any:
            nonlocal changed
            value, changed = self._session.ask("call", mode, handle, given, named)
            if mode == "operations":
                if not (isinstance(value, tuple) and len(value) == 2 and type(value[0]) is int):
                    raise FrameError("no count of operations")
                found["operations"], value = value
            return self.wrap(value, label)

        promise = promise_of(label) if promised else None
        self.running.append(label)
        try:
            result = call_with_contract(ask, args, kwargs, label, promise or NO_PROMISE)
        except RemoteRaised as error:
            raise self._session.explained(label, error) from None
        except Missing:
            raise self.gone(label, handle) from None
        if changed:
            kind, _, name = changed.partition(":")
            name = name if name.isidentifier() or _UNNAMED.fullmatch(name) else "argument"
            copy = "clone()" if kind == "tensor" else "copy()"
            raise PropertyBroken(
                f"`{label}` changed its argument `{name}` in place: "
                f"work on a copy (`{name}.{copy}`)"
            )
        self.running.pop()
        return (found["operations"], result) if mode == "operations" else result

    def make(self, handle: Handle, label: str, args: tuple, kwargs: dict) -> Any:
        """An instance of a class of the student's: made when something is asked of it."""
        if not _plain_arguments((*args, *kwargs.values())):
            return self.call("call", handle, label, args, kwargs, promised=False)
        return RemoteObject(self, self._session.make(handle, label, args, kwargs), label)

    def settle(self) -> None:
        """Do what was only promised until now, and raise what comes of it."""
        try:
            self._session.settle()
        except RemoteRaised as error:
            raise self._session.explained("", error) from None

    def wrap(self, value: Any, label: str) -> Any:
        """Proxies for handles; the rest as it came."""
        if isinstance(value, Handle):
            if value.kind == "object":
                return RemoteObject(self, value, label)
            return RemoteCallable(self, value, label)
        if isinstance(value, (tuple, list)):
            inside = [self.wrap(v, label) for v in value]
            return tuple(inside) if isinstance(value, tuple) else inside
        if isinstance(value, dict):
            return {k: self.wrap(v, label) for k, v in value.items()}
        return value


class RemoteCallable(Remote):
    """Proxy of a function, a method or a class in the sandbox."""

    def __init__(self, owner: RemoteModule, handle: Handle, label: str, promised: bool = False):
        self._owner, self.handle, self._label = owner, handle, label
        self._promised = promised

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._owner.call(
            "call", self.handle, self._label, args, kwargs, promised=self._promised
        )

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return self._owner.fetch(_below(self.handle, name), f"{self._label}.{name}")
        except Missing:
            raise AttributeError(name) from None


class RemoteClass(RemoteCallable):
    """Proxy of one of the reference's classes as the student has it."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._owner.make(self.handle, self._label, args, kwargs)


class RemoteObject(Remote):
    """Proxy of an instance in the sandbox."""

    def __init__(self, owner: RemoteModule, handle: Handle, label: str):
        self._owner, self.handle, self._label = owner, handle, label

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        label, handle = f"{self._label}.{name}", _below(self.handle, name)
        if is_function(label):
            return RemoteCallable(self._owner, handle, label, promised=True)
        try:
            return self._owner.fetch(handle, label)
        except Missing:
            raise self._owner.gone(label, handle) from None

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._owner.call("call", self.handle, self._label, args, kwargs, promised=False)

    def settle(self) -> None:
        """See `RemoteModule.settle`."""
        self._owner.settle()


class RemoteHere:
    """`here` for a student's module in the sandbox."""

    def __init__(self, module: RemoteModule):
        self._module = module
        self.torch = RemoteNamespace(module, "torch")
        self.kit = RemoteNamespace(module, "kit")

    def load(self, model: Any, **values: torch.Tensor) -> None:
        """See `LocalHere.load`. What does not fit is told by the next call."""
        self._module._session.fill(_handle(model), values)

    def state(self, model: Any) -> dict[str, torch.Tensor]:
        """See `LocalHere.state`."""
        try:
            found, _ = self._module._session.ask("state", _handle(model))
        except RemoteRaised as error:
            raise self._module._session.explained("state", error) from None
        if not isinstance(found, dict):
            raise PropertyBroken("the model's parameters cannot be read")
        return found

    def gradient(self, method: Any, *args: Any) -> dict[str, torch.Tensor]:
        """See `LocalHere.gradient`."""
        return self._module.call(
            "gradient", _handle(method), method._label, args, {}, promised=False
        )

    def counted(self, function: Any, *args: Any, **kwargs: Any) -> tuple[int, Any]:
        """See `LocalHere.counted`. The count is the sandbox's word; the result can be checked."""
        if not isinstance(function, (RemoteCallable, RemoteObject)):
            raise TypeError("counted() counts a function of the lecture module")
        return self._module.call(
            "operations", function.handle, function._label, args, kwargs, promised=True
        )


class RemoteNamespace(Remote):
    """torch, or `course_lib.kit`, in the sandbox."""

    def __init__(self, owner: RemoteModule, name: str, path: tuple[str, ...] = ()):
        self._owner, self._name, self.handle = owner, name, Handle(ROOTS[name], path)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        label = ".".join((self._name, *self.handle.path, name))
        try:
            return self._owner.fetch(_below(self.handle, name), label)
        except Missing:
            raise AttributeError(label) from None


def _plain_arguments(values: Any) -> bool:
    """Whether they stay what they are until they are sent, and hold nothing of the sandbox's."""
    return all(
        _plain_arguments(v) if isinstance(v, (tuple, list)) else isinstance(v, _PLAIN)
        for v in values
    )


_PLAIN = (bool, int, float, str, type(None), torch.dtype, torch.Tensor)


def _below(handle: Handle, name: str) -> Handle:
    return Handle(handle.number, (*handle.path, name))


def _handle(value: Any) -> Handle:
    if not isinstance(value, Remote):
        raise TypeError(f"{type(value).__name__} is not in the sandbox")
    return value.handle
