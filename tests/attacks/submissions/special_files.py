"""Tries to make the grader wait for a pipe, or write where a file is expected.

Stopped by: what is no regular file is removed, and is never opened without O_NONBLOCK.
"""

from __future__ import annotations

import os
from pathlib import Path

from tests.attacks.submissions._making import MODULE, hand_in


def build(course: Path) -> None:
    """Make it."""
    folder = hand_in(course, "special-files")
    (folder / MODULE).unlink()
    os.mkfifo(folder / MODULE)
    os.mkfifo(folder / "homework.ipynb")
    (folder / "problems.txt").symlink_to(course / ".course_secret")
