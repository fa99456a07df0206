"""The student's module as a check sees it, wherever the student's code runs.

A check never holds a student's object. It holds a proxy that copies what goes in and out, so that
what a student is told and what the grader finds come from the same code.
"""

from __future__ import annotations

import re
from typing import Any

import torch

from course_lib.checks.contract import NO_PROMISE, Promise
from course_lib.checks.errors import BrokenContract, Missing, PropertyBroken
from course_lib.checks.neighbours import as_promised
from course_lib.checks.references import ROOTS, Handle
from course_lib.checks.transport import CodeRaised, Proxied, Transport

__all__ = ["Class", "Function", "Here", "Module", "Namespace", "Object"]

_UNNAMED = re.compile(r"argument \d{1,2}")
# What stays as it is until a request is sent, and holds nothing of the student's.
_PLAIN = (bool, int, float, str, type(None), torch.dtype, torch.Tensor)


# What is said of a call that changes more than it should.
_SURROUNDINGS = {
    "seed": "changes the global random state: draw with a generator of its own, "
    "torch.Generator().manual_seed(seed), and leave torch.manual_seed alone",
    "training": "leaves a network in training mode that was in evaluation mode: put every part "
    "back into the mode that it had",
    "evaluation": "leaves a network in evaluation mode that was in training mode: put every part "
    "back into the mode that it had",
    "weights": "changes the weights of a network that it only has to run",
}


class Module:
    """Proxy of a lecture module.

    Its attributes are the module's functions and classes; results are held to their signatures,
    arguments are copied in, results are copied out without their graph.

    Attributes:
        running: names of the functions that are being called, innermost last.
        returned: name of the function that was called last, and its result.
    """

    def __init__(self, transport: Transport):
        self._transport = transport
        self._name = transport.module
        self.running: list[str] = []
        # Functions that returned something else than promised, which costs one property.
        self._broken: set[str] = set()
        self.returned: tuple[str, Any] = ("", None)
        transport.wrap = lambda value: self._wrap(value, self._name)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        label = f"{self._name}.{name}"
        handle = Handle(ROOTS["module"], (name,))
        kind = self._transport.signatures.kind(label)
        if kind == "function":
            return Function(self, handle, label, known=True)
        if kind == "class":
            return Class(self, handle, label)
        try:
            return self._fetch(handle, label)
        except Missing:
            raise self._gone(label, handle) from None

    def settle(self) -> None:
        """Do what was put off until the next request, and raise what comes of it."""
        try:
            self._transport.settle()
        except CodeRaised as error:
            raise self._transport.explained("", error) from None

    def _gone(self, label: str, handle: Handle) -> PropertyBroken:
        """What is said of a name that the student's code does not have."""
        place = "does not exist"
        if handle.number == ROOTS["module"] and len(handle.path) == 1:
            place = f"is not in {self._name}.py"
        return BrokenContract(f"`{label}` {place}: was it renamed or deleted?")

    def _fetch(self, handle: Handle, label: str) -> Any:
        """Read what a handle stands for.

        Raises:
            Missing: nothing is there.
        """
        try:
            value, _ = self._transport.ask("get", handle)
        except CodeRaised as error:
            raise self._transport.explained(label, error) from None
        return self._wrap(value, label)

    def _call(
        self,
        mode: str,
        handle: Handle,
        label: str,
        args: tuple,
        kwargs: dict,
        promise: Promise = NO_PROMISE,
    ) -> Any:
        """Call the student's function, and hold the result to what is promised."""
        self.running.append(label)
        try:
            value, changed = self._transport.ask("call", mode, handle, args, kwargs)
        except CodeRaised as error:
            raise self._transport.explained(label, error) from None
        except Missing:
            raise self._gone(label, handle) from None
        operations = 0
        if mode == "operations":
            if not (isinstance(value, tuple) and len(value) == 2 and type(value[0]) is int):
                raise PropertyBroken(f"the operations of `{label}` cannot be counted")
            operations, value = value
        result = self._wrap(value, label)
        if label in self._broken:
            result = as_promised(result, promise.returned, (*args, *kwargs.values()))
        self.returned = label, result
        try:
            promise.hold(args, kwargs, result, label)
        except PropertyBroken:
            self._broken.add(label)
            raise
        if changed:
            kind, _, name = changed.partition(":")
            if kind in _SURROUNDINGS:
                raise BrokenContract(f"`{label}` {_SURROUNDINGS[kind]}")
            name = name if name.isidentifier() or _UNNAMED.fullmatch(name) else "argument"
            copy = "clone()" if kind == "tensor" else "copy()"
            raise BrokenContract(
                f"`{label}` changed its argument `{name}` in place: "
                f"work on a copy (`{name}.{copy}`)"
            )
        self.running.pop()
        return (operations, result) if mode == "operations" else result

    def _promise(self, label: str, handle: Handle, known: bool) -> Promise:
        return self._transport.signatures.promise(label, handle, known)

    def _make(self, handle: Handle, label: str, args: tuple, kwargs: dict) -> Any:
        """An instance of a class of the student's: made when something is asked of it."""
        if not _plain_arguments((*args, *kwargs.values())):
            return self._call("call", handle, label, args, kwargs)
        return Object(self, self._transport.make(handle, label, args, kwargs), label)

    def _wrap(self, value: Any, label: str) -> Any:
        """Proxies for handles; the rest as it came."""
        if isinstance(value, Handle):
            if value.kind == "object":
                return Object(self, value, label)
            return Function(self, value, label)
        if isinstance(value, (tuple, list)):
            inside = [self._wrap(v, label) for v in value]
            return tuple(inside) if isinstance(value, tuple) else inside
        if isinstance(value, dict):
            return {k: self._wrap(v, label) for k, v in value.items()}
        return value


