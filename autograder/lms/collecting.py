"""`autograder collect`: an LMS's download becomes nbgrader's `submitted/STUDENT/LECTURE/`."""

from __future__ import annotations

import filecmp
import os
import shutil
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from autograder.errors import CourseError
from autograder.grading.course import CourseFolder
from autograder.intake.lms_names import Origin, distinct_ids
from autograder.intake.times import stamp
from autograder.intake.uploads import (
    MOST_MEGABYTES,
    MOST_MODULE_KILOBYTES,
    Taken,
    Wanted,
    by_student,
    taken_of,
    uploads_in,
    write,
)
from autograder.lms.roster import FORMS, Person, Roster
from course_lib.course.syllabus import Lecture

__all__ = ["Collected", "Line", "collect", "id_forms"]


@dataclass(frozen=True)
class Line:
    """One student's uploads.

    Attributes:
        student: nbgrader's id; the name in the download for somebody who is not on the roster.
        source: what the download says.
        state: "new", "changed", "unchanged" or "unmatched".
        late: the LMS marks it so.
        submitted: in UTC, where it is known.
        problems: what is wrong with it.
        folder: where it lies.
    """

    student: str
    source: Origin
    state: str
    late: bool
    submitted: datetime | None
    problems: tuple[str, ...]
    folder: Path


@dataclass
class Collected:
    """The result of collecting.

    Attributes:
        lines: one a student.
        absent: people of the roster who handed in nothing.
        skipped: files of the download that are nobody's, one line each.
        kept: where the submissions lie that newer ones have replaced; None if there are none.
    """

    lines: list[Line] = field(default_factory=list)
    absent: tuple[Person, ...] = ()
    skipped: list[str] = field(default_factory=list)
    kept: Path | None = None

    @property
    def unmatched(self) -> list[Line]:
        """Uploads of people who are not on the roster."""
        return [line for line in self.lines if line.state == "unmatched"]

    @property
    def untimed(self) -> list[Line]:
        """Late ones without the time that a penalty is computed from."""
        return [line for line in self.lines if line.late and line.submitted is None]


def id_forms(course: CourseFolder) -> dict[str, str]:
    """The rule by which names become student ids, as configured for `nbgrader zip_collect`."""
    chosen = course.config.get("LmsExtractor", {})
    return {
        system: str(chosen.get(f"{system.lower()}_student_id", form))
        for system, form in FORMS.items()
    }


def collect(
    course: CourseFolder,
    lecture: Lecture,
    download: Path,
    roster: Roster | None = None,
    times: Roster | None = None,
) -> Collected:
    """Put the submissions of a download into `submitted/`.

    A submission that is there already and differs is moved to `downloaded/LECTURE/replaced/`.

    Args:
        course: the course folder.
        lecture: the lecture that was handed in.
        download: the LMS's zip, or a folder with what it holds.
        roster: who is who; without one, ids are made of the names in the download.
        times: a table with the times of submission, where the roster does not have them.

    Raises:
        CourseError: there is no such download, nothing in it is a submission, or two people of
            the download are one of the roster.
    """
    if not download.exists():
        raise CourseError(f"there is no {download}: give the zip that the LMS lets you download")
    chosen = course.config.get("LmsExtractor", {})
    wanted = Wanted.of(
        lecture,
        int(chosen.get("most_megabytes", MOST_MEGABYTES)),
        int(chosen.get("most_module_kilobytes", MOST_MODULE_KILOBYTES)),
    )
    done = Collected()
    with ExitStack() as files:
        students = by_student(uploads_in(download, files, done.skipped.append))
        if not students:
            first = f": {done.skipped[0]}" if done.skipped else ""
            raise CourseError(
                f"{download} has no submission that Moodle's or Canvas's “download all "
                f"submissions” would have made{first}"
            )
        sources = [uploads[0].origin for uploads in students.values()]
        names, people = _who(sources, roster, id_forms(course))
        place = _Place(course, lecture, f"{datetime.now():%Y-%m-%d-%H%M%S}")
        for source in sources:
            taken = taken_of(students[source.student], wanted)
            person = people.get(source.student)
            clock = (times.find(source) if times else None) or person
            taken.late = taken.late or bool(clock and clock.late)
            when = clock.submitted if clock else None
            known = roster is None or person is not None
            done.lines.append(place.put(names[source.student], source, taken, when, known))
    done.lines.sort(key=lambda line: (line.state == "unmatched", line.student.casefold()))
    found = {id(person) for person in people.values()}
    done.absent = tuple(p for p in roster.people if id(p) not in found) if roster else ()
    done.kept = place.replaced if place.replaced.exists() else None
    return done


