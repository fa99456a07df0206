"""A class's results, exercise by exercise, as grading has left them. Nothing is graded here."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from autograder.after.class_report.mistakes import Mistakes
from autograder.errors import CourseError
from autograder.grading.course import CourseFolder
from autograder.grading.fingerprint import fingerprints
from autograder.grading.journal import Journal, journal_file
from autograder.intake.ingest import submissions, take_in
from autograder.sandbox.scoring import HIDDEN, refused
from course_lib.checks.report import Report, Result
from course_lib.course.syllabus import Exercise, Lecture

__all__ = ["ClassReport", "ExerciseReport", "class_report"]

_HIDDEN_COUNT = re.compile(rf"{re.escape(HIDDEN)}: \d+ of \d+ cases")


@dataclass
class ExerciseReport:
    """The results of one exercise in the whole class.

    Attributes:
        passed, partly, wrong, unwritten: students with all points, some, none, and those who have
            not written it.
        points: of each student.
        failed: property → students with whom it does not hold, the commonest first.
        mistakes: known mistake → students whose results are its results.
        unknown: students who are wrong in a way that is no known mistake's.
    """

    exercise: Exercise
    passed: int = 0
    partly: int = 0
    wrong: int = 0
    unwritten: int = 0
    points: list[float] = field(default_factory=list)
    failed: Counter[str] = field(default_factory=Counter)
    mistakes: Counter[str] = field(default_factory=Counter)
    unknown: int = 0

    @property
    def broken(self) -> list[tuple[str, int]]:
        """(property, students), the commonest first; the hidden inputs, which follow, last."""
        return sorted(self.failed.items(), key=lambda one: (-one[1], one[0] == HIDDEN))

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """Students with all points, some, none, and those who have not written it."""
        return self.passed, self.partly, self.wrong, self.unwritten

    @property
    def students(self) -> int:
        """The number of students that are counted."""
        return len(self.points)

    @property
    def mean(self) -> float:
        """Mean points."""
        return sum(self.points) / len(self.points) if self.points else 0.0


@dataclass
class ClassReport:
    """A lecture over the class.

    Attributes:
        students: that are counted.
        ungraded: submissions that are not graded, or not completely.
        unreadable: submissions whose module could not be run at all: their results say nothing of
            single properties.
        outdated: submissions with a grade by other checks than today's.
    """

    lecture: Lecture
    exercises: list[ExerciseReport]
    students: int = 0
    ungraded: list[str] = field(default_factory=list)
    unreadable: int = 0
    outdated: int = 0

    @property
    def mean(self) -> float:
        """Mean sum of points by checks."""
        return sum(e.mean for e in self.exercises)

    @property
    def most(self) -> float:
        """The points by checks that can be had."""
        return sum(e.exercise.points for e in self.exercises)


def class_report(
    course: CourseFolder, lecture: Lecture, known: Callable[[list[str]], Mistakes]
) -> ClassReport:
    """Count the results of what is handed in now.

    Args:
        course: the course folder.
        lecture: the lecture.
        known: the known mistakes of the exercises that somebody got wrong.

    Raises:
        CourseError: nothing is handed in, or nothing of it is graded.
    """
    graders = fingerprints(lecture, course.engine_class, course.settings)
    journal = Journal(journal_file(course.root, lecture.id))
    report = ClassReport(lecture, [ExerciseReport(e) for e in lecture.exercises])
    graded: list[dict[str, Report]] = []
    for student, folder in submissions(course.submitted(lecture), lecture.id):
        taken = take_in(student, folder, lecture)
        found: dict[str, Report] = {}
        old = False
        if not taken.unusable:
            for exercise in lecture.exercises:
                if taken.refused:
                    found[exercise.name] = refused(exercise.name, taken.refused)
                    continue
                one = journal.find(taken.code, exercise.name, graders[exercise.name])
                old = old or one is None
                one = one or journal.latest(taken.code, exercise.name)
                if one is not None:
                    found[exercise.name] = one.report
        if len(found) < len(lecture.exercises):
            report.ungraded.append(student)
            continue
        report.outdated += old
        graded.append(found)
    if not graded:
        raise CourseError(
            f"no submission of {lecture.id} is graded: run `autograder grade {lecture.id}`"
        )
    report.students = len(graded)
    report.unreadable = sum(all(not _told(r) for r in found.values()) for found in graded)
    _count(report, graded, known)
    return report


def _count(
    report: ClassReport,
    graded: list[dict[str, Report]],
    known: Callable[[list[str]], Mistakes],
) -> None:
    wrong = [
        e.exercise.name
        for e in report.exercises
        if any(_broken(found[e.exercise.name]) for found in graded)
    ]
    mistakes = known(wrong) if wrong else None
    for entry in report.exercises:
        for found in graded:
            one = found[entry.exercise.name]
            entry.points.append(one.points)
            entry.passed += one.state == "passed"
            entry.unwritten += one.state == "missing"
            entry.partly += one.state == "failed" and one.points > 0
            entry.wrong += one.state == "failed" and one.points <= 0
            broken = _broken(one)
            entry.failed.update({_name(r) for r in broken})
            if broken and mistakes is not None:
                names = mistakes.match(entry.exercise.name, one)
                if names:
                    entry.mistakes[" or ".join(names)] += 1
                else:
                    entry.unknown += 1


def _told(report: Report) -> bool:
    """Whether the properties themselves were looked at."""
    return report.state == "missing" or len(report.results) > 1 or report.passed


def _broken(report: Report) -> list[Result]:
    """The properties that do not hold; none where the module could not be run."""
    if report.state != "failed" or not _told(report):
        return []
    return [r for r in report.results if not r.passed]


def _name(result: Result) -> str:
    return HIDDEN if _HIDDEN_COUNT.fullmatch(result.name) else result.name.rstrip(".")
