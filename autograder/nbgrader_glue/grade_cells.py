"""Graded cells get their result from the grading engine. No cell of the student's is executed.

What `autograder grade` has graded already is taken from its journal, and what is graded here goes
into it: both commands give the same grades.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbformat.notebooknode import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import is_grade, is_solution
from traitlets import Type

from autograder.engine.seam import Engine, Submission
from autograder.errors import CourseError
from autograder.nbgrader_glue.nodes import new_output
from autograder.nbgrader_glue.plain_text import plain
from autograder.notebooks import grade_id
from course_lib.kit.syllabus import Lecture, UnknownName, load

if TYPE_CHECKING:
    from course_lib.checks.framework.report import Report

__all__ = ["GradeCells", "write_result"]


class GradeCells(NbGraderPreprocessor):
    """Writes one card for the feedback and one number for the gradebook into each graded cell."""

    engine_class = Type(
        "autograder.sandbox.engine.SandboxedEngine",
        klass="autograder.engine.Engine",
        help="The grading engine: a subclass of autograder.engine.Engine.",
    ).tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Grade the submission that this notebook belongs to."""
        names = resources["nbgrader"]
        try:
            lecture = load().lecture(names["assignment"])
        except UnknownName as error:
            raise CourseError(f"course.toml: {error}") from error
        cells = _graded_cells(nb, lecture)
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
        """A report an exercise, and how many of them were in the journal."""
        from autograder.grading.filed import Filed

        filed = Filed.of(self, lecture, submission, f"{self.engine_class.__module__}."
                         f"{self.engine_class.__qualname__}")  # fmt: skip
        reports = {name: found for name in exercises if (found := filed.report(name))}
        kept = len(reports)
        due = [name for name in exercises if name not in reports]
        if due:
            engine: Engine = self.engine_class(parent=self)
            left = list(due)
            for report, seconds in _timed(engine.grade(submission, due)):
                if not left or report.exercise != left.pop(0):
                    raise CourseError(f"the engine reported {report.exercise} out of turn")
                reports[report.exercise] = report
                filed.keep(report, seconds)
            if left:
                raise CourseError(f"the engine gave no report of {', '.join(left)}")
        return reports, kept


def _timed(reports: Iterator[Report]) -> Iterator[tuple[Report, float]]:
    start = time.monotonic()
    for report in reports:
        now = time.monotonic()
        yield report, now - start
        start = now


def _graded_cells(nb: NotebookNode, lecture: Lecture) -> dict[str, NotebookNode]:
    """Exercise → its cell. By the cell's name: its metadata passed through a student's hands."""
    exercises = {grade_id(e.name): e.name for e in lecture.exercises}
    found: dict[str, NotebookNode] = {}
    for cell in nb.cells:
        if cell.cell_type != "code" or not is_grade(cell) or is_solution(cell):
            continue
        name = cell.metadata.nbgrader["grade_id"]
        if name not in exercises:
            raise CourseError(
                f"graded cell {name!r} belongs to no exercise of {lecture.id} in course.toml: "
                "run `nbgrader generate_assignment` after changing the notebook"
            )
        found[exercises[name]] = cell
    return found


def write_result(cell: NotebookNode, report: Report) -> float:
    """Replace the cell's outputs by the report; returns the points, on the cell's own scale."""
    most = float(cell.metadata.nbgrader["points"])
    share = report.points / report.max_points if report.max_points else 0.0
    # nbgrader gives full marks for NaN, negative and missing numbers, and fails on too large ones.
    points = min(max(round(most * share, 2), 0.0), most) if math.isfinite(share) else 0.0
    shown = replace(
        report,
        results=tuple(replace(r, message=plain(r.message)) for r in report.results),
        notes=tuple(plain(note) for note in report.notes),
    )
    cell.execution_count = None
    cell.outputs = [
        new_output(
            "display_data",
            data={"text/html": shown._repr_html_(), "text/plain": _as_text(shown)},
        ),
        new_output("execute_result", data={"text/plain": repr(points)}),
    ]
    return points


def _as_text(report: Report) -> str:
    lines = [f"{report.exercise}: {report.points:g} / {report.max_points:g} points"]
    for result in report.results:
        lines.append(f"  {'✓' if result.passed else '✗'} {result.name}")
        if not result.passed and result.message:
            lines += [f"      {line}" for line in result.message.splitlines()]
        if not result.passed and result.hint:
            lines.append(f"      Read hint {result.hint}.")
    lines += [f"  note: {note}" for note in report.notes]
    return "\n".join(lines)
