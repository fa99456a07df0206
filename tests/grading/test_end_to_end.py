"""Three students through the real engine, from the release to the summary."""

from __future__ import annotations

from autograder.authoring.reference import solution_text
from autograder.authoring.scaffold import scaffold_text
from tests.sandbox.conftest import with_first_line

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
