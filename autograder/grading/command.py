"""`autograder grade`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from autograder.errors import CourseError
from autograder.grading.coordinator import Choice, grade_class, try_out
from autograder.grading.course import CourseFolder
from autograder.grading.executors import ClusterExecutor, Executor, LocalExecutor
from autograder.grading.output import Screen, closing, summary
from course_lib.course.syllabus import load

__all__ = ["Options", "run"]

_LOUD = (
    "[bold white on red] WITHOUT A SANDBOX [/bold white on red] Students' code runs as you and can "
    "read your files. For debugging only: "
)
_NOT_WRITTEN = "no grade is written."
_NOT_OFFICIAL = "nbgrader_config.py says so, and the grades that are written are not official."


@dataclass(frozen=True)
class Options:
    """The options of the command line."""

    workers: int | None = None
    scheduler: str = ""
    force: bool = False
    only: Sequence[str] = ()
    students: Sequence[str] = ()
    db_url: str = ""
    unsandboxed: bool = False
    device: str = ""


def run(lecture_name: str, options: Options, console: Console | None = None) -> int:
    """Grade a lecture in the course folder that is the working directory.

    Args:
        lecture_name: id or module.
        options: see `Options`.
        console: where to print.

    Returns:
        The exit code: 0, or 1 when a submission could not be graded.

    Raises:
        CourseError: nothing could be graded at all.
    """
    console = console or Console()
    lecture = load().counted(lecture_name)
    unknown = [name for name in options.only if name not in {e.name for e in lecture.exercises}]
    if unknown:
        # Raises for a name that no exercise has, with the closest one.
        entry = load().exercise(unknown[0])
        raise CourseError(f"--only {entry.name}: it is no exercise of {lecture.id}")
    if options.workers is not None and options.scheduler:
        raise CourseError("--workers and --scheduler: a cluster has the workers that it has")
    course = CourseFolder.read(Path.cwd(), options.db_url, options.device, options.unsandboxed)

    def make_executor(submissions: int) -> Executor:
        if options.scheduler:
            return ClusterExecutor(course.engine, options.scheduler)
        return LocalExecutor(course.engine, min(options.workers or _cores(), submissions))

    screen = Screen(console)
    choice = Choice(tuple(options.students), options.force, tuple(options.only))
    loud = _LOUD + (_NOT_WRITTEN if options.unsandboxed else _NOT_OFFICIAL)
    if course.unsandboxed:
        console.print(loud)
    try:
        with screen.live(f"grading {lecture.id}"):
            work = try_out if options.unsandboxed else grade_class
            done = work(course, lecture, choice, make_executor, screen)
    except KeyboardInterrupt:
        console.print("stopped. What was graded is kept: the same command goes on from there")
        return 130
    console.print(summary(done))
    if done.damaged:
        console.print(f"[dim]{done.damaged} damaged lines of the journal were passed over[/dim]")
    if options.unsandboxed:
        console.print(f"{loud} {done.graded} exercises tried in {done.seconds:.1f} s")
    else:
        console.print(closing(done), soft_wrap=True)
        if course.unsandboxed:
            console.print(loud)
    if done.failed:
        console.print(f"[red]{len(done.failed)} of {len(done.lines)} could not be graded[/red]")
    return 1 if done.failed else 0


def _cores() -> int:
    """Processor cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
