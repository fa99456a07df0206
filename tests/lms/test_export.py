"""Grades reach the right person's row in the LMS's own form, and nothing else changes."""

from __future__ import annotations

import csv
import io
import os
import shutil
import sys
import warnings
from datetime import datetime
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from autograder.authoring.notebooks import grade_id
from autograder.errors import CourseError
from autograder.intake.tables import read_table
from autograder.lms.commands import run_export
from autograder.lms.exporting import export
from autograder.lms.roster import Roster
from course_lib.course.syllabus import load
from tests.handing_in import table
from tests.processes import ran

LECTURE = load().lecture("02_coins")
MOST = 8  # 5 by checks, 3 by hand

# As `lib/gradebook_exporter.rb` writes it.
CANVAS = '''\
Student,ID,SIS User ID,SIS Login ID,Section,"Coins, part 1 - 02_coins (77)",Chain rule (78),\
Current Score,Final Score
,,,,,Manual Posting,,,
    Points Possible,,,,,8.00,22.00,(read only),(read only)
"Lovelace, Ada",101,S-1,ada@example.edu,"DGM, group ""A""",,21.00,95.45,44.00
"Müller, Jürgen",102,S-2,juergen@example.edu,DGM,3.00,,13.00,7.00
"O'Hara, Marie-Claire",103,,marie@example.edu,DGM,EX,,,
"Hopper, Grace",104,S-4,grace@example.edu,DGM,,,,
"Student, Test",999,,a1b2c3,DGM,,,,
'''
MOODLE = """\
Identifier,Full name,ID number,Email address,Status,Grade,Maximum grade,Grade can be changed,\
Last modified (submission),Last modified (grade),Feedback comments
Participant 4711,Ada Lovelace,al1815,ada@example.edu,Submitted for grading,,8.00,Yes,\
"Thursday, 5 March 2026, 11:59 PM",-,
Participant 4712,Jürgen Müller,,juergen@example.edu,Submitted for grading,3.00,8.00,Yes,\
"Thursday, 5 March 2026, 9:00 AM","Friday, 6 March 2026, 9:00 AM","My own, ""kind""
words"
Participant 4713,Marie-Claire O'Hara,,marie@example.edu,Submitted for grading,20.00,8.00,No,\
"Thursday, 5 March 2026, 9:00 AM",-,
Participant 4714,Grace Hopper,,grace@example.edu,No submission,,8.00,Yes,-,-,
"""


@pytest.fixture(scope="session")
def empty_gradebook(tmp_path_factory):
    """A gradebook that has the lecture; made once, because nbgrader takes seconds for it."""
    file = tmp_path_factory.mktemp("gradebook") / "gradebook.db"
    with pytest.MonkeyPatch.context() as patch:
        # nbgrader starts `alembic` by name.
        patch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
        book = Gradebook(f"sqlite:///{file}", "dgm")
    with book:
        book.add_assignment(LECTURE.id)
        book.add_notebook(LECTURE.id, LECTURE.id)
        names = {grade_id(e.name): e.points for e in LECTURE.exercises}
        for name, points in names.items():
            book.add_grade_cell(name, LECTURE.id, LECTURE.id, max_score=points, cell_type="code")
        book.add_grade_cell("reflection", LECTURE.id, LECTURE.id, max_score=3, cell_type="markdown")
    return file


@pytest.fixture
def graded(course, folder, empty_gradebook):
    """`graded({student: (share of the checks, by hand or None, penalty)})`"""

    def make(students):
        shutil.copyfile(empty_gradebook, folder / "gradebook.db")
        with (
            warnings.catch_warnings(),
            Gradebook(course.directory.db_url, course.directory.course_id) as book,
        ):
            warnings.simplefilter("ignore")  # nbgrader's own way with SQLAlchemy
            for student, (share, by_hand, penalty) in students.items():
                book.add_student(student)
                when = datetime(2026, 3, 5)
                submission = book.add_submission(LECTURE.id, student, timestamp=when)
                (notebook,) = submission.notebooks
                notebook.late_submission_penalty = penalty
                for grade in notebook.grades:
                    if grade.name == "reflection":
                        grade.manual_score, grade.needs_manual_grade = by_hand, by_hand is None
                    else:
                        grade.auto_score, grade.needs_manual_grade = share * grade.max_score, False
            book.db.commit()
        return course

    return make


BY_NAME = {
    "lovelaceada-101": (1.0, 2.5, None),
    "müllerjürgen-102": (0.5, 3.0, 1.45),
    "oharamarieclaire-103": (1.0, 3.0, None),
}


def rows(file):
    return list(csv.reader(io.StringIO(file.read_bytes().decode("utf-8-sig"), newline="")))


