"""Every notebook, run on the reference: all is right. On the scaffold: `test_alone.py`."""

from __future__ import annotations

import subprocess
import sys

import pytest

from autograder.authoring.notebooks import assemble
from autograder.paths import ROOT, notebook_ipynb
from course_lib.course import syllabus

LECTURES = syllabus.load().lectures
each_lecture = pytest.mark.parametrize("lecture", LECTURES, ids=lambda lecture: lecture.id)


@each_lecture
def test_on_the_reference_every_cell_runs_and_the_marked_outputs_stay(
    lecture, student_env, tmp_path
):
    env = student_env | {"COURSE_LIB_PATH": str(ROOT / "solutions"), "COURSE_STATIC_WIDGETS": "1"}
    command = [sys.executable, "-m", "pytest", "-q", "-c", str(tmp_path / "none.ini")]
    command += ["--noconftest", "-p", "no:cacheprovider", "--nbval-lax", "--nbval-cell-timeout=300"]
    (tmp_path / "none.ini").write_text("[pytest]\n")
    notebook = notebook_ipynb(lecture)
    done = subprocess.run([*command, notebook], env=env, capture_output=True, text=True)
    cells = sum(c.cell_type == "code" for c in assemble(lecture).cells)
    assert done.returncode == 0, done.stdout[-4000:]
    assert f"{cells} passed" in done.stdout
