"""The child's side of the channel: holds the student's module and does what the grader asks.

Runs inside the sandbox, in the same process as the student's code, so nothing it says is believed:
it exists to be right for honest code. Requests and replies are plain values (`frames`).

    ("begin",)                              forget objects of the exercise before; no reply
    ("load", name, source, others, device)  → ("ok", None, ""); others are names and texts of other
                                              lectures' modules that this one may import; tensors
                                              and networks are moved to the device
    ("get", handle)                         → ("ok", value, "") or ("missing",)
    ("call", mode, handle, args, kwargs)    → ("ok", value, changed) or ("missing",); the mode
                                              is "call", "gradient" or "operations"; changed is
                                              empty or "tensor:NAME" or "other:NAME"
    ("after", steps, request)               → the request's reply, after the steps:
                                              ("make", number, class, args, kwargs) makes an object
                                              that has this number from then on, ("fill", handle,
                                              values) copies values into parameters. Or
                                              ("unmade", number, Raised), ("unfilled", Raised)
    ("nothing",)                            → ("ok", None, "")
    ("state", handle)                       → ("ok", values, "")
    ("said",)                               → ("ok", (warnings, last line of stderr), "")

Any of them may be answered by a `Raised`. In the middle of a call the child may ask back:
("callback", number, args, kwargs), answered by ("return", value) or a `Raised`.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import inspect
import io
import linecache
import sys
import warnings
from collections.abc import Callable
from types import ModuleType
from typing import Any

import torch

from autograder.sandbox.operations import OperationCounter
from autograder.sandbox.stream import Stream
from autograder.sandbox.values import ROOTS, Callback, FrameError, Handle, Raised

__all__ = ["serve"]

_FIRST = 16
_FRAMES = 3
_TEXT = 4000
# Of a subclass, such as numpy's float64, the plain value is sent.
_PLAIN: dict[type, Callable[[Any], Any]] = {
    bool: bool,
    int: int,
    float: float,
    str: str,
    bytes: bytes,
}


class Missing(Exception):
    """There is no class of that name."""


class CallbackFailed(RuntimeError):
    """The grader's function, called by the student's code, raised."""


def serve(stream: Stream) -> None:
    """Answer requests until the grader hangs up."""
    child = _Child(stream)
    while True:
        child.reply_to(stream.receive())


class _Child:
    def __init__(self, stream: Stream):
        self.stream = stream
        self.file = ""
        self.roots: dict[int, Any] = {ROOTS["torch"]: torch}
        self.objects: dict[int, Any] = {}
        self.numbers: dict[int, int] = {}
        self.device = torch.device("cpu")
        self.begin()

    def reply_to(self, request: tuple) -> None:
        """Do what is asked and say what came of it."""
        try:
            reply = self.answer(*request)
        except BaseException as error:
            reply = self.told(error)
        if reply is None:
            return
        try:
            self.stream.send(reply)
        except FrameError as error:
            self.stream.send(Raised("TypeError", f"the result cannot be read: {error}"))

    def answer(self, operation: str, *arguments: Any) -> Any:
        """The reply to one request."""
        return getattr(self, operation)(*arguments)

    def begin(self) -> None:
        self.objects, self.numbers = dict(self.roots), {}
        self.warned: list[str] = []
        self.stderr = sys.stderr = _LastWords()
        # Makes warnings that were already shown be shown again.
        warnings.simplefilter("default")
        warnings.showwarning = self._note_warning

    def _note_warning(self, message: Any, category: type, *_: Any, **__: Any) -> None:
        if issubclass(category, UserWarning) and len(self.warned) < 3:
            self.warned.append(str(message)[:_TEXT])

    def said(self) -> tuple:
        return "ok", (self.warned, self.stderr.last_line()), ""

    def load(self, name: str, source: bytes, others: dict[str, str], device: str) -> tuple:
        self.device = torch.device(device)
        sys.meta_path.append(_Lectures(others))
        self.file = f"/course/course_lib/{name}.py"
        module = ModuleType(f"course_lib.{name}")
        module.__file__, module.__package__ = self.file, "course_lib"
        sys.modules[module.__name__] = module
        package = sys.modules["course_lib"]
        setattr(package, name, module)
        lines = source.decode("utf-8", errors="replace").splitlines(keepends=True)
        linecache.cache[self.file] = (len(source), None, lines, self.file)
        exec(compile(source, self.file, "exec", dont_inherit=True), module.__dict__)
        self.roots[ROOTS["module"]] = self.objects[ROOTS["module"]] = module
        return "ok", None, ""

    def get(self, handle: Handle) -> tuple:
        if not handle.path:
            return "ok", self._out(self._object(handle)), ""
        owner = self._object(Handle(handle.number, handle.path[:-1]))
        if not hasattr(owner, handle.path[-1]):
            return ("missing",)
        return "ok", self._out(getattr(owner, handle.path[-1])), ""

    def call(self, mode: str, handle: Handle, args: tuple, kwargs: dict) -> tuple:
        try:
            function = self._object(handle)
        except AttributeError:
            return ("missing",)
        given = tuple([self._in(a) for a in args])
        named = {k: self._in(v) for k, v in kwargs.items()}
        before = [_kept(v) for v in (*given, *named.values())]
        if mode == "operations":
            with OperationCounter() as counter:
                result = function(*given, **named)
            result = (counter.total, result)
        elif mode == "gradient":
            result = _gradient(function, given)
        else:
            result = function(*given, **named)
        result = self._placed(result)
        label = ""
        for place, (old, new) in enumerate(zip(before, (*given, *named.values()), strict=True)):
            if not _same(old, new):
                name = _argument_name(function, place, len(given), list(named))
                label = f"{'tensor' if isinstance(new, torch.Tensor) else 'other'}:{name}"
                break
        return "ok", self._out(result), label

    def after(self, steps: list[tuple], request: tuple) -> Any:
        for kind, *step in steps:
            try:
                getattr(self, f"_{kind}")(*step)
            except BaseException as error:
                told = self.told(error)
                return ("unfilled", told) if kind == "fill" else ("unmade", step[0], told)
        return self.answer(*request)

    def nothing(self) -> tuple:
        return "ok", None, ""

    def _make(self, number: int, handle: Handle, args: tuple, kwargs: dict) -> None:
        if not hasattr(self._object(Handle(handle.number, handle.path[:-1])), handle.path[-1]):
            raise Missing
        made = self._placed(self._object(handle)(*self._in(args), **self._in(kwargs)))
        self.objects[number], self.numbers[id(made)] = made, number

    def _fill(self, handle: Handle, values: dict[str, torch.Tensor]) -> None:
        model = self._object(handle)
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
        values = self._object(handle).state_dict()
        return "ok", {str(k): self._out(v) for k, v in values.items()}, ""

    def told(self, error: BaseException) -> Raised:
        """An exception as text, with the frames of the student's file."""
        frames, tb = [], error.__traceback__
        while tb is not None:
            code = tb.tb_frame.f_code
            if code.co_filename == self.file:
                frames.append((tb.tb_lineno, code.co_name[:200], code.co_qualname[:200]))
            tb = tb.tb_next
        try:
            text = error.msg if isinstance(error, SyntaxError) else str(error)
            text = str(text)[:_TEXT]
        except BaseException:
            text = "(its message cannot be shown)"
        if isinstance(error, SyntaxError):
            frames = [(error.lineno or 0, "", "")]
        return Raised(type(error).__name__[:200], text, tuple(frames[-_FRAMES:]))

    def _object(self, handle: Handle) -> Any:
        if handle.number == ROOTS["kit"] and handle.number not in self.objects:
            from course_lib import kit

            self.roots[handle.number] = self.objects[handle.number] = kit
        found = self.objects[handle.number]
        for name in handle.path:
            found = getattr(found, name)
        return found

    def _in(self, value: Any) -> Any:
        if isinstance(value, Handle):
            return self._object(value)
        if isinstance(value, Callback):
            return self._asking(value.number)
        if isinstance(value, torch.Tensor) and self.device.type != "cpu":
            return value.to(self.device)
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

    def _asking(self, number: int) -> Callable:
        def function(*args: Any, **kwargs: Any) -> Any:
            given = [self._out(a) for a in args]
            named = {str(k): self._out(v) for k, v in kwargs.items()}
            self.stream.send(("callback", number, given, named))
            while True:
                reply = self.stream.receive()
                if isinstance(reply, Raised):
                    raise CallbackFailed(reply.text)
                if reply[0] == "return":
                    return self._in(reply[1])
                # The grader's function uses something of the sandbox's in its turn.
                self.reply_to(reply)

        return function

    def _out(self, value: Any, depth: int = 0) -> Any:
        """A value as it is sent: plain values copied, everything else as a handle."""
        if isinstance(value, torch.Tensor):
            return value
        for kind, plain in _PLAIN.items():
            if isinstance(value, kind):
                return value if type(value) is kind else plain(value)
        if value is None or isinstance(value, (torch.dtype, torch.device)):
            return value
        if depth < 16:
            if isinstance(value, (tuple, list)):
                inside = [self._out(v, depth + 1) for v in value]
                return tuple(inside) if isinstance(value, tuple) else inside
            if isinstance(value, dict) and all(isinstance(k, str) for k in value):
                return {str(k): self._out(v, depth + 1) for k, v in value.items()}
        return self._handle(value)

    def _handle(self, value: Any) -> Handle:
        number = self.numbers.get(id(value))
        if number is None:
            number = self.numbers[id(value)] = _FIRST + len(self.numbers)
            self.objects[number] = value
        kind = "class" if inspect.isclass(value) else "object"
        return Handle(number, (), "callable" if inspect.isroutine(value) else kind)


