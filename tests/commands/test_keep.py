"""`notebook.keep()`: what was written in Colab outlives its machine, and stays as it was."""

from __future__ import annotations

import itertools
import json
import shutil
from pathlib import Path

import pytest

from course_lib import notebook
from course_lib.course import progress, syllabus
from course_lib.notebook import first_cell, keeping
from tests.colab import Colab

MODULE = Path("course_lib/coins.py")
MINE = "# written by me\n"


def cells(*sources: str) -> dict:
    return {"cells": [{"cell_type": "markdown", "metadata": {}, "source": s} for s in sources]}


@pytest.fixture
def machine(student, tmp_path, monkeypatch):
    """A maker of Colab's machines, each fresh after the first cell, with one Drive behind them."""
    numbers = itertools.count(1)
    monkeypatch.setattr(first_cell, "_started", [syllabus.load().lecture("coins")])
    monkeypatch.setattr(keeping, "_DRIVE", tmp_path / "drive")
    clock = itertools.count(10)
    monkeypatch.setattr(keeping, "_now", lambda: f"2030-01-01_12-00-{next(clock)}")

    def fresh(opened: dict | None, *, drive: bool = True) -> Colab:
        number = next(numbers)
        folder = tmp_path / f"content{number}"
        shutil.copytree(student.folder / "course_lib", folder / "course_lib")
        monkeypatch.chdir(folder)
        monkeypatch.setenv("COURSE_STATE_DIR", str(tmp_path / f"state{number}"))
        monkeypatch.setattr(keeping, "_refused", [])
        colab = Colab(opened, tmp_path / "drive" if drive else None)
        colab.install(monkeypatch)
        return colab

    return fresh


def write(text: str) -> None:
    MODULE.write_text(text + MODULE.read_text("utf-8"), "utf-8")


def test_outside_of_colab_one_line_says_that_the_files_are_here(student, monkeypatch, capsys):
    monkeypatch.setattr(first_cell, "_started", [syllabus.load().lecture("coins")])
    notebook.keep()
    assert capsys.readouterr().out.startswith("Your files are on this computer: ")
    monkeypatch.setattr(first_cell, "_started", [])
    notebook.keep()
    assert capsys.readouterr().out == "Run the notebook's first cell, then this one again.\n"


def test_after_a_disconnect_module_progress_and_notebook_are_back(machine, capsys):
    machine(cells("answer"))
    write(MINE)
    progress.record("coins.mixture_log_prob", "passed", 2, 2)
    notebook.keep()
    assert "Kept in your Google Drive: MyDrive/A small course/02_coins/2030" in (
        capsys.readouterr().out
    )
    machine(cells("as it was released"))
    assert progress.read() == {}
    notebook.keep()
    said = capsys.readouterr().out
    assert "course_lib/coins.py is back" in said
    assert MODULE.read_text("utf-8").startswith(MINE)
    assert progress.read()["coins.mixture_log_prob"]["state"] == "passed"
    (kept,) = keeping._DRIVE.rglob("02_coins.ipynb")
    assert json.loads(kept.read_text("utf-8")) == cells("answer")
    assert str(kept) in said


def test_what_is_written_after_that_is_kept_as_a_version_of_its_own(machine, capsys):
    colab = machine(cells("answer"))
    write(MINE)
    notebook.keep()
    notebook.keep()
    assert "There is nothing new since 2030-01-01_12-00-10" in capsys.readouterr().out
    assert colab.opened is not None
    colab.opened["cells"][0]["source"] = "a better answer"
    notebook.keep()
    write("# and more\n")
    notebook.keep()
    versions = sorted(keeping._DRIVE.glob("MyDrive/*/02_coins/*"))
    assert [len((v / MODULE).read_text("utf-8").split(MINE)[0]) for v in versions] == [0, 0, 11]
    assert {v.suffix for v in versions} == {""}


def test_work_on_both_sides_stays_on_both(machine, capsys):
    machine(cells("a"))
    write(MINE)
    notebook.keep()
    machine(cells("a"))
    write("# written before the cell was run\n")
    here = MODULE.read_text("utf-8")
    notebook.keep()
    assert "course_lib/coins.py was edited here, and stays" in capsys.readouterr().out
    assert MODULE.read_text("utf-8") == here
    (beside,) = Path("course_lib").glob("coins.kept_*.py")
    assert beside.read_text("utf-8").startswith(MINE)
    notebook.keep()
    newest = sorted(keeping._DRIVE.glob("MyDrive/*/02_coins/*"))[-1]
    assert (newest / MODULE).read_text("utf-8") == here


def test_a_version_of_another_session_comes_in_where_this_one_is_untouched_since(machine, tmp_path):
    machine(cells("a"))
    write(MINE)
    notebook.keep()
    first = Path.cwd()
    machine(cells("a"))
    notebook.keep()
    write("# from the second machine\n")
    notebook.keep()
    second = MODULE.read_text("utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(first)
        notebook.keep()
        assert MODULE.read_text("utf-8") == second
        assert list(Path("course_lib").glob("*.kept_*")) == []


def test_without_drive_it_is_a_download_that_is_uploaded_again(machine, capsys):
    colab = machine(cells("answer"), drive=False)
    notebook.keep()
    assert "Nothing is written yet" in capsys.readouterr().out
    write(MINE)
    notebook.keep()
    assert colab.asked == 1  # a student who refused is not asked again
    (name,) = colab.downloaded
    assert name == "02_coins_kept_2030-01-01_12-00-10.zip"
    data = Path(name).read_bytes()
    machine(cells("fresh"), drive=False)
    Path(name.replace(".zip", " (1).zip")).write_bytes(data)
    notebook.keep()
    assert MODULE.read_text("utf-8").startswith(MINE)
    (kept,) = Path().glob("*.kept_*.ipynb")
    assert json.loads(kept.read_text("utf-8")) == cells("answer")


def test_a_drive_that_is_full_makes_it_a_download(machine, monkeypatch, capsys):
    colab = machine(cells("answer"))
    write(MINE)
    (keeping._DRIVE).mkdir()
    (keeping._DRIVE / "MyDrive").write_text("no folder can be made here")
    notebook.keep()
    assert "Google Drive could not be written to" in capsys.readouterr().out
    assert len(colab.downloaded) == 1


def test_a_notebook_that_colab_does_not_hand_over_does_not_keep_the_module_back(machine, capsys):
    machine(None)
    write(MINE)
    notebook.keep()
    assert "Without the notebook: Colab did not hand the notebook over" in capsys.readouterr().out
    assert [p.name for p in keeping._DRIVE.rglob("*.py") if p.name == "coins.py"] == ["coins.py"]
