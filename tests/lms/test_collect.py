"""A download becomes submissions under the right ids; nobody and nothing is lost."""

from __future__ import annotations

import os
from datetime import datetime

import pytest
from nbgrader.utils import parse_utc

from autograder.errors import CourseError
from autograder.intake.ingest import take_in
from autograder.lms.collecting import collect
from autograder.lms.commands import run_collect
from autograder.lms.roster import Roster
from course_lib.course.syllabus import load
from tests.handing_in import EMPTY, MODULE, NOTEBOOK, modules, table, zip_links, zip_of, zipped
from tests.processes import ran

LECTURE = load().lecture("02_coins")

# As `lib/content_zipper.rb` names them: sortable name, LATE, user, attachment, name of the file.
CANVAS = {
    "lovelaceada_101_9001_02_coins.zip": zip_of("ada = 1"),
    "turingalan_LATE_102_9002_02_coins-1.zip": zip_of("alan = 2"),
    "turingalan_LATE_102_8999_02_coins.zip": zip_of("alan = 1"),
    "müllerjürgen_103_9003_02_coins.ipynb": EMPTY,
    "müllerjürgen_103_9004_coins.py": b"juergen = 1",
    "o_brienpat_104_9005_02_coins.zip": zip_of("pat = 1"),
    "陳大文_105_9006_02_coins.zip": zip_of("chan = 1"),
    "strangerno_999_9007_02_coins.zip": zip_of("nobody = 1"),
    "typistjo_106__text.html": b"<p>I forgot the file</p>",
}
ROSTER = """\
student_id,name,lms_id,login
al1815,"Lovelace, Ada",101,ada@example.edu
at1912,"Turing, Alan",102,alan@example.edu
jm1801,"Müller, Jürgen",,juergen@example.edu
pb1900,Pat O_Brien,,pat@example.edu
cd1950,陳 大文,105,chan@example.edu
tj1970,"Typist, Jo",106,jo@example.edu
gh1906,"Hopper, Grace",107,grace@example.edu
"""


@pytest.fixture
def roster(folder):
    return table(folder, "roster.csv", ROSTER)


def canvas(folder, files=CANVAS, told=False):
    place = folder / "submissions.zip"
    place.write_bytes(zipped(files, told=told))
    return place


def collected(course, download, roster=None, times=None):
    people, moments = (Roster.read(f, "UTC") if f else None for f in (roster, times))
    return collect(course, LECTURE, download, people, moments)


def test_canvass_download_is_mapped_by_number_and_else_by_name(course, folder, roster):
    done = collected(course, canvas(folder), roster)
    assert modules(folder) == {
        "al1815": "ada = 1", "at1912": "alan = 2", "jm1801": "juergen = 1", "pb1900": "pat = 1",
        "cd1950": "chan = 1",
    }  # fmt: skip
    assert {line.student: line.late for line in done.lines}["at1912"]
    assert [line.student for line in done.untimed] == ["at1912"]
    assert [p.student_id for p in done.absent] == ["gh1906"]
    note = folder / "submitted" / "tj1970" / "02_coins" / "problems.txt"
    assert "nothing that is graded was handed in" in note.read_text(encoding="utf-8")


@pytest.mark.parametrize("told", [True, False])
def test_a_name_is_read_whether_or_not_the_zip_says_that_it_is_utf8(course, folder, told):
    collected(course, canvas(folder, told=told))
    assert {"müllerjürgen-103", "陳大文-105"} <= set(modules(folder))


def test_people_who_are_not_on_the_roster_are_listed_and_their_files_kept(course, folder, roster):
    done = collected(course, canvas(folder), roster)
    (line,) = done.unmatched
    assert (line.source.name, line.source.number) == ("strangerno", "999")
    kept = folder / "downloaded" / "02_coins" / "unmatched" / "strangerno-999"
    assert (kept / "course_lib" / "coins.py").read_text() == "nobody = 1"
    assert not (folder / "submitted" / "strangerno-999").exists()
    # A line in the roster puts it right.
    with roster.open("ab") as file:
        file.write(b'sn1,"Stranger, No",999,\r\n')
    assert collected(course, canvas(folder), roster).unmatched == []
    assert modules(folder)["sn1"] == "nobody = 1"


