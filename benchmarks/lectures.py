"""What the lectures file for these measurements, each in `autograder/lectures/NAME`."""

from __future__ import annotations

import importlib
import importlib.util

from course_lib.course import syllabus


def load(part: str) -> None:
    """Import the module `part` of every lecture that has one, in the course's order."""
    for lecture in syllabus.load().notebooks:
        name = f"autograder.lectures.{lecture.module}.{part}"
        if importlib.util.find_spec(name):
            importlib.import_module(name)