class _Lectures(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds `course_lib.NAME` of other lectures in what the grader sent along."""

    def __init__(self, texts: dict[str, str]):
        self._texts = {f"course_lib.{name}": text for name, text in texts.items()}

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> Any:
        if fullname not in self._texts:
            return None
        return importlib.machinery.ModuleSpec(fullname, self)

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self._texts[module.__name__], module.__name__, "exec"), module.__dict__)


class _LastWords(io.TextIOBase):
    """Takes what is written to stderr and keeps the end of it."""

    def __init__(self) -> None:
        self._text = ""

    def write(self, text: str) -> int:
        self._text = (self._text + text)[-_TEXT:]
        return len(text)

    def last_line(self) -> str:
        """What was written last."""
        lines = self._text.strip().splitlines()
        return lines[-1] if lines else ""


def _gradient(method: Any, given: tuple) -> dict[str, torch.Tensor]:
    parameters = dict(method.__self__.named_parameters())
    total = method(*given).sum()
    found: Any = [None] * len(parameters)
    if total.requires_grad:
        found = torch.autograd.grad(total, list(parameters.values()), allow_unused=True)
    pairs = zip(parameters.items(), found, strict=True)
    return {name: torch.zeros_like(p) if g is None else g for (name, p), g in pairs}


def _kept(value: Any) -> Any:
    """A copy of an argument, to compare it with afterwards."""
    if isinstance(value, torch.Tensor):
        return value.clone()
    if isinstance(value, (tuple, list)):
        return [_kept(v) for v in value]
    if isinstance(value, dict):
        return {k: _kept(v) for k, v in value.items()}
    return value


def _same(a: Any, b: Any) -> bool:
    """Whether an argument is still what it was; see the local proxy's function of this name."""
    if isinstance(a, torch.Tensor):
        if a.shape != b.shape or a.dtype != b.dtype:
            return False
        return torch.equal(a, b) or bool(((a == b) | ((a != a) & (b != b))).all())
    if isinstance(a, (tuple, list)):
        return len(a) == len(b) and all(_same(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, dict):
        return list(a) == list(b) and all(_same(a[k], b[k]) for k in a)
    return a is b or not isinstance(a, (int, float, str)) or (a == b) or a != a


def _argument_name(function: Any, place: int, positional: int, named: list[str]) -> str:
    if place >= positional:
        return named[place - positional]
    try:
        names = list(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        names = []
    return names[place] if place < len(names) else f"argument {place + 1}"
