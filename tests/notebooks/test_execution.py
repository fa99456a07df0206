"""Every notebook, run on the reference: all is right. On the scaffold: `test_alone.py`."""

from __future__ import annotations

import subprocess
import sys

import pytest

from autograder.authoring.notebooks import assemble, execute
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
    command += ["-p", "no:cacheprovider", "--nbval-lax", "--nbval-cell-timeout=300"]
    (tmp_path / "none.ini").write_text("[pytest]\n")
    notebook = notebook_ipynb(lecture)
    done = subprocess.run([*command, notebook], env=env, capture_output=True, text=True)
    cells = sum(c.cell_type == "code" for c in assemble(lecture).cells)
    assert done.returncode == 0, done.stdout[-4000:]
    assert f"{cells} passed" in done.stdout


def test_another_error_than_a_missing_function_keeps_its_traceback(tmp_path):
    lecture = syllabus.load().lecture("nade")
    source = (ROOT / "solutions" / "nade.py").read_text(encoding="utf-8")
    broken = source.replace("def hidden_naive(", "def hidden_naive_(")
    broken += "\n\ndef hidden_naive(W, c, x):\n    return W.nonsense\n"
    (tmp_path / "nade.py").write_text(broken, encoding="utf-8")
    notebook = assemble(lecture)
    checks = [c.source for c in notebook.cells if c.cell_type == "code"]
    first = next(i for i, source in enumerate(checks) if "nade.hidden_naive(" in source)
    wanted = {checks[0], 'check("nade.hidden_naive")', checks[first]}
    notebook.cells = [c for c in notebook.cells if c.source in wanted] + [
        # A name that no cell was ever to make is the student's own slip.
        notebook.cells[-1].__class__(
            cell_type="code", source="unheard_of", outputs=[], metadata={}, execution_count=None
        )
    ]
    notebook.cells[1].source = "import torch\n" + notebook.cells[1].source
    done = execute(notebook, lecture, tmp_path, allow_errors=True)
    errors = [o for c in done.cells for o in c.get("outputs", []) if o.output_type == "error"]
    assert [e.ename for e in errors] == ["AttributeError", "NameError"]
    assert all(len(e.traceback) > 1 for e in errors)
    assert "nonsense" in "".join(errors[0].traceback)
