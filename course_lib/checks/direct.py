"""The transport for a student's own checks: requests are calls in the same process."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import torch

from course_lib.checks.contract import NO_PROMISE, Promise, Signatures, own_promise
from course_lib.checks.errors import (
    CallbackFailed,
    Missing,
    NotImplementedYet,
    PropertyBroken,
    TimeLimitExceeded,
    explained,
    lines_of,
    raised_from,
)
from course_lib.checks.holder import Holder
from course_lib.checks.proxy import Module
from course_lib.checks.references import Handle
from course_lib.checks.transport import CodeRaised, sendable

__all__ = ["Direct", "proxy_of"]


def proxy_of(module: ModuleType) -> Module:
    """A proxy of a module in this process."""
    return Module(Direct(module))


class Direct:
    """Asks a holder in the same process. See `course_lib.checks.transport.Transport`."""

    def __init__(self, module: ModuleType):
        # Not `module.__name__`: a module may lack it, and may have put another object in its place.
        names = getattr(module, "__dict__", {})
        file = names.get("__file__")
        self.module = str(names.get("__name__", "module")).rpartition(".")[2]
        self.wrap: Callable[[Any], Any] = lambda value: value
        self._holder = Holder(self._call_back)
        self._holder.hold(module, file if isinstance(file, str) else None)
        self.signatures: Signatures = _OwnSignatures(self._holder, self.module)
        self._callbacks: dict[int, Callable] = {}
        self._broken: Exception | None = None

    def ask(self, *request: Any) -> tuple[Any, str]:
        """See `Transport.ask`."""
        try:
            reply = self._holder.answer(*sendable(request, self._callbacks))
        except (TimeLimitExceeded, KeyboardInterrupt):
            raise
        except BaseException as error:
            self._raise_what_is_broken()
            raise CodeRaised(raised_from(error, self._holder.file)) from None
        # The student's code may have gone on after its call of the check's function.
        self._raise_what_is_broken()
        if len(reply) == 1:
            raise Missing
        return reply[1], reply[2]

    def make(self, made_of: Handle, label: str, args: tuple, kwargs: dict) -> Handle:
        """See `Transport.make`; the instance is made at once."""
        made, _ = self.ask("call", "call", made_of, args, kwargs)
        return made

    def fill(self, handle: Handle, values: dict[str, torch.Tensor]) -> None:
        """See `Transport.fill`; it is done at once."""
        self._holder.fill(handle, values)

    def settle(self) -> None:
        """See `Transport.settle`; nothing waits here."""

    def explained(self, label: str, error: CodeRaised) -> Exception:
        """See `Transport.explained`."""
        file = self._holder.file
        return explained(label, error.raised, f"{self.module}.py", lines_of(file) if file else [])

    def _call_back(self, number: int, args: list, kwargs: dict) -> Any:
        """Call a function of the check's in the middle of a request."""
        function = self._callbacks[number]
        try:
            result = function(
                *[self.wrap(a) for a in args], **{k: self.wrap(v) for k, v in kwargs.items()}
            )
        except (PropertyBroken, NotImplementedYet) as error:
            self._broken = error
            raise CallbackFailed(type(error).__name__, "the check stopped here") from None
        except Exception as error:
            raise CallbackFailed(type(error).__name__, str(error)[:300]) from None
        return sendable(result, self._callbacks)

    def _raise_what_is_broken(self) -> None:
        broken, self._broken = self._broken, None
        if broken is not None:
            raise broken from None


class _OwnSignatures:
    """What the student's functions promise themselves; nothing is known before they are asked."""

    def __init__(self, holder: Holder, module: str):
        self._holder, self._module = holder, module

    def kind(self, label: str) -> str:
        """See `Signatures.kind`."""
        return ""

    def promise(self, label: str, handle: Handle, known: bool) -> Promise:
        """See `Signatures.promise`. What torch and the kit return, no student has promised."""
        if label.partition(".")[0] != self._module:
            return NO_PROMISE
        try:
            return own_promise(self._holder.object(handle))
        except AttributeError:
            return NO_PROMISE
