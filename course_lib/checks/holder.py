"""Holds the student's module and the objects made from it, and does what a check asks of them.

The holder is the only code that touches a student's objects. It runs in the check's own process
(`course_lib.checks.direct`) or in the grader's sandbox (`autograder.sandbox.child`), so that both
copy, call, compare and count in the same way. The grader believes nothing that it says. Requests
and replies are plain values and the references of `course_lib.checks.references`:

    ("get", handle)                         → ("ok", value, "") or ("missing",)
    ("call", mode, handle, args, kwargs)    → ("ok", value, changed) or ("missing",); the mode
                                              is "call", "gradients" or "operations";
                                              changed is
                                              empty or "tensor:NAME" or "other:NAME", the name of an
                                              argument that was changed in place, or a word of
                                              `Surroundings.changed`
    ("after", steps, request)               → the request's reply, after the steps:
                                              ("make", number, class, args, kwargs) makes an object
                                              that has this number from then on, ("fill", handle,
                                              values) copies values into parameters. Or
                                              ("unmade", number, Raised), ("unfilled", Raised)
    ("nothing",)                            → ("ok", None, "")
    ("state", handle)                       → ("ok", values, "")
"""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import torch

from course_lib import kit
from course_lib.checks.errors import Missing, raised_from
from course_lib.checks.operations import OperationCounter
from course_lib.checks.references import ROOTS, Callback, Handle, name_of_type
from course_lib.checks.surroundings import Surroundings

__all__ = ["Holder", "readable", "weighted_sum"]

_FIRST = 16
_DEEPEST = 16
# A subclass, such as numpy's float64 or one that answers comparisons for itself, is made plain.
_PLAIN: dict[type, Callable[[Any], Any]] = {
    bool: bool,
    int: int.__int__,
    float: float.__float__,
    str: str.__str__,
    bytes: lambda value: bytes.__add__(value, b""),
}


