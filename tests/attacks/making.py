"""What the builders of hostile and of broken submissions share."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
from nbformat.notebooknode import NotebookNode

from tests import handing_in
from tests.handing_in import LECTURE, MODULE, NOTEBOOK

SCRIPT = "<script>alert(document.cookie)</script><img src=x onerror=alert(1)>"


def released(course: Path) -> NotebookNode:
    """The notebook that students got."""
    return nbformat.read(course / "release" / LECTURE / NOTEBOOK, as_version=4)


def graded_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """The cells that are graded, the answer last."""
    return [c for c in notebook.cells if "nbgrader" in c.metadata]


def scaffold(course: Path) -> str:
    """The module that students got."""
    return (course / "release" / LECTURE / MODULE).read_text(encoding="utf-8")


def hand_in(
    course: Path,
    student: str,
    notebook: NotebookNode | bytes | None = None,
    module: str | None = None,
    name: str = NOTEBOOK,
) -> Path:
    """Put a folder into `submitted/`; returns it. What is not given is as it was released."""
    if not isinstance(notebook, bytes):
        notebook = json.dumps(released(course) if notebook is None else notebook).encode()
    module = scaffold(course) if module is None else module
    return handing_in.hand_in(course, student, {name: notebook, MODULE: module})


def upload(course: Path, student: str, data: bytes, name: str = "02_coins.zip") -> None:
    """Put a file into the download of an LMS, as Moodle names it."""
    folder = course / "downloaded" / LECTURE / "archive" / f"{student}_77_assignsubmission_file_"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)


def files_of(course: Path) -> dict[str, bytes]:
    """The two files of an untouched submission."""
    return {NOTEBOOK: json.dumps(released(course)).encode(), MODULE: scaffold(course).encode()}
