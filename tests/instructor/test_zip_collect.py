"""Downloads of Moodle and Canvas become submissions; what would do harm is refused."""

from __future__ import annotations

import pytest

from autograder.demo.course_folder import nbgrader
from autograder.intake.lms_names import origin, without_attempt
from autograder.intake.plain_text import plain
from autograder.intake.zip_reading import RefusedFile, members
from tests.handing_in import EMPTY, MODULE, NOTEBOOK, modules, zip_links, zip_of, zipped

ADA, LOVELACE = ("Ada Lovelace", "123"), ("lovelaceada", "12345")


@pytest.mark.parametrize(
    ("path", "student", "file"),
    [
        ("Ada Lovelace_123_assignsubmission_file_/02_coins.zip", ADA, "02_coins.zip"),
        ("Ada Lovelace_123_assignsubmission_file/a/b.py", ADA, "a/b.py"),
        ("Ada Lovelace_123_assignsubmission_file_02_coins.zip", ADA, "02_coins.zip"),
        ("top/Jo van der Berg_9_assignsubmission_file_/x.zip", ("Jo van der Berg", "9"), "x.zip"),
        ("lovelaceada_12345_67890_02_coins.zip", LOVELACE, "02_coins.zip"),
        ("lovelaceada_LATE_12345_67890_02_coins-2.zip", LOVELACE, "02_coins-2.zip"),
    ],
)
def test_the_name_in_a_download_tells_student_and_file(path, student, file):
    found = origin(tuple(path.split("/")))
    assert found is not None
    assert (found.name, found.number) == student
    assert "/".join(found.path) == file
    assert found.late == ("LATE" in path)


@pytest.mark.parametrize("path", ["notes.txt", "02_coins.zip", "folder/x.zip", "a_b_c_d.zip"])
def test_any_other_name_is_nobodys(path):
    assert origin(tuple(path.split("/"))) is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("02_coins.zip", ("02_coins.zip", 0)),
        ("02_coins-3.zip", ("02_coins.zip", 3)),
        ("02_coins (1).ipynb", ("02_coins.ipynb", 1)),
        ("02_coins(12).zip", ("02_coins.zip", 12)),
    ],
)
def test_the_number_of_an_attempt_is_no_part_of_the_name(name, expected):
    assert without_attempt(name) == expected


@pytest.mark.parametrize(
    "name", ["../x.py", "/etc/x.py", "a/../../x.py", "C:/x.py", "..\\x.py", "a\\b.py"]
)
def test_a_path_that_leaves_the_folder_is_refused(name):
    refused: list[str] = []
    assert list(members(zipped({name: b"x"}), refused)) == []
    assert "would leave the submission's folder" in refused[0]


def test_a_link_in_a_zip_is_refused():
    refused: list[str] = []
    data = zip_links(MODULE, to="../../solutions/coins.py")
    assert list(members(data, refused)) == []
    assert refused == ["course_lib/coins.py is a link or a special file: hand in the file itself"]


def test_a_member_is_read_no_further_than_allowed_whatever_the_zip_says_of_its_size():
    bomb = bytearray(zipped({"course_lib/coins.py": b"0" * 5_000_000}))
    at = bomb.rindex(b"PK\x01\x02")
    bomb[at + 24 : at + 28] = (10).to_bytes(4, "little")
    member = next(members(bytes(bomb), []))
    assert member.size == 10
    with pytest.raises(RefusedFile):
        member.read(1_000_000)


def test_what_is_no_zip_is_refused():
    with pytest.raises(RefusedFile, match="not a zip"):
        list(members(b"PK nothing of the kind", []))


def test_escapes_never_reach_the_terminal():
    assert plain("\x1b]0;title\x07a\x1b[31mb\x9b2Jc\u202ed\x08") == "ab2Jcd"
    assert plain("10%\r50%\r100%\nnext\r\n") == "100%\nnext\n"


@pytest.fixture
def collected(course):
    archive = course / "downloaded" / "02_coins" / "archive"
    nested = archive / "Blaise Pascal_2_assignsubmission_file_"
    nested.mkdir(parents=True)
    outer = {
        "Ada Lovelace_1_assignsubmission_file_/02_coins.zip": zip_of("ada = 1\n"),
        "Emmy Noether_3_assignsubmission_file_02_coins.zip": zip_of("emmy = 1\n"),
        "Same Name_10_assignsubmission_file_/02_coins.zip": zip_of("ten = 1\n"),
        "Same Name_11_assignsubmission_file_/02_coins.zip": zip_of("eleven = 1\n"),
        "Eve Hacker_5_assignsubmission_file_/02_coins.zip": zipped(
            {NOTEBOOK: EMPTY, "../../nbgrader_config.py": b"evil", "course_lib/a.py": b""}
        ),
        "No Zip_6_assignsubmission_file_/02_coins.zip": b"this is no zip",
    }
    (archive / "download.zip").write_bytes(zipped(outer))
    wrapped = {"__MACOSX/._coins.py": b"", "02_coins/02_coins.ipynb": EMPTY}
    wrapped["02_coins/course_lib/coins.py"] = b"blaise = 1\n"
    (nested / "02_coins.zip").write_bytes(zipped(wrapped))
    (archive / "curiemarie_21_901_02_coins.zip").write_bytes(zip_of("first = 1\n"))
    (archive / "curiemarie_LATE_21_902_02_coins-1.zip").write_bytes(zip_of("second = 1\n"))
    (archive / "turingalan_22_903_homework.ipynb").write_bytes(EMPTY)
    (archive / "turingalan_22_904_coins-1.py").write_bytes(b"alan = 1\n")
    (archive / "large_23_905_02_coins.zip").write_bytes(zip_of("#" * 2_000_000))
    (archive / "unknown.txt").write_text("x", encoding="utf-8")
    done = nbgrader(course, "zip_collect", "02_coins")
    return course, done.stderr


def test_a_download_becomes_submissions_and_nothing_else(collected):
    course, log = collected
    submitted = course / "submitted"
    assert modules(course) == {
        "Ada-Lovelace": "ada = 1",
        "Blaise-Pascal": "blaise = 1",
        "Emmy-Noether": "emmy = 1",
        "Same-Name-10": "ten = 1",
        "Same-Name-11": "eleven = 1",
        "curiemarie-21": "second = 1",
        "turingalan-22": "alan = 1",
    }
    assert all(p.parent.name == "course_lib" for p in submitted.rglob("coins.py"))
    files = {p.name for p in submitted.rglob("*") if p.is_file()}
    assert files == {"02_coins.ipynb", "coins.py", "problems.txt"}
    # Nobody is lost, and nothing was written outside.
    assert {"Eve-Hacker", "No-Zip", "large-23"} <= {p.name for p in submitted.iterdir()}
    assert "evil" not in (course / "nbgrader_config.py").read_text(encoding="utf-8")
    for student, reason in [
        ("Eve-Hacker", "would leave the submission's folder"),
        ("No-Zip", "not a zip that can be read"),
        ("large-23", "course_lib/coins.py has 2,000,000 bytes"),
        ("curiemarie-21", "marks this submission as late"),
        ("turingalan-22", "homework.ipynb was taken as 02_coins.ipynb"),
    ]:
        note = (submitted / student / "02_coins" / "problems.txt").read_text(encoding="utf-8")
        assert reason in note
        assert any(student in line and reason in line for line in log.splitlines())
    assert "unknown.txt skipped" in log