class Holder:
    """Answers requests about one module.

    Attributes:
        file: path of the student's file; only its frames are told.
        device: tensors and networks are moved to this device unless it is the CPU.
    """

    def __init__(self, call_back: Callable[[int, list, dict], Any]):
        """Start without a module.

        Args:
            call_back: calls the check's function of a number with arguments as replies have them,
                and returns its result as requests have it.
        """
        self._call_back = call_back
        self.file: str | None = None
        self.device = torch.device("cpu")
        self._roots: dict[int, Any] = {ROOTS["torch"]: torch, ROOTS["kit"]: kit}
        self.forget()

    def hold(self, module: ModuleType, file: str | None) -> None:
        """Take the module that requests are about."""
        self.file = file
        self._roots[ROOTS["module"]] = self._objects[ROOTS["module"]] = module

    def forget(self) -> None:
        """Drop every object but the module, torch and `course_lib.kit`."""
        self._objects: dict[int, Any] = dict(self._roots)
        self._numbers: dict[int, int] = {}

    def answer(self, operation: str, *arguments: Any) -> Any:
        """The reply to one request.

        Raises: whatever the student's code raises.
        """
        return getattr(self, operation)(*arguments)

    def get(self, handle: Handle) -> tuple:
        """Read an attribute."""
        if not handle.path:
            return "ok", self._out(self.object(handle)), ""
        owner = self.object(Handle(handle.number, handle.path[:-1]))
        if not hasattr(owner, handle.path[-1]):
            return ("missing",)
        return "ok", self._out(getattr(owner, handle.path[-1])), ""

    def call(self, mode: str, handle: Handle, args: tuple, kwargs: dict) -> tuple:
        """Call a function on copies of the arguments, and look for copies that it changed."""
        try:
            function = self.object(handle)
        except AttributeError:
            return ("missing",)
        given = tuple([self._in(a) for a in args])
        named = {k: self._in(v) for k, v in kwargs.items()}
        left = Surroundings(function, given, named) if self._is_own(function) else None
        with left or contextlib.nullcontext():
            if mode == "operations":
                with OperationCounter() as counter:
                    result = function(*given, **named)
                result = (counter.total, result)
            elif mode == "gradients":
                result = _gradients(function, given, named)
            else:
                result = function(*given, **named)
        result = self._placed(result)
        changed = ""
        pairs = zip((*args, *kwargs.values()), (*given, *named.values()), strict=True)
        for place, (before, after) in enumerate(pairs):
            if not _same(before, after):
                name = _argument_name(function, place, len(given), list(named))
                changed = f"{'tensor' if isinstance(before, torch.Tensor) else 'other'}:{name}"
                break
        return "ok", self._out(result), changed or (left.changed() if left else "")

    def _is_own(self, function: Any) -> bool:
        """Whether a function or method stands in the student's file."""
        plain = inspect.unwrap(getattr(function, "__func__", function))
        code = getattr(plain, "__code__", None)
        return code is not None and code.co_filename == self.file

    def after(self, steps: list[tuple], request: tuple) -> Any:
        """Make and fill objects, then answer a request."""
        for kind, *step in steps:
            try:
                getattr(self, kind)(*step)
            except BaseException as error:
                told = raised_from(error, self.file)
                return ("unfilled", told) if kind == "fill" else ("unmade", step[0], told)
        return self.answer(*request)

    def nothing(self) -> tuple:
        """Do nothing, for requests that only have steps before them."""
        return "ok", None, ""

    def make(self, number: int, handle: Handle, args: tuple, kwargs: dict) -> None:
        """Make an instance of a class; it has this number from then on."""
        if not hasattr(self.object(Handle(handle.number, handle.path[:-1])), handle.path[-1]):
            raise Missing
        made = self._placed(self.object(handle)(*self._in(args), **self._in(kwargs)))
        self._objects[number], self._numbers[id(made)] = made, number

    def fill(self, handle: Handle, values: dict[str, torch.Tensor]) -> None:
        """Copy values into the parameters and buffers of these names.

        Raises:
            KeyError: the model has no parameter of that name.
            ValueError: the shapes differ.
        """
        model = self.object(handle)
        own = dict(model.named_parameters()) | dict(model.named_buffers())
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

    def state(self, handle: Handle) -> tuple:
        """A model's parameters and buffers by name."""
        values = self.object(handle).state_dict()
        return "ok", {str(k): self._out(v) for k, v in values.items()}, ""

    def object(self, handle: Handle) -> Any:
        """What a handle stands for.

        Raises:
            AttributeError: there is no attribute of that name.
        """
        found = self._objects[handle.number]
        for name in handle.path:
            found = getattr(found, name)
        return found

    def _in(self, value: Any) -> Any:
        """An argument as the student's code gets it: a copy, with objects in place of handles."""
        if isinstance(value, torch.Tensor):
            if self.device.type != "cpu":
                return value.to(self.device, copy=True)
            return value.detach().clone(memory_format=torch.contiguous_format)
        if isinstance(value, Handle):
            return self.object(value)
        if isinstance(value, Callback):
            return self._standing_for(value.number)
        if isinstance(value, (tuple, list)):
            return type(value)([self._in(v) for v in value])
        if isinstance(value, dict):
            return {k: self._in(v) for k, v in value.items()}
        return value

    def _placed(self, result: Any) -> Any:
        """A network goes to the device; anything else is where the student's code put it."""
        if self.device.type != "cpu" and isinstance(result, torch.nn.Module):
            result.to(self.device)
        return result

    def _standing_for(self, number: int) -> Callable:
        """A function that calls the check's function of this number."""

        def function(*args: Any, **kwargs: Any) -> Any:
            given = [self._out(a) for a in args]
            named = {str(k): self._out(v) for k, v in kwargs.items()}
            return self._in(self._call_back(number, given, named))

        return function

    def _out(self, value: Any, depth: int = 0) -> Any:
        """A value as it is replied: plain values and tensors without their graph, or a handle."""
        if isinstance(value, torch.Tensor):
            return self.tensor_out(value)
        for kind, plain in _PLAIN.items():
            if isinstance(value, kind):
                return value if type(value) is kind else plain(value)
        if value is None or isinstance(value, (torch.dtype, torch.device)):
            return value
        if depth < _DEEPEST:
            if isinstance(value, (tuple, list)):
                inside = [self._out(v, depth + 1) for v in value]
                return tuple(inside) if isinstance(value, tuple) else inside
            if isinstance(value, dict) and all(isinstance(k, str) for k in value):
                return {str.__str__(k): self._out(v, depth + 1) for k, v in value.items()}
        return self._handle(value)

    def tensor_out(self, value: torch.Tensor) -> torch.Tensor:
        """A copy without graph, and without what a subclass of Tensor redefines.

        Raises:
            TypeError: the tensor is sparse or quantized, which no exercise asks for.
        """
        readable(value)
        with torch._C.DisableTorchFunctionSubclass():
            return value.detach().as_subclass(torch.Tensor).clone()

    def _handle(self, value: Any) -> Handle:
        number = self._numbers.get(id(value))
        if number is None:
            number = self._numbers[id(value)] = _FIRST + len(self._numbers)
            self._objects[number] = value
        kind = "class" if inspect.isclass(value) else "object"
        if inspect.isroutine(value):
            kind = "callable"
        return Handle(number, (), kind, name_of_type(value)[:60])


