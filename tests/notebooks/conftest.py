"""Where the notebooks' tests run: a state folder of their own, one thread."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture
def student_env(tmp_path: Path) -> dict[str, str]:
    """The environment of a student's shell: nothing of the course's is set."""
    env = {
        k: v for k, v in os.environ.items() if not k.startswith(("COURSE_", "JUPYTER", "PYTEST"))
    }
    private = {"COURSE_STATE_DIR": str(tmp_path / "state"), "IPYTHONDIR": str(tmp_path / "ipython")}
    private |= {"JUPYTER_CONFIG_DIR": str(tmp_path / "config")}
    private |= {"JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime")}
    return env | private | {"OMP_NUM_THREADS": "1"}
