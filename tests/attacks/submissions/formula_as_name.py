"""Tries to put a formula and an escape into the table of grades, by the student's own name.

Stopped by: the exported table's cells are neutralised.
"""

from __future__ import annotations

from pathlib import Path

from tests.attacks.submissions._making import hand_in


def build(course: Path) -> None:
    """Make it."""
    hand_in(course, "=cmd|' -C calc'!A1")
    hand_in(course, "@SUM(1+1)")
