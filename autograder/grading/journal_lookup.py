"""The journal for `nbgrader autograde`: grades of one submission are looked up and stored."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.grading.fingerprint import fingerprints, settings_of
from autograder.grading.journal import Journal, journal_file
from autograder.grading.records import Graded
from autograder.intake.ingest import MOST_MODULE, Refused, code_digest, read_regular
from autograder.intake.submission import Submission
from course_lib.checks.report import Report
from course_lib.course.syllabus import Lecture

__all__ = ["JournalLookup"]


@dataclass
class JournalLookup:
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
    ) -> JournalLookup:
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
