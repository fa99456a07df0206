"""What carries requests from a proxy to the holder of the student's objects, and replies back.

There are two: a direct call (`course_lib.checks.direct`) and a socket into the grader's sandbox
(`autograder.sandbox.session`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import torch

from course_lib.checks.contract import Signatures
from course_lib.checks.errors import Raised
from course_lib.checks.references import Callback, Handle, Proxied

__all__ = ["CodeRaised", "Transport", "sendable"]


class CodeRaised(Exception):
    """The student's code raised.

    Attributes:
        raised: what, as text.
        label: of the class where its constructor raised; empty where the call itself did.
    """

    def __init__(self, raised: Raised, label: str = ""):
        super().__init__(raised.kind)
        self.raised, self.label = raised, label


class Transport(Protocol):
    """Carries requests as `course_lib.checks.holder` describes them.

    Attributes:
        module: the lecture module's name, for messages.
        signatures: what results are held to.
        wrap: makes proxies of the handles that a check's function is called with.
    """

    module: str
    signatures: Signatures
    wrap: Callable[[Any], Any]

    def ask(self, *request: Any) -> tuple[Any, str]:
        """The value that comes of a request, and the argument that was changed in place.

        Raises:
            Missing: there is no such attribute.
            CodeRaised: the student's code raised.
            PropertyBroken: a function of the check's, called in between, found something broken.
            KeyError, ValueError: values do not fit the parameters that they were to fill.
        """

    def make(self, made_of: Handle, label: str, args: tuple, kwargs: dict) -> Handle:
        """An instance of a class; it may be made as late as with the next request."""

    def fill(self, handle: Handle, values: dict[str, torch.Tensor]) -> None:
        """Copy values into parameters; this may be done as late as with the next request."""

    def settle(self) -> None:
        """Do what waits for the next request now. Raises: as `ask`."""

    def explained(self, label: str, error: CodeRaised) -> Exception:
        """The exception that a check sees."""


def sendable(value: Any, callbacks: dict[int, Callable]) -> Any:
    """References in place of proxies and of the check's functions; everything else as it is.

    Args:
        value: an argument of a call, or containers of them.
        callbacks: gets the functions, under the numbers that stand for them.
    """
    if isinstance(value, torch.Tensor):
        return value
    if isinstance(value, Proxied):
        return value.handle
    if isinstance(value, (tuple, list)):
        inside = [sendable(v, callbacks) for v in value]
        return tuple(inside) if isinstance(value, tuple) else inside
    if isinstance(value, dict):
        return {k: sendable(v, callbacks) for k, v in value.items()}
    if callable(value) and not isinstance(value, (type, torch.dtype)):
        number = len(callbacks)
        callbacks[number] = value
        return Callback(number)
    return value
