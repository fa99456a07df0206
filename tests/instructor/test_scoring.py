"""Points from public properties and hidden cases, and the numbers that nbgrader reads."""

from __future__ import annotations

import math

import nbformat
import pytest

from autograder.grading.cells import write_result
from autograder.sandbox.scoring import official, refused
from course_lib.checks.report import Report, Result
from course_lib.course.syllabus import load

EXERCISE = load().exercise("coins.Coins.log_prob")


def public(*passed: bool, state: str = "failed") -> Report:
    results = tuple(Result(f"p{i}", p, "" if p else "broken") for i, p in enumerate(passed))
    state = "passed" if all(passed) else state
    return Report(
        EXERCISE.name, EXERCISE.points, results, state, hidden_share=EXERCISE.hidden_share
    )


def hidden(*passed: bool) -> tuple[Result, ...]:
    return tuple(Result(f"hidden case {i}", p, "W = 0.123") for i, p in enumerate(passed))


def test_all_right_is_exactly_full_points():
    assert official(public(True, True, True), hidden(True, True, True)).points == EXERCISE.points


def test_public_and_hidden_are_weighted_by_the_hidden_share():
    share = load().hidden_share
    report = official(public(True, False), hidden(True, False, False, False))
    expected = EXERCISE.points * ((1 - share) * 0.5 + share * 0.25)
    assert report.points == pytest.approx(expected, abs=0.005)
    assert report.summary == (
        "1 of 2 properties hold, 1.05 of 2.1 points; 1 of 4 hidden inputs agree, 0.22 of 0.9 "
        f"points: {report.points:g} of 3"
    )


def test_before_grading_only_the_public_share_is_sure_and_afterwards_everything():
    before, after = public(True, True), official(public(True, True), hidden(True, True))
    assert before.summary == (
        "2 of 2 properties hold: 2.1 of 3 points are sure, grading on hidden inputs can add 0.9"
    )
    assert after.summary == (
        "2 of 2 properties hold, 2.1 of 2.1 points; 2 of 2 hidden inputs agree, 0.9 of 0.9 points: "
        "3 of 3"
    )
    # nbgrader reads full points from a local check that passes, and the awarded ones afterwards.
    assert repr(before) == repr(after) == "3.0"
    nothing = public(False, False)
    assert nothing.summary == "0 of 2 properties hold: 0 of 3 points"


def test_without_hidden_cases_the_public_properties_are_worth_everything():
    assert official(public(True, False), ()).points == EXERCISE.points / 2


def test_one_failure_among_many_never_rounds_up_to_full_points():
    report = official(public(*[True] * 999), hidden(*[True] * 9999, False))
    assert report.points < EXERCISE.points


def test_where_no_public_property_holds_easy_hidden_cases_are_worth_nothing():
    assert official(public(False, False), hidden(True, False)).points == 0


def test_hidden_cases_are_told_as_a_count_without_a_value():
    report = official(public(True), hidden(True, False, False))
    assert "1 of 3 cases" in report.results[-1].name
    assert "0.123" not in repr(report.results)


def test_not_implemented_is_nothing_even_where_hidden_cases_agree():
    assert official(public(False, state="missing"), hidden(True)).points == 0


def test_a_refused_exercise_says_why_and_gets_nothing():
    report = refused(EXERCISE.name, "coins.py is missing")
    assert (report.points, report.results[0].message) == (0, "coins.py is missing")


@pytest.mark.parametrize("awarded", [-1.0, math.nan, math.inf, 99.0, 0.0, 1.5])
def test_the_number_in_the_cell_lies_between_nothing_and_the_cells_points(awarded):
    cell = nbformat.v4.new_code_cell("check()")
    cell.metadata["nbgrader"] = {"points": 2.0}
    report = Report(
        EXERCISE.name, EXERCISE.points, (Result("p", False),), "failed", awarded=awarded
    )
    points = write_result(cell, report)
    assert 0 <= points <= 2
    assert [o.output_type for o in cell.outputs] == ["display_data", "execute_result"]
    assert float(cell.outputs[1].data["text/plain"]) == points


def test_a_message_cannot_act_on_a_page_or_a_terminal():
    cell = nbformat.v4.new_code_cell("check()")
    cell.metadata["nbgrader"] = {"points": 2.0}
    bad = Result("p", False, "\x1b[2J<script>alert(1)</script>")
    write_result(cell, Report(EXERCISE.name, EXERCISE.points, (bad,), "failed"))
    assert "\x1b" not in str(cell)
    assert "<script" not in cell.outputs[0].data["text/html"]
