"""The notebook as it was released: which text is the course's own, and where each cell stood."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
from nbformat.notebooknode import NotebookNode
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor

__all__ = ["cells_of_release", "released_cells"]


def released_cells(preprocessor: NbGraderPreprocessor, resources: Any) -> list[NotebookNode]:
    """The cells of `release/LECTURE/LECTURE.ipynb`; none where the folder has been cleared away."""
    names = resources["nbgrader"]
    try:
        coursedir = preprocessor.parent.parent.coursedir
    except AttributeError:
        return []
    return cells_of_release(coursedir, names["assignment"], names["notebook"])


def cells_of_release(coursedir: CourseDirectory, lecture: str, notebook: str) -> list[NotebookNode]:
    """Read the released notebook of a course folder."""
    folder = coursedir.format_path(coursedir.release_directory, ".", lecture)
    try:
        text = Path(folder, f"{notebook}.ipynb").read_text(encoding="utf-8")
        return list(nbformat.reads(text, as_version=4).cells)
    except (OSError, ValueError):
        return []
