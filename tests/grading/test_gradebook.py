"""The gradebook has what `nbgrader autograde` would have put there, whoever grades."""

from __future__ import annotations

import csv
import json
import shutil

import nbformat
import pytest

from autograder.errors import CourseError
from tests.grading.conftest import Class, stock_and_ours


def hand_in_all_kinds(course):
    """Late, on time and without a time; with an answer, without one; broken and missing files."""
    course.configure('c.LateSubmissionPlugin.penalty_method = "zero"\n')
    course.sql("update assignment set duedate = '2026-01-02 00:00:00.000000'")
    course.hand_in("ada", "x = 'ada'\n", **{"timestamp.txt": b"2026-01-01 10:00:00 UTC\n"})
    course.hand_in("late", "x = 'late'\n", **{"timestamp.txt": b"2026-01-03 10:00:00 +0100\n"})
    course.hand_in("no-module", None)
    course.hand_in("no-notebook").joinpath("02_coins.ipynb").unlink()
    course.hand_in("not-json", "y = 1\n", **{"02_coins.ipynb": b"<<<<"})
    place = course.hand_in("answered", "z = 1\n") / "02_coins.ipynb"
    nb = nbformat.read(place, as_version=4)
    cells = [c for c in nb.cells if "nbgrader" in c.metadata]
    cells[-1].source = "Because of the order."
    nb.cells.insert(0, nbformat.v4.new_code_cell("draw()", outputs=[
        nbformat.v4.new_output("stream", name="stdout", text="x\n" * 3000),
        nbformat.v4.new_output("display_data", data={"text/html": "<script>alert(1)</script>"}),
    ]))  # fmt: skip
    nb.cells = [c for c in nb.cells if c is not cells[0]]
    nbformat.write(nb, place)


@pytest.fixture(scope="module")
def both(released, tmp_path_factory):
    """The same class, graded by the stock command and by ours."""
    stock, ours = stock_and_ours(released, tmp_path_factory.mktemp("both"), hand_in_all_kinds)
    done = stock.nbgrader("autograde", "02_coins")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_NO_CONFIG", "1")
        ran = ours.grade()
    assert ran.code == 0, ran.out
    return stock, ours, done.stderr


def test_every_table_is_the_stock_commands(both):
    stock, ours, _ = both
    expected = stock.tables()
    assert len(expected["grade"]) == 6 * 3
    assert ours.tables() == expected


def test_a_late_submission_is_penalised_as_nbgrader_does(both):
    _, ours, _ = both
    penalties = {row[0]: row[3] for row in ours.tables()["notebook"]}
    assert penalties["ada"] is None
    assert penalties["late"] > 0


def test_the_autograded_files_are_the_stock_commands(both):
    stock, ours, _ = both
    for student in ("ada", "late", "answered", "no-module"):
        left, right = (
            nbformat.read(c.folder / "autograded" / student / "02_coins" / "02_coins.ipynb", 4)
            for c in (stock, ours)
        )
        nbformat.validate(right)
        for cell in [*left.cells, *right.cells]:
            # A cell that is put back gets an id of its own every time.
            cell.pop("id")
        assert right == left
        names = [
            sorted(
                (str(p.relative_to(c.folder)), p.stat().st_mode)
                for p in (c.folder / "autograded" / student).rglob("*")
                if p.is_file()
            )
            for c in (stock, ours)
        ]
        assert names[0] == names[1]


def test_feedback_and_export_work_as_after_the_stock_command(both):
    _, ours, _ = both
    ours.nbgrader("generate_feedback", "02_coins")
    page = (ours.folder / "feedback" / "ada" / "02_coins" / "02_coins.html").read_text()
    assert "check(&quot;coins.mixture_log_prob&quot;)" in page or "coins.mixture_log_prob" in page
    ours.nbgrader("export", "--to=grades.csv")
    with (ours.folder / "grades.csv").open() as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    assert float(rows["late"]["score"]) == 0.0
    assert float(rows["late"]["raw_score"]) > 0.0


def test_grading_again_changes_no_row(make_class):
    course = make_class(students=3)
    course.grade()
    before = course.bytes()
    course.journal.unlink()
    course.grade()
    course.grade(force=True)
    assert course.bytes() == before


def test_scores_and_comments_by_hand_stay_as_nbgrader_keeps_them(make_class):
    stock = make_class("stock", students=2)
    stock.nbgrader("autograde", "02_coins")
    stock.sql("update grade set manual_score = 1.5, extra_credit = 0.5, needs_manual_grade = 0")
    stock.sql("update comment set manual_comment = 'well argued'")
    stock.sql("update submitted_assignment set extension = '1970-01-02 00:00:00.000000'")
    stock.hand_in("student-00", "changed = 1\n")
    ours = Class(shutil.copytree(stock.folder, stock.folder.with_name("ours")))
    stock.nbgrader("autograde", "02_coins", "--force")
    assert ours.grade().code == 0
    assert ours.tables() == stock.tables()
    assert all(row[3:] == (1.5, 0.5, 1) for row in ours.tables()["grade"])
    assert all(row[3] == "well argued" for row in ours.tables()["comment"])


def test_the_gradebook_is_the_same_table_for_1_2_and_4_workers(make_class):
    found = []
    for workers in (1, 2, 4):
        course = make_class(f"with-{workers}", students=5)
        assert course.grade(workers=workers).code == 0
        found.append(course.bytes())
    assert found[0] == found[1] == found[2]
    assert len(found[0]["grade"]) == 5 * 3


def test_rows_lie_in_the_order_of_students_and_exercises(make_class):
    course = make_class(students=3)
    course.grade()
    students = [row[1] for row in course.bytes()["student"]]
    assert students == sorted(students)


def test_a_write_that_fails_writes_nothing(make_class):
    course = make_class(students=2)
    course.sql("create trigger no before insert on comment begin select raise(abort, 'full'); end")
    with pytest.raises(CourseError, match="full"):
        course.grade()
    assert course.bytes()["student"] == []
    course.sql("drop trigger no")
    ran = course.grade()
    assert ran.code == 0
    assert "4 kept" in ran.words
    assert len(course.log) == 4


def test_the_stock_command_takes_its_grades_from_the_journal(make_class):
    course = make_class(students=2)
    course.grade()
    before, log = course.tables(), course.log
    done = course.nbgrader("autograde", "02_coins", "--force")
    assert course.log == log
    assert course.tables() == before
    assert done.stderr.count("2 of 2 exercises were graded before") == 2


def test_what_the_stock_command_graded_is_not_graded_again(make_class):
    course = make_class(students=2)
    course.nbgrader("autograde", "02_coins")
    before, log = course.tables(), course.log
    assert len(log) == 4
    course.grade()
    assert course.log == log
    assert course.tables() == before


def test_without_a_release_the_command_says_what_to_run(make_class):
    course = make_class(students=1)
    (course.folder / "gradebook.db").unlink()
    with pytest.raises(CourseError, match="nbgrader generate_assignment 02_coins"):
        course.grade()


def test_the_journal_is_json_and_names_no_student(make_class):
    course = make_class(students=1)
    course.grade()
    lines = [json.loads(line.split(" ", 1)[1]) for line in course.journal.read_text().splitlines()]
    assert [line["kind"] for line in lines] == ["grade"] * 2 + ["filed"]
    assert all("student-00" not in json.dumps(line) for line in lines[:-1])
