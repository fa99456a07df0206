"""One class of ten, graded once by stock nbgrader commands, that most tests here look at."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.demo import Played, make_course, play
from autograder.demo.course_folder import nbgrader
from autograder.demo.play import engine_setting
from autograder.paths import ROOT

# The students' loop is endless anyway; right code needs a fraction of this.
SETTINGS = "\nc.Engine.seconds_per_property = 4\n"


# First, because xdist's own reads the groups.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All in one worker, so that the class is graded once."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("class"))


@pytest.fixture(scope="session")
def played() -> Iterator[Played]:
    """The class, graded where COURSE_LIB_PATH points at the reference, as an author's shell may."""
    with tempfile.TemporaryDirectory(prefix="course-class-") as folder:
        env = {"COURSE_LIB_PATH": str(ROOT / "solutions")}
        yield play(Path(folder) / "course", settings=SETTINGS, env=env)


@pytest.fixture(scope="session")
def released() -> Iterator[Path]:
    """A course folder in which lecture 2 is released and nothing has been handed in."""
    with tempfile.TemporaryDirectory(prefix="course-released-") as folder:
        course = make_course(Path(folder) / "course", ["02_nade"], SETTINGS + engine_setting())
        nbgrader(course, "generate_assignment", "02_nade")
        yield course


@pytest.fixture
def course(released: Path, tmp_path: Path) -> Path:
    """A released course folder of the test's own."""
    return Path(shutil.copytree(released, tmp_path / "course"))
