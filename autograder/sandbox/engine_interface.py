"""The contract of a grading engine: a submission and exercise names in, one report each out."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from traitlets import Float
from traitlets.config import LoggingConfigurable

from autograder.intake.submission import Submission
from course_lib.checks.report import Report

__all__ = ["Engine", "EngineError"]


class EngineError(RuntimeError):
    """The grader itself is broken, so no grade may be given. Never raised for a student's code."""


class Engine(LoggingConfigurable):
    """Grades submissions. One engine serves a whole class, one submission after the other.

    The limits are every engine's: set them in `nbgrader_config.py` as `c.Engine.…`.
    """

    seconds_per_submission = Float(
        300.0,
        help="Wall-clock seconds for all exercises of a submission; what is left then scores 0.",
    ).tag(config=True)

    seconds_per_exercise = Float(
        60.0,
        help="Wall-clock seconds for one exercise, public properties and hidden cases together.",
    ).tag(config=True)

    seconds_per_property = Float(
        None,
        allow_none=True,
        help="Seconds that a student's code may run inside one property before it is interrupted; "
        "by default course.toml's, which is what students have.",
    ).tag(config=True)

    def warm_up(self) -> None:
        """Begin what takes seconds before a first submission can be graded; do not wait for it."""

    def grade(self, submission: Submission, exercises: Sequence[str]) -> Iterator[Report]:
        """Grade one submission.

        Args:
            submission: the student's folder and the lecture.
            exercises: names as in `course.toml`, such as "name.Model.log_prob".

        Yields:
            One official report an exercise, in the order asked for. Whatever the student's code
            does, missing, broken or endless, is a report with a reason, never an exception.

        Raises:
            EngineError: the grader itself does not work.
        """
        raise NotImplementedError

    def timed(
        self, submission: Submission, exercises: Sequence[str]
    ) -> Iterator[tuple[Report, float]]:
        """What `grade` yields, each report with the seconds that it took.

        Raises:
            EngineError: as `grade`; or a report came out of turn, or not at all.
        """
        left = list(exercises)
        start = time.monotonic()
        for report in self.grade(submission, exercises):
            now = time.monotonic()
            if not left or report.exercise != left.pop(0):
                raise EngineError(f"the engine reported {report.exercise} out of turn")
            yield report, now - start
            start = now
        if left:
            raise EngineError(f"the engine gave no report of {', '.join(left)}")
