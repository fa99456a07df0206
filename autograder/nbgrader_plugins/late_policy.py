"""nbgrader's late-submission plug-in for this course: `[grading.late]` and `extensions.csv`.

`nbgrader autograde` and `autograder grade` both ask it, so that there is one rule.
"""

from __future__ import annotations

from pathlib import Path

from nbgrader.plugins import LateSubmissionPlugin
from traitlets import Unicode

from autograder.errors import CourseError
from autograder.intake.extensions import read_extensions
from course_lib.course import syllabus

__all__ = ["CoursePolicy"]


class CoursePolicy(LateSubmissionPlugin):
    """Takes a share of the points for every day; nbgrader's own method "zero" still works."""

    course_file = Unicode(
        "", help="The `course.toml` that has the rule; by default the installed course's."
    ).tag(config=True)

    def late_submission_penalty(
        self, student_id: str, score: float, total_seconds_late: float
    ) -> float | None:
        """The points that are taken, None for none.

        Args:
            student_id: whose submission it is.
            score: what it would be worth on time.
            total_seconds_late: after the due date and nbgrader's own extension.
        """
        if self.penalty_method != "none":
            return super().late_submission_penalty(student_id, score, total_seconds_late)
        file = Path(self.course_file) if self.course_file else syllabus.path()
        try:
            course = syllabus.read(file)
        except (OSError, ValueError) as error:
            raise CourseError(f"{file}: {error}") from error
        lecture = course.lecture(self.parent.assignment_id)
        until = read_extensions(file.parent, course).get((student_id, lecture.id))
        seconds = total_seconds_late
        if until is not None:
            submission = self.parent.gradebook.find_submission(lecture.id, student_id)
            seconds = min(seconds, (submission.timestamp - until).total_seconds())
        return course.late_policy(lecture).penalty(score, seconds) or None
