"""Which exercise is meant, and whether it was written where no check looks."""

from __future__ import annotations

import sys
from types import FunctionType
from typing import Any

from course_lib.course.syllabus import Course, Exercise, UnknownName

__all__ = ["in_a_cell", "meant"]


def meant(course: Course, what: Any) -> Exercise:
    """The exercise that a check was asked for.

    Args:
        course: the syllabus.
        what: the exercise's name, or its function, wherever that was written.

    Raises:
        UnknownName: it is no exercise; one line says so, with the closest one.
    """
    if isinstance(what, str):
        return course.exercise(what)
    function = getattr(what, "__func__", what)
    place, name = (str(getattr(function, a, "")) for a in ("__module__", "__qualname__"))
    exercises = [e for lecture in course.notebooks for e in lecture.exercises]
    if place == "__main__":
        written = [e for e in exercises if name in (e.attribute, e.attribute.rpartition(".")[2])]
        if len(written) == 1:
            return written[0]
    elif place.startswith("course_lib.") and place.count(".") == 1 and name:
        return course.exercise(f"{place.removeprefix('course_lib.')}.{name}")
    raise UnknownName(
        f"check takes an exercise's name, as in check({exercises[0].name!r}), and not "
        f"{getattr(function, '__name__', type(what).__name__)}"
    )


def in_a_cell(exercise: Exercise) -> str:
    """A line for an exercise that is defined in a cell of the running notebook; else empty."""
    names = vars(sys.modules["__main__"])
    owner, _, last = exercise.attribute.rpartition(".")
    if "get_ipython" not in names:
        return ""
    function, within = names.get(last), names.get(owner) if owner else None
    typed = ""
    if isinstance(function, FunctionType) and function.__module__ == "__main__":
        typed = last
    elif isinstance(within, type) and within.__module__ == "__main__" and last in vars(within):
        typed = owner
    if not typed:
        return ""
    return (
        f"`{typed}` is defined in a cell of this notebook, and the check looks at course_lib/"
        f"{exercise.module}.py: begin a cell with the line `%%exercise {exercise.name}` and write "
        f"`def {last}(…)` below it"
    )
