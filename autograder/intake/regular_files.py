"""Files that somebody else may have made: only regular ones are read, and links never followed."""

from __future__ import annotations

import os
import stat
from pathlib import Path

__all__ = ["Refused", "read_regular", "special"]


class Refused(Exception):
    """The file is not taken; the message says why, without the file's name."""


def read_regular(file: Path, most: int) -> bytes:
    """The content of a regular file that has one name, never of what a link leads to.

    Raises:
        Refused: it is something else, or has more than `most` bytes.
        FileNotFoundError: it does not exist.
    """
    try:
        # Not blocking: a pipe in the file's place would be waited for.
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        descriptor = os.open(file, flags)
    except FileNotFoundError:
        raise
    except OSError as error:
        if os.path.islink(file):
            raise Refused("is a link: hand in the file itself") from None
        raise Refused(f"cannot be read ({error.strerror})") from None
    about = os.fstat(descriptor)
    if problem := special(about):
        # Not inside the block below: a folder cannot be made a file object.
        os.close(descriptor)
        raise Refused(problem)
    with os.fdopen(descriptor, "rb") as source:
        if about.st_size > most:
            raise Refused(f"has {about.st_size:,} bytes, at most {most:,} are taken")
        data = source.read(most + 1)
    if len(data) > most:
        raise Refused(f"has more than {most:,} bytes")
    return data


def special(about: os.stat_result) -> str:
    """The reason why a file of this kind is refused; empty for a regular file with one name."""
    if stat.S_ISREG(about.st_mode):
        return "is a hard link: hand in a copy" if about.st_nlink > 1 else ""
    if stat.S_ISLNK(about.st_mode):
        return "is a link: hand in the file itself"
    if stat.S_ISDIR(about.st_mode):
        return "is a folder where a file is expected"
    return "is a device, a pipe or a socket: hand in a file"
