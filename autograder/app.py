"""The instructors' command, from `autograder release` to `autograder report`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from autograder.errors import CourseError
from course_lib.course import syllabus

if TYPE_CHECKING:
    from autograder.authoring.audit.verdict import LectureVerdict

__all__ = ["app", "main"]

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="The instructors' side of the course. Everything else is nbgrader's: `nbgrader --help`.",
)
console = Console()

Lectures = Annotated[
    list[str] | None, typer.Argument(help="Lectures by id or module; all by default.")
]


def _lectures(keys: list[str] | None) -> list[syllabus.Lecture]:
    course = syllabus.load()
    return [course.lecture(k) for k in keys] if keys else list(course.notebooks)


@app.command()
def audit(
    lectures: Lectures = None,
    faults_only: Annotated[bool, typer.Option(help="Print what was misjudged only.")] = False,
) -> None:
    """Hold each lecture's checks to its mutants, alternatives, scaffold and reference."""
    import torch

    torch.set_num_threads(1)
    failed = False
    for lecture in _lectures(lectures):
        verdict = _judged(lecture)
        if not faults_only:
            console.print(_audit_table(verdict))
        for fault in verdict.faults:
            console.print(f"[red]✗[/red] {_escaped(fault)}", soft_wrap=True)
        failed = failed or bool(verdict.faults)
    if failed:
        raise typer.Exit(1)


def _judged(lecture: syllabus.Lecture) -> LectureVerdict:
    from autograder.authoring.audit.verdict import judge

    with console.status(f"auditing {lecture.id}") as status:
        return judge(lecture, lambda name: status.update(f"auditing {name}"))


def _escaped(text: str) -> str:
    from rich.markup import escape

    return escape(text)


def _audit_table(verdict: LectureVerdict) -> Table:
    table = Table(title=f"{verdict.lecture.id} · {verdict.seconds:.1f} s", title_justify="left")
    table.add_column("exercise")
    for column in ("mutants", "killed", "by public checks", "alternatives", "full points"):
        table.add_column(column, justify="right")
    for e in verdict.exercises:
        counts = (e.mutants, e.killed, e.killed_by_public, e.alternatives, e.accepted)
        table.add_row(e.exercise.name, *map(str, counts))
    totals = [
        sum(getattr(e, field) for e in verdict.exercises)
        for field in ("mutants", "killed", "killed_by_public", "alternatives", "accepted")
    ]
    table.add_section()
    table.add_row("all", *map(str, totals))
    return table


@app.command()
def scaffolds(lectures: Lectures = None) -> None:
    """Write `course_lib/NAME.py` from `solutions/NAME.py`."""
    from autograder.authoring.scaffold import write_scaffold

    for lecture in _lectures(lectures):
        changed = write_scaffold(lecture)
        console.print(f"course_lib/{lecture.module}.py {'written' if changed else 'unchanged'}")


@app.command()
def notebooks(
    lectures: Lectures = None,
    force: Annotated[bool, typer.Option(help="Execute again what is up to date, too.")] = False,
) -> None:
    """Build each `NN_name.ipynb` from its MyST source, executed with the solutions."""
    from autograder.authoring.notebooks import build

    for lecture in _lectures(lectures):
        with console.status(f"executing {lecture.id}"):
            built = build(lecture, force=force)
        console.print(built)


@app.command()
def release(
    lecture: Annotated[str | None, typer.Argument(help="One lecture, by id or module.")] = None,
    all_: Annotated[bool, typer.Option("--all", help="The whole course.")] = False,
    out: Annotated[Path | None, typer.Option(help="Where to; `student_bundle` by default.")] = None,
) -> None:
    """Make the students' bundle: notebooks, scaffolds, checks and kit, and no solution."""
    from autograder.authoring import release as releasing

    releasing.release(lecture, all_, out)


@app.command()
def grade(
    lecture: Annotated[str, typer.Argument(help="The lecture, by id or module.")],
    workers: Annotated[
        int | None, typer.Option(help="Processes on this machine; by default a core each.", min=1)
    ] = None,
    scheduler: Annotated[
        str, typer.Option(help="Address of a Dask scheduler, such as tcp://10.0.0.1:8786.")
    ] = "",
    force: Annotated[bool, typer.Option(help="Grade again what is graded already.")] = False,
    only: Annotated[
        list[str] | None, typer.Option(help="Grade this exercise again, and keep the others.")
    ] = None,
    student: Annotated[list[str] | None, typer.Option(help="This student only.")] = None,
    db: Annotated[str, typer.Option(help="The gradebook, if not the configured one.")] = "",
    device: Annotated[str, typer.Option(help="cpu or cuda.")] = "cpu",
    unsandboxed: Annotated[
        bool, typer.Option("--unsandboxed", help="For debugging: no sandbox, and no grade.")
    ] = False,
) -> None:
    """Grade a class into nbgrader's gradebook. What is graded already is not graded again."""
    from autograder.grading.command import Options, run

    options = Options(workers, scheduler, force, only or (), student or (), db, unsandboxed, device)
    code = run(lecture, options, console)
    if code:
        raise typer.Exit(code)


