"""The mutants that the audit makes itself: there are some of each kind, and none goes unnoticed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from autograder.authoring.audit import verdict
from autograder.authoring.audit.systematic import KINDS, Exemption, Systematic, systematic
from autograder.authoring.reference import module_from_source
from course_lib.checks import check
from course_lib.course import syllabus

COURSE = syllabus.load()
LECTURE = COURSE.lecture("coins")
EXERCISES = [e for lecture in COURSE.notebooks for e in lecture.exercises]
MADE = [change for exercise in EXERCISES for change in systematic(exercise)]


def test_there_are_mutants_of_every_kind():
    # Where no gradient is stopped on purpose, none can leak.
    assert set(KINDS) - {change.kind for change in MADE} <= {"leak"}
    assert len({(change.exercise, change.reason) for change in MADE}) == len(MADE)


@pytest.mark.parametrize("exercise", LECTURE.exercises, ids=lambda e: e.name)
def test_the_reference_between_two_lines_that_do_nothing_is_still_right(exercise):
    same = Systematic(exercise.name, "cut", "nothing")
    assert check(exercise.name, module_from_source(same.source(), LECTURE.module)).passed


def test_a_mutant_on_which_a_check_stumbles_is_a_fault(monkeypatch):
    report = verdict.check(LECTURE.exercises[0].name, None, 5)
    stumbled = replace(report.results[0], passed=False, message="the check could not go on: oh")
    monkeypatch.setattr(verdict, "check", lambda *_: replace(report, results=(stumbled,)))
    found = verdict.ExerciseVerdict(LECTURE.exercises[0])
    verdict._judge_systematic(found, MADE[0])
    assert [f for f in found.faults if "a check itself fails" in f] == found.faults != []


MIXED = Exemption("averaged afterwards", ("coins.mixture_log_prob",), ("*cut off*",))


def judged(monkeypatch, exempted):
    monkeypatch.setattr(verdict, "exemptions", lambda module: exempted)
    return verdict.judge(LECTURE)


def test_one_that_is_neither_caught_nor_exempt_is_a_fault(monkeypatch):
    found = judged(monkeypatch, [MIXED])
    cut = "coins.Coins.log_prob: full points although “`x` is cut off from the graph”"
    assert found.faults == [cut]
    kinds = found.exercises[1].systematic
    assert kinds.total() == found.exercises[1].mutants - 8


def test_an_exemption_of_nothing_is_a_fault(monkeypatch):
    bits = Exemption("bits are data", ("coins.*",), ("`x` is cut off*",))
    assert judged(monkeypatch, [MIXED, bits]).faults == []
    gone = Exemption("it is gone", ("coins.gone",), ("*",))
    assert judged(monkeypatch, [MIXED, bits, gone]).faults == [
        "02_coins: nothing is exempt as 'it is gone'"
    ]
