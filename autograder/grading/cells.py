"""The graded cells of a notebook: which exercise each belongs to, and a report written into it."""

from __future__ import annotations

import math
from dataclasses import replace

from nbformat.notebooknode import NotebookNode
from nbgrader.utils import is_grade, is_solution

from autograder.authoring.notebooks import grade_id
from autograder.errors import CourseError
from autograder.intake.cells_and_outputs import new_output
from autograder.intake.plain_text import plain
from course_lib.checks.report import Report
from course_lib.course.syllabus import Lecture

__all__ = ["graded_cells", "write_result"]


def graded_cells(nb: NotebookNode, lecture: Lecture) -> dict[str, NotebookNode]:
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
            data={"text/html": shown._repr_html_(), "text/plain": shown.text},
        ),
        new_output("execute_result", data={"text/plain": repr(points)}),
    ]
    return points
