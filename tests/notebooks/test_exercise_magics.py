"""`%%exercise` and `%load_exercise` as a student uses them: in a shell, on a real file."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from autograder.authoring.reference import solution_text
from autograder.paths import COURSE, ROOT
from course_lib.course import syllabus
from course_lib.course.scaffold import scaffold_text
from course_lib.course.splice import CannotSplice
from course_lib.notebook import exercise_magics

# One kernel for all: each scene puts its own file there and then runs its cells.
RUN = """
import base64, contextlib, io, json, pathlib, sys
from IPython.core.interactiveshell import InteractiveShell

shell = InteractiveShell.instance()
put_next = []
shell.set_next_input = lambda text, replace=False: put_next.append((text, replace))
shell.run_cell("from course_lib import check, coins, notebook")
shell.run_cell('import torch; notebook.start("02_coins")')
module = pathlib.Path("course_lib", "coins.py")
scenes = json.loads(pathlib.Path(sys.argv[1]).read_text())
for scene in scenes.values():
    module.write_bytes(base64.b64decode(scene["file"]))
    scene["shown"] = []
    for code in scene["cells"]:
        put_next.clear()
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            result = shell.run_cell(code)
        report = result.result
        scene["shown"].append({
            "text": said.getvalue(),
            "error": repr(result.error_in_exec or result.error_before_exec),
            "points": getattr(report, "points", None),
            "state": getattr(report, "state", None),
            "next": list(put_next),
        })
    scene["after"] = base64.b64encode(module.read_bytes()).decode()
pathlib.Path(sys.argv[1]).write_text(json.dumps(scenes))
"""
SCAFFOLD = scaffold_text(solution_text("coins"), "coins").encode()
RIGHT = """
def mixture_log_prob(log_probs):
    # a comment of the student's
    return torch.logsumexp(log_probs, dim=0) - math.log(len(log_probs))
"""
NAME = "coins.mixture_log_prob"
WRITE = f"%%exercise {NAME}{RIGHT}"
USE = "float(coins.mixture_log_prob(torch.zeros(1, 1)).sum())"
WINDOWS = b"\xef\xbb\xbf" + SCAFFOLD.replace(b"\n", b"\r\n")
SLIP = SCAFFOLD + b"\nx = (\n"
REFUSED = {
    f"%%exercise {NAME}\ndef mixture_log_prob(log_probs:\n    pass": "this cell, line 1",
    f"%%exercise {NAME}\ndef mixture(log_probs):\n    pass": "expected `def mixture_log_prob(",
    "%%exercise coins.mixture_logprob\nx = 1": "did you mean 'coins.mixture_log_prob'",
    "%%exercise\ndef mixture_log_prob(): ...": "%%exercise needs an exercise's name",
    "%load_exercise": "%load_exercise needs an exercise's name",
    "%load_exercise coins.Coins": "there is no exercise 'coins.Coins'",
}
SCENES = {
    "written": (SCAFFOLD, [WRITE, f"print({USE})", "check('coins.mixture_log_prob')"]),
    "method": (
        SCAFFOLD,
        ["%%exercise coins.Coins.log_prob\ndef log_prob(self, x):\n    return x.sum(1)"],
    ),
    "loaded": (SCAFFOLD, ["%load_exercise coins.Coins.log_prob"]),
    "slip": (SLIP, [WRITE]),
    "windows": (WINDOWS, [WRITE]),
    "signature": (
        SCAFFOLD,
        [f"%%exercise {NAME}\ndef mixture_log_prob(log_probs, y):\n    return log_probs"],
    ),
    **{cell: (SCAFFOLD, [cell]) for cell in REFUSED},
}


# They are played once.
pytestmark = pytest.mark.xdist_group("magics")


@dataclass(frozen=True)
class Played:
    """A scene after it was played."""

    before: bytes
    after: bytes
    shown: list[dict]


@pytest.fixture(scope="module")
def played(tmp_path_factory) -> dict[str, Played]:
    folder = tmp_path_factory.mktemp("lecture")
    (folder / "course_lib").mkdir()
    (folder / "course_lib" / "coins.py").write_bytes(SCAFFOLD)
    scenes = {
        name: {"file": base64.b64encode(file).decode(), "cells": cells}
        for name, (file, cells) in SCENES.items()
    }
    file = folder / "scenes.json"
    file.write_text(json.dumps(scenes))
    env = {"PYTHONPATH": str(ROOT), "COURSE_ROOT": str(COURSE), "OMP_NUM_THREADS": "1", "PATH": ""}
    env |= {"COURSE_STATE_DIR": str(folder / "state"), "IPYTHONDIR": str(folder / "ipython")}
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(file)], cwd=folder, env=env, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return {
        name: Played(SCENES[name][0], base64.b64decode(scene["after"]), scene["shown"])
        for name, scene in json.loads(file.read_text()).items()
    }


def test_the_cell_is_written_into_the_module_checked_and_used_by_the_cells_after_it(played):
    scene = played["written"]
    written, used, checked = scene.shown
    assert written["state"] == checked["state"] == "passed"
    assert written["points"] == 2.0
    assert "course_lib/coins.py, lines 15 to 17: `mixture_log_prob` written" in written["text"]
    assert used["text"].strip() == "0.0"
    head, _, rest = SCAFFOLD.decode().partition("def mixture_log_prob(")
    tail = rest[rest.index("\n\n\nclass Coins(") :]
    assert scene.after.decode() == head + RIGHT.strip() + tail


def test_a_method_goes_into_its_class_and_a_wrong_one_gets_its_card(played):
    scene = played["method"]
    assert scene.shown[0]["state"] == "failed"
    assert b"    def log_prob(self, x):\n        return x.sum(1)\n" in scene.after
    compile(scene.after, "coins.py", "exec")


def test_the_function_comes_into_a_new_cell_with_the_magic_in_front(played):
    (new,) = played["loaded"].shown[0]["next"]
    cell, replace = new
    assert not replace
    assert cell.startswith("%%exercise coins.Coins.log_prob\ndef log_prob(")
    for line in ('Float[Tensor, "batch dim"]', '"""Log-probability of every example.', "Args:"):
        assert line in cell
    assert played["loaded"].after == SCAFFOLD


