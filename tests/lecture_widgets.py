"""The widgets of the real course's lectures, by their names."""

from __future__ import annotations

import pkgutil

from course_lib import lectures
from course_lib.course import syllabus

__all__ = ["WIDGETS", "lecture_of"]

# Name → module.
WIDGETS = {
    found.name.rpartition(".")[2]: found.name
    for found in pkgutil.walk_packages(lectures.__path__, "course_lib.lectures.")
    if found.name.rpartition(".")[0].endswith(".widgets")
}


def lecture_of(widget: str) -> syllabus.Lecture:
    """The lecture that a widget belongs to."""
    return syllabus.load().lecture(WIDGETS[widget].split(".")[2])
