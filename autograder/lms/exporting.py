"""`autograder export`: the gradebook's points into a file that the LMS imports."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from autograder.errors import CourseError
from autograder.grading.course import CourseFolder
from autograder.intake.tables import Table, read_table
from autograder.lms.collecting import id_forms
from autograder.lms.gradefiles import Filled, fill_canvas, fill_moodle
from autograder.lms.grades import Grades, read_grades
from autograder.lms.roster import Person, Roster
from autograder.nbgrader_plugins.csv_export import harmless
from course_lib.course.syllabus import Lecture

__all__ = ["Exported", "export"]


@dataclass(kw_only=True)
class Exported(Filled):
    """The result of an export: what was filled, and where it lies.

    Attributes:
        file: what the LMS is to import.
        system: "Canvas", "Moodle", or "" for a plain table.
        lost: students with a grade who are nobody in the LMS's file.
        waiting: students one of whose answers waits for a grade by hand.
    """

    file: Path
    system: str
    lost: list[str]
    waiting: list[str]


def export(
    course: CourseFolder,
    lecture: Lecture,
    time_zone: str,
    into: Path | None = None,
    roster_file: Path | None = None,
    out: Path | None = None,
    column: str = "",
    scale: bool = False,
) -> Exported:
    """Write a lecture's grades for an LMS.

    Args:
        course: the course folder.
        lecture: the lecture.
        time_zone: the course's.
        into: what the LMS has exported: Canvas's gradebook, Moodle's grading worksheet.
        roster_file: who is who, where nbgrader's ids are not made of the names.
        out: what is written; by default the lecture's id is added to the name of `into`.
        column: the assignment's column in Canvas's gradebook.
        scale: convert the points where the LMS has another maximum.

    Raises:
        CourseError: a file cannot be read or does not fit; nothing has been written.
    """
    forms = id_forms(course)
    roster = Roster.read(roster_file, time_zone, forms) if roster_file else None
    grades = read_grades(course, lecture)
    if into is None:
        if roster is None:
            raise CourseError("give --into, a file that the LMS has exported, or --roster")
        target = out or Path(f"{lecture.id}-grades.csv")
        return _plain(grades, roster, target)
    table = read_table(into)
    theirs = Roster.of(table, time_zone, forms)
    target = out or Path(f"{into.stem}-{lecture.id}.csv")
    if target.resolve() == into.resolve():
        raise CourseError(f"--out {target} is --into itself: the LMS's own file is kept")

    def who(person: Person) -> str:
        if roster is None:
            return person.student_id
        found = roster.match(person)
        return found.student_id if found else ""

    if theirs.system == "Canvas":
        filled = fill_canvas(table, theirs.people, grades, who, column=column, scale=scale)
    elif theirs.system == "Moodle":
        if column:
            raise CourseError("--column is for Canvas: Moodle's worksheet has one grade")
        filled = fill_moodle(table, theirs.people, grades, who, scale=scale)
    else:
        raise CourseError(
            f"{into} is a roster of your own: --into takes what the LMS exports, and --roster that"
        )
    twice = {s for s in filled.graded if filled.graded.count(s) > 1}
    if twice:
        raise CourseError(
            f"{', '.join(sorted(twice))} would be several people of {into}: make the roster's "
            "lines distinct, by login or lms_id"
        )
    there = {*filled.graded, *(who(person) for person, _ in filled.kept)}
    return _written(filled, target, theirs.system, grades, there)


def _plain(grades: Grades, roster: Roster, target: Path) -> Exported:
    """A table for Moodle's gradebook import, in which the columns are chosen by hand."""
    table = Table(target, ["Email address", "Username", "Full name", grades.lecture.id, "Feedback"])
    filled = Filled(table, grades.lecture.id)
    for person in roster.people:
        if person.student_id not in grades.of:
            filled.empty.append(person)
            continue
        score = grades.of[person.student_id].score
        who = [str(harmless(cell)) for cell in (person.email, person.login, person.name)]
        table.rows.append([*who, f"{score:g}", grades.told(person.student_id)])
        filled.graded.append(person.student_id)
    return _written(filled, target, "", grades, set(filled.graded))


def _written(
    filled: Filled, target: Path, system: str, grades: Grades, there: set[str]
) -> Exported:
    """Write the file; `there` are the students who are in it."""
    filled.table.write(target)
    return Exported(
        **vars(filled),
        file=target,
        system=system,
        lost=sorted(set(grades.of) - there),
        waiting=sorted(s for s in filled.graded if grades.of[s].waits),
    )
