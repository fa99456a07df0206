"""What being late costs is one rule, whoever grades: course.toml's, with extensions."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime

import pytest

from autograder.errors import CourseError
from autograder.intake.extensions import read_extensions
from autograder.intake.times import in_utc
from course_lib.course.lateness import LatePolicy, policies
from course_lib.course.syllabus import load
from tests.grading.conftest import Class, stock_and_ours

HOUR, DAY = 3_600, 86_400
POLICY = LatePolicy(grace_minutes=15, percent_per_day=10, max_percent=50)


@pytest.mark.parametrize(
    ("seconds", "percent"),
    [
        (-DAY, 0), (0, 0), (15 * 60, 0), (15 * 60 + 1, 10), (DAY, 10), (DAY + 15 * 60, 10),
        (DAY + 15 * 60 + 1, 20), (4 * DAY + HOUR, 50), (400 * DAY, 50),
    ],
)  # fmt: skip
def test_a_day_that_has_begun_counts_after_the_grace_period_up_to_the_maximum(seconds, percent):
    assert POLICY.percent(seconds) == percent


def test_a_penalty_is_a_share_of_the_points_and_never_more_than_they_are():
    assert POLICY.penalty(17.35, DAY) == 1.74
    assert LatePolicy(percent_per_day=70).penalty(10, 3 * DAY) == 10
    assert POLICY.penalty(0, DAY) == 0
    assert LatePolicy().penalty(10, 100 * DAY) == 0


def test_a_lecture_changes_what_it_names_and_keeps_the_rest():
    table = {"grace_minutes": 5, "percent_per_day": 10, "02_coins": {"percent_per_day": 20}}
    found = policies(table, ["01_dice", "02_coins"])
    assert found["02_coins"] == LatePolicy(5, 20, 100)
    assert found[""] == LatePolicy(5, 10, 100)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"percent": 3}, r"percent is not known; the keys are grace_minutes"),
        ({"percent_per_day": 101}, "percent_per_day is 101; expected a number from 0 to 100"),
        ({"grace_minutes": -1}, "grace_minutes is -1"),
        ({"max_percent": True}, "max_percent is True"),
        ({"99_nothing": {}}, r"\[grading.late.99_nothing\]: there is no such lecture"),
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused(table, said):
    with pytest.raises(ValueError, match=said):
        policies(table, ["02_coins"])


def test_the_courses_own_file_has_a_rule_for_every_lecture():
    course = load()
    assert all(isinstance(course.late_policy(lec), LatePolicy) for lec in course.lectures)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-05 23:59", "2026-03-05 22:59"),
        ("2026-07-05 23:59", "2026-07-05 21:59"),  # summer time
        ("2026-03-05T23:59Z", "2026-03-05 23:59"),
        ("2026-03-05 23:59 -0500", "2026-03-06 04:59"),
        ("Thursday, 5 March 2026, 11:59 PM", "2026-03-05 22:59"),
    ],
)
def test_a_time_is_the_courses_unless_it_names_its_zone(text, expected):
    assert in_utc(text, "Europe/Berlin") == datetime.fromisoformat(expected)


@pytest.mark.parametrize("text", ["2026-03-05", "noon", "", "23:59", "2026-03-05 23:59 XQT"])
def test_half_a_time_is_none(text):
    with pytest.raises(ValueError, match=r"\S"):
        in_utc(text, "UTC")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("student,until\n", "student, lecture, until are expected"),
        ("student,lecture,until\nada,nothing,2026-01-01 10:00\n", "line 2: there is no lecture"),
        ("student,lecture,until\nada,coins,soon\n", "line 2: 'soon' is no time"),
        ("student,lecture,until\n,coins,2026-01-01 10:00\n", "line 2: the student is empty"),
    ],
)
def test_a_table_of_extensions_that_cannot_be_understood_is_refused(tmp_path, text, said):
    (tmp_path / "extensions.csv").write_text(text)
    with pytest.raises(CourseError, match=said):
        read_extensions(tmp_path, load())


def test_extensions_are_by_id_or_module_and_the_later_one_counts(tmp_path):
    (tmp_path / "extensions.csv").write_text(
        "student,lecture,until\nada,coins,2026-01-05 10:00\nada,02_coins,2026-01-04 10:00\n"
    )
    found = read_extensions(tmp_path, load())
    assert found == {("ada", "02_coins"): datetime(2026, 1, 5, 10)}
    assert read_extensions(tmp_path / "elsewhere", load()) == {}


def with_rule(course: Class, rule: str) -> None:
    """Put a rule into the course folder's own course.toml."""
    file = course.folder / "course.toml"
    text = file.read_text(encoding="utf-8")
    before, _, rest = text.partition("[grading.late]\n")
    _, _, after = rest.partition("\n\n")
    text = f"{before}[grading.late]\n{rule}\n\n{after}"
    file.write_text(text.replace('time_zone = "UTC"', 'time_zone = "Europe/Berlin"'), "utf-8")