def _who(
    sources: list[Origin], roster: Roster | None, forms: dict[str, str]
) -> tuple[dict[tuple[str, str, str], str], dict[tuple[str, str, str], Person]]:
    """Student of the download → id, and → person of the roster."""
    ids, _ = distinct_ids(sources, forms)
    people: dict[tuple[str, str, str], Person] = {}
    if roster is None:
        return ids, people
    claimed: dict[str, Origin] = {}
    for source in sources:
        person = roster.find(source)
        if person is None:
            number = f"-{source.number}"
            ids[source.student] = ids[source.student].removesuffix(number) + number
            continue
        if other := claimed.get(person.student_id):
            raise CourseError(
                f"{other.name} ({other.number}) and {source.name} ({source.number}) of the "
                f"download are both {person.student_id} of {roster.file}: give the roster a line "
                "for each"
            )
        claimed[person.student_id] = source
        ids[source.student], people[source.student] = person.student_id, person
    return ids, people


class _Place:
    """The folder that submissions are written to."""

    def __init__(self, course: CourseFolder, lecture: Lecture, moment: str):
        self.directory, self.lecture = course.directory, lecture
        downloads = course.root / "downloaded" / lecture.id
        self.unmatched = downloads / "unmatched"
        self.replaced = downloads / "replaced" / moment
        self.staging = downloads / f".new-{os.getpid()}"

    def put(
        self, student: str, source: Origin, taken: Taken, when: datetime | None, known: bool
    ) -> Line:
        """Write one submission, whole or not at all."""
        final = self.unmatched / student
        if known:
            pattern = self.directory.submitted_directory
            final = Path(self.directory.format_path(pattern, student, self.lecture.id))
        if not _safe(student):
            raise CourseError(
                f"{student!r} cannot be a student's id: letters, digits, “-”, “_”, “.”, “@”"
            )
        shutil.rmtree(self.staging, ignore_errors=True)
        try:
            problems = write(self.staging, taken)
            if when is not None:
                (self.staging / "timestamp.txt").write_text(stamp(when), encoding="utf-8")
            state = self._move(student, final, known)
        finally:
            shutil.rmtree(self.staging, ignore_errors=True)
        return Line(
            student, source, state if known else "unmatched", taken.late, when,
            tuple(problems), final,
        )  # fmt: skip

    def _move(self, student: str, final: Path, known: bool) -> str:
        if os.path.lexists(final):
            if final.is_dir() and not final.is_symlink() and _same(final, self.staging):
                return "unchanged"
            old = self.replaced / (student if known else f"unmatched-{student}")
            old.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(final, old)
            state = "changed"
        else:
            state = "new"
        final.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(self.staging, final)
        return state


def _safe(student: str) -> bool:
    """Whether an id, which a roster may have from anywhere, is one folder's name."""
    return (
        student.isprintable()
        and not set(student) & set("/\\+")
        and not student.startswith(".")
        and 0 < len(student) <= 128
    )


def _same(left: Path, right: Path) -> bool:
    """Whether two folders have the same files with the same content."""
    names = [
        sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if not p.is_dir())
        for folder in (left, right)
    ]
    return names[0] == names[1] and all(
        not (left / name).is_symlink() and filecmp.cmp(left / name, right / name, shallow=False)
        for name in names[0]
    )