@pytest.mark.parametrize("cell", REFUSED)
def test_what_cannot_be_written_is_one_line_and_leaves_the_file_as_it_was(played, cell):
    scene = played[cell]
    (shown,) = scene.shown
    assert (shown["error"], shown["points"], shown["next"]) == ("None", None, [])
    lines = shown["text"].splitlines()
    assert REFUSED[cell] in lines[0]
    assert lines[1:] == (["Nothing was written."] if cell.startswith("%%") else [])
    assert scene.after == SCAFFOLD


def test_a_module_with_a_slip_elsewhere_is_left_alone_and_its_line_is_named(played):
    scene = played["slip"]
    assert f"course_lib/coins.py, line {SLIP.count(10)}" in scene.shown[0]["text"]
    assert "SyntaxError" in scene.shown[0]["text"]
    assert scene.after == SLIP


def test_a_byte_order_mark_and_windows_line_ends_stay(played):
    scene = played["windows"]
    assert scene.shown[0]["state"] == "passed"
    assert scene.after.startswith(b"\xef\xbb\xbf# ruff")
    assert scene.after.count(b"\n") == scene.after.count(b"\r\n") > 50


def test_a_changed_signature_is_written_with_a_warning_in_front_of_the_card(played):
    (shown,) = played["signature"].shown
    assert "Careful: `mixture_log_prob` now takes (log_probs, y)" in shown["text"]
    assert shown["state"] == "failed"


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """`kept(folder, content)`: the file that the magics find for the lecture."""

    def keep(folder: str, content: bytes) -> Path:
        file = tmp_path / folder / "coins.py"
        file.parent.mkdir()
        file.write_bytes(content)
        monkeypatch.setattr(exercise_magics, "_file", lambda entry: file)
        return file

    return keep


def test_the_reference_is_never_written_to(kept):
    file = kept("solutions", solution_text("coins").encode())
    with pytest.raises(CannotSplice, match=r"solutions/coins.py is the reference"):
        exercise_magics._write("coins.mixture_log_prob", RIGHT)
    assert file.read_text(encoding="utf-8") == solution_text("coins")


def test_a_disk_that_is_full_leaves_the_file_as_it_was(kept, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    file = kept("course_lib", SCAFFOLD)
    monkeypatch.setattr(exercise_magics.atomic.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        exercise_magics._write("coins.mixture_log_prob", RIGHT)
    assert [p.read_bytes() for p in file.parent.iterdir()] == [SCAFFOLD]


def test_a_file_that_is_no_utf8_is_one_line(kept):
    file = kept("course_lib", "# £".encode("latin-1"))
    with pytest.raises(CannotSplice, match=r"course_lib/coins.py is not UTF-8 text \(byte 2\)"):
        exercise_magics._decoded(file)


def test_the_file_is_the_one_that_the_notebook_uses_although_its_spec_is_older(monkeypatch):
    entry = syllabus.load().exercise("coins.mixture_log_prob")
    moved = type(sys)("course_lib.coins")
    moved.__file__ = "/content/course_lib/coins.py"
    monkeypatch.setitem(sys.modules, "course_lib.coins", moved)
    assert exercise_magics._file(entry) == Path("/content/course_lib/coins.py")
