"""No exercise is lost to another: each stands alone once what it builds on is lent."""

from __future__ import annotations

import shutil

import pytest

from autograder.authoring.reference import module_from_source, solution_text
from autograder.intake.submission import Submission
from autograder.sandbox.engine import SandboxedEngine
from course_lib import check
from course_lib.checks.direct import proxy_of
from course_lib.checks.proxy import Here
from course_lib.checks.registry import properties
from course_lib.checks.run import run_properties
from course_lib.course.scaffold import regions, stub
from course_lib.course.syllabus import Exercise, load

EXERCISES = [e for lecture in load().lectures for e in lecture.exercises]
BUILDING = [e for e in EXERCISES if e.builds_on]


def without(module: str, names: set[str]) -> str:
    """The reference's text with these exercises not written."""
    text = solution_text(module)
    lines = text.splitlines(keepends=True)
    for region in reversed(regions(text, module)):
        if region.name in names:
            lines[region.first - 1 : region.last] = [stub(region)]
    return "".join(lines)


def alone(exercise: Exercise) -> str:
    """The reference's text with nothing written but this exercise."""
    others = {e.name for e in load().lecture(exercise.module).exercises} - {exercise.name}
    return without(exercise.module, others)


@pytest.fixture(scope="session")
def engine(tmp_path_factory) -> SandboxedEngine:
    """One for all exercises: its two sandboxes take seconds to start."""
    return SandboxedEngine(secret_file=str(tmp_path_factory.mktemp("course") / "secret"))


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.name)
def test_an_exercise_alone_passes_its_check(exercise):
    report = check(exercise.name, module_from_source(alone(exercise), exercise.module))
    assert report.points == exercise.points, [r.message for r in report.results if not r.passed]


@pytest.mark.parametrize("exercise", BUILDING, ids=lambda e: e.name)
def test_an_exercise_needs_each_one_that_it_builds_on(exercise):
    for name in exercise.builds_on:
        module = module_from_source(without(exercise.module, {name}), exercise.module)
        proxy = proxy_of(module)
        results = run_properties(properties(exercise.name), proxy, Here(proxy), 10)
        assert not all(r.passed for r in results), name


@pytest.mark.skipif(not shutil.which("bwrap"), reason="bubblewrap is not installed")
@pytest.mark.parametrize("exercise", BUILDING, ids=lambda e: e.name)
def test_an_exercise_alone_is_graded_with_full_points(exercise, tmp_path, engine):
    folder = tmp_path / "submission"
    (folder / "course_lib").mkdir(parents=True)
    file = folder / "course_lib" / f"{exercise.module}.py"
    file.write_text(alone(exercise), encoding="utf-8")
    submission = Submission(folder, load().lecture(exercise.module).id)
    (report,) = engine.grade(submission, [exercise.name])
    assert report.points == exercise.points, [r.message for r in report.results if not r.passed]
    assert all(name in report.notes[0] for name in exercise.builds_on[:2])
