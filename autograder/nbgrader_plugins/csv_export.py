"""`nbgrader export` for a spreadsheet: no cell is a formula, whatever a student is called."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.plugins import ExportPlugin

from autograder.intake.plain_text import plain

__all__ = ["SafeCsvExport", "harmless"]

_COLUMNS = (
    "assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email",
    "raw_score", "late_submission_penalty", "score", "max_score",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def harmless(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula. Numbers stay numbers.

    Args:
        value: a number, a time, a text or None.
    """
    if value is None:
        return ""
    if isinstance(value, (int, float)):
        return value
    text = str(value)
    risky = text.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA)
    text = plain(text, 1000).replace("\n", " ").replace("\t", " ")
    return f"'{text}" if risky else text


class SafeCsvExport(ExportPlugin):
    """nbgrader's CSV, column by column, with quoted text and without formulas."""

    def export(self, gradebook: Gradebook) -> None:
        """Write the file: a line an assignment and student."""
        target = Path(self.to or "grades.csv")
        self.log.info("Exporting grades to %s", target)
        assignments, students = set(map(str, self.assignment)), set(map(str, self.student))
        text = io.StringIO()
        rows = csv.writer(text, lineterminator="\n")
        rows.writerow(_COLUMNS)
        for assignment in gradebook.assignments:
            if assignments and assignment.name not in assignments:
                continue
            for student in gradebook.students:
                if students and student.id not in students:
                    continue
                rows.writerow([harmless(v) for v in _row(gradebook, assignment, student)])
        target.write_text(text.getvalue(), encoding="utf-8")


def _row(gradebook: Gradebook, assignment: Any, student: Any) -> list[Any]:
    """One line, in the order of the columns; a student who handed in nothing has 0."""
    try:
        found = gradebook.find_submission(assignment.name, student.id)
        when, raw, penalty = found.timestamp, found.score, found.late_submission_penalty
    except MissingEntry:
        when, raw, penalty = None, 0.0, 0.0
    person = [student.id, student.last_name, student.first_name, student.email]
    return [
        assignment.name, assignment.duedate, when, *person,
        raw, penalty, max(0.0, raw - penalty), assignment.max_score,
    ]  # fmt: skip
