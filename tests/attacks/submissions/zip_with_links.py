"""Tries to hand in links inside a zip, which some programs restore.

Stopped by: a member that is no regular file is refused.
"""

from __future__ import annotations

import io
import stat
import zipfile
from pathlib import Path

from tests.attacks.submissions._making import MODULE, NOTEBOOK, upload_bytes


def build(course: Path) -> None:
    """Make it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as zipped:
        for name in (NOTEBOOK, MODULE):
            link = zipfile.ZipInfo(name)
            link.external_attr = (stat.S_IFLNK | 0o777) << 16
            zipped.writestr(link, str(course / "solutions" / "coins.py"))
    upload_bytes(course, "zip with links", buffer.getvalue())