Roster = Annotated[
    Path | None,
    typer.Option(help="CSV: student_id with name, lms_id, login or email; or the LMS's own."),
]


@app.command()
def collect(
    lecture: Annotated[str, typer.Argument(help="The lecture, by id or module.")],
    from_: Annotated[
        Path, typer.Option("--from", help="What Canvas or Moodle let you download: a zip.")
    ],
    roster: Roster = None,
    times: Annotated[
        Path | None,
        typer.Option(help="CSV with student_id and submitted, or Moodle's grading worksheet."),
    ] = None,
) -> None:
    """Put an LMS's download of all submissions into `submitted/`."""
    from autograder.lms.commands import run_collect

    if code := run_collect(lecture, from_, roster, times, console):
        raise typer.Exit(code)


@app.command()
def export(
    lecture: Annotated[str, typer.Argument(help="The lecture, by id or module.")],
    into: Annotated[
        Path | None,
        typer.Option(help="What the LMS exports: Canvas's gradebook, Moodle's grading worksheet."),
    ] = None,
    roster: Roster = None,
    out: Annotated[Path | None, typer.Option(help="The file to write.")] = None,
    column: Annotated[str, typer.Option(help="The assignment's column, for Canvas.")] = "",
    scale: Annotated[bool, typer.Option(help="Convert points to the LMS's maximum.")] = False,
) -> None:
    """Write a lecture's grades in the form that Canvas or Moodle imports."""
    from autograder.lms.commands import run_export

    if code := run_export(lecture, into, roster, out, column, scale, console):
        raise typer.Exit(code)


@app.command()
def report(
    lecture: Annotated[str, typer.Argument(help="The lecture, by id or module.")],
    html: Annotated[Path | None, typer.Option(help="Write it as a page, too.")] = None,
    png: Annotated[Path | None, typer.Option(help="Write the plot, too.")] = None,
) -> None:
    """What the class found hard: passed, points, failed properties, known mistakes."""
    from autograder.after.class_report.show import run_report

    if code := run_report(lecture, html, png, console):
        raise typer.Exit(code)


@app.command()
def similarity(
    lecture: Annotated[str, typer.Argument(help="The lecture, by id or module.")],
    html: Annotated[
        Path | None, typer.Option(help="Write the pairs side by side into this page.")
    ] = None,
    pairs: Annotated[int, typer.Option(help="How many pairs are shown.", min=1)] = 20,
) -> None:
    """Pairs of submissions that are alike where independent work is not: a list to look at."""
    from autograder.after.similarity.show import run_similarity

    if code := run_similarity(lecture, html, pairs, console):
        raise typer.Exit(code)


@app.command()
def demo(
    keep: Annotated[
        Path | None, typer.Option(help="Keep the demo's course in this folder.")
    ] = None,
    students: Annotated[int, typer.Option(help="How many students.", min=1, max=10)] = 10,
    lecture: Annotated[
        str | None,
        typer.Option(help="Lecture, as an id or a module; else the first with a question."),
    ] = None,
) -> None:
    """Play a class of demo students from release to feedback and print the table."""
    from autograder import demo as demonstration

    demonstration.run(keep=keep, students=students, lecture_name=lecture)


@app.command()
def site(
    out: Annotated[Path | None, typer.Option(help="Where to; `build/site` by default.")] = None,
    jobs: Annotated[int, typer.Option(help="Processes.", min=1)] = 1,
) -> None:
    """Build the course as a site to read, from the built notebooks and the docstrings."""
    from autograder.authoring.site import build

    with console.status("building the site"):
        page = build(out, jobs=jobs) if out else build(jobs=jobs)
    console.print(f"{page}", soft_wrap=True)


def main() -> None:
    """Entry point of the `autograder` command: an error the instructor can mend is one line."""
    try:
        app()
    except (CourseError, syllabus.UnknownName) as error:
        Console(stderr=True).print(f"[red]error:[/red] {_escaped(str(error))}", soft_wrap=True)
        sys.exit(1)
