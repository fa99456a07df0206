"""The student's module as bytes: it is read once, and links are never followed."""

from __future__ import annotations

import functools
import os
import stat

from autograder.authoring.reference import solution_text
from autograder.authoring.scaffold import standing_in
from autograder.intake.submission import Submission
from course_lib.course.syllabus import load

__all__ = ["Refused", "module_bytes", "other_lectures"]

_LINK = "a link; hand in the file itself"


class Refused(Exception):
    """The module cannot be graded at all; the message says why."""


def module_bytes(submission: Submission, most_kilobytes: int) -> bytes:
    """The content of `course_lib/NAME.py`.

    Raises:
        Refused: it is missing, no regular file, linked to from elsewhere, or too large.
    """
    file, shown = submission.module_file, f"course_lib/{submission.module}.py"
    if file.parent.is_symlink():
        raise Refused(f"{shown} is {_LINK}")
    try:
        # Not blocking: a pipe in the file's place would be waited for.
        descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise Refused(f"{shown} is missing from the submission") from None
    except OSError:
        raise Refused(f"{shown} is {_LINK}") from None
    about = os.fstat(descriptor)
    if not stat.S_ISREG(about.st_mode) or about.st_nlink > 1:
        os.close(descriptor)
        reason = "missing from the submission" if stat.S_ISDIR(about.st_mode) else _LINK
        raise Refused(f"{shown} is {reason}")
    with os.fdopen(descriptor, "rb") as source:
        if about.st_size > most_kilobytes * 1000:
            raise Refused(
                f"{shown} has {about.st_size / 1000:.0f} kB, at most {most_kilobytes} kB are "
                "taken: leave data out of it"
            )
        return source.read(most_kilobytes * 1000)


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
