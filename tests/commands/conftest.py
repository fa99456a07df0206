"""A student's course folder, and the `course` command run in it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

import course_lib
from autograder.authoring.release import released_notebook
from autograder.paths import COURSE
from course_lib.commands.app import app
from course_lib.course import state, syllabus
from course_lib.course.scaffold import scaffold_text
from tests.processes import Ran

MODULES = ("dice", "coins")


@dataclass(frozen=True)
class Student:
    """A student's folder and state."""

    folder: Path
    state: Path

    @property
    def module(self) -> Path:
        return self.folder / "course_lib" / "coins.py"

    @property
    def notebook(self) -> Path:
        return self.folder / "notebooks" / "02_coins" / "02_coins.ipynb"

    def solve(self, module: str = "coins") -> None:
        """Put the reference in place of the scaffold."""
        text = (COURSE / "solutions" / f"{module}.py").read_text("utf-8")
        (self.folder / "course_lib" / f"{module}.py").write_text(text, "utf-8")

    def edit(self, old: str, new: str) -> None:
        """Change the module coins once."""
        text = self.module.read_text("utf-8")
        assert old in text
        self.module.write_text(text.replace(old, new, 1), "utf-8")

    def keep(self, *names: str, state: str = "passed", share: float = 1.0) -> None:
        """Results as `check` would have kept them a second from now."""
        from course_lib.course import state as kept

        now = int(time.time()) + 1
        entries = {}
        for name in names:
            most = syllabus.load().exercise(name).points
            entries[name] = {
                "points": most * share,
                "max_points": most,
                "state": state,
                "checked": now,
            }
        kept.update("progress", lambda old: {**old, **entries})

    def run(self, *arguments: str) -> Ran:
        """The command in this process, its student modules imported afresh."""
        _forget_modules()
        result = CliRunner().invoke(app, list(arguments))
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Ran(result.exit_code, result.stdout, result.stderr)

    def shell(self, *arguments: str, cwd: Path | None = None, **env: str) -> Ran:
        """The installed command in a process of its own."""
        done = subprocess.run(
            [str(Path(sys.executable).parent / "course"), *arguments],
            cwd=cwd or self.folder,
            env={**os.environ, "OMP_NUM_THREADS": "1", **env},
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=120,
        )
        return Ran(done.returncode, done.stdout, done.stderr)


def _forget_modules() -> None:
    for module in MODULES:
        sys.modules.pop(f"course_lib.{module}", None)
        vars(course_lib).pop(module, None)


@pytest.fixture(scope="session")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The course as a student gets it: scaffolds and released notebooks."""
    folder = tmp_path_factory.mktemp("untouched")
    (folder / "course_lib").mkdir()
    for lecture in syllabus.load().lectures:
        solution = (COURSE / "solutions" / f"{lecture.module}.py").read_text("utf-8")
        scaffold = scaffold_text(solution, lecture.module)
        (folder / "course_lib" / f"{lecture.module}.py").write_text(scaffold, "utf-8")
        notebook = folder / "notebooks" / lecture.id / f"{lecture.id}.ipynb"
        notebook.parent.mkdir(parents=True)
        notebook.write_text(released_notebook(lecture), "utf-8")
    return folder


@pytest.fixture
def student(untouched: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Student]:
    """A student in a fresh course folder, in a terminal of 80 columns."""
    folder = Path(shutil.copytree(untouched, tmp_path / "course"))
    for name in ("COURSE_LIB_PATH", "NBGRADER_EXECUTION", "FORCE_COLOR", "TERMINAL_WIDTH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("COURSE_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setattr(state, "_told", set())
    monkeypatch.setattr(state, "_unsaved", {})
    monkeypatch.chdir(folder)
    own = {f"course_lib.{m}": sys.modules.get(f"course_lib.{m}") for m in MODULES}
    # What `import course_lib` does in this working directory.
    overlaid = [str(folder / "course_lib"), *course_lib.__path__]
    monkeypatch.setattr(course_lib, "__path__", overlaid)
    yield Student(folder, tmp_path / "state")
    _forget_modules()
    for name, module in own.items():
        if module is not None:
            sys.modules[name] = module
            setattr(course_lib, name.partition(".")[2], module)
