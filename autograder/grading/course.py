"""The course folder that is graded: its nbgrader configuration, read without starting nbgrader."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from jupyter_core.paths import jupyter_config_path
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config, PyFileConfigLoader
from traitlets.utils.importstring import import_item

from autograder.errors import CourseError
from autograder.grading.engine_process import Job
from autograder.grading.fingerprint import settings_of
from course_lib.course.syllabus import Lecture

__all__ = ["CourseFolder"]

_SANDBOXED = "autograder.sandbox.engine.SandboxedEngine"
_FILE = "nbgrader_config.py"


@dataclass(frozen=True)
class CourseFolder:
    """What `nbgrader_config.py` says.

    Attributes:
        config: all of it.
        directory: nbgrader's view of the folder.
        engine_class: where the grading engine is imported from.
        settings: the engine's settings, as plain data.
    """

    config: Config
    directory: CourseDirectory
    engine_class: str
    settings: dict[str, dict[str, Any]]

    @classmethod
    def read(
        cls, folder: Path, db_url: str = "", device: str = "", unsandboxed: bool = False
    ) -> CourseFolder:
        """Read the configuration of a course folder.

        Args:
            folder: where `nbgrader_config.py` lies.
            db_url: the gradebook's address, in place of the configured one.
            device: what the engine is to grade on, in place of the configured one.
            unsandboxed: have students' code run without bubblewrap.

        Raises:
            CourseError: no configuration, or the engine has no such setting.
        """
        if not (folder / _FILE).is_file():
            raise CourseError(f"there is no {_FILE} in {folder}: run this in the course's folder")
        config = Config()
        shared = [] if os.environ.get("JUPYTER_NO_CONFIG") else jupyter_config_path()
        for place in [*reversed(shared), str(folder)]:
            if (Path(place) / _FILE).is_file():
                config.merge(PyFileConfigLoader(_FILE, path=place).load_config())
        if db_url:
            config.CourseDirectory.db_url = db_url
        chosen = config.get("GradeCells", {}).get("engine_class", _SANDBOXED)
        if not isinstance(chosen, str):
            chosen = f"{chosen.__module__}.{chosen.__qualname__}"
        engine_class = _SANDBOXED if unsandboxed else chosen
        if unsandboxed:
            config.SandboxedEngine.unsandboxed = True
        if device and device != "cpu":
            _usable(device, engine_class)
            config.Engine.device = device
        directory = CourseDirectory(config=config)
        return cls(config, directory, engine_class, settings_of(config, engine_class))

    @property
    def root(self) -> Path:
        """The course folder."""
        return Path(self.directory.root)

    def submitted(self, lecture: Lecture) -> Path:
        """`submitted/`: the folder that has every student's folder with the lecture in it."""
        pattern = self.directory.submitted_directory
        return Path(self.directory.format_path(pattern, "*", lecture.id)).parent.parent

    @property
    def engine(self) -> Job:
        """The engine and its settings: a job without a lecture, the same for all processes."""
        return Job(
            self.engine_class, {**self.settings, "CourseDirectory": {"root": self.directory.root}}
        )

    @property
    def unsandboxed(self) -> bool:
        """Whether students' code runs without bubblewrap."""
        return bool(self.settings.get("SandboxedEngine", {}).get("unsandboxed"))

    @property
    def permissions(self) -> int:
        """The permissions of files in `autograded/`: nbgrader's default, or the configured ones."""
        section = {**self.config.get("BaseConverter", {}), **self.config.get("Autograde", {})}
        default = 664 if self.directory.groupshared else 444
        return int(str(section.get("permissions", default)), 8)


def _usable(device: str, engine_class: str) -> None:
    """Refuse a device that the engine or this machine does not have."""
    if device != "cuda":
        raise CourseError(f"--device {device}: cpu and cuda are possible")
    if not import_item(engine_class).class_traits(config=True).get("device"):
        raise CourseError(f"--device cuda: {engine_class} grades on the CPU only")
    if not torch.cuda.is_available():
        raise CourseError(
            "--device cuda: torch finds no CUDA device on this machine. Leave the option out to "
            "grade on the CPU"
        )
