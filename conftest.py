"""Two runs: the platform on the small course `tests/course`, and the real course's own tests.

`pytest` tests the platform; `pytest --real-course` tests what `course.toml` of this checkout names.
Which course a process sees is settled when it first imports `course_lib`, so it is settled here.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
if "PYTEST_XDIST_WORKER" not in os.environ:  # a worker has the environment of the run
    os.environ.pop("COURSE_ROOT", None)
    if "--real-course" not in sys.argv:
        os.environ["COURSE_ROOT"] = str(HERE / "tests" / "course")
REAL_COURSE = "COURSE_ROOT" not in os.environ

# Folders and files of tests that need the real course; everything else is of the platform.
OF_THE_REAL_COURSE = {
    HERE / name
    for name in (
        "autograder/lectures",
        "tests/audit/test_standing_alone.py",
        "tests/benchmarks",
        "tests/browser/test_jupyterlab.py",
        "tests/browser/test_site.py",
        "tests/browser/test_stuck.py",
        "tests/browser/test_widgets.py",
        "tests/devices",
        "tests/instructor/test_demo_lectures.py",
        "tests/kit/test_kit_lecture_widgets.py",
        "tests/notebooks/test_alone.py",
        "tests/notebooks/test_execution.py",
        "tests/notebooks/test_installation.py",
        "tests/notebooks/test_sources.py",
        "tests/packaging",
        "tests/site",
    )
}
# Tests of every exercise that a syllabus has: they are run on either course.
OF_EITHER = {
    HERE / name
    for name in (
        "tests/audit/test_lectures.py",
        "tests/framework/test_fuzz.py",
        "tests/instructor/test_release.py",
        "tests/notebooks/test_frame.py",
        "tests/sandbox/test_verdicts.py",
        "tests/scaffold/test_scaffold.py",
    )
}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Make `--real-course` known."""
    parser.addoption("--real-course", action="store_true", help="test the real course's lectures")


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Leave out the tests of the other run."""
    if collection_path == HERE / "tests" / "course":
        return True
    if not collection_path.is_file():
        return None
    places = {collection_path, *collection_path.parents}
    if places & OF_EITHER:
        return None
    return True if bool(places & OF_THE_REAL_COURSE) != REAL_COURSE else None
