"""The output of `autograder grade`: progress with an estimate, problems as they occur, a table."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from autograder.grading.coordinator import Line, Run
from autograder.intake.plain_text import in_terminal
from course_lib.checks.report import Report

__all__ = ["Screen", "class_table", "closing", "summary"]

_MARKS = {"passed": "[green]✓[/green]", "missing": "[dim]…[/dim]"}


class Screen:
    """A `Watcher` that prints."""

    def __init__(self, console: Console):
        self.console = console
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("exercises"),
            TimeElapsedColumn(),
            TextColumn("·"),
            TimeRemainingColumn(compact=True),
            TextColumn("left"),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task: TaskID | None = None

    @contextmanager
    def live(self, title: str) -> Iterator[None]:
        """Show progress while the body runs."""
        self._title = title
        with self._progress:
            yield

    def begin(self, due: int, kept: int) -> None:
        """See `Watcher`."""
        if due:
            self._task = self._progress.add_task(self._title, total=due)
        if kept:
            self.console.print(f"[dim]{_number(kept, 'exercise')} graded already[/dim]")

    def graded(self, exercises: int) -> None:
        """See `Watcher`."""
        if self._task is not None:
            self._progress.advance(self._task, exercises)

    def problem(self, student: str, line: str) -> None:
        """See `Watcher`."""
        self.console.print(
            f"[yellow]![/yellow] {in_terminal(student)}: {in_terminal(line)}", soft_wrap=True
        )


def class_table(title: str, caption: str | None = None) -> Table:
    """An empty table in the style of all commands that show a class."""
    return Table(
        title=title,
        title_justify="left",
        caption=caption,
        caption_justify="left",
        box=None,
        padding=(0, 1, 0, 0),
        header_style="bold",
    )


def summary(run: Run) -> Table:
    """A line a student: points, a mark an exercise, seconds; and the class's mean."""
    exercises = run.lecture.exercises
    most = sum(e.points for e in exercises)
    table = class_table(
        f"{run.lecture.id}: {_number(len(run.lines), 'submission')}",
        "✓ all points · a number: some · ✗ none · … not written yet · – not graded",
    )
    table.add_column("student", overflow="fold")
    table.add_column(f"points\n/{most:g}", justify="right", no_wrap=True)
    for exercise in exercises:
        table.add_column(f"{exercise.section}\n/{exercise.points:g}", justify="right", no_wrap=True)
    table.add_column("s", justify="right", no_wrap=True)
    for line in run.lines:
        marks = [_mark(line, line.reports.get(e.name)) for e in exercises]
        points = f"{line.points:g}" if line.reports else "[red]–[/red]"
        table.add_row(in_terminal(line.student), points, *marks, f"{line.seconds:.1f}")
    counted = [line for line in run.lines if not line.failed and line.reports]
    if counted:
        table.add_section()
        means = [
            f"{sum(line.reports[e.name].points for line in counted) / len(counted):.1f}"
            for e in exercises
        ]
        seconds = sum(line.seconds for line in counted) / len(counted)
        mean = sum(line.points for line in counted) / len(counted)
        table.add_row("class mean", f"{mean:.1f}", *means, f"{seconds:.1f}", style="bold")
    return table


def closing(run: Run) -> str:
    """Summarise the run in one line."""
    if not (run.graded or run.written or run.penalties or run.failed):
        return f"nothing to do: all {_number(len(run.lines), 'submission')} are graded"
    said = [
        f"{_number(run.graded, 'exercise')} graded",
        f"{run.kept} kept",
        f"{_number(run.written, 'submission')} written to the gradebook",
        *([f"{run.penalties} late penalties changed"] if run.penalties else []),
        f"{run.seconds:.1f} s",
    ]
    return " · ".join(said)


def _mark(line: Line, report: Report | None) -> str:
    if report is None:
        return "[red]–[/red]"
    if report.state == "failed":
        return f"[yellow]{report.points:g}[/yellow]" if report.points else "[red]✗[/red]"
    return _MARKS[report.state]


def _number(n: int, what: str) -> str:
    return f"{n} {what}" if n == 1 else f"{n} {what}s"
