"""What the student's functions promise: the reference's signatures, never their own."""

from __future__ import annotations

import functools
import inspect
import typing
from collections.abc import Callable
from types import FunctionType
from typing import Any

from autograder.reference import reference
from course_lib.kit import syllabus

__all__ = ["is_class", "is_function", "promising"]


def _modules() -> list[str]:
    return [lecture.module for lecture in syllabus.load().lectures]


def _in_reference(label: str) -> tuple[Any, Any, str]:
    """What the reference has by this name, and what it lies in."""
    module, *path = label.split(".")
    owner, found = None, reference(module) if module in _modules() else None
    for name in path:
        owner, found = found, getattr(found, name, None)
    return owner, found, path[-1] if path else ""


@functools.cache
def _promise(label: str) -> tuple[inspect.Signature, dict[str, Any]] | None:
    """Signature, without `self`, and annotations of "nade.NADE.log_prob" in the reference."""
    owner, found, name = _in_reference(label)
    plain = inspect.unwrap(found) if callable(found) else None
    if not isinstance(plain, FunctionType):
        return None
    signature = inspect.signature(plain)
    if inspect.isclass(owner) and not isinstance(inspect.getattr_static(owner, name), staticmethod):
        signature = signature.replace(parameters=list(signature.parameters.values())[1:])
    return signature, typing.get_type_hints(plain)


@functools.cache
def is_class(label: str) -> bool:
    """Whether the reference has a class of this name."""
    return inspect.isclass(_in_reference(label)[1])


def is_function(label: str) -> bool:
    """Whether the reference has a function or a method of this name."""
    return _promise(label) is not None


def promising(label: str, function: Callable) -> Callable:
    """The function with the reference's signature, for `call_with_contract` to hold it to."""
    promise = _promise(label)
    if promise is None:
        return function

    def promised(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    promised.__signature__, promised.__annotations__ = promise  # type: ignore[attr-defined]
    return promised
