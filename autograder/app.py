"""The instructors' command, from `autograder release` to `autograder report`."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
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
    help="The instructors' commands of the course. The rest is nbgrader's: `nbgrader --help`.",
)
console = Console()

Lectures = Annotated[
    list[str] | None, typer.Argument(help="The lectures, by id or module; by default all of them.")
]


def _lectures(keys: list[str] | None) -> list[syllabus.Lecture]:
    course = syllabus.load()
    return [course.lecture(k) for k in keys] if keys else list(course.notebooks)


@app.command()
def audit(
    lectures: Lectures = None,
    faults_only: Annotated[bool, typer.Option(help="Print only what was misjudged.")] = False,
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
            console.print(f"[red]✗[/red] {escape(fault)}", soft_wrap=True)
        failed = failed or bool(verdict.faults)
    if failed:
        raise typer.Exit(1)


def _judged(lecture: syllabus.Lecture) -> LectureVerdict:
    from autograder.authoring.audit.verdict import judge

    with console.status(f"auditing {lecture.id}") as status:
        return judge(lecture, lambda name: status.update(f"auditing {name}"))


def _audit_table(verdict: LectureVerdict) -> Table:
    table = Table(title=f"{verdict.lecture.id} · {verdict.seconds:.1f} s", title_justify="left")
    table.add_column("exercise")
    for column in ("mutants", "killed", "by public checks", "alternatives", "full points"):
        table.add_column(column, justify="right")
    counts = [
        (e.mutants, e.killed, e.killed_by_public, e.alternatives, e.accepted)
        for e in verdict.exercises
    ]
    for e, own in zip(verdict.exercises, counts, strict=True):
        table.add_row(e.exercise.name, *map(str, own))
    table.add_section()
    table.add_row("all", *(str(sum(column)) for column in zip(*counts, strict=True)))
    kinds = sum((e.systematic for e in verdict.exercises), Counter[str]())
    table.caption = "systematic: " + ", ".join(f"{n} {kind}" for kind, n in kinds.most_common())
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
    force: Annotated[
        bool, typer.Option(help="Also execute notebooks that are up to date.")
    ] = False,
) -> None:
    """Build each `NN_name.ipynb` from its MyST source, executed with the solutions."""
    from autograder.authoring.notebooks import build

    for lecture in _lectures(lectures):
        with console.status(f"executing {lecture.id}"):
            built = build(lecture, force=force)
        console.print(built)


@app.command()
def release(
    lecture: Annotated[str | None, typer.Argument(help="The lecture, by id or module.")] = None,
    all_: Annotated[bool, typer.Option("--all", help="Release the whole course.")] = False,
    out: Annotated[
        Path | None, typer.Option(help="The folder to write; by default `student_bundle`.")
    ] = None,
) -> None:
    """Make the students' bundle: notebooks, scaffolds, checks and kit, and no solution."""
    from autograder.authoring import release as releasing

    releasing.release(lecture, all_, out)


@app.command()
def publish(
    repository: Annotated[str, typer.Option(help="The address: https://github.com/OWNER/NAME.")],
    tag: Annotated[
        str, typer.Option(help="The tag that notebooks install; by default v and the version.")
    ] = "",
) -> None:
    """Write the public address of the course into course.toml, README, badges and notebooks."""
    from autograder.authoring.publishing import publish as write_address

    for file in write_address(repository, tag):
        console.print(f"{file.name}: written", soft_wrap=True)


@app.command()
def grade(
    lecture: Annotated[str, typer.Argument(help="The lecture, by id or module.")],
    workers: Annotated[
        int | None,
        typer.Option(
            help="Number of processes on this machine; by default one for each core.", min=1
        ),
    ] = None,
    scheduler: Annotated[
        str, typer.Option(help="The address of a Dask scheduler, such as tcp://10.0.0.1:8786.")
    ] = "",
    force: Annotated[bool, typer.Option(help="Grade again what has been graded before.")] = False,
    only: Annotated[list[str] | None, typer.Option(help="Grade only this exercise again.")] = None,
    student: Annotated[list[str] | None, typer.Option(help="Grade only this student.")] = None,
    db: Annotated[
        str, typer.Option(help="The gradebook to use instead of the configured one.")
    ] = "",
    device: Annotated[
        str, typer.Option(help="The device of the students' code: cpu or cuda.")
    ] = "cpu",
    unsandboxed: Annotated[
        bool, typer.Option("--unsandboxed", help="Debug without a sandbox; no grade is written.")
    ] = False,
) -> None:
    """Grade a class into nbgrader's gradebook; finished work is not graded again."""
    from autograder.grading.command import Options, run

    options = Options(workers, scheduler, force, only or (), student or (), db, unsandboxed, device)
    raise typer.Exit(run(lecture, options, console))


