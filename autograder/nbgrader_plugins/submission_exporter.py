"""`nbgrader autograde` reads what students handed in: missing and unreadable notebooks, too."""

from __future__ import annotations

import glob
import os
from pathlib import Path
from typing import Any

from nbconvert.exporters import NotebookExporter

from autograder.intake.notebook_reading import (
    UnreadableNotebook,
    in_place_of_unreadable,
    read_notebook,
    tidy_folder,
)
from autograder.intake.plain_text import plain

__all__ = ["SubmissionExporter"]


class SubmissionExporter(NotebookExporter):
    """`nbgrader autograde`'s reader. Before it reads, it puts each submission's folder in order."""

    def __init__(self, config: Any = None, **kwargs: Any) -> None:
        super().__init__(config=config, **kwargs)
        converter = self.parent
        if hasattr(converter, "assignments") and hasattr(converter, "coursedir"):
            self._tidy(converter)

    def _tidy(self, converter: Any) -> None:
        coursedir = converter.coursedir
        if coursedir.notebook_id != "*":
            return
        pattern = coursedir.format_path(
            coursedir.submitted_directory, coursedir.student_id, coursedir.assignment_id
        )
        for folder in sorted(glob.glob(pattern)):
            shown = os.path.relpath(folder, coursedir.root)
            try:
                notes = tidy_folder(Path(folder), coursedir.assignment_id)
            except OSError as error:
                self.log.error("%s cannot be put in order and is not graded: %s", shown, error)
                converter.assignments.pop(folder, None)
                continue
            for note in notes:
                self.log.warning("%s: %s", shown, plain(note, 500))
            converter.assignments[folder] = [
                os.path.join(folder, f"{coursedir.assignment_id}.ipynb")
            ]

    def from_filename(self, filename: str, resources: Any = None, **kw: Any) -> tuple[Any, Any]:
        """Read and convert one notebook; one that cannot be read is graded without its text."""
        try:
            nb = read_notebook(Path(filename).read_bytes())
        except UnreadableNotebook as problem:
            self.log.warning("%s %s; graded against the release's cells", filename, problem)
            nb = in_place_of_unreadable(Path(filename).name, problem)
        resources["metadata"] = {"name": Path(filename).stem, "path": str(Path(filename).parent)}
        return self.from_notebook_node(nb, resources, **kw)
