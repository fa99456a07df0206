"""The demo's class for every lecture: each student gets what the mistake is worth, no more."""

from __future__ import annotations

import types

import pytest

from autograder.demo.students import CLASS, module_text, students_of
from course_lib import check
from course_lib.course.syllabus import load

LECTURES = load().lectures


@pytest.mark.parametrize("lecture", LECTURES, ids=lambda lecture: lecture.id)
@pytest.mark.parametrize("name", ["Charles Babbage", "Grace Hopper", "Alan Turing"])
def test_a_demo_student_loses_points_where_the_mistakes_are_and_nowhere_else(lecture, name):
    student = next(s for s in students_of(lecture) if s.name == name)
    assert len(student.bodies) >= 2
    module = types.ModuleType(f"course_lib.{lecture.module}")
    exec(compile(module_text(student, lecture, ""), "/demo.py", "exec"), module.__dict__)
    for exercise in lecture.exercises:
        full = check(exercise.name, module).points == exercise.points
        assert full == student.expects(exercise.name), exercise.name


def test_every_lecture_has_the_same_ten_students():
    names = {tuple(s.name for s in students_of(lecture)) for lecture in LECTURES}
    assert len(names) == 1
    assert len(names.pop()) == CLASS
