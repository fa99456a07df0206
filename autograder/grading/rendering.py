"""The autograded notebook: what `nbgrader autograde` makes of a submission, in one pass in memory.

The steps are those of `nbgrader_config.py`'s preprocessors and share their code. What is the same
for the whole class, such as the gradebook's cells, is read once.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import LimitOutput
from nbgrader.utils import find_all_files
from traitlets.config import Config

from autograder.authoring.notebooks import grade_id
from autograder.errors import CourseError
from autograder.grading.cells import write_result
from autograder.intake.ingest import HandedIn
from autograder.intake.notebook_reading import (
    UnreadableNotebook,
    in_place_of_unreadable,
    read_notebook,
)
from autograder.intake.rebuild import PROBLEMS_FILE, SourceCell, rebuilt
from autograder.intake.regular_files import Refused
from autograder.intake.released import cells_of_release
from autograder.intake.untrusted import CleanStudentContent
from course_lib.checks.report import Report
from course_lib.course.syllabus import Lecture

__all__ = ["Rendered", "Renderer"]


@dataclass(frozen=True)
class Rendered:
    """An autograded notebook, ready to be put in place.

    Attributes:
        cells: its graded cells, which the gradebook's entries are made from.
        folder: where its files lie for now.
    """

    cells: tuple[NotebookNode, ...]
    folder: Path


class Renderer:
    """Makes `autograded/STUDENT/LECTURE/` of submissions and reports."""

    def __init__(
        self,
        config: Config,
        coursedir: CourseDirectory,
        lecture: Lecture,
        wanted: Sequence[SourceCell],
    ):
        """Take note of what the whole class shares.

        Args:
            config: of `nbgrader_config.py`.
            coursedir: the course folder.
            lecture: the lecture that is graded.
            wanted: the notebook's cells as the gradebook has them.

        Raises:
            CourseError: the gradebook's cells are not those of `course.toml`.
        """
        self.coursedir, self.lecture, self.wanted = coursedir, lecture, list(wanted)
        self._clean, self._limit = CleanStudentContent(config=config), LimitOutput(config=config)
        graded = {cell.name for cell in wanted if cell.graded and not cell.answer}
        expected = {grade_id(e.name) for e in lecture.exercises}
        if graded != expected:
            odd = ", ".join(sorted(graded ^ expected))
            raise CourseError(
                f"{lecture.id}: the gradebook and course.toml have different exercises ({odd}): "
                f"run `nbgrader generate_assignment {lecture.id} --force`"
            )

    @cached_property
    def _released(self) -> list[NotebookNode]:
        return cells_of_release(self.coursedir, self.lecture.id, self.lecture.id)

    @cached_property
    def _own_files(self) -> dict[str, Path]:
        """Files of the course that nbgrader lays beside every graded notebook."""
        source = self.coursedir.format_path(self.coursedir.source_directory, ".", self.lecture.id)
        files = find_all_files(source, [*self.coursedir.ignore, "*.ipynb"])
        own = {str(Path(f).relative_to(source)): Path(f) for f in files if Path(f).is_file()}
        own.pop(f"course_lib/{self.lecture.module}.py", None)
        return own

    def notebook(self, handed_in: HandedIn, reports: Mapping[str, Report]) -> NotebookNode:
        """The autograded notebook.

        Args:
            handed_in: the submission.
            reports: exercise → its report.
        """
        notes = [*handed_in.problems.splitlines(), *handed_in.notes]
        try:
            data = handed_in.notebook_bytes()
            nb = nbformat.v4.new_notebook() if data is None else read_notebook(data)
        except (Refused, FileNotFoundError, UnreadableNotebook) as problem:
            nb = in_place_of_unreadable(f"{self.lecture.id}.ipynb", problem)
        nb.cells, _ = rebuilt(nb.cells, self.wanted, self._released, notes)
        self._clean.clean(nb, self._released)
        nb.metadata = NotebookNode()
        results = {grade_id(exercise): report for exercise, report in reports.items()}
        for cell in nb.cells:
            about = cell.metadata.get("nbgrader")
            cell.metadata = NotebookNode({"nbgrader": about} if about else {})
            if about and about["grade"] and not about["solution"]:
                write_result(cell, results[about["grade_id"]])
        nb, _ = self._limit.preprocess(nb, {})
        return nb

    def render(self, handed_in: HandedIn, reports: Mapping[str, Report], folder: Path) -> Rendered:
        """Write a submission's autograded files into a new folder.

        Args:
            handed_in: the submission.
            reports: exercise → its report.
            folder: is created; `put` moves it to its place.
        """
        nb = self.notebook(handed_in, reports)
        files: dict[str, bytes] = {f"{self.lecture.id}.ipynb": _text(nb)}
        for name, content in handed_in.modules:
            files[f"course_lib/{name}"] = content
        if handed_in.timestamp:
            files["timestamp.txt"] = handed_in.timestamp.encode() + b"\n"
        notes = [*handed_in.problems.splitlines(), *handed_in.notes]
        if notes:
            files[PROBLEMS_FILE] = "".join(f"{note}\n" for note in notes).encode()
        for path, content in files.items():
            _write(folder / path, content)
        for path, source in self._own_files.items():
            _write(folder / path, source.read_bytes())
        graded = tuple(cell for cell in nb.cells if "nbgrader" in cell.metadata)
        return Rendered(graded, folder)

    def put(self, rendered: Rendered, student: str, permissions: int) -> None:
        """Move the files to `autograded/STUDENT/LECTURE/`, in place of what stood there."""
        target = self.place(student)
        target.parent.mkdir(parents=True, exist_ok=True)
        for file in rendered.folder.rglob("*"):
            if file.is_file():
                file.chmod(permissions)
            elif self.coursedir.groupshared:
                file.chmod(0o2775)
        if self.coursedir.groupshared:
            rendered.folder.chmod(0o2775)
        if target.is_symlink() or target.is_file():
            target.unlink()
        elif target.exists():
            shutil.rmtree(target)
        rendered.folder.replace(target)

    def place(self, student: str) -> Path:
        """`autograded/STUDENT/LECTURE`."""
        directory = self.coursedir.autograded_directory
        return Path(self.coursedir.format_path(directory, student, self.lecture.id))


def _text(nb: NotebookNode) -> bytes:
    # nbformat's own function copies the notebook, checks it and indents it: ten times as slow.
    return json.dumps(nb, ensure_ascii=False, sort_keys=True).encode(errors="replace") + b"\n"


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