def test_canvass_gradebook_gets_the_one_column_and_keeps_who_is_who(graded, folder):
    into = table(folder, "2026-03-07_Grades-DGM.csv", CANVAS)
    done = export(graded(BY_NAME), LECTURE, "UTC", into)
    assert done.file.name == "2026-03-07_Grades-DGM-02_coins.csv"
    before, after = rows(into), rows(done.file)
    assert [row[:5] for row in after] == [row[:5] for row in before]
    assert {len(row) for row in after} == {6}
    assert [row[5] for row in after] == [
        "Coins, part 1 - 02_coins (77)", "Manual Posting", "8.00", "7.5", "4.05", "EX", "", "",
    ]  # fmt: skip
    assert done.graded == ["lovelaceada-101", "müllerjürgen-102"]
    assert [p.name for p in done.empty] == ["Hopper, Grace"]
    assert [(p.name, why) for p, why in done.kept] == [("O'Hara, Marie-Claire", "Canvas has EX")]
    assert done.lost == []


@pytest.mark.parametrize("bom", [True, False])
@pytest.mark.parametrize("newline", ["\r\n", "\n"])
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_bytes_that_do_not_change_are_the_lmss_own(graded, folder, bom, newline, delimiter):
    text = CANVAS.replace('"Coins, part 1', '"Coins; part 1') if delimiter == ";" else CANVAS
    if delimiter == ";":
        semicolons = io.StringIO()
        csv.writer(semicolons, delimiter=";", lineterminator="\n").writerows(
            [c.replace(".", ",") if c[:1].isdigit() else c for c in row]
            for row in csv.reader(io.StringIO(text))
        )
        text = semicolons.getvalue()
    into = table(folder, "grades.csv", text, bom=bom, newline=newline)
    done = export(graded(BY_NAME), LECTURE, "UTC", into)
    data = done.file.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf") == bom
    assert (b"\r\n" in data) == (newline == "\r\n")
    assert f"101{delimiter}S-1{delimiter}ada@example.edu".encode() in data
    # What is exported is a gradebook again, with the same people.
    again = Roster.read(done.file, "UTC")
    assert [p.name for p in again.people] == [p.name for p in Roster.read(into, "UTC").people]
    assert read_table(done.file).text().encode() == data


def test_first_and_last_names_in_columns_of_their_own(graded, folder):
    lines = []
    for row in csv.reader(io.StringIO(CANVAS)):
        last, _, first = row[0].partition(", ")
        lines.append([*(("LastName", "FirstName") if row[0] == "Student" else (last, first)),
                      *row[1:]])  # fmt: skip
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(lines)
    done = export(graded(BY_NAME), LECTURE, "UTC", table(folder, "g.csv", text.getvalue()))
    assert [row[6] for row in rows(done.file)][3:5] == ["7.5", "4.05"]


def test_moodles_worksheet_gets_grade_and_feedback_and_keeps_the_rest(graded, folder):
    into = table(folder, "Grades.csv", MOODLE)
    course = graded({
        "Ada-Lovelace": (1.0, 2.5, None),
        "Jürgen-Müller": (0.5, 3.0, 1.45),
        "Marie-Claire-O-Hara": (1.0, 3.0, None),
    })  # fmt: skip
    done = export(course, LECTURE, "UTC", into)
    before, after = rows(into), rows(done.file)
    # Grade and feedback aside, every cell is Moodle's.
    assert [[*row[:5], *row[6:10]] for row in after] == [[*r[:5], *r[6:10]] for r in before]
    assert [row[5] for row in after] == ["Grade", "7.5", "4.05", "20.00", ""]
    ada, juergen, marie, grace = (row[10] for row in after[1:])
    assert ada.startswith("02_coins: 7.5 of 8 points (2.1 2/2, 2.2 3/3")
    assert ada.endswith("reflection 2.5/3)")
    # What somebody wrote is not written over, nor cut at its line's end.
    assert juergen == 'My own, "kind"\r\nwords'
    assert (marie, grace) == ("", "")
    assert done.kept[0][1] == "Moodle says that the grade cannot be changed"


def test_moodles_decimal_comma_is_kept(graded, folder):
    into = table(folder, "Grades.csv", MOODLE.replace("8.00", '"8,00"'))
    done = export(graded({"Jürgen-Müller": (0.5, 3.0, 1.45)}), LECTURE, "UTC", into)
    assert rows(done.file)[2][5] == "4,05"


