"""Extensions for single students: `extensions.csv` in the course folder.

nbgrader's gradebook can hold an extension, but no command or page of nbgrader's grants one. This
table is read when a submission is graded; whichever of the two is later counts.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from autograder.errors import CourseError
from autograder.intake.tables import read_table
from autograder.intake.times import in_utc
from course_lib.course.syllabus import Course, UnknownName

__all__ = ["FILE", "read_extensions"]

FILE = "extensions.csv"
_COLUMNS = ("student", "lecture", "until")


def read_extensions(folder: Path, course: Course) -> dict[tuple[str, str], datetime]:
    """(student, lecture's id) → until when, in UTC without a zone; empty if there is no file.

    Args:
        folder: the course folder.
        course: its syllabus, with the time zone of times that do not name theirs.

    Raises:
        CourseError: a column is missing, or a line has no lecture or time that can be understood.
    """
    file = folder / FILE
    if not file.exists():
        return {}
    table = read_table(file)
    places = [table.column(name, f"{name}_id") for name in _COLUMNS]
    if None in places:
        raise CourseError(
            f"{file} has the columns {', '.join(table.header)}; {', '.join(_COLUMNS)} are expected"
        )
    found: dict[tuple[str, str], datetime] = {}
    for row, line in zip(table.rows, table.lines, strict=True):
        student, lecture, until = (table.cell(row, place) for place in places)
        if not student:
            raise CourseError(f"{file} line {line}: the student is empty")
        try:
            key = student, course.lecture(lecture).id
            when = in_utc(until, course.time_zone)
        except UnknownName as error:
            raise CourseError(f"{file} line {line}: {error}") from error
        except ValueError:
            raise CourseError(
                f"{file} line {line}: {until!r} is no time: 2026-03-05 23:59 is expected"
            ) from None
        found[key] = max(when, found.get(key, when))
    return found
