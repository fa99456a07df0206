"""The child's side of the channel: holds the student's module and does what the grader asks.

Runs inside the sandbox, in the same process as the student's code, so nothing it says is believed:
it exists to be right for honest code. Besides the requests of `course_lib.checks.holder` it knows

    ("begin",)                              forgets objects of the exercise before; no reply
    ("load", name, source, others, device)  → ("ok", None, ""); others are names and texts of other
                                              lectures' modules that this one may import; tensors
                                              and networks are moved to the device
    ("said",)                               → ("ok", (warnings, last line of stderr), "")
    ("lend", callbacks by path)             → ("ok", None, ""); from now on what stands at these
                                              paths of the module asks the grader
    ("lent", path, nodes, tensors, slopes)  → ("ok", answer, ""), only of the lender's own child

Any request may be answered by a `Raised`. In the middle of a call the child may ask back:
("callback", number, args, kwargs), answered by ("return", value) or a `Raised`.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import io
import linecache
import sys
import warnings
from types import ModuleType
from typing import Any

import torch

from autograder.sandbox.lent_calls import answer, stub
from autograder.sandbox.stream import Stream
from autograder.sandbox.values import FrameError
from course_lib.checks.errors import CallbackFailed, Raised, raised_from
from course_lib.checks.holder import Holder, readable
from course_lib.checks.references import ROOTS, Callback, Handle

__all__ = ["serve"]

_TEXT = 4000


def serve(stream: Stream) -> None:
    """Answer requests until the grader hangs up."""
    child = _Child(stream)
    while True:
        child.reply_to(stream.receive())


class _Child(Holder):
    def __init__(self, stream: Stream):
        super().__init__(self.ask_back)
        self.stream = stream
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

    def told(self, error: BaseException) -> Raised:
        """An exception as text."""
        return raised_from(error, self.file)

    def begin(self) -> None:
        """Forget the exercise before."""
        self.forget()
        self.warned: list[str] = []
        self.stderr = sys.stderr = _LastWords()
        # Makes warnings that were already shown be shown again.
        warnings.simplefilter("default")
        warnings.showwarning = self._note_warning

    def _note_warning(self, message: Any, category: type, *_: Any, **__: Any) -> None:
        if issubclass(category, UserWarning) and len(self.warned) < 3:
            self.warned.append(str(message)[:_TEXT])

    def said(self) -> tuple:
        """What the student's code warned of, and what it wrote to stderr last."""
        return "ok", (self.warned, self.stderr.last_line()), ""

    def load(self, name: str, source: bytes, others: dict[str, str], device: str) -> tuple:
        """Run the student's module."""
        self.device = torch.device(device)
        sys.meta_path.append(_Lectures(others))
        self.file = file = f"/course/course_lib/{name}.py"
        module = ModuleType(f"course_lib.{name}")
        module.__file__, module.__package__ = file, "course_lib"
        sys.modules[module.__name__] = module
        package = sys.modules["course_lib"]
        setattr(package, name, module)
        lines = source.decode("utf-8", errors="replace").splitlines(keepends=True)
        linecache.cache[file] = (len(source), None, lines, file)
        exec(compile(source, file, "exec", dont_inherit=True), module.__dict__)
        self.hold(module, file)
        return "ok", None, ""

    def lend(self, lenders: dict[str, Callback]) -> tuple:
        """Put stubs in the place of functions of the module, as in `lent_calls`."""
        module = self.object(Handle(ROOTS["module"]))
        for path, lender in lenders.items():
            *owners, name = path.split(".")
            owner = module
            for part in owners:
                owner = getattr(owner, part, None)
            # What was renamed or deleted is missed by the check.
            if hasattr(owner, name):
                setattr(owner, name, stub(self._in(lender), module.__name__))
        return "ok", None, ""

    def lent(self, path: str, *asked: Any) -> tuple:
        """Answer a call of a lent function, where the module is the reference."""
        module = self.object(Handle(ROOTS["module"]))
        function = self.object(Handle(ROOTS["module"], tuple(path.split("."))))
        return "ok", answer(function, module.__name__, *asked), ""

    def tensor_out(self, value: torch.Tensor) -> torch.Tensor:
        """See `Holder.tensor_out`; sending the tensor copies it."""
        readable(value)
        return value

    def ask_back(self, number: int, args: list, kwargs: dict) -> Any:
        """Have the grader call a function of the check's."""
        self.stream.send(("callback", number, args, kwargs))
        while True:
            reply = self.stream.receive()
            if isinstance(reply, Raised):
                raise CallbackFailed(reply.kind, reply.text)
            if reply[0] == "return":
                return reply[1]
            # The check's function uses something of the sandbox's in its turn.
            self.reply_to(reply)


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
