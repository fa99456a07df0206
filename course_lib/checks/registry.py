"""Which properties an exercise must have: `@check_for(...)` puts a function on the list."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["Property", "check_for", "properties"]


@dataclass(frozen=True)
class Property:
    """One property of one exercise.

    Attributes:
        exercise: name as in `course.toml`.
        name: as the report has it.
        function: the check.
        weight: share of the exercise's points, relative to its other properties.
        hint: number of the hint to read when it fails; empty for none.
        wants_here: whether the check takes `here`, too.
        of_values: whether it is about values. One that is not, such as a gradient's, comes last,
            and is looked at only where at least half of the others hold: a wrong function's
            gradient can be the slope of its wrong values.
    """

    exercise: str
    name: str
    function: Callable
    weight: float
    hint: str
    wants_here: bool
    of_values: bool = True


_registered: dict[str, list[Property]] = {}


def check_for(
    exercise: str, *, weight: float = 1, hint: str = "", of_values: bool = True
) -> Callable:
    """Register the decorated function as a check of `exercise`.

    The function takes the lecture module, and `here` if it has a second parameter. The first line
    of its docstring names the property in the report.

    Args:
        exercise: name as in `course.toml`.
        weight: share of the exercise's points, relative to its other properties.
        hint: number of the hint to read when the property fails, such as "2.3a".
        of_values: see `Property`.

    Raises:
        ValueError: no docstring, or a weight that is not positive.
    """

    def register(function: Callable) -> Callable:
        doc = inspect.getdoc(function)
        if not doc:
            raise ValueError(
                f"{function.__name__}: a check needs a docstring: it names the property"
            )
        if weight <= 0:
            raise ValueError(f"{function.__name__}: weight must be positive, not {weight}")
        entry = Property(
            exercise,
            doc.splitlines()[0].strip(),
            function,
            weight,
            hint,
            len(inspect.signature(function).parameters) > 1,
            of_values,
        )
        known = _registered.setdefault(exercise, [])
        # A reloaded file of checks replaces its own entries.
        known[:] = [p for p in known if _place(p.function) != _place(function)]
        known.append(entry)
        return function

    return register


def _place(function: Callable) -> tuple[str, str]:
    return function.__module__, function.__qualname__


def properties(exercise: str) -> list[Property]:
    """The properties of an exercise in the order of its lecture's file, those of values first.

    Raises:
        LookupError: the lecture's file registers none, which would make an exercise uncheckable.
    """
    importlib.import_module(f"course_lib.lectures.{exercise.partition('.')[0]}.checks")
    if not _registered.get(exercise):
        raise LookupError(f"no property is registered for {exercise!r}")
    return sorted(_registered[exercise], key=lambda prop: not prop.of_values)
