"""Tries to bring along its own checks, reference, settings and start-up files.

Stopped by: of a submission one module is read; nothing of it is on the grader's path.
"""

from __future__ import annotations

from pathlib import Path

from tests.attacks.submissions._making import hand_in


def build(course: Path) -> None:
    """Make it."""
    folder = hand_in(course, "own-checks")
    (folder / "course_lib" / "checks").mkdir()
    for name in (
        "course_lib/__init__.py",
        "course_lib/checks/__init__.py",
        "solutions/coins.py",
        "sitecustomize.py",
        "conftest.py",
        "torch.py",
        "nbgrader_config.py",
        "evil.pth",
    ):
        file = folder / name
        file.parent.mkdir(exist_ok=True)
        file.write_text("raise SystemExit\n", encoding="utf-8")
