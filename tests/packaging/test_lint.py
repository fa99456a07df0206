"""ruff, mypy and import-linter have nothing to say; as tests, they run beside the others."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from autograder.paths import ROOT

COMMANDS = ("ruff check .", "ruff format --check .", "mypy", "lint-imports")
BIN = Path(sys.executable).parent


@pytest.mark.parametrize("command", COMMANDS)
def test_it_finds_nothing(command):
    program, *arguments = command.split()
    done = subprocess.run(
        [str(BIN / program), *arguments], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
