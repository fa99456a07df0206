"""The map of the course for a notebook: every lecture, how much of it is done, what comes next.

The same results as `course status` shows in a terminal. Colours are the cards': text and lines take
the page's own, so that the map reads the same on a light and on a dark page.
"""

from __future__ import annotations

import html
import os
from dataclasses import dataclass
from pathlib import Path

from course_lib.course import contents, progress, syllabus
from course_lib.course.completion import LectureDone, done, lecture_done
from course_lib.course.syllabus import Course
from course_lib.course.terminal import COLOUR, MARK, duration, totals

__all__ = ["ProgressMap", "draw"]


@dataclass(frozen=True)
class ProgressMap:
    """The course with the results that were kept: a picture in a notebook, lines in a terminal."""

    course: Course
    practice: LectureDone | None  # of a course with an introduction
    lectures: tuple[LectureDone, ...]

    @property
    def totals(self) -> str:
        """One line over all lectures; the practice exercise is not among them."""
        return totals(self.lectures)

    @property
    def next(self) -> str:
        """Say in one line what to do next."""
        for each in self._all():
            if each.next:
                exercise = each.next.exercise
                verb = "mend" if each.next.state == "failed" else "write"
                return (
                    f"next: {verb} {exercise.name}, section {exercise.section} of "
                    f"{each.lecture.id}, {duration(exercise.minutes)}"
                )
        return "next: hand in what you have not handed in yet"

    def __repr__(self) -> str:
        rows = [f"{each.lecture.id:<16}{_counted(each)}" for each in self._all()]
        return "\n".join([*rows, self.totals, self.next])

    def _repr_html_(self) -> str:
        rows = "".join(map(self._row, self._all()))
        return (
            '<div style="max-width:52em;font-size:14px;line-height:1.45;margin:.3em 0">'
            '<div role="list" style="border:1px solid rgba(128,128,128,.4);border-radius:4px;'
            f'padding:.3em .8em">{rows}</div>'
            f'<div style="margin-top:.5em"><b>{html.escape(self.totals)}</b></div>'
            f"<div>{html.escape(self.next)}</div></div>"
        )

    def _all(self) -> tuple[LectureDone, ...]:
        return (*filter(None, [self.practice]), *self.lectures)

    def _row(self, each: LectureDone) -> str:
        lecture = each.lecture
        title = html.escape(lecture.title.partition(":")[0])
        address = _address(self.course, each)
        if address:
            title = f'<a href="{html.escape(address)}" style="color:inherit">{title}</a>'
        done = "" if each.next else ' role="img" aria-label="done"'
        mark = "" if each.next else MARK["passed"]
        return (
            '<div role="listitem" style="display:flex;gap:.8em;align-items:center;padding:.15em 0">'
            f'<b{done} style="width:1em;color:{COLOUR["passed"]}">{mark}</b>'
            f'<span style="width:1.6em;opacity:.75">{lecture.number}</span>'
            f'<span style="flex:1 1 12em">{title}</span>{_bar(each)}'
            f'<span style="width:13em;text-align:right;font-variant-numeric:tabular-nums">'
            f"{html.escape(_counted(each))}</span></div>"
        )


def draw() -> ProgressMap:
    """The map with the results up to now; a note is printed when the file of results is damaged."""
    course = syllabus.load()
    entries = progress.read()
    practice = lecture_done(course.introduction, entries) if course.introduction else None
    return ProgressMap(course, practice, tuple(done(course, entries)))


def _counted(each: LectureDone) -> str:
    count = f"{each.passed} / {len(each.exercises)}"
    if each.lent:
        count += f", {each.lent} lent"
    if each.lecture not in syllabus.load().lectures:
        return f"{count} · practice"
    left = each.minutes_left
    return f"{count} · {duration(left) + ' left' if left else 'done'}"


def _bar(each: LectureDone) -> str:
    said = f"{each.passed} of {len(each.exercises)} exercises pass"
    return (
        f'<span role="img" aria-label="{said}" style="flex:0 0 8em;height:.6em;border-radius:.3em;'
        'background:rgba(128,128,128,.3);overflow:hidden">'
        f'<span style="display:block;height:100%;width:{100 * each.share:.0f}%;'
        f'background:{COLOUR["passed"]}"></span></span>'
    )


def _address(course: Course, each: LectureDone) -> str:
    """The address of the next exercise's section from here; "" in pages that are only read."""
    lecture = each.lecture
    if os.environ.get("COURSE_STATIC_WIDGETS"):
        return ""
    if Path.cwd().name == lecture.id:
        return ""
    beside = Path("..", lecture.id, f"{lecture.id}.ipynb")
    if beside.is_file():
        section = contents.section_anchor(beside, each.next.exercise) if each.next else ""
        return beside.as_posix() + section
    return "" if syllabus.in_checkout() else syllabus.colab_url(course, lecture)
