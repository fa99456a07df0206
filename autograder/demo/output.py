"""`autograder demo`: the class of ten, played and shown as a table."""

from __future__ import annotations

import csv
import shutil
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from autograder.demo.students import CLASS
from autograder.demo.whole_day import Played, engine_setting, play
from autograder.errors import CourseError
from autograder.grading.output import class_table

__all__ = ["run", "table"]


def run(keep: Path | None = None, students: int = CLASS, lecture_name: str | None = None) -> None:
    """Play the demo, print the table, and say where its files are (`autograder demo`).

    Raises:
        CourseError: a command failed, or a demo student did not get what it is made to get.
    """
    if not 1 <= students <= CLASS:
        raise CourseError(f"--students is {students}: 1 to {CLASS} are possible")
    console = Console()
    folder = Path(keep).resolve() if keep else Path(tempfile.mkdtemp(prefix="course-demo-"))
    try:
        with console.status("release") as status:
            played = play(folder, students, status.update, lecture_name=lecture_name)
        console.print(table(played))
        console.print(_steps(played, kept=keep is not None), soft_wrap=True)
        if engine_setting():
            console.print("graded without a sandbox: there is none on this machine")
    finally:
        if keep is None:
            shutil.rmtree(folder, ignore_errors=True)
    wrong = [
        f"{line.student.name} ({name})"
        for line in played.graded
        for name in line.surprises(played.lecture)
    ]
    if wrong:
        raise CourseError(f"not graded as the students were made: {', '.join(wrong)}")


def table(played: Played) -> Table:
    """A line a student, a column an exercise."""
    table = class_table(
        f"{played.lecture.id}: points by exercise, and what was handed in",
        "✎ the answer is left to grade by hand · ✓ graded as the student was made to be",
    )
    table.add_column("student")
    for exercise in played.lecture.exercises:
        table.add_column(f"{exercise.section}\n/{exercise.points:g}", justify="right", no_wrap=True)
    most = sum(e.points for e in played.lecture.exercises)
    table.add_column(f"sum\n/{most:g}", justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    table.add_column("", no_wrap=True)
    for line in played.graded:
        cells = [
            _coloured(line.points.get(e.name, 0.0), e.points) for e in played.lecture.exercises
        ]
        right = "[red]✗[/red]" if line.surprises(played.lecture) else "[green]✓[/green]"
        who = f"{line.student.name}\n[dim]{line.student.what}[/dim]"
        answer = "✎" if line.by_hand else "–"
        table.add_row(who, *cells, f"{sum(line.points.values()):g}", answer, right)
    return table


def _coloured(points: float, most: float) -> str:
    colour = "green" if points == most else "yellow" if points else "red"
    return f"[{colour}]{points:g}[/{colour}]"


def _steps(played: Played, *, kept: bool) -> str:
    each = played.seconds["autograde"] / len(played.graded)
    steps = " · ".join(f"{name} {spent:.1f} s" for name, spent in played.seconds.items())
    with (played.course / "grades.csv").open(encoding="utf-8") as file:
        rows = sum(1 for _ in csv.DictReader(file))
    lines = [f"{steps} · {each:.1f} s a submission to autograde · {rows} lines in grades.csv"]
    if kept:
        lines.append(f"kept in {played.course}; `nbgrader` and `jupyter lab` run there")
        lines.append(f"feedback to open: {played.graded[-1].feedback}")
    return "\n".join(lines)
