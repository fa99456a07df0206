"""ruff and mypy have nothing to say; as tests, they run beside the others."""

from __future__ import annotations

import subprocess
import sys

import pytest

from autograder.paths import ROOT

COMMANDS = (["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"])


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_it_finds_nothing(command):
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
