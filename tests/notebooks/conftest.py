"""Where the notebooks' tests run: a state folder of their own, one thread."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from tests.serving import private


@pytest.fixture(scope="session")
def site(wheel: Path) -> Path:
    """A folder into which the students' wheel is installed."""
    zipfile.ZipFile(wheel).extractall(wheel.parent / "site")
    return wheel.parent / "site"


@pytest.fixture
def student_env(tmp_path: Path) -> dict[str, str]:
    """The environment of a student's shell: nothing of the course's is set."""
    return private(tmp_path) | {"OMP_NUM_THREADS": "1"}
