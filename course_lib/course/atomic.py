"""Write a file whole or not at all."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from pathlib import Path

__all__ = ["write"]


def write(path: Path, data: bytes) -> None:
    """Put `data` at `path`; what was there stays until the new file is complete.

    A link is followed, and an existing file keeps its permissions.

    Raises:
        OSError: it could not be written; what was there is untouched.
    """
    target = path.resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, part = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        _take_permissions(Path(part), target)
        os.replace(part, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(part)
        raise


def _take_permissions(part: Path, target: Path) -> None:
    """Copy the permissions of the replaced file, or set those of a new one (`mkstemp` has none)."""
    try:
        shutil.copymode(target, part)
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        part.chmod(0o666 & ~mask)
