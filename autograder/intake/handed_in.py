"""The student's module as bytes, and what it may import of other lectures."""

from __future__ import annotations

import functools

from autograder.authoring.reference import solution_text
from autograder.authoring.scaffold import standing_in
from autograder.intake.regular_files import Refused, read_regular
from autograder.intake.submission import Submission
from course_lib.course.syllabus import load

__all__ = ["module_bytes", "other_lectures"]


def module_bytes(submission: Submission, most_kilobytes: int) -> bytes:
    """The content of `course_lib/NAME.py`.

    Raises:
        Refused: it is missing, no regular file, linked to from elsewhere, or too large.
    """
    file, shown = submission.module_file, f"course_lib/{submission.module}.py"
    try:
        if file.parent.is_symlink():
            raise Refused("is a link: hand in the file itself")
        return read_regular(file, most_kilobytes * 1000)
    except FileNotFoundError:
        raise Refused(f"{shown} is missing from the submission") from None
    except Refused as why:
        raise Refused(f"{shown} {why}") from None


def other_lectures(module: str, source: bytes) -> dict[str, str]:
    """Scaffolds of the other lectures whose names occur in a module, so that it can import them.

    They come from the reference, without its solutions. What the student wrote there is of another
    submission; a function that uses it says so.
    """
    names = [lecture.module for lecture in load().lectures if lecture.module != module]
    return {name: _stand_in(name, module) for name in names if name.encode() in source}


@functools.cache
def _stand_in(name: str, user: str) -> str:
    return standing_in(name, solution_text(name), user)
