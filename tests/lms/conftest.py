"""Course folders, and files as Moodle and Canvas make them."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import nbformat
import pytest

from autograder.grading.course import CourseFolder

NOTEBOOK = nbformat.writes(nbformat.v4.new_notebook()).encode()


@pytest.fixture
def course(folder: Path) -> CourseFolder:
    return CourseFolder.read(folder)


def zipped(files: dict[str, bytes], *, told: bool = True) -> bytes:
    """A zip.

    Args:
        files: name → content.
        told: whether it says that the names are UTF-8; Canvas's does not.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in files.items():
            target.writestr(_Untold(name) if not told else name, data)
    return buffer.getvalue()


class _Untold(zipfile.ZipInfo):
    """A name whose bytes are UTF-8, without the flag."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        return self.filename.encode(), self.flag_bits & ~0x800


def handed_in(module: str = "x = 1\n") -> bytes:
    """What `course submit` makes."""
    return zipped({"02_coins.ipynb": NOTEBOOK, "course_lib/coins.py": module.encode()})


def modules(folder: Path) -> dict[str, str]:
    """Student → the module in `submitted/`."""
    submitted = folder / "submitted"
    return {
        p.relative_to(submitted).parts[0]: p.read_text(encoding="utf-8").strip()
        for p in submitted.rglob("coins.py")
    }
