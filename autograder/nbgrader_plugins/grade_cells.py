"""Graded cells get their result from the grading engine. No cell of the student's is executed.

What `autograder grade` has graded already is taken from its journal, and what is graded here goes
into it: both commands give the same grades.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nbformat.notebooknode import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Type

from autograder.errors import CourseError
from autograder.grading.cells import graded_cells, write_result
from autograder.grading.fingerprint import fingerprints, settings_of
from autograder.grading.journal import Journal, journal_file
from autograder.grading.records import Graded
from autograder.intake.ingest import MOST_MODULE, code_digest
from autograder.intake.regular_files import Refused, read_regular
from autograder.intake.submission import Submission
from autograder.sandbox.engine_interface import Engine
from course_lib.checks.report import Report
from course_lib.course.syllabus import Lecture, UnknownName, load

__all__ = ["GradeCells"]


class GradeCells(NbGraderPreprocessor):
    """Writes one card for the feedback and one number for the gradebook into each graded cell."""

    engine_class = Type(
        "autograder.sandbox.engine.SandboxedEngine",
        klass="autograder.sandbox.engine_interface.Engine",
        help="The grading engine: a subclass of autograder.sandbox.engine_interface.Engine.",
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
        engine_class = f"{self.engine_class.__module__}.{self.engine_class.__qualname__}"
        lookup = _JournalLookup.of(self, lecture, submission, engine_class)
        reports = {name: found for name in exercises if (found := lookup.report(name))}
        kept = len(reports)
        due = [name for name in exercises if name not in reports]
        if due:
            engine: Engine = self.engine_class(parent=self)
            for report, seconds in engine.timed(submission, due):
                reports[report.exercise] = report
                lookup.keep(report, seconds)
        return reports, kept


@dataclass
class _JournalLookup:
    """The grades of one submission in the journal of its lecture; of none without a course folder.

    Attributes:
        journal: the lecture's.
        code: hash of the module.
        graders: exercise → fingerprint.
    """

    journal: Journal | None = None
    code: str = ""
    graders: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        preprocessor: NbGraderPreprocessor,
        lecture: Lecture,
        submission: Submission,
        engine_class: str,
    ) -> _JournalLookup:
        """Look up the journal's grades of a submission that nbgrader is converting.

        Args:
            preprocessor: one of the running converter's.
            lecture: the lecture that is graded.
            submission: the submission in `autograded/`.
            engine_class: where the engine is imported from.
        """
        try:
            root = Path(preprocessor.parent.parent.coursedir.root)
        except AttributeError:
            return cls()
        try:
            module = read_regular(submission.module_file, MOST_MODULE)
        except FileNotFoundError:
            module = None
        except Refused:
            # The engine says why; a grade of what was not taken is nobody else's.
            return cls()
        journal = Journal(journal_file(root, lecture.id))
        settings = settings_of(preprocessor.config, engine_class)
        return cls(journal, code_digest(module), fingerprints(lecture, engine_class, settings))

    def report(self, exercise: str) -> Report | None:
        """The report of an exercise that was graded before."""
        if self.journal is None:
            return None
        found = self.journal.find(self.code, exercise, self.graders[exercise])
        return found.report if found else None

    def keep(self, report: Report, seconds: float) -> None:
        """Put a report into the journal."""
        if self.journal is not None:
            self.journal.add(self.code, self.graders, [Graded(report, seconds)])