def readable(value: torch.Tensor) -> None:
    """Raise `TypeError` for a tensor that cannot be copied out."""
    if value.layout is not torch.strided or value.is_quantized:
        raise TypeError(f"the result cannot be read: it is a {value.layout} tensor")


def weighted_sum(result: Any) -> torch.Tensor:
    """Σ w·r over all floating-point entries r of a result, with weights that are all different.

    The weights are cosines of the entry's number, so that no cancelling of equal entries can hide a
    gradient. They begin with cos 0: a result that is one number counts as it is.
    """
    total, n = torch.zeros((), dtype=torch.float64), 0
    for value in _leaves(result):
        if value.is_floating_point():
            numbers = torch.arange(n, n + value.numel(), dtype=torch.float64, device=value.device)
            total = total.to(value.device) + (numbers.cos() * value.double().flatten()).sum()
            n += value.numel()
    return total


def _leaves(value: Any) -> list[torch.Tensor]:
    """The tensors in nested tuples, lists and dictionaries, from left to right."""
    if isinstance(value, torch.Tensor):
        return [value]
    if isinstance(value, dict):
        value = list(value.values())
    return [t for v in value for t in _leaves(v)] if isinstance(value, (tuple, list)) else []


def _gradients(function: Any, given: tuple, named: dict) -> dict[str, torch.Tensor]:
    """Gradients of the weighted sum of a result by each argument; see `Here.gradients`."""
    names = [_argument_name(function, i, len(given), []) for i in range(len(given))]
    arguments = {f"{i}:{name}": given[i] for i, name in enumerate(names)}
    arguments |= {f"{name}:{name}": a for name, a in named.items()}
    arguments["self:self"] = getattr(function, "__self__", None)
    points = {k: t for name, value in arguments.items() for k, t in _points(name, value)}
    asked = [t.requires_grad for t in points.values()]
    for t in points.values():
        t.requires_grad_()
    total = weighted_sum(function(*given, **named))
    slopes: Any = [None] * len(points)
    if total.requires_grad:
        slopes = torch.autograd.grad(total, list(points.values()), allow_unused=True)
    for t, before in zip(points.values(), asked, strict=True):
        t.requires_grad_(before)
    pairs = zip(points.items(), slopes, strict=True)
    return {k: torch.zeros_like(t) if s is None else s for (k, t), s in pairs}


def _points(name: str, value: Any) -> Iterator[tuple[str, torch.Tensor]]:
    """What of an argument a gradient can be taken by, each with its name."""
    if isinstance(value, torch.Tensor):
        if value.is_floating_point():
            yield name, value
    elif isinstance(value, torch.nn.Module):
        yield from ((f"{name}.{own}", p) for own, p in value.named_parameters())
    elif isinstance(value, (tuple, list)):
        for i, inside in enumerate(value):
            yield from _points(f"{name}[{i}]", inside)


def _same(a: Any, b: Any) -> bool:
    """Whether an argument's copy `b` still is what the argument `a` is."""
    if isinstance(a, torch.Tensor):
        if not isinstance(b, torch.Tensor) or a.shape != b.shape or a.dtype != b.dtype:
            return False
        a = a.to(b.device)
        # NaN is not equal to itself; an argument may have it.
        return torch.equal(a, b) or bool(((a == b) | ((a != a) & (b != b))).all())
    if isinstance(a, (tuple, list)):
        return len(a) == len(b) and all(_same(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, dict):
        return list(a) == list(b) and all(_same(a[k], b[k]) for k in a)
    # Other values cannot be changed in place, but exchanged inside a list.
    return a is b or not isinstance(a, (int, float, str)) or (a == b) or a != a


def _argument_name(function: Any, place: int, positional: int, named: list[str]) -> str:
    if place >= positional:
        return named[place - positional]
    try:
        names = list(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        names = []
    return names[place] if place < len(names) else f"argument {place + 1}"