# As `mod/assign/locallib.php` names them, as folders and flat, with a group in front.
def moodle(folder, files=None):
    place = folder / "moodle.zip"
    place.write_bytes(zipped(files or {
        "Ada Lovelace_4711_assignsubmission_file_/02_coins.zip": zip_of("ada = 1"),
        "Group B-Alan Turing_4712_assignsubmission_file_/02_coins.ipynb": EMPTY,
        "Group B-Alan Turing_4712_assignsubmission_file_/course_lib/coins.py": b"alan = 1",
        "Jürgen Müller_4713_assignsubmission_file_02_coins.zip": zip_of("juergen = 1"),
        "Marie-Claire O'Hara_4714_assignsubmission_file_/02_coins.zip": zip_of("marie = 1"),
        "Same Name_4715_assignsubmission_file_/02_coins.zip": zip_of("one = 1"),
        "Same Name_4716_assignsubmission_file_/02_coins.zip": zip_of("two = 1"),
        "Typist Jo_4717_assignsubmission_onlinetext_/onlinetext.html": b"<p>text</p>",
    }))  # fmt: skip
    return place


WORKSHEET = """\
Identifier,Full name,Email address,Status,Grade,Maximum grade,Grade can be changed,\
Last modified (submission),Last modified (grade),Feedback comments
Participant 4711,Ada Lovelace,ada@example.edu,Submitted for grading,,26.00,Yes,\
"Thursday, 5 March 2026, 11:59 PM",-,
Participant 4712,Alan Turing,alan@example.edu,Submitted for grading - 3 mins 31 secs late,,26.00,\
Yes,"Friday, 6 March 2026, 12:03 AM",-,
Participant 4713,Jürgen Müller,juergen@example.edu,Submitted for grading,,26.00,Yes,\
"Thursday, 5 March 2026, 9:00 AM",-,
Participant 4714,Marie-Claire O'Hara,marie@example.edu,Submitted for grading,,26.00,Yes,\
"Thursday, 5 March 2026, 9:00 AM",-,
Participant 4715,Same Name,same1@example.edu,Submitted for grading,,26.00,Yes,\
"Thursday, 5 March 2026, 9:00 AM",-,
Participant 4716,Same Name,same2@example.edu,Submitted for grading,,26.00,Yes,\
"Thursday, 5 March 2026, 9:00 AM",-,
Participant 4717,Typist Jo,jo@example.edu,Submitted for grading,,26.00,Yes,-,-,
Participant 4718,Grace Hopper,grace@example.edu,No submission,,26.00,Yes,-,-,
"""


@pytest.fixture
def worksheet(folder):
    return table(folder, "Grades-worksheet.csv", WORKSHEET)


def test_moodles_download_without_a_roster_gets_ids_from_the_names(course, folder):
    collected(course, moodle(folder))
    assert set(modules(folder)) == {
        "Ada-Lovelace", "Group-B-Alan-Turing", "Jürgen-Müller", "Marie-Claire-O-Hara",
        "Same-Name-4715", "Same-Name-4716",
    }  # fmt: skip


def test_moodles_worksheet_knows_numbers_times_and_who_is_late(course, folder, worksheet):
    done = collect(course, LECTURE, moodle(folder), Roster.read(worksheet, "Europe/Berlin"))
    assert modules(folder)["Alan-Turing"] == "alan = 1"
    assert modules(folder)["Same-Name-4716"] == "two = 1"
    lines = {line.student: line for line in done.lines}
    assert [name for name, line in lines.items() if line.late] == ["Alan-Turing"]
    assert lines["Ada-Lovelace"].submitted == datetime(2026, 3, 5, 22, 59)
    written = (folder / "submitted" / "Ada-Lovelace" / "02_coins" / "timestamp.txt").read_text()
    assert parse_utc(written.strip()) == datetime(2026, 3, 5, 22, 59)
    assert [p.name for p in done.absent] == ["Grace Hopper"]


