"""Tries to hand in second names of the gradebook, the secret and the reference.

Stopped by: files with a second name are removed; the file itself keeps its first.
"""

from __future__ import annotations

import os
from pathlib import Path

from tests.attacks.submissions._making import MODULE, NOTEBOOK, hand_in


def build(course: Path) -> None:
    """Make it."""
    folder = hand_in(course, "hard-linked-files")
    (folder / MODULE).unlink()
    (folder / NOTEBOOK).unlink()
    os.link(course / "solutions" / "coins.py", folder / MODULE)
    os.link(course / ".course_secret", folder / NOTEBOOK)
    os.link(course / ".course_secret", folder / "problems.txt")
