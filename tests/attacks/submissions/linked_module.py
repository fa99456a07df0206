"""Tries to hand in a symbolic link to the reference in the place of the module.

Stopped by: links are removed when a submission is taken in, and the engine opens no link.
"""

from __future__ import annotations

from pathlib import Path

from tests.attacks.submissions._making import MODULE, hand_in


def build(course: Path) -> None:
    """Make it."""
    file = hand_in(course, "linked-module") / MODULE
    file.unlink()
    file.symlink_to(course / "solutions" / "coins.py")
