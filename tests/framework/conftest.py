"""Lecture modules with one planted body, and Python processes that look from outside."""

from __future__ import annotations

import re
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import settings

from autograder.authoring.audit import Variant
from autograder.authoring.reference import module_from_source, solution_text
from autograder.paths import ROOT
from tests.serving import private

# The same examples on every machine, however slow it is.
settings.register_profile("framework", deadline=None, derandomize=True, max_examples=50)
settings.load_profile("framework")


@pytest.fixture(scope="session")
def planted() -> Callable[..., ModuleType]:
    """`planted("coins.mixture_log_prob", "return None")` is the reference with that body."""

    def make(exercise: str, body: str, before: str = "") -> ModuleType:
        text = textwrap.dedent(body)
        source = Variant(exercise, "planted", True, body=text.rstrip("\n") + "\n").source()
        if before:
            marker = re.search(r"^from torch import Tensor.*\n", source, re.M)
            assert marker
            source = source.replace(marker[0], f"{marker[0]}\n{textwrap.dedent(before)}\n", 1)
        return module_from_source(source, exercise.partition(".")[0])

    return make


@pytest.fixture
def course_folder(tmp_path: Path) -> Path:
    """A working directory as a student's, with the references in its `course_lib`."""
    folder = tmp_path / "course" / "course_lib"
    folder.mkdir(parents=True)
    for name in ("dice", "coins"):
        (folder / f"{name}.py").write_text(solution_text(name), encoding="utf-8")
    return folder.parent


@pytest.fixture
def python(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess]:
    """Run code in a process of its own: `python(code, cwd, COURSE_LIB_PATH=...)`."""

    def run(code: str, cwd: Path, **env: str) -> subprocess.CompletedProcess:
        own = {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
        return subprocess.run(
            [sys.executable, "-P", "-c", textwrap.dedent(code)],
            cwd=cwd,
            env=private(tmp_path) | own | env,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run
