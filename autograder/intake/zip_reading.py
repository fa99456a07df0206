"""Reading a zip that anybody may have made: names, kinds and sizes are checked before a byte is."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

__all__ = ["LITTER", "Member", "RefusedFile", "members"]

_MOST_MEMBERS = 2_000  # of a student's zip
_UTF8 = 0x800
LITTER = ("__MACOSX", ".DS_Store", "Thumbs.db", "__pycache__", ".ipynb_checkpoints")


class RefusedFile(ValueError):
    """The file is not taken; the message says why."""


@dataclass
class _Budget:
    """Bytes that may still be unpacked from one zip; None for any number."""

    left: int | None


@dataclass(frozen=True)
class Member:
    """One file of a zip whose name and kind are in order."""

    path: tuple[str, ...]
    size: int
    _zip: zipfile.ZipFile
    _info: zipfile.ZipInfo
    _budget: _Budget

    def read(self, most: int) -> bytes:
        """Its content.

        Raises:
            RefusedFile: more than `most` bytes, encrypted, or damaged.
        """
        shown = "/".join(self.path)
        if self._budget.left is not None:
            most = min(most, self._budget.left)
        # The size in the directory is the sender's word: what comes out is counted, too.
        if self.size > most:
            raise RefusedFile(f"{shown} has {self.size:,} bytes, at most {most:,} are taken")
        try:
            with self._zip.open(self._info) as file:
                data = file.read(most + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
            raise RefusedFile(f"{shown} is damaged in the zip ({error})") from error
        except RuntimeError as error:
            raise RefusedFile(f"{shown} is encrypted: hand it in without a password") from error
        if self._budget.left is not None:
            self._budget.left -= min(len(data), most)
        if len(data) > most:
            raise RefusedFile(f"{shown} unpacks to more than {most:,} bytes")
        return data


def members(
    data: bytes | io.BufferedIOBase,
    refused: list[str],
    most_unpacked: int | None = None,
    most_members: int = _MOST_MEMBERS,
) -> Iterator[Member]:
    """The files of a zip.

    Args:
        data: the zip.
        refused: gets one line for every member that is not taken.
        most_unpacked: bytes that may be read from all members together.
        most_members: files that a zip may have.

    Raises:
        RefusedFile: it is no zip, or has too many members.
    """
    try:
        opened = zipfile.ZipFile(io.BytesIO(data) if isinstance(data, bytes) else data)
        infos = opened.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise RefusedFile(f"is not a zip that can be read ({error})") from error
    if len(infos) > most_members:
        raise RefusedFile(f"has {len(infos):,} files, at most {most_members:,} are looked at")
    budget = _Budget(most_unpacked)
    for info in infos:
        name = _name(info)
        parts = PurePosixPath(name).parts
        if info.is_dir() or any(part in LITTER for part in parts):
            continue
        if "\\" in name or name.startswith("/") or ".." in parts or ":" in name.partition("/")[0]:
            refused.append(f"{name!r} would leave the submission's folder")
            continue
        mode = info.external_attr >> 16
        if mode and not stat.S_ISREG(mode) and stat.S_IFMT(mode):
            refused.append(f"{name} is a link or a special file: hand in the file itself")
            continue
        yield Member(parts, info.file_size, opened, info, budget)


def _name(info: zipfile.ZipInfo) -> str:
    """A member's name. Many programs, Canvas among them, write UTF-8 and do not say so."""
    if not info.flag_bits & _UTF8:
        try:
            return info.filename.encode("cp437").decode("utf-8")
        except UnicodeError:
            pass
    return info.filename
