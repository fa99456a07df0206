"""The signatures that the grader holds results to: the reference's, never the student's own."""

from __future__ import annotations

import functools
import inspect
import typing
from types import FunctionType
from typing import Any

from autograder.authoring.reference import reference
from course_lib.checks.contract import NO_PROMISE, Promise
from course_lib.checks.references import Handle
from course_lib.course import syllabus

__all__ = ["ReferenceSignatures"]


class ReferenceSignatures:
    """See `course_lib.checks.contract.Signatures`."""

    def kind(self, label: str) -> str:
        """See `Signatures.kind`."""
        if _promise_of(label) is not None:
            return "function"
        return "class" if _is_class(label) else ""

    def promise(self, label: str, handle: Handle, known: bool) -> Promise:
        """See `Signatures.promise`."""
        return (_promise_of(label) if known else None) or NO_PROMISE


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
def _promise_of(label: str) -> Promise | None:
    """What "name.Model.log_prob" promises in the reference; None of what is no function there."""
    owner, found, name = _in_reference(label)
    plain = inspect.unwrap(found) if callable(found) else None
    if not isinstance(plain, FunctionType):
        return None
    signature = inspect.signature(plain)
    if inspect.isclass(owner) and not isinstance(inspect.getattr_static(owner, name), staticmethod):
        signature = signature.replace(parameters=list(signature.parameters.values())[1:])
    return Promise.made_of(signature, typing.get_type_hints(plain))


@functools.cache
def _is_class(label: str) -> bool:
    """Whether the reference has a class of this name."""
    return inspect.isclass(_in_reference(label)[1])
