"""`autograder grade`: what it grades, what it says, and how it ends."""

from __future__ import annotations

import pytest

from autograder.authoring.reference import solution_text
from autograder.errors import CourseError
from autograder.grading.command import Options, run
from course_lib.course.scaffold import scaffold_text
from tests.sandbox.conftest import with_first_line

FIRST, LAST = "coins.mixture_log_prob", "coins.Coins.log_prob"


def test_a_second_run_does_nothing_and_says_so(make_class):
    course = make_class(students=3)
    first = course.grade()
    assert "6 exercises graded · 0 kept · 3 submissions written" in first.words
    files = {p: p.stat().st_mtime_ns for p in (course.folder / "autograded").rglob("*")}
    second = course.grade()
    assert "nothing to do: all 3 submissions are graded" in second.words
    assert len(course.log) == 6
    assert {p: p.stat().st_mtime_ns for p in (course.folder / "autograded").rglob("*")} == files


def test_the_table_has_points_marks_seconds_and_the_mean(make_class):
    ran = make_class(students=2).grade()
    assert "02_coins: 2 submissions" in ran.out
    for word in ("student-00", "class mean", "2.1", "/5", " s "):
        assert word in ran.out


def test_only_what_changed_is_graded(make_class):
    course = make_class(students=3)
    course.grade()
    course.hand_in("student-01", "changed = 1\n")
    course.hand_in("zoe", "new = 1\n")
    ran = course.grade()
    assert "4 exercises graded · 4 kept · 2 submissions written" in ran.words
    assert len(course.log) == 6 + 4


def test_a_new_answer_is_filed_without_grading_the_code_again(make_class):
    course = make_class(students=1)
    course.grade()
    place = course.folder / "submitted" / "student-00" / "02_coins" / "02_coins.ipynb"
    place.write_text(place.read_text().replace("YOUR ANSWER HERE", "An answer."))
    place.write_text(place.read_text() + "\n")
    ran = course.grade()
    assert "0 exercises graded · 2 kept · 1 submission written" in ran.words


def test_a_lost_file_or_entry_is_written_again(make_class):
    course = make_class(students=2)
    course.grade()
    before = course.tables()["grade"]
    lost = course.folder / "autograded" / "student-01" / "02_coins" / "02_coins.ipynb"
    lost.unlink()
    assert "1 submission written" in course.grade().words
    assert lost.is_file()
    course.sql("delete from grade where rowid > 3")
    assert "1 submission written" in course.grade().words
    assert course.tables()["grade"] == before


def test_force_grades_everything_again(make_class):
    course = make_class(students=2)
    course.grade()
    assert "4 exercises graded · 0 kept" in course.grade(force=True).words
    assert len(course.log) == 8
    assert "nothing to do" in course.grade().words


def test_only_grades_one_exercise_again_and_keeps_the_others(make_class):
    course = make_class(students=2)
    course.grade()
    assert "2 exercises graded · 2 kept" in course.grade(only=[LAST]).words
    assert [line.split()[-1] for line in course.log[4:]] == [LAST, LAST]


def test_only_keeps_the_other_grades_of_an_earlier_grader(make_class):
    course = make_class(students=2)
    course.grade()
    course.configure("c.Engine.seconds_per_exercise = 61\n")
    assert "2 exercises graded · 2 kept" in course.grade(only=[LAST]).words
    assert "2 exercises graded · 2 kept" in course.grade().words


def test_a_student_can_be_graded_alone(make_class):
    course = make_class(students=3)
    assert "2 exercises graded" in course.grade(students=["student-01"]).words
    assert [row[1] for row in course.bytes()["student"]] == ["student-01"]
    with pytest.raises(CourseError, match="no 02_coins of nobody"):
        course.grade(students=["nobody"])


def test_a_change_of_the_settings_grades_again(make_class):
    course = make_class(students=1)
    course.grade()
    course.configure("c.Engine.seconds_per_exercise = 61\n")
    assert "2 exercises graded" in course.grade().words


def test_the_same_code_of_two_students_is_graded_once(make_class):
    course = make_class()
    for student in ("ada", "eve"):
        course.hand_in(student, "x = 'shared'\n")
    course.grade()
    assert len(course.log) == 2
    grades = course.tables()["grade"]
    assert [r[1:] for r in grades if r[0] == "ada"] == [r[1:] for r in grades if r[0] == "eve"]


