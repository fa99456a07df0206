"""The secret that hidden inputs are drawn from: a file that only the instructor can read."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import stat
from pathlib import Path

from autograder.errors import CourseError

__all__ = ["course_secret", "hidden_seed"]

_BYTES = 32


def course_secret(file: Path) -> bytes:
    """The secret, made when the file does not exist yet.

    Raises:
        CourseError: others can read the file, or it holds something else.
    """
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    except FileExistsError:
        return _read(file)
    except OSError as error:
        raise CourseError(f"{file}: the course's secret cannot be written: {error}") from error
    with os.fdopen(descriptor, "w") as out:
        out.write(secrets.token_hex(_BYTES) + "\n")
        out.flush()
        os.fsync(out.fileno())
    return _read(file)


def _read(file: Path) -> bytes:
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError as error:
        raise CourseError(f"{file}: the course's secret cannot be read: {error}") from error
    with os.fdopen(descriptor, "rb") as source:
        mode = stat.S_IMODE(os.fstat(source.fileno()).st_mode)
        data = source.read(1000).strip()
    if mode & 0o077:
        raise CourseError(
            f"{file}: others may read the course's secret (mode {mode:o}). If a student could "
            "have, delete the file; else: chmod 600"
        )
    try:
        secret = bytes.fromhex(data.decode("ascii"))
    except ValueError:
        secret = b""
    if len(secret) != _BYTES:
        raise CourseError(
            f"{file}: expected {2 * _BYTES} hexadecimal digits. Restore the file from a backup, "
            "or delete it: a new secret draws other hidden inputs"
        )
    return secret


def hidden_seed(secret: bytes, source: bytes, exercise: str) -> int:
    """The seed of one exercise's hidden inputs for one submission: the same in every regrade."""
    message = hashlib.sha256(source).digest() + exercise.encode()
    digest = hmac.new(secret, message, hashlib.sha256).digest()
    return int.from_bytes(digest[:8], "little") >> 1
