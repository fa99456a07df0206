"""`notebook.submit()`: the zip of `course submit`, made from a cell; in Colab it is downloaded."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import IPython.display
import pytest

from course_lib import notebook
from course_lib.course import syllabus
from course_lib.notebook import first_cell
from tests.colab import Colab

CONTENT = ["02_coins.ipynb", "course_lib/coins.py"]


@pytest.fixture
def started(student, monkeypatch):
    """A student whose notebook's first cell has run."""
    student.solve()
    monkeypatch.setattr(first_cell, "_started", [syllabus.load().lecture("coins")])
    return student


@pytest.fixture
def content(started, tmp_path, monkeypatch) -> Path:
    """Colab's folder: the module lies there, and the notebook does not."""
    folder = tmp_path / "content"
    (folder / "course_lib").mkdir(parents=True)
    shutil.copyfile(started.module, folder / "course_lib" / "coins.py")
    monkeypatch.chdir(folder)
    return folder


def test_in_jupyterlab_it_is_the_commands_zip_with_a_link_to_it(started, capsys, monkeypatch):
    links: list[Any] = []
    monkeypatch.setattr(IPython.display, "display", links.append)
    started.run("submit", "coins", "--out", "by_command.zip")
    monkeypatch.chdir(started.notebook.parent)
    notebook.submit()
    assert Path("02_coins.zip").read_bytes() == (started.folder / "by_command.zip").read_bytes()
    assert "Hand in 02_coins.zip" in capsys.readouterr().out
    (link,) = links
    assert link.path == "02_coins.zip"


def test_in_colab_the_notebook_in_the_browser_goes_into_the_zip_and_is_downloaded(
    started, content, monkeypatch, capsys
):
    opened = json.loads(started.notebook.read_text("utf-8"))
    opened["cells"].append({"cell_type": "markdown", "metadata": {}, "source": ["typed ", "now"]})
    colab = Colab(opened)
    colab.install(monkeypatch)
    notebook.submit()
    assert colab.downloaded == [str(content / "02_coins.zip")]
    with zipfile.ZipFile("02_coins.zip") as made:
        assert made.namelist() == CONTENT
        assert json.loads(made.read(CONTENT[0])) == opened
        assert made.read(CONTENT[1]) == started.module.read_bytes()
    assert "warning" not in capsys.readouterr().out.replace("warning: the reflection question", "")


def test_when_colab_does_not_answer_the_student_is_told_what_to_upload(
    content, monkeypatch, capsys
):
    colab = Colab(None)
    colab.install(monkeypatch)
    notebook.submit()
    said = capsys.readouterr().out
    assert said.count("\n") == 1
    assert "No zip was made: Colab did not hand the notebook over" in said
    assert "upload it here as 02_coins.ipynb" in said
    assert colab.downloaded == []
    assert list(content.glob("*.zip")) == []


def test_a_copy_that_was_uploaded_is_taken_when_colab_does_not_answer(
    started, content, monkeypatch, capsys
):
    shutil.copyfile(started.notebook, content / "02_coins.ipynb")
    colab = Colab(None)
    colab.install(monkeypatch)
    notebook.submit()
    assert "02_coins.ipynb is taken as it lies here" in capsys.readouterr().out
    with zipfile.ZipFile("02_coins.zip") as made:
        assert made.read(CONTENT[0]) == started.notebook.read_bytes()
    assert colab.downloaded == [str(content / "02_coins.zip")]


def test_what_cannot_be_handed_in_is_one_line_and_no_traceback(content, monkeypatch, capsys):
    (content / "course_lib" / "coins.py").write_text("def f(:\n", "utf-8")
    colab = Colab({"cells": [{"cell_type": "markdown", "metadata": {}, "source": ""}]})
    colab.install(monkeypatch)
    notebook.submit()
    said = capsys.readouterr().out
    assert said.startswith("No zip was made: coins.py, line 1: SyntaxError")
    assert said.rstrip().endswith("hand it in as it is with notebook.submit(anyway=True)")
    assert said.count("\n") == 1
    assert colab.downloaded == []
    notebook.submit(anyway=True)
    assert colab.downloaded == [str(content / "02_coins.zip")]


def test_before_the_first_cell_has_run_it_says_so(monkeypatch, capsys):
    monkeypatch.setattr(first_cell, "_started", [])
    notebook.submit()
    assert capsys.readouterr().out == "Run the notebook's first cell, then this one again.\n"


def test_the_introduction_is_not_handed_in(student, monkeypatch, capsys):
    monkeypatch.setattr(first_cell, "_started", [syllabus.load().introduction])
    notebook.submit()
    assert "No zip was made: 00_warm_up is for practice" in capsys.readouterr().out
    assert student.run("submit", "warm_up").err.startswith("error: 00_warm_up is for practice")
