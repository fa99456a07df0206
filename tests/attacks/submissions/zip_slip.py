"""Tries to write outside of the folder that the zip is unpacked in.

Stopped by: only two names are taken from a zip, and these decide where a file goes.
"""

from __future__ import annotations

from pathlib import Path

from tests.attacks.submissions._making import MODULE, NOTEBOOK, files_of, upload


def build(course: Path) -> None:
    """Make it."""
    data = files_of(course)
    for up in ("../", "../../../", "/", "..\\", "C:", "course_lib/../../../../"):
        data[f"{up}owned"] = b"owned"
        data[f"{up}{NOTEBOOK}"] = b"{}"
        data[f"{up}{MODULE}"] = b"import os"
    upload(course, "zip slip", data)