RULE = """grace_minutes = 15
percent_per_day = 5
max_percent = 50
[grading.late.02_coins]
percent_per_day = 10"""
# The due date is 2026-01-02 00:00 UTC.
HANDED_IN = {
    "on-time": "2026-01-01 23:00:00 UTC",
    "in-grace": "2026-01-02T01:10:00+01:00",
    "one-day": "2026-01-02 12:00:00 UTC",
    "two-days": "2026-01-03 12:00:00 UTC",
    "months": "2026-05-01 00:00:00 UTC",
    "extended": "2026-01-03 12:00:00 UTC",
    "partly-extended": "2026-01-03 12:00:00 UTC",
    "granted": "2026-01-03 12:00:00 UTC",
}
PERCENT = {"one-day": 10, "two-days": 20, "months": 50, "partly-extended": 10}
# In Berlin, an hour ahead.
EXTENSIONS = """student,lecture,until
extended,02_coins,2026-01-03 12:59
partly-extended,coins,2026-01-02 20:00
"""


def hand_in_late(course: Class) -> None:
    with_rule(course, RULE)
    (course.folder / "extensions.csv").write_text(EXTENSIONS)
    for student, when in HANDED_IN.items():
        course.hand_in(student, f"x = {student!r}\n", **{"timestamp.txt": when})
    course.hand_in("no-time", "x = 0\n")
    course.sql("update assignment set duedate = '2026-01-02 00:00:00.000000'")


@pytest.fixture(scope="module")
def both(released, tmp_path_factory):
    """The same late class, graded by the stock command and by ours."""
    stock, ours = stock_and_ours(released, tmp_path_factory.mktemp("late"), hand_in_late)
    stock.nbgrader("autograde", "02_coins")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_NO_CONFIG", "1")
        assert ours.grade().code == 0
        # An extension of nbgrader's own, which only its API can grant.
        for course in (stock, ours):
            course.sql(
                "update submitted_assignment set extension = '1970-01-02 13:00:00.000000'"
                " where student_id = 'granted'"
            )
        stock.nbgrader("autograde", "02_coins", "--force", "--student=granted")
        assert ours.grade().code == 0
    return stock, ours


def test_both_commands_take_the_same(both):
    stock, ours = both
    assert ours.tables() == stock.tables()


def test_each_pays_by_the_lectures_rule_and_the_extension(both):
    _, ours = both
    scores: dict[str, float] = {}
    for student, _, auto, *_ in ours.tables()["grade"]:
        scores[student] = scores.get(student, 0.0) + (auto or 0.0)
    penalties = {row[0]: row[3] for row in ours.tables()["notebook"]}
    assert set(penalties) == {*HANDED_IN, "no-time"}
    for student, penalty in penalties.items():
        percent = PERCENT.get(student)
        expected = None if percent is None else pytest.approx(scores[student] * percent / 100,
                                                              abs=0.006)  # fmt: skip
        assert penalty == expected, student


def test_a_changed_rule_and_points_by_hand_count_at_the_next_run(both, tmp_path):
    _, ours = both
    course = Class(shutil.copytree(ours.folder, tmp_path / "course"))

    def penalties():
        return {row[0]: row[3] for row in course.tables()["notebook"]}

    before = penalties()
    assert "nothing to do" in course.grade().words
    course.sql(
        "update grade set manual_score = auto_score + 3.0, needs_manual_grade = 0"
        " where cell_id in (select id from base_cell where name = 'reflection')"
    )
    ran = course.grade()
    assert "late penalties changed" in ran.words
    assert penalties()["one-day"] == pytest.approx(before["one-day"] + 0.3, abs=0.011)
    (course.folder / "extensions.csv").write_text(EXTENSIONS + "months,02_coins,2026-06-01 00:00\n")
    course.grade()
    assert penalties()["months"] is None
    with_rule(course, "percent_per_day = 0")
    course.grade()
    assert set(penalties().values()) == {None}
    # Nobody's grade by hand is asked for again.
    assert all(row[5] == 0 for row in course.tables()["grade"])


def test_a_rule_that_cannot_be_read_stops_the_run_and_changes_nothing(both, tmp_path):
    _, ours = both
    course = Class(shutil.copytree(ours.folder, tmp_path / "course"))
    before = course.tables()
    (course.folder / "extensions.csv").write_text("student,lecture,until\nada,coins,soon\n")
    with pytest.raises(CourseError, match=r"extensions\.csv line 2: 'soon' is no time"):
        course.grade()
    (course.folder / "extensions.csv").unlink()
    with_rule(course, "percent_per_day = 1000")
    with pytest.raises(CourseError, match="percent_per_day is 1000"):
        course.grade()
    assert course.tables() == before


def test_now_is_a_time_of_its_own_zone():
    now = datetime.now(UTC)
    assert (
        abs((in_utc(now.isoformat(), "Asia/Tokyo") - now.replace(tzinfo=None)).total_seconds()) < 1
    )
