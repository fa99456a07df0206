"""The students' command: `course check | status | submit`."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from course_lib.course.errors import CommandError
from course_lib.course.syllabus import UnknownName

__all__ = ["app", "main"]


class _OneLineErrors(TyperGroup):
    """Report an error that the student can correct in one line on stderr, with exit code 1."""

    def invoke(self, ctx: Any) -> Any:
        """Run the sub-command."""
        try:
            return super().invoke(ctx)
        except (CommandError, UnknownName, OSError) as error:
            if isinstance(error, BrokenPipeError):
                raise
            from course_lib.course.terminal import console

            text = " ".join(str(error).split())
            console(stderr=True).print(f"error: {text}", soft_wrap=True)
            raise typer.Exit(1) from error


app = typer.Typer(
    cls=_OneLineErrors,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Check what you wrote, see how far you are, and hand it in.",
)


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        from course_lib.course import release

        found = release.of_package()
        typer.echo(f"course {found.version if found else version('course-lib')}")
        raise typer.Exit


@app.callback()
def _course(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Options of the command as a whole."""


@app.command()
def check(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="EXERCISE|LECTURE",
            help="Exercises or lectures, such as name.Model.log_prob or 02_name; by default all.",
            show_default=False,
        ),
    ] = None,
    details: Annotated[
        bool, typer.Option("--all", "-v", help="Show every exercise's properties.")
    ] = False,
) -> None:
    """Check exercises in your course_lib/ folder.

    One exercise shows its properties; several show a table and the first that is wrong. The exit
    code is 0 when everything passes and 1 when something is wrong or missing.
    """
    from course_lib.commands.check import check as run

    if not run(names or [], details=details):
        raise typer.Exit(1)


@app.command()
def status(
    lecture: Annotated[
        str | None,
        typer.Argument(
            metavar="LECTURE",
            help="List the exercises of this lecture, such as 2 or 02_name.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Show what is done, how much is left and what comes next."""
    from course_lib.commands.status import status as show

    show(lecture)


@app.command()
def submit(
    lecture: Annotated[
        str, typer.Argument(metavar="LECTURE", help="The lecture, such as 2 or 02_name.")
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            help="The zip, or the folder to write it into; by default the current folder."
        ),
    ] = None,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Make the zip even if a file in it cannot be graded.")
    ] = False,
) -> None:
    """Make the zip that you hand in: the notebook and your module."""
    from course_lib.course.submission import submit as make

    make(lecture, out=out, anyway=anyway)


@app.command()
def lend(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="EXERCISE",
            help="The exercise, such as name.Model.log_prob; by default what is lent is listed.",
            show_default=False,
        ),
    ] = None,
    back: Annotated[
        bool, typer.Option("--return", help="Put your own function back; without a name, all.")
    ] = False,
) -> None:
    """Put the reference's function in the place of yours, to go on with what builds on it."""
    from course_lib.commands.lend import lend as run

    run(name, back)


@app.command()
def solution(
    name: Annotated[
        str, typer.Argument(metavar="EXERCISE", help="The exercise, such as name.Model.log_prob.")
    ],
) -> None:
    """Show the reference beside your own, once yours passes or after enough tries."""
    from course_lib.commands.solution import solution as show

    show(name)


@app.command()
def reset(
    name: Annotated[
        str,
        typer.Argument(
            metavar="EXERCISE|LECTURE",
            help="The exercise, such as name.Model.log_prob, or a lecture for its whole file.",
        ),
    ],
) -> None:
    """Put the course's own text of a function back; yours is kept beside it."""
    from course_lib.commands.reset import reset as run

    run(name)


@app.command()
def update(
    file: Annotated[
        Path, typer.Argument(metavar="FILE.zip", help="The course's newer download, as it is.")
    ],
) -> None:
    """Take a newer download into this folder, with everything that you have written."""
    from course_lib.commands.update import run

    run(file)


def main() -> None:
    """Entry point of the `course` command."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal without ✓ shows "?" and goes on.
        with contextlib.suppress(AttributeError, ValueError):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    app()


if __name__ == "__main__":
    main()
