"""The command line that starts the zygote as a plain process, for debugging.

It sees the same packages and has the same environment as inside bubblewrap, and the same limits as
far as they need no namespace. It is no wall: students' code runs as the instructor.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from autograder.sandbox.contents import COURSE_INSIDE, GRADER_INSIDE, START, own_files

__all__ = ["command", "scratch"]

_PACKAGES = {"site-packages", "dist-packages"}


def scratch(root: Path) -> Path:
    """Where students' code is meant to write, below a worker's own folder."""
    return root / "scratch"


def command(root: Path) -> list[str]:
    """The whole command.

    Args:
        root: an empty folder; gets copies of what the process may import.
    """
    scratch(root).mkdir()
    for inside, outside in own_files():
        copy = root / inside.lstrip("/")
        copy.parent.mkdir(parents=True, exist_ok=True)
        if outside.is_dir():
            shutil.copytree(outside, copy, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(outside, copy)
    # `-S`: with `site`, an editable installation would make the solutions importable.
    packages = [path for path in sys.path if Path(path).name in _PACKAGES]
    line = [sys.executable, "-S", "-s", "-P", "-B", "-c", START]
    folders = [f"{root}{GRADER_INSIDE}", f"{root}{COURSE_INSIDE}"]
    return [*line, *folders, "unsandboxed", *packages]
