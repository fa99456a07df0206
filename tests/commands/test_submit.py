"""`course submit` makes a zip that can be graded, or says in one line why it does not."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from nbformat import from_dict
from nbgrader.utils import compute_checksum

from autograder.demo.course_folder import make_course, nbgrader
from course_lib.course import archive, contents

CONTENT = ["02_coins.ipynb", "course_lib/coins.py"]


@pytest.fixture
def solved(student):
    student.solve()
    return student


def in_zip() -> dict[str, bytes]:
    """What the zip in the working directory holds."""
    with zipfile.ZipFile("02_coins.zip") as zipped:
        return {name: zipped.read(name) for name in zipped.namelist()}


def answer(notebook: Path, text: str | None) -> None:
    """Write the reflection answer; None deletes its cell."""
    nb = json.loads(notebook.read_text("utf-8"))
    for cell in list(nb["cells"]):
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "reflection":
            if text is None:
                nb["cells"].remove(cell)
            else:
                cell["source"] = text
    notebook.write_text(json.dumps(nb), "utf-8")


def refused(student, *words: str, arguments: tuple[str, ...] = ("02_coins",)) -> None:
    """The command ends with one line that has these words, and no zip is there."""
    before = {p: p.read_bytes() for p in student.folder.rglob("*.zip") if p.is_file()}
    ran = student.run("submit", *arguments)
    assert ran.code == 1
    assert ran.out == ""
    assert ran.err.count("\n") == 1
    assert ran.err.startswith("error: ")
    for word in words:
        assert word in ran.err
    after = {p: p.read_bytes() for p in student.folder.rglob("*") if p.suffix in (".zip", ".part")}
    assert after == before


def test_the_zip_holds_exactly_the_notebook_and_the_module(solved):
    ran = solved.run("submit", "02_coins")
    assert (ran.code, ran.err) == (0, "")
    read = in_zip()
    assert list(read) == CONTENT
    assert list(read.values()) == [solved.notebook.read_bytes(), solved.module.read_bytes()]
    assert all(name in ran.out for name in CONTENT)
    assert "Hand in 02_coins.zip" in ran.out


def test_the_same_files_make_the_same_bytes(solved):
    solved.run("submit", "coins", "--out", "first.zip")
    later = solved.module.stat().st_mtime + 1000
    os.utime(solved.module, (later, later))
    solved.run("submit", "coins", "--out", "second.zip")
    assert Path("first.zip").read_bytes() == Path("second.zip").read_bytes()


def test_zip_collect_turns_it_into_a_submission(solved, tmp_path):
    solved.run("submit", "coins")
    course = make_course(tmp_path / "instructor", [])
    upload = course / "downloaded/02_coins/archive/Ada Lovelace_7_assignsubmission_file_"
    upload.mkdir(parents=True)
    shutil.copy("02_coins.zip", upload)
    nbgrader(course, "zip_collect", "02_coins")
    collected = course / "submitted" / "Ada-Lovelace" / "02_coins"
    found = [p.relative_to(collected).as_posix() for p in collected.rglob("*") if p.is_file()]
    assert sorted(p for p in found if p != "timestamp.txt") == CONTENT
    assert (collected / CONTENT[0]).read_bytes() == solved.notebook.read_bytes()
    assert (collected / CONTENT[1]).read_bytes() == solved.module.read_bytes()


@pytest.mark.parametrize("place", [".", "notebooks", "notebooks/02_coins", "course_lib"])
def test_it_finds_the_files_from_anywhere_in_the_course(solved, monkeypatch, place):
    monkeypatch.chdir(solved.folder / place)
    assert solved.run("submit", "coins").code == 0
    assert in_zip()[CONTENT[1]] == solved.module.read_bytes()


@pytest.fixture
def assignment(solved) -> Path:
    """What nbgrader hands out, inside of the course's folder."""
    own = solved.folder / "release" / "02_coins"
    (own / "course_lib").mkdir(parents=True)
    shutil.copy(solved.notebook, own)
    (own / "course_lib" / "coins.py").write_text("own = 1\n")
    return own


