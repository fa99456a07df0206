"""Only regular, listed files of a sane size are taken; the rest is named with its reason."""

from __future__ import annotations

import os
import re
import socket
import stat

import pytest

from autograder.intake import ingest
from autograder.intake.ingest import Refused, submissions, take_in
from autograder.paths import COURSE
from course_lib.course.syllabus import load
from tests.handing_in import MODULE, NOTEBOOK, hand_in

LECTURE = load().lecture("02_coins")


@pytest.fixture
def folder(tmp_path):
    return hand_in(tmp_path, "ada", {NOTEBOOK: '{"cells": []}', MODULE: "x = 1\n"})


def taken(folder):
    return take_in("ada", folder, LECTURE)


def test_a_plain_submission_is_taken_without_a_word(folder):
    (folder / "timestamp.txt").write_text("2026-01-02 03:04:05 UTC\n")
    (folder / "course_lib" / "dice.py").write_text("y = 2\n")
    found = taken(folder)
    assert found.notes == ()
    assert found.module == b"x = 1\n"
    assert [name for name, _ in found.modules] == ["coins.py", "dice.py"]
    assert found.submitted.hour == 3
    assert found.notebook_bytes() == b'{"cells": []}'


def as_device(file):
    try:
        os.mknod(file, stat.S_IFCHR | 0o600, os.makedev(1, 5))
    except PermissionError:
        pytest.skip("only root makes devices")


def as_socket(file):
    before = os.getcwd()
    os.chdir(file.parent)
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(file.name)
    finally:
        os.chdir(before)


MADE = {
    "is a link": lambda file: file.symlink_to(COURSE / "solutions" / "coins.py"),
    "is a hard link": lambda file: os.link(file.parents[1] / f"{LECTURE.id}.ipynb", file),
    "a pipe": os.mkfifo,
    "is a device": as_device,
    "a socket|cannot be read": as_socket,
    "at most 1,000,000 are taken": lambda file: file.write_bytes(bytes(10 * ingest.MOST_MODULE)),
}


@pytest.mark.parametrize("reason", MADE)
def test_a_module_that_is_no_ordinary_file_is_refused_with_its_reason(folder, reason):
    file = folder / "course_lib" / "coins.py"
    file.unlink()
    MADE[reason](file)
    found = taken(folder)
    assert found.module is None
    assert "course_lib/coins.py" in found.refused
    assert re.search(reason, found.refused)
    # One of several names of one file is as bad as the other, and the rest is taken all the same.
    assert found.refused in found.notes
    assert found.unusable == ""


def test_a_folder_in_the_modules_place_is_a_missing_module(folder):
    (folder / "course_lib" / "coins.py").unlink()
    (folder / "course_lib" / "coins.py").mkdir()
    assert taken(folder).module is None


@pytest.mark.parametrize("kind", ["is a link", "is a hard link", "a pipe"])
def test_other_special_files_are_named_and_left(folder, kind):
    MADE[kind](folder / "course_lib" / "extra")
    found = taken(folder)
    assert found.module == b"x = 1\n"
    assert any("course_lib/extra" in note for note in found.notes)


def test_links_to_folders_are_not_followed(folder):
    (folder / "more").symlink_to(COURSE)
    (folder / "course_lib" / "checks").symlink_to(COURSE / "solutions")
    found = taken(folder)
    assert len(found.notes) == 2
    assert [name for name, _ in found.modules] == ["coins.py"]


@pytest.mark.parametrize("level", ["ada", LECTURE.id])
def test_a_submission_that_is_a_link_itself_is_not_entered(folder, tmp_path, level):
    other = tmp_path / "other"
    (other / LECTURE.id).mkdir(parents=True)
    link = tmp_path / "submitted" / "eve"
    if level == "ada":
        link.symlink_to(other)
    else:
        link.mkdir()
        (link / LECTURE.id).symlink_to(other / LECTURE.id)
    found = dict(submissions(tmp_path / "submitted", LECTURE.id))
    assert "is a link" in take_in("eve", found["eve"], LECTURE).unusable


def test_unlisted_files_are_left_out_and_named(folder):
    (folder / "course_lib" / "torch.py").write_text("raise SystemExit")
    (folder / "sitecustomize.py").write_text("raise SystemExit")
    (folder / "course_lib" / "__pycache__").mkdir()
    (folder / "course_lib" / "__pycache__" / "coins.pyc").write_bytes(b"")
    found = taken(folder)
    assert found.notes == (
        "not part of a submission and left out: course_lib/torch.py, sitecustomize.py",
    )
    assert [name for name, _ in found.modules] == ["coins.py"]


def test_a_file_name_cannot_act_on_the_terminal(folder):
    (folder / "\x1b[2J\nowned").write_text("")
    (folder / "bad\udcff").write_text("")
    notes = " ".join(taken(folder).notes)
    assert "\x1b" not in notes
    assert "\n" not in notes
    assert notes.encode()


@pytest.mark.parametrize("name", ["a\nb", "\x1b[2J", "bad\udcff", "a+b", "x" * 129])
def test_a_folders_name_that_cannot_be_an_id_is_refused(folder, name):
    assert "folder's name" in take_in(name, folder, LECTURE).unusable


def test_a_folder_with_thousands_of_files_is_not_read_to_the_end(folder, monkeypatch):
    monkeypatch.setattr(ingest, "_MOST_ENTRIES", 50)
    for number in range(60):
        (folder / f"{number}.txt").write_text("")
    assert any("the rest is not looked at" in note for note in taken(folder).notes)


def test_an_oversized_notebook_is_not_read(folder, monkeypatch):
    monkeypatch.setattr(ingest, "MOST_NOTEBOOK", 5)
    found = taken(folder)
    assert found.notebook == ""
    assert found.module == b"x = 1\n"
    assert any("at most 5 are taken" in note for note in found.notes)


@pytest.mark.parametrize("text", ["yesterday", "99999-99-99", "\x1b[2J", "x" * 1000])
def test_a_timestamp_that_is_none_is_named_and_left(folder, text):
    (folder / "timestamp.txt").write_text(text)
    found = taken(folder)
    assert found.submitted is None
    assert any("timestamp.txt" in note for note in found.notes)


def test_the_only_notebook_is_taken_whatever_its_name(folder):
    (folder / f"{LECTURE.id}.ipynb").rename(folder / "homework.ipynb")
    found = taken(folder)
    assert found.notebook == "homework.ipynb"
    assert found.notes == ("homework.ipynb was taken as 02_coins.ipynb",)


def test_the_hash_of_the_code_is_that_of_the_module_alone(folder):
    before = taken(folder)
    (folder / f"{LECTURE.id}.ipynb").write_text('{"cells": [1]}')
    after = taken(folder)
    assert after.code == before.code
    assert after.digest != before.digest
    (folder / "course_lib" / "coins.py").write_text("x = 2\n")
    assert taken(folder).code != before.code


def test_a_notebook_that_changes_in_the_meantime_is_noticed(folder):
    found = taken(folder)
    (folder / f"{LECTURE.id}.ipynb").write_text('{"cells": [1]}')
    with pytest.raises(Refused, match="changed"):
        found.notebook_bytes()


def test_taking_in_changes_nothing(folder):
    (folder / "link").symlink_to("/etc/passwd")
    before = sorted(p.name for p in folder.rglob("*"))
    taken(folder)
    assert sorted(p.name for p in folder.rglob("*")) == before
