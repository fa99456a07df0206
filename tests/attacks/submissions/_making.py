"""What the builders of hostile submissions share."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import nbformat
from nbformat.notebooknode import NotebookNode

LECTURE, NOTEBOOK, MODULE = "02_coins", "02_coins.ipynb", "course_lib/coins.py"
SCRIPT = "<script>alert(document.cookie)</script><img src=x onerror=alert(1)>"


def released(course: Path) -> NotebookNode:
    """The notebook that students got."""
    return nbformat.read(course / "release" / LECTURE / NOTEBOOK, as_version=4)


def scaffold(course: Path) -> str:
    """The module that students got."""
    return (course / "release" / LECTURE / MODULE).read_text(encoding="utf-8")


def hand_in(course: Path, student: str, notebook: NotebookNode | None = None) -> Path:
    """Put a folder into `submitted/`; returns it. Without a notebook it is the released one."""
    folder = course / "submitted" / student / LECTURE
    (folder / "course_lib").mkdir(parents=True)
    text = json.dumps(released(course) if notebook is None else notebook)
    (folder / NOTEBOOK).write_text(text, encoding="utf-8")
    (folder / MODULE).write_text(scaffold(course), encoding="utf-8")
    return folder


def upload(course: Path, student: str, files: dict[str, bytes], name: str = "02_coins.zip") -> None:
    """Put a zip into the download of an LMS, as Moodle names it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as zipped:
        for path, data in files.items():
            zipped.writestr(path, data)
    upload_bytes(course, student, buffer.getvalue(), name)


def upload_bytes(course: Path, student: str, data: bytes, name: str = "02_coins.zip") -> None:
    """Put a file into the download of an LMS."""
    folder = course / "downloaded" / LECTURE / "archive" / f"{student}_77_assignsubmission_file_"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)


def files_of(course: Path) -> dict[str, bytes]:
    """The two files of an untouched submission."""
    return {NOTEBOOK: json.dumps(released(course)).encode(), MODULE: scaffold(course).encode()}
