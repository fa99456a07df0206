"""For every test: one torch thread in each worker, so that workers do not fight for cores.

And one class of ten, graded once by stock nbgrader commands: tests/instructor looks at it, and the
browser does.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from autograder.demo import Played
    from autograder.grading.course import CourseFolder

os.environ.setdefault("OMP_NUM_THREADS", "1")

HERE = Path(__file__).parent
# What is made once and takes long: a folder's tests are all run by one worker.
GROUPS = {"attacks": "attacks", "browser": "browser", "grading": "grading", "instructor": "class"}


# First, because xdist's own reads the groups.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put each test into its folder's group, unless it says that it is in another one."""
    for item in items:
        group = HERE in item.path.parents and GROUPS.get(item.path.relative_to(HERE).parts[0])
        if group and item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(group))


# The students' loop is endless anyway; right code needs a fraction of this.
QUICK = "\nc.Engine.seconds_per_property = 4\n"


@pytest.fixture(scope="session")
def played() -> Iterator[Played]:
    """The class, graded where COURSE_LIB_PATH points at the reference, as an author's shell may."""
    from autograder.demo import play
    from autograder.paths import COURSE

    with tempfile.TemporaryDirectory(prefix="course-class-") as folder:
        env = {"COURSE_LIB_PATH": str(COURSE / "solutions")}
        yield play(Path(folder) / "course", settings=QUICK, env=env)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course's folder in which nothing was released; it is the working directory."""
    from autograder.demo import make_course

    monkeypatch.setenv("JUPYTER_NO_CONFIG", "1")
    made = make_course(tmp_path / "course", [])
    monkeypatch.chdir(made)
    return made


@pytest.fixture
def course(folder: Path) -> CourseFolder:
    """That folder, as our own commands read it."""
    from autograder.grading.course import CourseFolder

    return CourseFolder.read(folder)


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The students' wheel."""
    from hatchling.builders.wheel import WheelBuilder

    from autograder.paths import ROOT

    folder = tmp_path_factory.mktemp("wheel")
    (built,) = WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"])
    return Path(built)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The course's site, built once; its tests share a worker (`xdist_group("site")`)."""
    from autograder.authoring.site import build, katex
    from autograder.errors import CourseError

    try:
        katex.fetch()
    except CourseError as error:
        pytest.skip(str(error))
    return build(tmp_path_factory.mktemp("site") / "site").parent
