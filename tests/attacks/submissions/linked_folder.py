"""Tries to hand in `course_lib` as a link to the folder of the reference.

Stopped by: links are removed when a submission is taken in.
"""

from __future__ import annotations

from pathlib import Path

from tests.attacks.submissions._making import MODULE, hand_in


def build(course: Path) -> None:
    """Make it."""
    folder = hand_in(course, "linked-folder")
    (folder / MODULE).unlink()
    (folder / "course_lib").rmdir()
    (folder / "course_lib").symlink_to(course / "solutions")
    (folder / "answers").symlink_to("/")
