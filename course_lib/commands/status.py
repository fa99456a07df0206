"""`course status`: what is done across the course, or in one lecture, and what comes next."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from course_lib.course import progress, syllabus
from course_lib.course.completion import LectureDone, done, lecture_done, module_file
from course_lib.course.course_folder import notebook_file
from course_lib.course.points import number
from course_lib.course.syllabus import Course
from course_lib.course.terminal import (
    COLOUR,
    MARK,
    ago,
    console,
    duration,
    empty_table,
    link,
    module_place,
    print_next,
    shown_path,
    totals,
)

__all__ = ["status"]

_BAR = 12


def status(key: str | None = None) -> None:
    """Print the table of lectures, or of one lecture's exercises, and the next exercise.

    Args:
        key: a lecture's id or module; by default the whole course.

    Raises:
        UnknownName: there is no such lecture.
    """
    course = syllabus.load()
    lecture = None if key is None else course.lecture(key)
    out = console()
    notes: list[str] = []
    entries = progress.read(notice=notes.append)
    for note in notes:
        out.print(f"note: {note}", style=COLOUR["failed"], soft_wrap=True)
    if lecture is None:
        lectures = done(course, entries)
        out.print(_course_table(course, lectures))
    else:
        lectures = [lecture_done(lecture, entries)]
        out.print(_lecture_table(lectures[0]))
    _print_totals(lectures)
    for each in lectures:
        file = module_file(each.lecture)
        if file and each.edited_since(file):
            out.print(
                f"edited since: {shown_path(file)} is newer than its results here; "
                f"`course check {each.lecture.id}` checks it again",
                style="dim",
            )
    _print_next(lectures)


def _course_table(course: Course, lectures: Sequence[LectureDone]) -> Table:
    table = empty_table(course.name)
    table.add_column("lecture", no_wrap=True)
    table.add_column("", ratio=1)
    table.add_column("passed", justify="right", no_wrap=True)
    table.add_column("sure points", justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    table.add_column("left", justify="right", no_wrap=True)
    for each in lectures:
        left = each.minutes_left
        table.add_row(
            link(each.lecture.id, notebook_file(each.lecture)),
            each.lecture.title.partition(":")[0],
            f"{each.passed} / {len(each.exercises)}",
            f"{number(each.points.sure)} / {number(each.points.most)}",
            _bar(each),
            duration(left) if left else "done",
        )
    return table


def _lecture_table(each: LectureDone) -> Table:
    table = empty_table(f"{each.lecture.id} · {each.lecture.title}")
    table.add_column("§", no_wrap=True)
    table.add_column("exercise", no_wrap=True)
    table.add_column("", no_wrap=True)
    table.add_column("sure points", justify="right", no_wrap=True)
    table.add_column("time", justify="right", no_wrap=True)
    table.add_column("checked", no_wrap=True)
    for e in each.exercises:
        state = "lent" if e.lent else e.state
        table.add_row(
            e.exercise.section,
            link(e.exercise.name, module_file(each.lecture)),
            Text(MARK[state], style=f"bold {COLOUR[state]}"),
            f"{number(e.points.sure)} / {number(e.points.most)}",
            duration(e.exercise.minutes),
            "" if e.checked is None else ago(e.checked),
        )
    return table


def _bar(each: LectureDone) -> Text:
    """The share of the public properties, full only when every exercise passes."""
    full = int(_BAR * each.share) if each.next else _BAR
    if each.share:
        full = max(full, 1)
    if each.next:
        full = min(full, _BAR - 1)
    return Text.assemble(("█" * full, COLOUR["passed"]), ("░" * (_BAR - full), "dim"))


def _print_totals(lectures: Sequence[LectureDone]) -> None:
    console().print(totals(lectures), style="bold")
    by_hand = sum(each.lecture.reflection for each in lectures)
    if by_hand:
        console().print(
            f"The reflection questions, {number(by_hand)} points more, are marked by hand.",
            style="dim",
        )


def _print_next(lectures: Sequence[LectureDone]) -> None:
    out = console()
    unfinished = [each for each in lectures if each.next]
    if not unfinished:
        for each in lectures:
            out.print(f"next: `course submit {each.lecture.id}` makes the zip to hand in")
        return
    each = unfinished[0]
    if each.next:
        print_next(each.next.exercise, each.next.state, module_place(each.lecture))
