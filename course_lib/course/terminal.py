"""Output of the commands: consoles, tables, colours and marks for states, times in words."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from course_lib.course.completion import LectureDone, module_file
from course_lib.course.points import Points, number
from course_lib.course.syllabus import Exercise, Lecture

__all__ = ["COLOUR", "MARK", "ago", "console", "duration", "empty_table", "link", "module_place",
           "print_next", "shown_path", "totals"]  # fmt: skip

# Okabe and Ito's colours, as in the notebooks' cards.
COLOUR = {"passed": "#009E73", "failed": "#D55E00", "missing": "#808080", "": "#808080",
          "lent": "#0072B2"}  # fmt: skip
MARK = {"passed": "✓", "failed": "✗", "missing": "…", "": "–", "lent": "⇄"}


def console(*, stderr: bool = False) -> Console:
    """A console on the present stdout or stderr that prints text as it is."""
    return Console(stderr=stderr, highlight=False, markup=False, emoji=False)


def empty_table(title: str) -> Table:
    """A table without rows and columns, in the style of all commands."""
    return Table(
        # A Text, so that no bracket of a title is taken for markup.
        title=Text(title, style="bold"),
        title_justify="left",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
    )


def duration(minutes: int) -> str:
    """Minutes in words, "45 min" or "2 h 05"."""
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02}"


def ago(seconds: float, now: float | None = None) -> str:
    """Say when a moment (seconds since 1970) was: "just now", "5 min ago", "2024-05-01"."""
    passed = (time.time() if now is None else now) - seconds
    if passed < 60:
        return "just now"
    if passed < 3600:
        return f"{int(passed // 60)} min ago"
    if passed < 86400:
        return f"{int(passed // 3600)} h ago"
    if passed < 7 * 86400:
        days = int(passed // 86400)
        return f"{days} day{'s' if days > 1 else ''} ago"
    return time.strftime("%Y-%m-%d", time.localtime(seconds))


def shown_path(path: Path) -> str:
    """A path as a student would type it: relative where it lies below the working directory."""
    relative = os.path.relpath(path) if path.anchor == Path.cwd().anchor else str(path)
    return str(path) if relative.startswith(os.path.join("..", "..", "..")) else relative


def link(words: str, file: Path | None) -> Text:
    """Words that lead to a file, in a terminal that knows links."""
    if file is None or not file.is_file():
        return Text(words)
    return Text(words, style=f"link {file.absolute().as_uri()}")


def module_place(lecture: Lecture) -> str:
    """The path of the module that `course check` looks at, as a student would type it."""
    file = module_file(lecture)
    return shown_path(file) if file else f"course_lib/{lecture.module}.py"


def totals(lectures: Sequence[LectureDone]) -> str:
    """One line over some lectures: exercises that pass, points, and the time that is left."""
    passed = sum(each.passed for each in lectures)
    count = sum(len(each.exercises) for each in lectures)
    points = Points.together(each.points for each in lectures)
    left = sum(each.minutes_left for each in lectures)
    line = f"{passed} of {count} exercises pass: {points}"
    return line + (f" · about {duration(left)} left" if left else "")


def print_next(exercise: Exercise, state: str, place: str) -> None:
    """Say what to do next, and with which command to check it."""
    verb = "mend" if state == "failed" else "write"
    unit = "point" if exercise.points == 1 else "points"
    out = console()
    out.print(f"next: {verb} `{exercise.attribute}` in", link(place, Path(place)), soft_wrap=True)
    out.print(
        f"      section {exercise.section}, {duration(exercise.minutes)}, "
        f"{number(exercise.points)} {unit}: course check {exercise.name}",
        soft_wrap=True,
    )
