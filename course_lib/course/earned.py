"""Whether a student may look at an exercise's solution, and what is shown then."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

from course_lib.course import contents, progress, reference_text, splice, syllabus
from course_lib.course.completion import module_file
from course_lib.course.errors import CommandError

__all__ = ["Solution", "is_earned", "own_text", "solution"]


@dataclass(frozen=True)
class Solution:
    """The reference's function beside the student's.

    Attributes:
        own: the student's function as it stands in the file now; "" if it cannot be read.
        reference: the reference's.
        remark: why it is written so.
    """

    own: str
    reference: str
    remark: str


def is_earned(exercise: syllabus.Exercise) -> bool:
    """Whether it has passed once, or so many wrong versions of it were checked as are asked for."""
    entry = progress.read(notice=lambda _: None).get(exercise.name, {})
    most = syllabus.load().students.tries
    return bool(entry.get("earned")) or bool(most and entry.get("tries", 0) >= most)


def solution(exercise: syllabus.Exercise) -> Solution:
    """What is shown of an exercise that is earned.

    Raises:
        CommandError: it is not earned yet, or this course holds no reference.
    """
    reference_text.require(exercise.module)
    if not is_earned(exercise):
        most = syllabus.load().students.tries
        tries = progress.read(notice=lambda _: None).get(exercise.name, {}).get("tries", 0)
        later = f", or after {most} different wrong versions ({tries} so far)" if most else ""
        raise CommandError(
            f"the solution of {exercise.name} is shown as soon as its check passes{later}; its "
            f"hints are in the notebook, and `course lend {exercise.name}` lets you go on"
        )
    own = reference_text.bare(
        own_text(exercise, module_file(syllabus.load().lecture(exercise.module)))
    )
    reference = _without_docstring(reference_text.function(exercise))
    return Solution(_without_docstring(own), reference, reference_text.remark(exercise))


def _without_docstring(function: str) -> str:
    """The text of a function without the docstring, which both versions have from the scaffold."""
    if not function.strip():
        return ""
    node = ast.parse(function).body[0]
    assert isinstance(node, contents.Function)
    if ast.get_docstring(node) is None or len(node.body) == 1:
        return function
    lines = function.splitlines(keepends=True)
    return "".join([*lines[: node.body[0].lineno - 1], *lines[node.body[0].end_lineno :]])


def own_text(exercise: syllabus.Exercise, file: Path | None) -> str:
    """The student's function from the margin; "" where the file has none that can be read."""
    try:
        text = file.read_text(encoding="utf-8-sig") if file else ""
        return splice.function_text(text, exercise.attribute, "") + "\n"
    except (OSError, ValueError):
        return ""
