"""One student's submission of one lecture."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from course_lib.course import syllabus

__all__ = ["Submission"]


@dataclass(frozen=True)
class Submission:
    """One student's submission of one lecture."""

    folder: Path
    lecture: str

    @property
    def module(self) -> str:
        """The lecture module's name, "name" of lecture "02_name"."""
        return syllabus.load().lecture(self.lecture).module

    @property
    def module_file(self) -> Path:
        """The path of the student's module."""
        return self.folder / "course_lib" / f"{self.module}.py"