@pytest.mark.parametrize("place", ["release", "release/02_coins"])
def test_a_released_assignment_is_handed_in_and_not_the_course_around_it(
    solved, assignment, monkeypatch, place
):
    monkeypatch.chdir(solved.folder / place)
    assert solved.run("submit", "coins").code == 0
    assert list(in_zip()) == CONTENT
    assert in_zip()[CONTENT[1]] == b"own = 1\n"


@pytest.mark.parametrize("lost", CONTENT)
def test_an_incomplete_assignment_is_not_filled_from_the_course_around_it(
    solved, assignment, monkeypatch, lost
):
    (assignment / lost).unlink()
    monkeypatch.chdir(assignment)
    refused(solved, f"{lost} is missing", "put it back")


def test_out_names_the_zip_or_its_folder(solved, tmp_path):
    solved.run("submit", "coins", "--out", str(tmp_path / "mine.zip"))
    solved.run("submit", "coins", "--out", str(tmp_path / "new" / "folder"))
    assert (tmp_path / "mine.zip").is_file()
    assert (tmp_path / "new" / "folder" / "02_coins.zip").is_file()


def test_outside_a_course_folder_it_says_what_it_looked_for(solved, tmp_path, monkeypatch):
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    refused(
        solved,
        f"{tmp_path / 'elsewhere'} is no course folder",
        "notebooks/02_coins/02_coins.ipynb",
        "course_lib/coins.py",
        "`cd` to",
    )


@pytest.mark.parametrize(
    ("lost", "place"),
    [
        ("notebooks/02_coins/02_coins.ipynb", "."),
        ("course_lib/coins.py", "."),
        ("course_lib/coins.py", "notebooks/02_coins"),
    ],
)
def test_a_missing_file_is_named(solved, monkeypatch, lost, place):
    (solved.folder / lost).unlink()
    monkeypatch.chdir(solved.folder / place)
    refused(solved, f"{lost} is missing", "put it back")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"\x00\x01", "is not JSON"),
        (b'{"cells": [', "is not JSON"),
        (b"\xff\xfe{}", "is not JSON"),
        (b"[" * 100_000, "is not JSON"),
        (b"[1, 2]", "not a Jupyter notebook"),
        (b'{"cells": 3}', "not a Jupyter notebook"),
        (b'{"cells": [3]}', "not a Jupyter notebook"),
        (b'{"cells": [{}]}', "not a Jupyter notebook"),
        (b'{"cells": []}', "has no cells"),
    ],
)
def test_what_is_no_notebook_is_refused_and_can_be_handed_in_anyway(solved, content, words):
    solved.notebook.write_bytes(content)
    refused(solved, "02_coins.ipynb", words, "--anyway")
    ran = solved.run("submit", "coins", "--anyway")
    assert ran.code == 0
    assert "warning: 02_coins.ipynb" in ran.out
    assert Path("02_coins.zip").is_file()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"def f(:\n", "coins.py, line 1: SyntaxError"),
        (b"x = 1\n  y = 2\n", "coins.py, line 2: IndentationError"),
        (b"x = '\xff'\n", "coins.py"),
        (b"x = 1\x00\n", "null bytes"),
        (b"(" * 100_000, "coins.py"),
    ],
)
def test_a_module_that_scores_0_is_refused_unless_wanted(solved, content, words):
    solved.module.write_bytes(content)
    refused(solved, words, "scores 0", "--anyway")
    ran = solved.run("submit", "coins", "--anyway")
    assert ran.code == 0
    assert "warning:" in ran.out
    assert in_zip()[CONTENT[1]] == content


def test_an_untouched_scaffold_is_warned_of(student):
    ran = student.run("submit", "coins")
    assert ran.code == 0
    assert "warning: course_lib/coins.py is untouched: none of its 2 exercises" in ran.words


def test_exercises_that_are_not_written_are_named(student):
    student.edit(
        'raise NotImplementedError("not implemented yet: `coins.mixture_log_prob`, section 2.1")',
        "return x",
    )
    ran = student.run("submit", "coins")
    assert "untouched" not in ran.out
    assert "these score 0: coins.Coins.log_prob" in ran.words


def test_of_many_exercises_that_are_not_written_three_are_named(solved, monkeypatch):
    names = [f"coins.f{n}" for n in range(7)]
    monkeypatch.setattr(contents, "not_written", lambda module, lecture: names)
    assert "coins.f0, coins.f1, coins.f2 and 4 more" in solved.run("submit", "coins").words


