"""The audit finds nothing wrong with any lecture of the course."""

import functools

import pytest

from autograder.authoring.audit import variants
from autograder.authoring.audit.verdict import LEAST_PUBLIC, judge
from autograder.paths import COURSE, ROOT
from course_lib.course import syllabus

LECTURES = syllabus.load().notebooks
EACH = pytest.mark.parametrize("lecture", LECTURES, ids=lambda lecture: lecture.id)
# Mutants and alternatives of all lectures together, so that no list can be lost unnoticed.
LEAST = (1298, 219) if COURSE == ROOT else (25, 8)


@functools.cache
def judged(key):
    return judge(syllabus.load().lecture(key))


@EACH
def test_every_mutant_loses_points_and_every_alternative_gets_all(lecture):
    found = judged(lecture.id)
    assert found.faults == []
    for exercise in found.exercises:
        assert exercise.killed == exercise.mutants >= 5, exercise.exercise.name
        assert exercise.accepted == exercise.alternatives >= 2, exercise.exercise.name


def test_no_mutant_and_no_alternative_was_lost():
    known = [v for lecture in LECTURES for v in variants(lecture.module)]
    wrong = sum(v.wrong for v in known)
    assert wrong >= LEAST[0]
    assert len(known) - wrong >= LEAST[1]


@EACH
def test_public_checks_alone_kill_nearly_all_mutants(lecture):
    found = judged(lecture.id).exercises
    killed = sum(e.killed_by_public for e in found)
    assert killed >= LEAST_PUBLIC * sum(e.mutants for e in found)


@EACH
def test_variants_are_what_they_say(lecture):
    known = variants(lecture.module)
    assert len({(v.exercise, v.reason) for v in known}) == len(known), "a reason stands twice"
    assert all(v.expect for v in known if v.wrong), "a mutant names what should be shown"
    assert {v.exercise for v in known} == {e.name for e in lecture.exercises}
