"""Tries to keep the grader unpacking: hundreds of notebooks, each just below the limit.

Stopped by: the bytes that may come out of one zip are limited in all.
"""

from __future__ import annotations

from pathlib import Path

from tests.attacks.submissions._making import NOTEBOOK, upload


def build(course: Path) -> None:
    """Make it."""
    large = b" " * 29_000_000
    upload(course, "zip of many bombs", {f"{n:03}/{NOTEBOOK}": large for n in range(12)})