def test_an_own_roster_names_moodles_people_and_the_worksheet_gives_the_times(
    course, folder, worksheet
):
    own = folder / "roster.csv"
    # The same numbers, of other people: Moodle's are of one assignment only.
    own.write_text("student_id;name;lms_id\nada;Ada Lovelace;4712\nalan;TURING, Alan;4711\n")
    done = collected(course, moodle(folder), own, worksheet)
    assert modules(folder) == {"ada": "ada = 1", "alan": "alan = 1"}
    assert {line.student for line in done.unmatched} == {
        "Jürgen-Müller-4713", "Marie-Claire-O-Hara-4714", "Same-Name-4715", "Same-Name-4716",
        "Typist-Jo-4717",
    }  # fmt: skip
    lines = {line.student: line for line in done.lines}
    assert lines["alan"].late
    assert lines["alan"].submitted == datetime(2026, 3, 6, 0, 3)


def test_a_table_of_times_gives_canvass_late_ones_theirs(course, folder, roster):
    times = folder / "times.csv"
    times.write_text("student_id,lms_id,submitted\nat1912,102,2026-03-06T01:30+01:00\n")
    done = collected(course, canvas(folder), roster, times)
    assert done.untimed == []
    place = folder / "submitted" / "at1912" / "02_coins"
    taken = take_in("at1912", place, LECTURE)
    assert taken.submitted == datetime(2026, 3, 6, 0, 30)
    assert "marks this submission as late" in taken.problems
    assert taken.notes == ()


def test_two_people_who_would_be_one_student_stop_it_before_anything_is_written(course, folder):
    own = folder / "roster.csv"
    own.write_text("student_id,name\nsame,Same Name\n")
    with pytest.raises(CourseError, match=r"4715.*4716.*are both same"):
        collected(course, moodle(folder), own)
    assert not (folder / "submitted").exists()


def test_a_resubmission_replaces_and_keeps_what_was_there(course, folder):
    collected(course, canvas(folder))
    again = {**CANVAS, "lovelaceada_101_9100_02_coins-1.zip": zip_of("ada = 2")}
    done = collected(course, canvas(folder, again))
    states = {line.student: line.state for line in done.lines}
    assert states.pop("lovelaceada-101") == "changed"
    assert set(states.values()) == {"unchanged"}
    assert modules(folder)["lovelaceada-101"] == "ada = 2"
    assert done.kept is not None
    old = done.kept / "lovelaceada-101" / "course_lib" / "coins.py"
    assert old.read_text() == "ada = 1"


def test_who_is_not_in_a_later_download_stays(course, folder):
    collected(course, canvas(folder))
    later = {"hoppergrace_107_9200_02_coins.zip": zip_of("grace = 1")}
    collected(course, canvas(folder, later))
    assert {"lovelaceada-101", "hoppergrace-107"} <= set(modules(folder))


def test_hostile_zips_write_nothing_outside(course, folder):
    bomb = zipped({NOTEBOOK: EMPTY, MODULE: b"#" * 5_000_000})
    files = {
        "evea_1_11_02_coins.zip": zipped({"../../../evil.py": b"", NOTEBOOK: EMPTY}),
        "eveb_2_12_02_coins.zip": zip_links(MODULE, to="/etc/passwd"),
        "evec_3_13_02_coins.zip": bomb,
        "eved_4_14_02_coins.zip": b"no zip",
        "../../up_5_15_coins.py": b"evil",
        "plain.txt": b"",
    }
    before = set(folder.rglob("*"))
    done = collected(course, canvas(folder, files))
    new = {p.relative_to(folder) for p in folder.rglob("*")} - {
        p.relative_to(folder) for p in before
    }
    assert {p.parts[0] for p in new} <= {"submitted", "submissions.zip", "downloaded"}
    assert modules(folder) == {}
    remarks = {line.student: " ".join(line.problems) for line in done.lines}
    assert "would leave the submission's folder" in remarks["evea-1"]
    assert "link" in remarks["eveb-2"]
    assert "5,000,000 bytes" in remarks["evec-3"]
    assert "not a zip" in remarks["eved-4"]
    assert any("would leave" in line for line in done.skipped)
    assert any("plain.txt" in line for line in done.skipped)


