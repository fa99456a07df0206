"""Grades into the files that Canvas and Moodle import: each fills one that the LMS has exported.

Only what is to change is written. Canvas takes an absent column for "no change", so its file gets
the columns that say who somebody is and the one that is filled; Moodle needs the whole worksheet.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from autograder.errors import CourseError
from autograder.intake.tables import Table
from autograder.lms.grades import Grades
from autograder.lms.roster import Person
from course_lib.course.syllabus import Lecture

__all__ = ["Filled", "fill_canvas", "fill_moodle"]

_TITLE = re.compile(r"(?P<title>.*?)\s*\(\d+\)\s*")
_LAST_WHO = "Section"
# Excused, or not assigned to this student.
_NOT_OURS = {"EX", "N/A"}

Who = Callable[[Person], str]


@dataclass
class Filled:
    """A file to import.

    Attributes:
        table: what is written.
        column: the column that was filled.
        graded: students whose grade was written.
        empty: people of the file without a submission; their cells stay as they are.
        kept: people whose cell the LMS has closed, with the reason.
    """

    table: Table
    column: str
    graded: list[str] = field(default_factory=list)
    empty: list[Person] = field(default_factory=list)
    kept: list[tuple[Person, str]] = field(default_factory=list)


def fill_canvas(
    table: Table,
    people: Sequence[Person],
    grades: Grades,
    who: Who,
    *,
    column: str = "",
    scale: bool = False,
) -> Filled:
    """Fill an assignment's column of the gradebook that Canvas exports.

    Args:
        table: that gradebook.
        people: whom its rows are of.
        grades: what is filled in.
        who: nbgrader's student id of a person; "" if there is none.
        column: the assignment's column, with or without its number; by default the one whose title
            has the lecture's id or title in it.
        scale: convert the points where Canvas has another maximum.

    Raises:
        CourseError: no such column, or another maximum.
    """
    last = table.column(_LAST_WHO)
    if last is None:
        raise CourseError(
            f"{table.file} has no column {_LAST_WHO}: export Canvas's gradebook again"
        )
    place = _canvas_column(table, last, grades.lecture, column)
    name = table.header[place]
    possible = next((row[place] for row in table.rows if "Points Possible" in row[0]), "")
    factor = _factor(_number(possible), grades.most, scale, f"Canvas's column {name!r}")
    done = Filled(replace(table, rows=[], lines=[]), name)
    done.table.header = [*table.header[: last + 1], name]
    cells = {n: row[place] for n, row in enumerate(table.rows)}
    for person in people:
        student, cell = who(person), cells[person.row].strip()
        if student not in grades.of:
            done.empty.append(person)
        elif cell.upper() in _NOT_OURS:
            done.kept.append((person, f"Canvas has {cell}"))
        else:
            cells[person.row] = _shown(factor * grades.of[student].score)
            done.graded.append(student)
    done.table.rows = [[*row[: last + 1], cells[n]] for n, row in enumerate(table.rows)]
    return done


def _canvas_column(table: Table, last: int, lecture: Lecture, wanted: str) -> int:
    """The place of the assignment's column."""
    columns = {
        n: name for n, name in enumerate(table.header) if n > last and _TITLE.fullmatch(name)
    }
    shown = ", ".join(columns.values()) or "none"
    if wanted:
        found = [n for n, name in columns.items() if wanted in (name, _title(name))]
        if len(found) != 1:
            raise CourseError(
                f"--column {wanted}: {table.file} has {len(found)} of that name; "
                f"its assignments: {shown}"
            )
        return found[0]
    keys = [key.casefold() for key in (lecture.id, lecture.title)]
    found = [n for n, name in columns.items() if any(k in name.casefold() for k in keys)]
    if len(found) != 1:
        raise CourseError(
            f"{table.file} has {len(found)} assignments with {lecture.id!r} or {lecture.title!r} "
            f"in the title: name the one with --column; its assignments: {shown}"
        )
    return found[0]


def _title(name: str) -> str:
    match = _TITLE.fullmatch(name)
    return match["title"] if match else name


def fill_moodle(
    table: Table, people: Sequence[Person], grades: Grades, who: Who, *, scale: bool = False
) -> Filled:
    """Fill grade and feedback of Moodle's grading worksheet.

    Args:
        table: the worksheet.
        people: whom its rows are of.
        grades: what is filled in.
        who: nbgrader's student id of a person; "" if there is none.
        scale: convert the points where Moodle has another maximum.

    Raises:
        CourseError: no worksheet, or another maximum.
    """
    grade, modified = table.column("Grade"), table.column("Last modified (grade)")
    if grade is None or modified is None:
        raise CourseError(
            f"{table.file} lacks “Grade” or “Last modified (grade)”, without which Moodle does not "
            "import it: download the grading worksheet again, in English"
        )
    comments = table.column("Feedback comments")
    most, open_ = table.column("Maximum grade"), table.column("Grade can be changed")
    done = Filled(replace(table, rows=[list(row) for row in table.rows]), table.header[grade])
    for person in people:
        row = done.table.rows[person.row]
        student = who(person)
        if student not in grades.of:
            done.empty.append(person)
            continue
        if table.cell(row, open_).casefold() == "no":
            done.kept.append((person, "Moodle says that the grade cannot be changed"))
            continue
        said = table.cell(row, most)
        factor = _factor(_number(said), grades.most, scale, f"Moodle's grade of {person.name}")
        value = _shown(factor * grades.of[student].score)
        # Moodle reads numbers as it writes them, with the comma of the user's language.
        row[grade] = value.replace(".", ",") if "," in said else value
        before = table.cell(row, comments)
        if comments is not None and (not before or f"{grades.lecture.id}: " in before):
            row[comments] = html.escape(grades.told(student), quote=False)
        done.graded.append(student)
    return done


def _number(text: str) -> float | None:
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        return None


def _factor(lms: float | None, ours: float, scale: bool, what: str) -> float:
    if lms is None or abs(lms - ours) < 0.005:
        return 1.0
    if not scale:
        raise CourseError(
            f"{what} is out of {lms:g}, nbgrader's out of {ours:g}: change it in the LMS, or "
            "convert with --scale"
        )
    return lms / ours


def _shown(points: float) -> str:
    return f"{points:.2f}".rstrip("0").rstrip(".")
