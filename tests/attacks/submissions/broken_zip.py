"""Tries to stop the class by a zip that is none, cut off, or encrypted.

Stopped by: each is a problem of its own submission, which is told and graded with what there is.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from tests.attacks.submissions._making import files_of, upload_bytes


def build(course: Path) -> None:
    """Make it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as zipped:
        for name, data in files_of(course).items():
            zipped.writestr(name, data)
    whole = buffer.getvalue()
    encrypted = bytearray(whole)
    encrypted[6] |= 1
    encrypted[whole.index(b"PK\x01\x02") + 8] |= 1
    for number, data in enumerate((whole[: len(whole) // 2], b"PK\x05\x06", b"", bytes(encrypted))):
        upload_bytes(course, "broken zip", data, f"{number}.zip")
