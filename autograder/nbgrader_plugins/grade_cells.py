"""Graded cells get their result from the grading engine. No cell of the student's is executed.

What `autograder grade` has graded already is taken from its journal, and what is graded here goes
into it: both commands give the same grades.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nbformat.notebooknode import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Type

from autograder.errors import CourseError
from autograder.grading.cells import graded_cells, write_result
from autograder.grading.journal_lookup import JournalLookup
from autograder.intake.submission import Submission
from autograder.sandbox.seam import Engine
from course_lib.checks.report import Report
from course_lib.course.syllabus import Lecture, UnknownName, load

__all__ = ["GradeCells"]


class GradeCells(NbGraderPreprocessor):
    """Writes one card for the feedback and one number for the gradebook into each graded cell."""

    engine_class = Type(
        "autograder.sandbox.engine.SandboxedEngine",
        klass="autograder.sandbox.seam.Engine",
        help="The grading engine: a subclass of autograder.sandbox.seam.Engine.",
    ).tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Grade the submission that this notebook belongs to."""
        names = resources["nbgrader"]
        try:
            lecture = load().lecture(names["assignment"])
        except UnknownName as error:
            raise CourseError(f"course.toml: {error}") from error
        cells = graded_cells(nb, lecture)
        submission = Submission(Path(resources["metadata"]["path"]), lecture.id)
        start, points = time.perf_counter(), 0.0
        reports, kept = self._reports(submission, lecture, list(cells))
        for exercise, cell in cells.items():
            points += write_result(cell, reports[exercise])
        self.log.info(
            "%s, %s: %g of %g points by checks (%.1f s%s)",
            names["student"],
            lecture.id,
            points,
            sum(float(cell.metadata.nbgrader["points"]) for cell in cells.values()),
            time.perf_counter() - start,
            f", {kept} of {len(cells)} exercises were graded before" if kept else "",
        )
        return nb, resources

    def _reports(
        self, submission: Submission, lecture: Lecture, exercises: list[str]
    ) -> tuple[dict[str, Report], int]:
        """Return a report for each exercise, and how many of them were in the journal."""
        lookup = JournalLookup.of(self, lecture, submission, f"{self.engine_class.__module__}."
                         f"{self.engine_class.__qualname__}")  # fmt: skip
        reports = {name: found for name in exercises if (found := lookup.report(name))}
        kept = len(reports)
        due = [name for name in exercises if name not in reports]
        if due:
            engine: Engine = self.engine_class(parent=self)
            left = list(due)
            for report, seconds in _timed(engine.grade(submission, due)):
                if not left or report.exercise != left.pop(0):
                    raise CourseError(f"the engine reported {report.exercise} out of turn")
                reports[report.exercise] = report
                lookup.keep(report, seconds)
            if left:
                raise CourseError(f"the engine gave no report of {', '.join(left)}")
        return reports, kept


def _timed(reports: Iterator[Report]) -> Iterator[tuple[Report, float]]:
    start = time.monotonic()
    for report in reports:
        now = time.monotonic()
        yield report, now - start
        start = now