def test_our_own_feedback_is_brought_up_to_date(graded, folder):
    into = table(folder, "Grades.csv", MOODLE)
    course = graded({"Ada-Lovelace": (1.0, 2.5, None)})
    first = export(course, LECTURE, "UTC", into)
    with Gradebook(course.directory.db_url, course.directory.course_id) as book:
        (notebook,) = book.find_submission(LECTURE.id, "Ada-Lovelace").notebooks
        notebook.late_submission_penalty = 2.0
        book.db.commit()
    again = export(course, LECTURE, "UTC", first.file, out=folder / "again.csv")
    assert rows(again.file)[1][5] == "5.5"
    assert rows(again.file)[1][10].endswith("; late: −2)")


def test_a_roster_leads_from_ids_to_rows(graded, folder):
    own = folder / "roster.csv"
    own.write_text(
        'student_id,name,login\nal1815,,ADA@example.edu\njm1801,"Müller, Jürgen",\n'
        "zz,Somebody Else,\n"
    )
    course = graded({"al1815": (1.0, 3.0, None), "jm1801": (0.5, 3.0, None),
                     "zz": (1.0, 3.0, None)})  # fmt: skip
    done = export(course, LECTURE, "UTC", table(folder, "g.csv", CANVAS), own)
    assert [row[5] for row in rows(done.file)][3:5] == ["8", "5.5"]
    assert done.lost == ["zz"]


def test_other_maxima_are_refused_unless_scaling_is_asked_for(graded, folder):
    course = graded(BY_NAME)
    into = table(folder, "g.csv", CANVAS.replace("8.00", "100.00"))
    with pytest.raises(CourseError, match=r"is out of 100, nbgrader's out of 8: .*--scale"):
        export(course, LECTURE, "UTC", into)
    assert not (folder / "g-02_coins.csv").exists()
    done = export(course, LECTURE, "UTC", into, scale=True)
    assert [row[5] for row in rows(done.file)][3:5] == ["93.75", "50.62"]


def test_the_column_is_found_by_name_or_asked_for(graded, folder):
    course = graded(BY_NAME)
    plain = table(folder, "g.csv", CANVAS.replace("Coins, part 1 - 02_coins", "Homework two"))
    with pytest.raises(CourseError, match=r"--column; its assignments: Homework two \(77\), Chain"):
        export(course, LECTURE, "UTC", plain)
    for name in ("Homework two", "Homework two (77)"):
        assert export(course, LECTURE, "UTC", plain, column=name).column == "Homework two (77)"
    with pytest.raises(CourseError, match=r"--column Homework: .* has 0 of that name"):
        export(course, LECTURE, "UTC", plain, column="Homework")


def test_without_an_lmss_file_a_table_for_moodles_gradebook_is_made(graded, folder):
    own = folder / "roster.csv"
    own.write_text('student_id,name,email\nal1815,"=1+1, Ada",ada@example.edu\nx,,x@example.edu\n')
    done = export(graded({"al1815": (1.0, 3.0, None)}), LECTURE, "UTC", None, own)
    header, line = rows(done.file)
    assert header == ["Email address", "Username", "Full name", "02_coins", "Feedback"]
    assert line[:4] == ["ada@example.edu", "", "'=1+1, Ada", "8"]
    assert [p.student_id for p in done.empty] == ["x"]


@pytest.mark.parametrize(
    ("students", "said"),
    [
        ({}, "nobody is graded in 02_coins: run `autograder grade 02_coins`"),
        ({"unknown": (1.0, 3.0, None)}, "none of the 1 graded students (unknown) is in"),
    ],
)
def test_an_export_of_nothing_is_refused_and_leaves_no_file(graded, folder, students, said):
    graded(students)
    into = table(folder, "g.csv", CANVAS)
    with pytest.raises(CourseError) as refused:
        ran(run_export, "coins", into, None, None, "", False)
    assert said in str(refused.value)
    assert not (folder / "g-02_coins.csv").exists()


def test_the_lmss_own_file_is_never_written_over(graded, folder):
    into = table(folder, "g.csv", CANVAS)
    before = into.read_bytes()
    with pytest.raises(CourseError, match="--into itself"):
        export(graded(BY_NAME), LECTURE, "UTC", into, out=folder / "sub" / ".." / "g.csv")
    assert into.read_bytes() == before


def test_the_command_says_who_waits_and_who_is_lost(graded, folder):
    graded({"lovelaceada-101": (1.0, None, None), "stranger": (1.0, 3.0, None)})
    into = table(folder, "g.csv", CANVAS)
    done = ran(run_export, "coins", into, None, None, "", False)
    assert done.code == 1
    assert "1 have an answer that nobody has graded by hand yet" in done.words
    assert "1 graded students are nobody in" in done.words
    assert "stranger" in done.words
