"""The handbook's "A new lecture in an hour", followed word for word in a copy of the course."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from autograder.paths import ROOT

pytestmark = pytest.mark.xdist_group("new lecture")

PAGE = (ROOT / "docs" / "new_lecture.md").read_text(encoding="utf-8")
FILE = re.compile(r"^\*\*`([^`]+)`\*\*( \(append\))?\n\n(`{3,})\w+\n(.*?)^\3$", re.M | re.S)
NAME = "nucleus"


def run(course: Path, *command: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONPATH": str(course), "COLUMNS": "120"}
    env.pop("COURSE_LIB_PATH", None)
    done = subprocess.run(
        [sys.executable, *command], cwd=course, env=env, capture_output=True, text=True
    )
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done


def autograder(course: Path, *arguments: str) -> str:
    return run(course, "-c", "from autograder.app import main; main()", *arguments).stdout


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A copy of the course with the page's files in it."""
    copy = tmp_path_factory.mktemp("course")
    for part in ("autograder", "course_lib", "solutions"):
        shutil.copytree(ROOT / part, copy / part, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("course.toml", "pyproject.toml", "README.md", "nbgrader_config.py"):
        shutil.copy(ROOT / file, copy / file)
    (copy / "notebooks").mkdir()
    shutil.copy(ROOT / "notebooks" / "standings.json", copy / "notebooks")
    for name, append, _, text in FILE.findall(PAGE):
        file = copy / name
        assert bool(append) == file.exists(), name
        file.parent.mkdir(parents=True, exist_ok=True)
        before = file.read_text(encoding="utf-8") + "\n" if append else ""
        file.write_text(before + text, encoding="utf-8")
    assert f"{NAME}.py written" in autograder(copy, "scaffolds", NAME)
    return copy


def test_the_audit_finds_nothing_that_is_misjudged(course):
    assert NAME in autograder(course, "audit", NAME)


def test_the_files_are_in_the_courses_style(course):
    files = [name for name, *_ in FILE.findall(PAGE) if name.endswith(".py")]
    assert len(files) == 8
    run(course, "-m", "ruff", "check", *files)
    run(course, "-m", "ruff", "format", "--check", *files)


def test_a_student_is_told_what_to_write_and_the_notebook_shows_full_points(course):
    told = run(course, "-c", f'from course_lib import check; print(check("{NAME}.top_p").summary)')
    assert "not implemented yet" in told.stdout
    autograder(course, "notebooks", NAME)
    (built,) = (course / "notebooks").glob("*/*.ipynb")
    outputs = [o for c in nbformat.read(built, 4).cells for o in c.get("outputs", [])]
    cards = [o.data["text/plain"] for o in outputs if "text/html" in o.get("data", {})]
    assert cards[0] == "2.0"
    assert any("image/png" in o.get("data", {}) for o in outputs)


def test_the_page_and_its_commands_name_the_same_lecture():
    assert re.findall(r"autograder (?:audit|demo --lecture) (\w+)", PAGE) == [NAME, f"10_{NAME}"]