Roster = Annotated[
    Path | None,
    typer.Option(
        help="A CSV file with student_id and name, lms_id, login or email, or the LMS's own."
    ),
]


@app.command()
def collect(
    lecture: Annotated[str, typer.Argument(help="The lecture, by id or module.")],
    from_: Annotated[
        Path, typer.Option("--from", help="The zip that was downloaded from Canvas or Moodle.")
    ],
    roster: Roster = None,
    times: Annotated[
        Path | None,
        typer.Option(
            help="A CSV file with student_id and submitted, or Moodle's grading worksheet."
        ),
    ] = None,
) -> None:
    """Put an LMS's download of all submissions into `submitted/`."""
    from autograder.lms.commands import run_collect

    raise typer.Exit(run_collect(lecture, from_, roster, times, console))


@app.command()
def export(
    lecture: Annotated[str, typer.Argument(help="The lecture, by id or module.")],
    into: Annotated[
        Path | None,
        typer.Option(
            help="The LMS's own export: Canvas's gradebook or Moodle's grading worksheet."
        ),
    ] = None,
    roster: Roster = None,
    out: Annotated[Path | None, typer.Option(help="The file to write.")] = None,
    column: Annotated[
        str, typer.Option(help="The column of the assignment in Canvas's gradebook.")
    ] = "",
    scale: Annotated[bool, typer.Option(help="Convert points to the LMS's maximum.")] = False,
) -> None:
    """Write a lecture's grades in the form that Canvas or Moodle imports."""
    from autograder.lms.commands import run_export

    raise typer.Exit(run_export(lecture, into, roster, out, column, scale, console))


@app.command()
def report(
    lecture: Annotated[str, typer.Argument(help="The lecture, by id or module.")],
    html: Annotated[Path | None, typer.Option(help="Also write the report as a page.")] = None,
    png: Annotated[Path | None, typer.Option(help="Also write the plot.")] = None,
) -> None:
    """Report what the class found hard: points, failed properties and known mistakes."""
    from autograder.after.class_report.output import run_report

    run_report(lecture, html, png, console)


@app.command()
def similarity(
    lecture: Annotated[str, typer.Argument(help="The lecture, by id or module.")],
    html: Annotated[
        Path | None, typer.Option(help="Also write a page that shows the pairs side by side.")
    ] = None,
    pairs: Annotated[int, typer.Option(help="The number of pairs that are shown.", min=1)] = 20,
) -> None:
    """List pairs of submissions that are more alike than independent work, for you to look at."""
    from autograder.after.similarity.output import run_similarity

    run_similarity(lecture, html, pairs, console)


@app.command()
def demo(
    keep: Annotated[
        Path | None, typer.Option(help="Keep the demo's course in this folder.")
    ] = None,
    students: Annotated[int, typer.Option(help="The number of students.", min=1, max=10)] = 10,
    lecture: Annotated[
        str | None,
        typer.Option(help="The lecture, by id or module; by default the first with a question."),
    ] = None,
) -> None:
    """Play a class of demo students from release to feedback and print the table."""
    from autograder import demo as demonstration

    demonstration.run(keep=keep, students=students, lecture_name=lecture)


@app.command()
def site(
    out: Annotated[
        Path | None, typer.Option(help="The folder to write; by default `build/site`.")
    ] = None,
    jobs: Annotated[int, typer.Option(help="The number of processes.", min=1)] = 1,
) -> None:
    """Build the course as a site to read, from the built notebooks and the docstrings."""
    from autograder.authoring.site import build

    with console.status("building the site"):
        page = build(out, jobs=jobs) if out else build(jobs=jobs)
    console.print(f"{page}", soft_wrap=True)


def main() -> None:
    """Run the `autograder` command; an error that the instructor can correct is one line."""
    try:
        app()
    except (CourseError, syllabus.UnknownName) as error:
        Console(stderr=True).print(f"[red]error:[/red] {escape(str(error))}", soft_wrap=True)
        sys.exit(1)
