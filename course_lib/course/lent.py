"""Which exercises a student has lent: the reference stands in the place of their own functions."""

from __future__ import annotations

import os
import time

from course_lib.course import reference_text, state, syllabus
from course_lib.course.errors import CommandError

__all__ = ["lend", "names", "take_back"]

_FILE = "lent"


def names(module: str = "") -> list[str]:
    """The names of the exercises that are lent, of one lecture module or of all."""
    if os.environ.get("NBGRADER_EXECUTION"):
        return []
    known = [name for name in state.read(_FILE) if _is_known(name)]
    return [name for name in known if not module or name.partition(".")[0] == module]


def lend(name: str) -> str:
    """Lend an exercise: from now on the reference's function stands in the student's module.

    Returns:
        A line that says so.

    Raises:
        UnknownName: there is no exercise of that name.
        CommandError: this course holds no reference; the line says whom to ask.
    """
    exercise = syllabus.load().exercise(name)
    reference_text.require(exercise.module)
    state.update(_FILE, lambda old: {**old, name: int(time.time())})
    return (
        f"lent: the reference's `{exercise.attribute}` stands in the place of yours. It gives no "
        "points; what builds on it gives all of its own. Yours takes its place again when its "
        f"check passes, or by `course lend --return {name}`"
    )


def take_back(name: str) -> str:
    """Put the student's own function back.

    Returns:
        A line that says so.

    Raises:
        UnknownName: there is no exercise of that name.
        CommandError: it is not lent.
    """
    syllabus.load().exercise(name)
    if name not in names():
        known = ", ".join(names()) or "nothing"
        raise CommandError(f"{name} is not lent: lent is {known}")
    state.update(_FILE, lambda old: {n: when for n, when in old.items() if n != name})
    return f"returned: your own `{name}` stands in its place again"


def _is_known(name: str) -> bool:
    try:
        syllabus.load().exercise(name)
    except syllabus.UnknownName:
        return False
    return True
