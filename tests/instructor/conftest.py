"""A course folder with a release in it; the graded class is in tests/conftest.py."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.demo import make_course
from autograder.demo.course_folder import nbgrader
from autograder.demo.whole_day import engine_setting
from course_lib.course.syllabus import load
from tests.conftest import QUICK

LECTURE = load().lectures[1].id


@pytest.fixture(scope="session")
def released() -> Iterator[Path]:
    """A course folder in which the second lecture is released and nothing has been handed in."""
    with tempfile.TemporaryDirectory(prefix="course-released-") as folder:
        course = make_course(Path(folder) / "course", [LECTURE], QUICK + engine_setting())
        nbgrader(course, "generate_assignment", LECTURE)
        yield course


@pytest.fixture
def course(released: Path, tmp_path: Path) -> Path:
    """A released course folder of the test's own."""
    return Path(shutil.copytree(released, tmp_path / "course"))
