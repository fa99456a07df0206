"""What students of the small course hand in, folders and zips, and an LMS's tables of them."""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Mapping
from pathlib import Path

import nbformat

LECTURE, NOTEBOOK, MODULE = "02_coins", "02_coins.ipynb", "course_lib/coins.py"
EMPTY = nbformat.writes(nbformat.v4.new_notebook()).encode()


def hand_in(course: Path, student: str, files: Mapping[str, str | bytes]) -> Path:
    """Put files into a student's folder in `submitted/`, which is returned."""
    folder = course / "submitted" / student / LECTURE
    (folder / "course_lib").mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data.encode() if isinstance(data, str) else data)
    return folder


def table(course: Path, name: str, text: str, *, bom: bool = True, newline: str = "\r\n") -> Path:
    """Put a table into a course folder as an LMS writes it."""
    file = course / name
    file.write_bytes((("\ufeff" if bom else "") + text.replace("\n", newline)).encode())
    return file


def modules(course: Path) -> dict[str, str]:
    """Student → the module in `submitted/`."""
    submitted = course / "submitted"
    return {
        p.relative_to(submitted).parts[0]: p.read_text(encoding="utf-8").strip()
        for p in submitted.rglob("coins.py")
    }


class _Untold(zipfile.ZipInfo):
    """A name whose bytes are UTF-8, without the flag."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        return self.filename.encode(), self.flag_bits & ~0x800


def zipped(files: dict[str, bytes], *, told: bool = True) -> bytes:
    """A zip with these names, as they are.

    Args:
        files: name → content.
        told: whether it says that the names are UTF-8; Canvas's does not.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in files.items():
            info = (zipfile.ZipInfo if told else _Untold)("placeholder")
            info.filename, info.compress_type = name, zipfile.ZIP_DEFLATED
            target.writestr(info, data)
    return buffer.getvalue()


def zip_links(*names: str, to: str) -> bytes:
    """A zip of symbolic links."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        for name in names:
            link = zipfile.ZipInfo(name)
            link.external_attr = (stat.S_IFLNK | 0o777) << 16
            target.writestr(link, to)
    return buffer.getvalue()


def zip_of(module: str = "x = 1\n") -> bytes:
    """What `course submit` makes."""
    return zipped({NOTEBOOK: EMPTY, MODULE: module.encode()})