def test_a_finished_submission_has_no_warning(solved):
    answer(solved.notebook, "Because the order matters.")
    assert "warning" not in solved.run("submit", "coins").out


@pytest.mark.parametrize(
    "text", ["", "*Your answer here.*\n", "YOUR ANSWER HERE", ["YOUR ANSWER", " HERE"]]
)
def test_an_unanswered_reflection_is_said(solved, text):
    answer(solved.notebook, text)
    assert (
        "the reflection question (3 points) is still unanswered"
        in solved.run("submit", "coins").words
    )


def test_the_reflection_as_released_counts_as_unanswered_whatever_it_says(solved):
    nb = json.loads(solved.notebook.read_text("utf-8"))
    for cell in nb["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "reflection":
            cell["source"] = "Write five sentences."
            cell["metadata"]["nbgrader"]["checksum"] = compute_checksum(from_dict(cell))
    solved.notebook.write_text(json.dumps(nb), "utf-8")
    assert "still unanswered" in solved.run("submit", "coins").words
    answer(solved.notebook, "Write five sentences. I did.")
    assert "still unanswered" not in solved.run("submit", "coins").words


def test_a_deleted_reflection_cell_is_said(solved):
    answer(solved.notebook, None)
    assert (
        "the reflection question's cell (3 points) is not in" in solved.run("submit", "coins").words
    )


def test_the_points_of_the_last_check_are_said(solved):
    assert "not checked yet: run `course check 02_coins`" in solved.run("submit", "coins").words
    solved.keep("coins.mixture_log_prob")
    ran = solved.run("submit", "coins")
    assert "at the last check: 1 of 2 exercises pass: 1.4 of 5 points are sure" in ran.words
    later = solved.module.stat().st_mtime + 60
    os.utime(solved.module, (later, later))
    assert "coins.py was edited since then" in solved.run("submit", "coins").words


def test_a_damaged_progress_file_does_not_stop_a_submission(solved):
    solved.state.mkdir()
    (solved.state / "progress.json").write_text("{")
    ran = solved.run("submit", "coins")
    assert ran.code == 0
    assert "is damaged: starting afresh" in ran.words


def test_an_older_zip_is_replaced_and_said(solved):
    Path("02_coins.zip").write_bytes(b"older")
    assert "02_coins.zip replaced" in solved.run("submit", "coins").out
    assert list(in_zip()) == CONTENT


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_full_disk_leaves_the_older_zip_and_no_rest(solved, monkeypatch, step):
    Path("02_coins.zip").write_bytes(b"older")

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(archive.atomic.os, step, full)
    refused(
        solved, "02_coins.zip", "No space left on device", "older zip there is untouched", "--out"
    )
    assert Path("02_coins.zip").read_bytes() == b"older"


def test_a_place_that_cannot_be_written_to_is_one_line(solved):
    (solved.folder / "file").write_text("")
    refused(solved, "cannot be written", "--out", arguments=("coins", "--out", "file"))
    assert (solved.folder / "file").read_text() == ""


def test_a_folder_in_the_zip_s_place_is_kept(solved):
    Path("02_coins.zip").mkdir()
    ran = solved.run("submit", "coins", "--out", ".")
    assert ran.code == 1
    assert "cannot be written" in ran.err
    assert Path("02_coins.zip").is_dir()


def test_the_installed_command_submits_from_the_notebook_s_folder(solved):
    ran = solved.shell("submit", "02_coins", cwd=solved.notebook.parent)
    assert (ran.code, ran.err) == (0, "")
    assert (solved.notebook.parent / "02_coins.zip").is_file()
    assert max(len(line) for line in ran.out.splitlines()) <= 80


def test_a_folder_that_was_deleted_meanwhile_is_one_line(solved, tmp_path):
    if os.name == "nt":
        pytest.skip("Windows deletes no folder that is in use")
    gone = tmp_path / "gone"
    gone.mkdir()
    code = (
        f"import os, shutil; os.chdir(r'{gone}'); "
        "from course_lib.commands.app import app; "
        f"shutil.rmtree(r'{gone}'); app(['submit', 'coins'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("error: ")
