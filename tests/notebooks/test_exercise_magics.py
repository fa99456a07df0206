"""`%%exercise` and `%load_exercise` as a student uses them: in a kernel's shell, on a real file."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.paths import ROOT
from autograder.reference import solution_text
from autograder.scaffold import scaffold_text

# Runs cells and prints what each of them showed: text, the result and the next cell.
RUN = """
import contextlib, io, json, pathlib, sys
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shown = []
for code in json.loads(pathlib.Path(sys.argv[1]).read_text()):
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        result = shell.run_cell(code)
    payloads = shell.payload_manager.read_payload()
    new = [p["text"] for p in payloads if p["source"] == "set_next_input"]
    shell.payload_manager.clear_payload()
    value = result.result
    shown.append({
        "text": said.getvalue(), "error": repr(result.error_in_exec or result.error_before_exec),
        "points": getattr(value, "points", None), "state": getattr(value, "state", None),
        "next": new,
    })
print("\\n" + json.dumps(shown))
"""
START = """
from course_lib import check, nade
from course_lib.kit import notebook
notebook.start("02_nade")
"""
RIGHT = """
def hidden_naive(W, c, x):
    # a comment of the student's
    return torch.stack([c + x[:, :i] @ W[:, :i].T for i in range(x.shape[1])], dim=1)
"""


@pytest.fixture
def module(tmp_path: Path) -> Path:
    """The student's module beside the notebook, untouched."""
    file = tmp_path / "lecture" / "course_lib" / "nade.py"
    file.parent.mkdir(parents=True)
    file.write_text(scaffold_text(solution_text("nade"), "nade"), encoding="utf-8")
    return file


@pytest.fixture
def run(module, student_env, tmp_path):
    def run_cells(*cells: str) -> list[dict]:
        (tmp_path / "cells.json").write_text(json.dumps([START, *cells]))
        done = subprocess.run(
            [sys.executable, "-c", RUN, str(tmp_path / "cells.json")],
            cwd=module.parent.parent,
            env=student_env | {"PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])[1:]

    return run_cells


def test_the_cell_is_written_into_the_module_checked_and_used_by_the_cells_after_it(run, module):
    before = module.read_text(encoding="utf-8")
    use = "float(nade.hidden_naive(torch.ones(1, 1), torch.zeros(1), torch.ones(1, 1)).sum())"
    written, used, checked = run(
        f"%%exercise nade.hidden_naive{RIGHT}",
        f"import torch; print({use})",
        "check('nade.hidden_naive')",
    )
    assert written["state"] == checked["state"] == "passed"
    assert written["points"] == 2.0
    assert "course_lib/nade.py, lines 16 to 18: `hidden_naive` written" in written["text"]
    assert used["text"].strip() == "0.0"
    after = module.read_text(encoding="utf-8")
    head, _, rest = before.partition("def hidden_naive(")
    tail = rest[rest.index("\n\n\ndef hidden_cumulative(") :]
    assert after == head + RIGHT.strip() + tail


def test_a_method_goes_into_its_class_and_a_wrong_one_gets_its_card(run, module):
    (written,) = run("%%exercise nade.NADE.log_prob\ndef log_prob(self, x):\n    return x.sum(1)")
    assert written["state"] == "failed"
    assert "    def log_prob(self, x):\n        return x.sum(1)\n" in module.read_text("utf-8")
    compile(module.read_bytes(), "nade.py", "exec")


def test_the_function_comes_back_into_a_new_cell_which_writes_it_unchanged(run, module):
    (asked,) = run("%load_exercise nade.NADE.log_prob")
    (cell,) = asked["next"]
    assert cell.startswith("%%exercise nade.NADE.log_prob\ndef log_prob(")
    before = module.read_bytes()
    (written,) = run(cell)
    assert written["state"] == "missing"
    assert module.read_bytes() == before


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("%%exercise nade.hidden_naive\ndef hidden_naive(W, c, x:\n    pass", "SyntaxError"),
        ("%%exercise nade.hidden_naive\ndef hidden(W, c, x):\n    pass", "`def hidden_naive(...)`"),
        ("%%exercise nade.hiden_naive\nx = 1", "did you mean 'nade.hidden_naive'"),
        ("%%exercise\ndef hidden_naive(): ...", "%%exercise needs an exercise's name"),
        ("%load_exercise", "%load_exercise needs an exercise's name"),
        ("%load_exercise nade.NADE", "there is no exercise 'nade.NADE'"),
    ],
)
def test_what_cannot_be_written_is_one_line_and_leaves_the_file_as_it_was(run, module, cell, said):
    before = module.read_bytes(), module.stat().st_mtime_ns
    (shown,) = run(cell)
    assert shown["error"] == "None"
    assert shown["points"] is None
    lines = shown["text"].splitlines()
    assert said in lines[0]
    assert lines[1:] == (["Nothing was written."] if cell.startswith("%%") else [])
    assert (module.read_bytes(), module.stat().st_mtime_ns) == before


def test_a_module_with_a_slip_elsewhere_is_left_alone_and_its_line_is_named(run, module):
    module.write_text(module.read_text("utf-8") + "\nx = (\n", "utf-8")
    before = module.read_bytes()
    (shown,) = run(f"%%exercise nade.hidden_naive{RIGHT}")
    assert "course_lib/nade.py, line" in shown["text"]
    assert "SyntaxError" in shown["text"]
    assert module.read_bytes() == before


def test_a_byte_order_mark_and_windows_line_ends_stay(run, module):
    text = module.read_text("utf-8").replace("\n", "\r\n")
    module.write_bytes(b"\xef\xbb\xbf" + text.encode())
    (shown,) = run(f"%%exercise nade.hidden_naive{RIGHT}")
    assert shown["state"] == "passed"
    after = module.read_bytes()
    assert after.startswith(b'\xef\xbb\xbf"""Lecture 2')
    assert after.count(b"\n") == after.count(b"\r\n") > 100


def test_a_changed_signature_is_written_with_a_warning_in_front_of_the_card(run):
    (shown,) = run("%%exercise nade.hidden_naive\ndef hidden_naive(W, c, x, y):\n    return x")
    assert "Careful: `hidden_naive` now takes (W, c, x, y)" in shown["text"]
    assert shown["state"] == "failed"


def test_the_reference_is_never_written_to(student_env, tmp_path):
    folder = tmp_path / "lecture"
    (folder / "solutions").mkdir(parents=True)
    file = folder / "solutions" / "nade.py"
    file.write_text(solution_text("nade"), encoding="utf-8")
    (tmp_path / "cells.json").write_text(
        json.dumps([START, f"%%exercise nade.hidden_naive{RIGHT}"])
    )
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(tmp_path / "cells.json")],
        cwd=folder,
        env=student_env | {"PYTHONPATH": str(ROOT), "COURSE_LIB_PATH": "solutions"},
        capture_output=True,
        text=True,
        check=True,
    )
    said = json.loads(done.stdout.splitlines()[-1])[1]["text"]
    assert "solutions/nade.py is the reference" in said
    assert file.read_text(encoding="utf-8") == solution_text("nade")
