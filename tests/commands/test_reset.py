"""`course reset`: the course's own text is back, and the student's is kept."""

from __future__ import annotations

import os
import shutil

import pytest

from course_lib.course import pristine
from course_lib.notebook import first_cell

NAME = "coins.Coins.log_prob"


def kept(student):
    return sorted(student.module.parent.glob("coins.before_reset_*.py"))


def test_one_function_is_the_scaffold_s_again_and_the_rest_stays(student):
    untouched = student.module.read_text("utf-8")
    student.solve()
    student.edit("import math\n", "import math\n\nMINE = 1\n")
    written = student.module.read_text("utf-8")
    ran = student.run("reset", NAME)
    assert ran.code == 0
    (beside,) = kept(student)
    assert beside.read_text("utf-8") == written
    assert ran.out.count("\n") == 1
    assert "course_lib/coins.py: `Coins.log_prob` is as the course gives it" in ran.out
    assert f"your file as it was is course_lib/{beside.name}" in ran.out
    text = student.module.read_text("utf-8")
    assert "MINE = 1" in text
    assert f"`{NAME}`" in text
    assert "return torch.logsumexp" in text
    assert student.run("reset", "coins.mixture_log_prob").code == 0
    assert len(kept(student)) == 2
    # But for the line above, and the marks of the reference.
    now = student.module.read_text("utf-8").replace("\nMINE = 1\n", "")
    assert now == untouched.partition("\n")[2]


def test_what_is_untouched_is_left_alone(student):
    ran = student.run("reset", NAME)
    assert "already is as the course gives it" in ran.words
    assert kept(student) == []


def test_a_file_that_is_no_python_any_more_is_put_back_as_a_whole(student):
    untouched = student.module.read_bytes()
    student.module.write_text("def broken(:\n", "utf-8")
    ran = student.run("reset", NAME)
    assert (ran.code, ran.err.count("\n")) == (1, 1)
    assert "line 1: SyntaxError" in ran.err
    assert "`course reset coins` put the whole file back" in ran.err
    assert kept(student) == []
    assert student.run("reset", "02_coins").code == 0
    assert student.module.read_bytes() == untouched
    (beside,) = kept(student)
    assert beside.read_text("utf-8") == "def broken(:\n"


def test_a_function_that_was_deleted_is_one_line_that_says_what_to_do(student):
    text = student.module.read_text("utf-8")
    student.module.write_text(text.replace("def log_prob", "def other"), "utf-8")
    ran = student.run("reset", NAME)
    assert (ran.code, ran.err.count("\n")) == (1, 1)
    assert "has no function `Coins.log_prob` any more; nothing was written" in ran.err


def test_two_resets_within_a_second_keep_both(student):
    for text in ("a = 1\n", "b = 2\n"):
        student.module.write_text(text, "utf-8")
        student.run("reset", "coins")
    assert {file.read_text("utf-8") for file in kept(student)} == {"a = 1\n", "b = 2\n"}


def test_in_a_notebook_the_command_is_found_whatever_the_path_is(student, monkeypatch):
    monkeypatch.setattr(first_cell, "_started", [])
    monkeypatch.setenv("PATH", "/nowhere")
    first_cell.start("02_coins")
    assert shutil.which("course")
    path = os.environ["PATH"]
    first_cell.start("02_coins")
    assert os.environ["PATH"] == path


@pytest.mark.parametrize("key", ["coins.Coins.log_prop", "coines"])
def test_a_wrong_name_is_one_line(student, key):
    ran = student.run("reset", key)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("error: there is no lecture or exercise")


def test_a_folder_without_an_untouched_copy_says_so(student, monkeypatch):
    monkeypatch.setattr(pristine.syllabus, "path", lambda: student.folder / "course.toml")
    ran = student.run("reset", NAME)
    assert (ran.code, ran.err.count("\n")) == (1, 1)
    assert "no untouched copy of coins.py is here" in ran.err
