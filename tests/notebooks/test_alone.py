"""A notebook that lies alone, as in Colab: the installed wheel, its modules beside the notebook."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

from autograder.notebooks import assemble
from autograder.paths import ROOT
from course_lib.kit import syllabus

LECTURES = syllabus.load().lectures

RUN = """
import pathlib, shutil, sys
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
for code in pathlib.Path(sys.argv[1]).read_text().split("# next cell"):
    shell.run_cell(code).raise_error()
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    """A folder into which the students' wheel is installed."""
    folder = tmp_path_factory.mktemp("installed")
    (wheel,) = WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"])
    zipfile.ZipFile(wheel).extractall(folder / "site")
    return folder / "site"


def run(site: Path, folder: Path, env: dict[str, str], *cells: str) -> str:
    """What cells print that run one after the other in a folder."""
    (folder.parent / "cells.py").write_text("# next cell\n".join(cells))
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(folder.parent / "cells.py")],
        cwd=folder,
        env=env | {"PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    alone = tmp_path / "content"
    alone.mkdir()
    return alone


@pytest.mark.parametrize("lecture", LECTURES, ids=lambda lecture: lecture.id)
def test_the_first_cell_writes_the_modules_beside_the_notebook(lecture, site, folder, student_env):
    first = next(c.source for c in assemble(lecture).cells if c.cell_type == "code")
    exercise = lecture.exercises[0].name
    said = run(site, folder, student_env, first, f"print(check({exercise!r}).summary)")
    assert f"{lecture.id} · edit course_lib{os.sep}{lecture.module}.py" in said
    assert f"not implemented yet: `{lecture.module}." in said
    needed = {lecture.module, *(syllabus.load().lecture(n).module for n in lecture.needs)}
    assert {p.stem for p in (folder / "course_lib").glob("*.py")} == needed


def test_the_files_beside_the_notebook_are_used_kept_and_taken_anew_when_edited(
    site, folder, student_env
):
    first = next(c.source for c in assemble(LECTURES[1]).cells if c.cell_type == "code")
    solution = ROOT / "solutions" / "nade.py"
    show = "print(check('nade.hidden_naive').points, nade.__file__)"
    copy = f"shutil.copyfile({str(solution)!r}, 'course_lib/nade.py')"
    said = run(site, folder, student_env, first, show, f"import shutil; {copy}", show)
    place = folder / "course_lib" / "nade.py"
    assert [line for line in said.splitlines() if line.endswith(str(place))] == [
        f"0.0 {place}",
        f"2.0 {place}",
    ]
    # The next day: nothing is written over.
    assert f"2.0 {place}" in run(site, folder, student_env, first, show)
    assert place.read_text() == solution.read_text()


def test_the_first_cell_installs_from_the_repository_of_the_syllabus():
    course = syllabus.load()
    for lecture in LECTURES:
        first = next(c.source for c in assemble(lecture).cells if c.cell_type == "code")
        assert f'"course-lib @ git+{course.repository}@{course.branch}"' in first
        assert first.startswith("try:\n    import course_lib\nexcept ModuleNotFoundError:")
