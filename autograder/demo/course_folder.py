"""A course folder of its own for nbgrader: what grading needs, and nothing else of a checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from autograder.errors import CourseError
from autograder.paths import ROOT, built_notebook
from course_lib.course.syllabus import load, path

__all__ = ["make_course", "nbgrader"]


def make_course(folder: Path, lectures: Sequence[str], settings: str = "") -> Path:
    """Make a course folder that nbgrader's commands run in.

    Args:
        folder: is created; must be empty.
        lectures: ids of the lectures whose notebooks are copied.
        settings: lines that are added to `nbgrader_config.py`.

    Returns:
        The folder.

    Raises:
        CourseError: the folder holds something, or a notebook has not been built.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise CourseError(f"{folder} is not empty: give a folder that is new or empty")
    shutil.copyfile(ROOT / "nbgrader_config.py", folder / "nbgrader_config.py")
    shutil.copyfile(path(), folder / "course.toml")
    with (folder / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write(settings)
    for key in lectures:
        lecture = load().lecture(key)
        built = built_notebook(lecture)
        target = folder / "notebooks" / lecture.id / built.name
        target.parent.mkdir(parents=True)
        shutil.copyfile(built, target)
    return folder


def nbgrader(
    course: Path, *arguments: str, env: dict[str, str] | None = None, check: bool = True
) -> subprocess.CompletedProcess[str]:
    """Run one of nbgrader's stock commands in a course folder.

    Raises:
        CourseError: it failed; the message has the last lines that it printed.
    """
    # Settings of the user's own Jupyter must not change what the class gets.
    own = {"JUPYTER_CONFIG_DIR": str(course / ".jupyter"), "JUPYTER_NO_CONFIG": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=course,
        env={**os.environ, **own, **(env or {})},
        capture_output=True,
        text=True,
    )
    if check and done.returncode:
        tail = "\n".join((done.stdout + done.stderr).strip().splitlines()[-8:])
        raise CourseError(f"`nbgrader {' '.join(arguments)}` failed in {course}:\n{tail}")
    return done
