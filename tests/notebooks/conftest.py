"""Where the notebooks' tests run: a state folder of their own, one thread."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

from autograder.paths import ROOT


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The students' wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    (built,) = WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"])
    return Path(built)


@pytest.fixture(scope="session")
def site(wheel: Path) -> Path:
    """A folder into which the students' wheel is installed."""
    zipfile.ZipFile(wheel).extractall(wheel.parent / "site")
    return wheel.parent / "site"


@pytest.fixture
def student_env(tmp_path: Path) -> dict[str, str]:
    """The environment of a student's shell: nothing of the course's is set."""
    env = {
        k: v
        for k, v in os.environ.items()
        if k == "COURSE_ROOT" or not k.startswith(("COURSE_", "JUPYTER", "PYTEST"))
    }
    private = {"COURSE_STATE_DIR": str(tmp_path / "state"), "IPYTHONDIR": str(tmp_path / "ipython")}
    private |= {"JUPYTER_CONFIG_DIR": str(tmp_path / "config")}
    private |= {"JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime")}
    return env | private | {"OMP_NUM_THREADS": "1"}
