"""A lecture's grades as nbgrader's gradebook has them."""

from __future__ import annotations

from dataclasses import dataclass

from nbgrader.api import Gradebook

from autograder.authoring.notebooks import grade_id
from autograder.errors import CourseError
from autograder.grading.course import CourseFolder
from autograder.grading.gradebook import missing_lecture
from course_lib.course.syllabus import Lecture

__all__ = ["Grade", "Grades", "read_grades"]


@dataclass(frozen=True)
class Grade:
    """The grade of one student.

    Attributes:
        raw: the points of all cells.
        penalty: what being late costs.
        waits: an answer has not been graded by hand yet.
        parts: (section, points, of how many) of each exercise, and of the reflection question.
    """

    raw: float
    penalty: float
    waits: bool
    parts: tuple[tuple[str, float, float], ...]

    @property
    def score(self) -> float:
        """The points that count."""
        return max(0.0, self.raw - self.penalty)


@dataclass(frozen=True)
class Grades:
    """The grades of a class in one lecture.

    Attributes:
        most: the points that can be had.
        of: student id → grade.
    """

    lecture: Lecture
    most: float
    of: dict[str, Grade]

    def told(self, student: str) -> str:
        """One line for the student: the sum, its parts, the penalty."""
        grade = self.of[student]
        parts = ", ".join(f"{name} {points:g}/{most:g}" for name, points, most in grade.parts)
        late = f"; late: −{grade.penalty:g}" if grade.penalty else ""
        return f"{self.lecture.id}: {grade.score:g} of {self.most:g} points ({parts}{late})"


def read_grades(course: CourseFolder, lecture: Lecture) -> Grades:
    """Read a lecture's grades.

    Raises:
        CourseError: the gradebook does not have the lecture, or nobody's grade.
    """
    names = {grade_id(e.name): e.section for e in lecture.exercises}
    order = {name: n for n, name in enumerate(names)}
    with Gradebook(course.directory.db_url, course.directory.course_id) as gradebook:
        with missing_lecture(lecture):
            assignment = gradebook.find_assignment(lecture.id)
        found: dict[str, Grade] = {}
        for submission in assignment.submissions:
            cells = [grade for notebook in submission.notebooks for grade in notebook.grades]
            cells.sort(key=lambda cell: (order.get(cell.name, len(order)), cell.name))
            parts = tuple(
                (names.get(cell.name, cell.name), round(float(cell.score or 0), 2),
                 float(cell.max_score))
                for cell in cells
            )  # fmt: skip
            found[submission.student_id] = Grade(
                raw=round(float(submission.score or 0), 2),
                penalty=round(float(submission.late_submission_penalty or 0), 2),
                waits=bool(submission.needs_manual_grade),
                parts=parts,
            )
        most = float(assignment.max_score)
    if not found:
        raise CourseError(f"nobody is graded in {lecture.id}: run `autograder grade {lecture.id}`")
    return Grades(lecture, most, found)