def test_a_link_in_submitted_is_not_written_through(course, folder, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (folder / "submitted" / "lovelaceada-101").mkdir(parents=True)
    os.symlink(outside, folder / "submitted" / "lovelaceada-101" / "02_coins")
    collected(course, canvas(folder))
    assert list(outside.iterdir()) == []
    assert modules(folder)["lovelaceada-101"] == "ada = 1"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name,login\nAda,ada\n", "has the columns name, login: expected is student_id"),
        ("student_id,name\n,Ada\n", "line 2: the student_id is empty"),
        ("student_id,name\na,Ada\nA,Bob\n", "line 3: A stands on line 2 already"),
        ("student_id,submitted\na,tomorrow\n", "line 2: 'tomorrow' is no time"),
        ("student_id,submitted\na,2026-03-05\n", "line 2: '2026-03-05' is no time"),
        ("student_id,name\na,Lovelace, Ada\n", "line 2: 3 cells, but the header has 2"),
        ('student_id,name\na,"Ada\n', "unexpected end of data"),
        ("", "is empty"),
        ("Identifier,Full name\nAda,Ada\n", "line 2: the identifier 'Ada' has no number"),
    ],
)
def test_a_roster_that_cannot_be_understood_is_refused_in_one_line(tmp_path, text, said):
    file = tmp_path / "roster.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CourseError) as refused:
        Roster.read(file, "UTC")
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_roster_in_another_encoding_or_time_zone_is_refused(tmp_path):
    file = tmp_path / "roster.csv"
    file.write_bytes("student_id,name\na,Müller\n".encode("latin-1"))
    with pytest.raises(CourseError, match="not UTF-8"):
        Roster.read(file, "UTC")
    file.write_text("student_id,submitted\na,2026-03-05 12:00\n")
    with pytest.raises(CourseError, match="'Mars/Olympus'; a name such as Europe/London"):
        Roster.read(file, "Mars/Olympus")


@pytest.mark.parametrize("student", ["../up", "a/b", ".hidden", "a+b", "a\\b"])
def test_an_id_that_is_no_folders_name_is_refused(course, folder, student):
    own = folder / "roster.csv"
    own.write_text(f"student_id,lms_id\n{student},101\n")
    with pytest.raises(CourseError, match="cannot be a student's id"):
        collected(course, canvas(folder), own)


def test_a_download_that_is_none_is_refused(course, folder):
    with pytest.raises(CourseError, match=r"there is no .*nothing\.zip"):
        collected(course, folder / "nothing.zip")
    (folder / "other.zip").write_bytes(zipped({"holiday.jpg": b""}))
    with pytest.raises(CourseError, match=r"has no submission.*holiday\.jpg skipped"):
        collected(course, folder / "other.zip")


def test_the_command_says_what_came_of_it(folder, roster):
    done = ran(run_collect, "coins", canvas(folder), roster, None)
    assert done.code == 1
    assert "1 are not on the roster" in done.words
    assert "Canvas: strangerno, number 999" in done.words
    assert "marked as late, without the time: at1912" in done.words
    assert "1 handed in nothing: Hopper, Grace" in done.words
    with roster.open("ab") as file:
        file.write(b'sn1,"Stranger, No",999,\r\n')
    done = ran(run_collect, "coins", canvas(folder), roster, None)
    assert done.code == 0
    assert "next: autograder grade 02_coins" in done.out