class Function(Proxied):
    """Proxy of a function, a method or a class."""

    def __init__(self, owner: Module, handle: Handle, label: str, known: bool = False):
        self._owner, self.handle, self._label = owner, handle, label
        self._known = known

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        promise = self._owner._promise(self._label, self.handle, self._known)
        return self._owner._call("call", self.handle, self._label, args, kwargs, promise)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return self._owner._fetch(_below(self.handle, name), f"{self._label}.{name}")
        except Missing:
            raise AttributeError(name) from None


class Class(Function):
    """Proxy of a class of which it is known beforehand that it is one."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._owner._make(self.handle, self._label, args, kwargs)


class Object(Proxied):
    """Proxy of an instance that the student's code made. Its methods are named after its class."""

    def __init__(self, owner: Module, handle: Handle, label: str):
        self._owner, self.handle, self._label = owner, handle, label

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        label, handle = f"{self._label}.{name}", _below(self.handle, name)
        if self._owner._transport.signatures.kind(label) == "function":
            return Function(self._owner, handle, label, known=True)
        try:
            return self._owner._fetch(handle, label)
        except Missing:
            raise self._owner._gone(label, handle) from None

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        promise = self._owner._promise(self._label, self.handle, False)
        return self._owner._call("call", self.handle, self._label, args, kwargs, promise)

    def settle(self) -> None:
        """See `Module.settle`."""
        self._owner.settle()


class Namespace(Proxied):
    """torch, or `course_lib.kit`, where the student's code runs."""

    def __init__(self, owner: Module, name: str):
        self._owner, self._name, self.handle = owner, name, Handle(ROOTS[name])

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        label = f"{self._name}.{name}"
        try:
            return self._owner._fetch(_below(self.handle, name), label)
        except Missing:
            raise AttributeError(label) from None


class Here:
    """What a check may use where the student's code runs: torch, parameters, counted operations.

    Attributes:
        torch: the student's torch: what is made with it can be passed to the student's functions.
        kit: `course_lib.kit`, in the same way.
    """

    def __init__(self, module: Module):
        self._module = module
        self.torch = Namespace(module, "torch")
        self.kit = Namespace(module, "kit")

    def load(self, model: Any, **values: torch.Tensor) -> None:
        """Copy values into the parameters and buffers of these names.

        Raises, here or when something is asked next:
            KeyError: the model has no parameter of that name.
            ValueError: the shapes differ.
        """
        self._module._transport.fill(_handle(model), values)

    def state(self, model: Any) -> dict[str, torch.Tensor]:
        """The model's parameters and buffers by name, as copies."""
        try:
            found, _ = self._module._transport.ask("state", _handle(model))
        except CodeRaised as error:
            raise self._module._transport.explained("state", error) from None
        if not isinstance(found, dict):
            raise PropertyBroken("the model's parameters cannot be read")
        return found

    def gradients(self, function: Any, *args: Any, **kwargs: Any) -> dict[str, torch.Tensor]:
        """What autograd gives by each argument of a call: gradients of `holder.weighted_sum`.

        The keys are the argument's place or keyword and its name, "0:x", followed by the number in
        a tuple, "1:params[2]", or by the name of a network's parameter, "2:net.weight"; those of
        a method's own object begin with "self:self". What the result does not depend on has
        gradient 0.
        """
        return self._module._call("gradients", _handle(function), function._label, args, kwargs)

    def counted(self, function: Any, *args: Any, **kwargs: Any) -> tuple[int, Any]:
        """Scalar operations of one call, and its result.

        A check of the work has to look at the result, too: nothing is done faster than nothing, and
        where a submission is graded the count is its own word.
        """
        if not isinstance(function, (Function, Object)):
            raise TypeError("counted() counts a function of the lecture module")
        known = isinstance(function, Function) and function._known
        promise = self._module._promise(function._label, function.handle, known)
        return self._module._call(
            "operations", function.handle, function._label, args, kwargs, promise
        )


def _plain_arguments(values: Any) -> bool:
    """Whether they stay what they are until they are sent, and hold nothing of the student's."""
    return all(
        _plain_arguments(v) if isinstance(v, (tuple, list)) else isinstance(v, _PLAIN)
        for v in values
    )


def _below(handle: Handle, name: str) -> Handle:
    return Handle(handle.number, (*handle.path, name))


def _handle(value: Any) -> Handle:
    if not isinstance(value, Proxied):
        raise TypeError(f"a {type(value).__name__} is no object of the lecture module or of torch")
    return value.handle
