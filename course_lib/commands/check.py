"""`course check`: the public checks of one exercise, of a lecture or of the whole course."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from rich.table import Table
from rich.text import Text

from course_lib.checks import check as check_one
from course_lib.checks.report import Report, plain
from course_lib.course import progress, syllabus
from course_lib.course.completion import lecture_done
from course_lib.course.points import Points, number
from course_lib.course.syllabus import Course, Exercise, Lecture, UnknownName, closest
from course_lib.course.terminal import (
    COLOUR,
    MARK,
    console,
    empty_table,
    module_place,
    print_next,
)

__all__ = ["check", "named_exercises"]


def check(keys: Sequence[str], *, details: bool = False) -> bool:
    """Check exercises, print what was found, and say whether all of them pass.

    Args:
        keys: exercises and lectures; none stands for the whole course.
        details: print every exercise's card, not only that of the first that is wrong.

    Raises:
        UnknownName: there is no such lecture or exercise.
    """
    course = syllabus.load()
    wanted = named_exercises(course, keys)
    _repair_progress()
    reports = _run(wanted)
    if len(reports) == 1:
        console().print(reports[0])
    else:
        _print_many(course, reports, details)
    _print_place(course, wanted)
    _print_next(course, reports)
    return all(report.passed for report in reports)


def named_exercises(course: Course, keys: Sequence[str]) -> list[Exercise]:
    """The exercises that the keys name, each once, in the order of the keys.

    Args:
        course: the syllabus.
        keys: ids or modules of lectures, names of exercises; none stands for the whole course.

    Raises:
        UnknownName: a key is neither; the message has the closest name of both kinds.
    """
    if not keys:
        return [e for lecture in course.lectures for e in lecture.exercises]
    named: dict[str, Exercise] = {}
    for key in keys:
        named.update({e.name: e for e in _named(course, key)})
    return list(named.values())


def _named(course: Course, key: str) -> tuple[Exercise, ...]:
    for lecture in course.notebooks:
        if lecture.is_named(key):
            return lecture.exercises
        for exercise in lecture.exercises:
            if key == exercise.name:
                return (exercise,)
    lectures = [name for lecture in course.notebooks for name in (lecture.id, lecture.module)]
    known = lectures + [e.name for lecture in course.notebooks for e in lecture.exercises]
    close = closest(key, known)
    ids = ", ".join(lecture.id for lecture in course.lectures)
    hint = (
        f"did you mean {close!r}?"
        if close
        else f"the lectures are {ids}; `course status LECTURE` lists a lecture's exercises"
    )
    raise UnknownName(f"there is no lecture or exercise {key!r}: {hint}")


def _repair_progress() -> None:
    """Tell of a damaged progress file before the results, not in the midst of them."""
    progress.read(notice=lambda line: console().print(f"note: {line}", soft_wrap=True))


def _run(wanted: Sequence[Exercise]) -> list[Report]:
    reports = []
    with console(stderr=True).status("starting") as status:
        for count, exercise in enumerate(wanted, 1):
            status.update(f"checking {exercise.name} ({count} of {len(wanted)})")
            reports.append(check_one(exercise.name))
    return reports


def _print_many(course: Course, reports: Sequence[Report], details: bool) -> None:
    out = console()
    by_lecture = groupby(reports, lambda r: course.lecture(r.exercise.partition(".")[0]))
    groups = [(lecture, list(group)) for lecture, group in by_lecture]
    for lecture, own in groups:
        if len(groups) > 1 and all(r.state == "missing" for r in own):
            what = "1 exercise, not" if len(own) == 1 else f"{len(own)} exercises, none"
            out.print(f"{lecture.id} · {what} written yet", style="dim")
            out.print()
            continue
        out.print(_table(lecture, own))
        reason = _shared_message(own)
        if reason:
            out.print(f"✗ {plain(reason)}", style=COLOUR["failed"], soft_wrap=True)
        out.print()
    broken = [r for r in reports if r.state == "failed" and not _import_message(r)]
    for report in reports if details else broken[:1]:
        out.print(report)
    if len(broken) > 1 and not details:
        out.print(
            f"{len(broken) - 1} more {'are' if len(broken) > 2 else 'is'} wrong: "
            "name one to see what is broken, or add --all",
            style="dim",
        )
    held = sum(r.passed for r in reports)
    points = Points.together(r.worth for r in reports)
    out.print(f"{held} of {len(reports)} exercises pass: {points}", style="bold")


def _table(lecture: Lecture, reports: Sequence[Report]) -> Table:
    table = empty_table(f"{lecture.id} · {lecture.title}")
    table.add_column("")
    table.add_column("exercise", no_wrap=True)
    table.add_column("sure points", justify="right", no_wrap=True)
    table.add_column("first broken property")
    unreadable = bool(_shared_message(reports))
    for report in reports:
        colour = COLOUR[report.state]
        if unreadable:
            said = Text()
        elif report.state == "missing":
            said = Text("not implemented yet", style="dim")
        else:
            said = Text(next((r.name for r in report.results if not r.passed), ""))
        table.add_row(
            Text(MARK[report.state], style=f"bold {colour}"),
            Text(report.exercise),
            Text(f"{number(report.worth.sure)} / {number(report.worth.most)}"),
            said,
        )
    return table


def _import_message(report: Report) -> str:
    """The reason why no property was tried: the module is missing or cannot be imported."""
    module = report.exercise.partition(".")[0]
    first = {result.message for result in report.results}
    message = first.pop() if len(first) == 1 else ""
    starts = (f"{module}.py", f"course_lib/{module}.py")
    return message if message.startswith(starts) and report.state == "failed" else ""


def _shared_message(reports: Sequence[Report]) -> str:
    messages = {_import_message(report) for report in reports}
    return messages.pop() if len(messages) == 1 else ""


def _print_place(course: Course, wanted: Sequence[Exercise]) -> None:
    """Which files were checked: of two copies of the course a student may edit the other one."""
    modules = dict.fromkeys(exercise.module for exercise in wanted)
    files = [module_place(course.lecture(module)) for module in modules]
    console().print(f"checked: {', '.join(files)}", style="dim")


def _print_next(course: Course, reports: Sequence[Report]) -> None:
    """Say what to do next: correct what fails, else go on to the lecture's next exercise."""
    wrong = [r for r in reports if not r.passed]
    if wrong:
        first = next((r for r in wrong if r.state == "failed"), wrong[0])
        exercise = course.exercise(first.exercise)
        place = module_place(course.lecture(exercise.module))
        if _import_message(first):
            console().print(f"next: mend {place}, then check again")
        elif len(reports) > 1:
            print_next(exercise, first.state, place)
        return
    entries = progress.read(notice=lambda _: None)
    lecture = course.lecture(reports[-1].exercise.partition(".")[0])
    following = lecture_done(lecture, entries).next
    if following:
        print_next(following.exercise, following.state, module_place(lecture))
    else:
        console().print(
            f"{lecture.id}: all exercises pass; hand it in with `course submit {lecture.id}`"
        )
