"""The roster of a class: it maps the names and ids of the LMS to nbgrader's student ids.

A roster is a CSV file. It may be the instructor's own, with the column `student_id`, or what the
LMS itself exports: Canvas's gradebook, Moodle's grading worksheet.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from autograder.errors import CourseError
from autograder.intake.lms_names import CANVAS_ID, MOODLE_ID, Origin, distinct_ids
from autograder.intake.tables import Table, read_table
from autograder.intake.times import in_utc

__all__ = ["FORMS", "Person", "Roster", "joined", "spoken"]

FORMS = {"Canvas": CANVAS_ID, "Moodle": MOODLE_ID}
_PARTICIPANT = re.compile(r".*?(\d+)")
_LATE = re.compile(r"\blate\b", re.IGNORECASE)


@dataclass(frozen=True)
class Person:
    """One student.

    Attributes:
        student_id: nbgrader's.
        name: as the file has it, "Ada Lovelace" or "Lovelace, Ada".
        lms_id: Canvas's number of the user, or Moodle's of the participant.
        submitted: when the work was handed in, in UTC without a zone as nbgrader has it.
        late: the LMS says so.
        row: place in the file.
    """

    student_id: str
    name: str = ""
    lms_id: str = ""
    login: str = ""
    email: str = ""
    submitted: datetime | None = None
    late: bool = False
    row: int = 0


@dataclass(frozen=True)
class Roster:
    """The people of a class.

    Attributes:
        system: "Canvas" or "Moodle" if the file is the LMS's own, else "".
        people: in the file's order.
    """

    file: Path
    system: str
    people: tuple[Person, ...]

    @classmethod
    def read(cls, file: Path, time_zone: str, forms: Mapping[str, str] = FORMS) -> Roster:
        """Read a roster.

        Args:
            file: the CSV file.
            time_zone: of times in it that do not name theirs.
            forms: system → form of the student ids, where the file has none.

        Raises:
            CourseError: it cannot be read, or has no column that says who is who.
        """
        return cls.of(read_table(file), time_zone, forms)

    @classmethod
    def of(cls, table: Table, time_zone: str, forms: Mapping[str, str] = FORMS) -> Roster:
        """The people in a table that has been read."""
        if table.column("student_id") is not None:
            system, people = "", list(_own(table, time_zone))
            _distinct(table, people)
        elif table.column("SIS Login ID", "Section") is not None and table.column("ID") is not None:
            system, people = "Canvas", list(_canvas(table))
        elif table.column("Identifier") is not None:
            system, people = "Moodle", list(_moodle(table, time_zone))
        else:
            raise CourseError(
                f"{table.file} has the columns {', '.join(table.header)}: expected is student_id "
                "with name, lms_id, login or email, or a file of the LMS's own (Canvas's "
                "gradebook, Moodle's grading worksheet)"
            )
        if system:
            people = _with_ids(system, people, forms)
        return cls(table.file, system, tuple(people))

    def find(self, source: Origin) -> Person | None:
        """The person who made an upload; None if that is nobody, or could be several."""
        # Moodle numbers participants anew in every assignment: a number in the instructor's own
        # file is another one.
        if self.system == source.system or (not self.system and source.system == "Canvas"):
            by_number = [p for p in self.people if p.lms_id == source.number]
            if by_number:
                return by_number[0] if len(by_number) == 1 else None
        if source.system == "Canvas":
            wanted = joined(source.name)
            return _only(p for p in self.people if wanted in _canvas_names(p.name))
        for name in _without_group(source.name):
            by_name = [p for p in self.people if spoken(name) == spoken(p.name)]
            if by_name:
                return _only(iter(by_name))
        return None

    def match(self, other: Person) -> Person | None:
        """The person of another file: by login, email or LMS id, else by the name."""
        for field in ("lms_id", "login", "email"):
            value = getattr(other, field).casefold()
            found = [p for p in self.people if value and getattr(p, field).casefold() == value]
            if len(found) == 1:
                return found[0]
        by_id = [p for p in self.people if p.student_id == other.student_id]
        if len(by_id) == 1:
            return by_id[0]
        wanted = spoken(other.name)
        return _only(p for p in self.people if wanted and spoken(p.name) == wanted)


def spoken(name: str) -> str:
    """A name to compare: "Lovelace, Ada" and "ada  LOVELACE" are the same."""
    last, comma, first = name.partition(",")
    name = unicodedata.normalize("NFC", f"{first} {last}" if comma else name)
    return " ".join(re.sub(r"[\W_]+", " ", name).casefold().split())


def joined(name: str) -> str:
    """A name as Canvas has it in a file's name: letters and digits, without blanks."""
    return re.sub(r"\W", "", unicodedata.normalize("NFC", name).replace(",", " ").lower())