def test_one_line_for_each_problem_and_the_rest_is_graded(make_class):
    course = make_class(students=1)
    bad = course.hand_in("linked", None)
    (bad / "course_lib" / "coins.py").symlink_to("/etc/passwd")
    (bad / "evil\x1b[2J").write_text("")
    (course.folder / "submitted" / "not\x1b[31mname" / "02_coins").mkdir(parents=True)
    ran = course.grade()
    lines = [line for line in ran.out.splitlines() if line.startswith("!")]
    assert sum("linked: course_lib/coins.py is a link" in line for line in lines) == 1
    assert sum("folder's name" in line for line in lines) == 1
    assert "\x1b" not in ran.out
    assert ran.code == 1
    assert "1 of 3 could not be graded" in ran.out
    grades = course.tables()["grade"]
    assert {row[0] for row in grades} == {"linked", "student-00"}
    assert all(row[2] == 0 for row in grades if row[0] == "linked")


def test_the_reason_for_a_refused_module_stands_in_the_feedback(make_class):
    course = make_class()
    place = course.hand_in("linked", None)
    (place / "course_lib" / "coins.py").symlink_to("/etc/passwd")
    course.grade()
    text = (course.folder / "autograded" / "linked" / "02_coins" / "02_coins.ipynb").read_text()
    assert "course_lib/coins.py is a link: hand in the file itself" in text
    assert "root:" not in text


def test_a_grader_that_does_not_work_gives_no_grade_and_stops_early(make_class):
    course = make_class()
    for number in range(8):
        course.hand_in(f"student-{number}", f"EngineError = {number}\n")
    ran = course.grade()
    assert ran.code == 1
    assert course.bytes()["grade"] == []
    lines = [line for line in ran.out.splitlines() if "the sandbox does not start" in line]
    assert len(lines) == 3
    assert "8 of 8 could not be graded" in ran.out


def test_a_grader_that_fails_on_one_submission_grades_the_others(make_class):
    course = make_class(students=2)
    course.hand_in("broken", "EngineError = 1\n")
    ran = course.grade()
    assert ran.code == 1
    assert {row[0] for row in course.tables()["grade"]} == {"student-00", "student-01"}
    course.hand_in("broken", "mended = 1\n")
    assert course.grade().code == 0


def test_unsandboxed_is_loud_and_writes_nothing(make_class):
    course = make_class(students=1)
    before = sorted(p.name for p in course.folder.iterdir())
    ran = course.grade(unsandboxed=True)
    assert "WITHOUT A SANDBOX" in ran.out
    assert "no grade is written" in ran.words
    assert sorted(p.name for p in course.folder.iterdir()) == before
    assert course.bytes()["student"] == []


def test_a_device_that_is_not_there_is_refused_in_one_line(make_class):
    course = make_class(students=1)
    with pytest.raises(CourseError, match="grades on the CPU only"):
        course.grade(device="cuda")
    with pytest.raises(CourseError, match="cpu and cuda are possible"):
        course.grade(device="tpu")


def test_wrong_usage_says_what_is_wrong(make_class, tmp_path, monkeypatch):
    course = make_class()
    with pytest.raises(CourseError, match="nothing is handed in"):
        course.grade()
    with pytest.raises(CourseError, match="no exercise of 02_coins"):
        course.grade(only=["dice.bits_per_dim"])
    with pytest.raises(ValueError, match="did you mean"):
        course.grade(only=["coins.Coins.log_probs"])
    with pytest.raises(CourseError, match="--workers and --scheduler"):
        course.grade(scheduler="tcp://127.0.0.1:1")
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.chdir(empty)
    with pytest.raises(CourseError, match=r"no nbgrader_config\.py"):
        run("02_coins", Options())


def test_another_gradebook_can_be_named(make_class):
    course = make_class(students=1)
    other = course.folder / "other.db"
    other.write_bytes((course.folder / "gradebook.db").read_bytes())
    course.grade(db_url=f"sqlite:///{other}")
    assert course.bytes()["grade"] == []
    assert "1 submission written" in course.grade().words


# The real engine.
REAL = (
    '\nc.GradeCells.engine_class = "autograder.sandbox.engine.SandboxedEngine"'
    "\nc.SandboxedEngine.unsandboxed = True\n"
)


def test_a_right_a_wrong_and_an_unwritten_module_get_what_they_are_worth(make_class):
    course = make_class(settings=REAL)
    right = solution_text("coins")
    course.hand_in("right", right)
    course.hand_in("wrong", with_first_line("return log_probs"))
    course.hand_in("unwritten", scaffold_text(right, "coins"))
    ran = course.grade(workers=2)
    assert ran.code == 0, ran.out
    assert "not official" in ran.words
    points: dict[str, float] = {}
    for student, _, score, *_ in course.tables()["grade"]:
        points[student] = points.get(student, 0.0) + (score or 0.0)
    assert (points["right"], points["unwritten"]) == (5.0, 0.0)
    assert 3.0 <= points["wrong"] < 5.0
    assert "nothing to do" in course.grade().words
