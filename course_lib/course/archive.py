"""The zip that is handed in: the same bytes for the same files, written whole or not at all."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from course_lib.course import atomic
from course_lib.course.errors import CommandError

__all__ = ["write", "zipped"]

_THEN = (1980, 1, 1, 0, 0, 0)
_REGULAR_FILE = 0o100644


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip of these files (path → content) that depends on nothing else."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for path, content in files.items():
            info = zipfile.ZipInfo(path, _THEN)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3
            info.external_attr = _REGULAR_FILE << 16
            target.writestr(info, content)
    return buffer.getvalue()


def write(target: Path, data: bytes) -> None:
    """Put `data` at `target`; what was there stays until the new file is complete.

    Raises:
        CommandError: it could not be written.
    """
    try:
        atomic.write(target, data)
    except OSError as error:
        kept = "; the older zip there is untouched" if target.is_file() else ""
        raise CommandError(
            f"{target} cannot be written ({error.strerror or error}){kept}: make room there, or "
            "name another folder with --out"
        ) from error
