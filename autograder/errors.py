"""The exceptions that a command shows as one line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from course_lib.course.errors import CommandError

__all__ = ["CourseError", "file_errors"]


# What an instructor can mend is told as what a student can mend is.
CourseError = CommandError


@contextmanager
def file_errors(file: Path, done: str) -> Iterator[None]:
    """Turn an `OSError` of the block into a `CourseError` that names the file.

    Args:
        file: what is read or written in the block.
        done: "read" or "written".
    """
    try:
        yield
    except OSError as error:
        raise CourseError(f"{file} cannot be {done}: {error.strerror}") from error
