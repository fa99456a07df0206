"""Tries to fill memory and disk: a module that unpacks to two gigabytes' worth of zeros.

Stopped by: the bytes that come out are counted, whatever the zip says of itself.
"""

from __future__ import annotations

from pathlib import Path

from tests.attacks.submissions._making import MODULE, NOTEBOOK, files_of, upload


def build(course: Path) -> None:
    """Make it."""
    data = files_of(course)
    data[MODULE] = bytes(50_000_000)
    data[f"again/{NOTEBOOK}"] = bytes(80_000_000)
    upload(course, "zip bomb", data)