def _canvas_names(name: str) -> set[str]:
    """What Canvas may make of a name: "Last, First" is certain, else any word may start it."""
    if "," in name:
        return {joined(name)}
    words = name.split()
    return {joined(" ".join(words[n:] + words[:n])) for n in range(len(words))}


def _without_group(name: str) -> Iterator[str]:
    """A name, and what is left of it without the group that Moodle puts in front: "B-Ada L"."""
    yield name
    while "-" in name:
        name = name.partition("-")[2]
        yield name


def _only(found: Iterator[Person]) -> Person | None:
    people = list(found)
    return people[0] if len(people) == 1 else None


def _own(table: Table, time_zone: str) -> Iterator[Person]:
    columns = {
        field: table.column(*names)
        for field, names in {
            "student_id": ["student_id"],
            "name": ["name", "full name", "student"],
            "first": ["first_name", "first name"],
            "last": ["last_name", "last name"],
            "lms_id": ["lms_id", "id"],
            "login": ["login", "sis login id", "username"],
            "email": ["email", "email address"],
            "submitted": ["submitted"],
        }.items()
    }
    for n, (row, line) in enumerate(zip(table.rows, table.lines, strict=True)):
        cells: dict[str, Any] = {f: table.cell(row, column) for f, column in columns.items()}
        if not cells["student_id"]:
            raise CourseError(f"{table.file} line {line}: the student_id is empty")
        first, last = cells.pop("first"), cells.pop("last")
        when = _when(table, line, cells.pop("submitted"), time_zone)
        if not cells["name"] and (first or last):
            cells["name"] = f"{last}, {first}"
        yield Person(**cells, submitted=when, row=n)


def _canvas(table: Table) -> Iterator[Person]:
    student, last = table.column("Student", "Student Name"), table.column("LastName")
    first, number = table.column("FirstName"), table.column("ID")
    login = table.column("SIS Login ID")
    for n, row in enumerate(table.rows):
        name = table.cell(row, student)
        if last is not None:
            name = f"{table.cell(row, last)}, {table.cell(row, first)}"
        # "Points Possible", "Manual Posting" and Canvas's own test student are nobody.
        if not table.cell(row, number).isdigit() or name == "Student, Test":
            continue
        yield Person("", name, table.cell(row, number), table.cell(row, login), row=n)


def _moodle(table: Table, time_zone: str) -> Iterator[Person]:
    identifier, name = table.column("Identifier"), table.column("Full name")
    email, status = table.column("Email address"), table.column("Status")
    login = table.column("Username", "ID number")
    when = table.column("Last modified (submission)")
    for n, (row, line) in enumerate(zip(table.rows, table.lines, strict=True)):
        number = _PARTICIPANT.fullmatch(table.cell(row, identifier))
        if not number:
            raise CourseError(
                f"{table.file} line {line}: the identifier {table.cell(row, identifier)!r} has no "
                "number: “Participant 12345” is expected"
            )
        modified = table.cell(row, when)
        yield Person(
            "",
            table.cell(row, name) or table.cell(row, identifier),
            number[1],
            table.cell(row, login),
            table.cell(row, email),
            _when(table, line, "" if modified == "-" else modified, time_zone),
            bool(_LATE.search(table.cell(row, status))),
            n,
        )


def _when(table: Table, line: int, text: str, time_zone: str) -> datetime | None:
    try:
        return in_utc(text, time_zone) if text else None
    except ValueError:
        raise CourseError(
            f"{table.file} line {line}: {text!r} is no time: 2026-03-05 23:59 is expected, or the "
            "LMS's own in English"
        ) from None


def _distinct(table: Table, people: list[Person]) -> None:
    seen: dict[str, int] = {}
    for person, line in zip(people, table.lines, strict=True):
        key = person.student_id.casefold()
        if key in seen:
            raise CourseError(
                f"{table.file} line {line}: {person.student_id} stands on line {seen[key]} already"
            )
        seen[key] = line


def _with_ids(system: str, people: list[Person], forms: Mapping[str, str]) -> list[Person]:
    """Ids as they are made from the names in a download."""
    named = [
        Origin(system, joined(p.name) if system == "Canvas" else p.name, p.lms_id, ())
        for p in people
    ]
    ids, _ = distinct_ids(named, forms)
    return [replace(p, student_id=ids[o.student]) for o, p in zip(named, people, strict=True)]
