"""The commands `autograder collect` and `autograder export`, and their output."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from autograder.errors import CourseError
from autograder.grading.course import CourseFolder
from autograder.grading.output import class_table
from autograder.intake.plain_text import in_terminal
from autograder.lms.collecting import Collected, collect, id_forms
from autograder.lms.exporting import export
from autograder.lms.roster import Person, Roster
from course_lib.course.syllabus import load

__all__ = ["run_collect", "run_export"]

_MARKS = {"new": "[green]new[/green]", "changed": "[yellow]changed[/yellow]",
          "unchanged": "[dim]unchanged[/dim]", "unmatched": "[red]unmatched[/red]"}  # fmt: skip
_MOST_NAMES = 12


def run_collect(
    lecture_name: str,
    download: Path,
    roster_file: Path | None,
    times_file: Path | None,
    console: Console,
) -> int:
    """Collect, and say what came of it.

    Returns:
        The exit code: 1 when somebody in the download is not on the roster.
    """
    course, syllabus = CourseFolder.read(Path.cwd()), load()
    lecture, forms = syllabus.lecture(lecture_name), id_forms(course)
    roster = Roster.read(roster_file, syllabus.time_zone, forms) if roster_file else None
    times = Roster.read(times_file, syllabus.time_zone, forms) if times_file else None
    done = collect(course, lecture, download, roster, times)
    console.print(_collected(done, lecture.id))
    for skipped in done.skipped:
        console.print(f"[yellow]![/yellow] {in_terminal(skipped)}", soft_wrap=True)
    if done.kept:
        console.print(f"what the changed ones replace is kept in {done.kept}", soft_wrap=True)
    if done.absent:
        console.print(f"{len(done.absent)} handed in nothing: {_names(done.absent)}")
    if done.untimed:
        late = ", ".join(in_terminal(line.student) for line in done.untimed)
        console.print(
            f"[yellow]![/yellow] marked as late, without the time: {late}. A penalty needs it: "
            "collect again with --times FILE, a CSV with the columns student_id and submitted",
            soft_wrap=True,
        )
    if done.unmatched:
        console.print(
            f"[red]{len(done.unmatched)} are not on the roster[/red]; their files lie in "
            f"{done.unmatched[0].folder.parent}. Add a line for each to {roster_file} and collect "
            "again:",
            soft_wrap=True,
        )
        for line in done.unmatched:
            who = f"{line.source.system}: {line.source.name}, number {line.source.number}"
            console.print(f"  {in_terminal(who)}")
        return 1
    console.print(f"next: autograder grade {lecture.id}")
    return 0


def _collected(done: Collected, lecture: str) -> Table:
    table = class_table(f"{lecture}: {len(done.lines)} submissions")
    table.add_column("student", overflow="fold")
    table.add_column("", no_wrap=True)
    table.add_column("handed in (UTC)", no_wrap=True)
    table.add_column("remarks", overflow="fold")
    for line in done.lines:
        when = f"{line.submitted:%Y-%m-%d %H:%M}" if line.submitted else ""
        late = " [yellow]late[/yellow]" if line.late else ""
        told = [p for p in line.problems if "marks this submission as late" not in p]
        table.add_row(
            in_terminal(line.student), _MARKS[line.state], when + late, in_terminal("; ".join(told))
        )
    return table


def run_export(
    lecture_name: str,
    into: Path | None,
    roster_file: Path | None,
    out: Path | None,
    column: str,
    scale: bool,
    console: Console,
) -> int:
    """Export, and say what came of it.

    Returns:
        The exit code: 1 when a graded student is nobody in the LMS's file.
    """
    course, syllabus = CourseFolder.read(Path.cwd()), load()
    lecture = syllabus.lecture(lecture_name)
    done = export(course, lecture, syllabus.time_zone, into, roster_file, out, column, scale)
    if not done.graded and done.lost:
        # A file of nothing would look like success.
        done.file.unlink()
        raise CourseError(
            f"none of the {len(done.lost)} graded students ({_first(done.lost)}) is in "
            f"{into or roster_file}: give --roster, a CSV that has their student_id"
        )
    console.print(
        f"{len(done.graded)} grades of {lecture.id} → {done.file}, "
        f"column {in_terminal(done.column)}",
        soft_wrap=True,
    )
    if done.empty:
        console.print(f"{len(done.empty)} without a submission, left as they are: "
                      f"{_names(done.empty)}", soft_wrap=True)  # fmt: skip
    for person, why in done.kept:
        console.print(f"[yellow]![/yellow] {in_terminal(person.name)}: {why}, left as it is")
    if done.waiting:
        console.print(
            f"[yellow]![/yellow] {len(done.waiting)} have an answer that nobody has graded by hand "
            f"yet, and are exported without it: {_first(done.waiting)}",
            soft_wrap=True,
        )
    if done.lost:
        console.print(
            f"[red]{len(done.lost)} graded students are nobody in {into or roster_file}[/red]: "
            f"{_first(done.lost)}. Give --roster with their student_id, login or lms_id",
            soft_wrap=True,
        )
        return 1
    where = {
        "Canvas": "import it in Canvas: Gradebook → Import",
        "Moodle": "upload it in Moodle: the assignment → Submissions → Upload grading worksheet",
        "": "import it in Moodle: Grades → Import → CSV, and map the columns",
    }
    console.print(where[done.system])
    return 0


def _first(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return ", ".join(in_terminal(name) for name in names[:_MOST_NAMES]) + more


def _names(people: Sequence[Person]) -> str:
    return _first([person.name or person.student_id for person in people])
