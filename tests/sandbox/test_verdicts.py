"""Through the sandbox every implementation gets what it gets on the student's own machine."""

from __future__ import annotations

import pytest
import torch

from autograder.authoring.audit import variants
from autograder.authoring.cases import hidden_results
from autograder.authoring.reference import module_from_source, solution_text
from course_lib.checks import check
from course_lib.checks.registry import properties
from course_lib.course.scaffold import scaffold_text
from course_lib.course.syllabus import load

LECTURES = [lecture.module for lecture in load().lectures]
SECONDS = 5.0


def exercises_of(module):
    return [e.name for e in load().lecture(module).exercises]


@pytest.mark.parametrize("module", LECTURES)
def test_the_solution_gets_full_points_in_every_exercise(grade, module):
    for report in grade(solution_text(module), exercises_of(module)):
        assert report.state == "passed", [r.message for r in report.results if not r.passed]
        assert report.points == report.max_points
        assert report.notes == ()


@pytest.mark.parametrize("module", LECTURES)
def test_the_untouched_scaffold_gets_nothing_and_is_called_missing(grade, module):
    for report in grade(scaffold_text(solution_text(module), module), exercises_of(module)):
        assert (report.points, report.state) == (0, "missing")
        assert report.results[0].message.startswith(f"not implemented yet: `{module}.")


@pytest.mark.parametrize("module", LECTURES)
def test_every_alternative_gets_full_points(grade, module):
    right = [v for v in variants(module) if not v.wrong]
    assert right
    for variant in right:
        (report,) = grade(variant.source(), [variant.exercise])
        broken = [r.message for r in report.results if not r.passed]
        assert report.points == report.max_points, (variant.reason, broken)


@pytest.mark.parametrize("module", LECTURES)
def test_mutants_fail_the_same_properties_with_the_same_words(grade, module):
    wrong = [v for v in variants(module) if v.wrong][::3]
    assert len(wrong) >= len(exercises_of(module))
    for variant in wrong:
        (report,) = grade(variant.source(), [variant.exercise])
        n_public = len(properties(variant.exercise))
        here = check(variant.exercise, module_from_source(variant.source(), module), SECONDS)
        got = [(r.name, r.passed, r.message, r.hint) for r in report.results[:n_public]]
        wanted = [(r.name, r.passed, r.message, r.hint) for r in here.results]
        assert got == wanted, variant.reason
        assert report.points < report.max_points, variant.reason


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
@pytest.mark.parametrize("module", LECTURES)
def test_the_reference_has_full_points_on_a_gpu(grade, module):
    for report in grade(solution_text(module), exercises_of(module), device="cuda"):
        assert report.points == report.max_points, report


@pytest.mark.parametrize("module", LECTURES)
def test_hidden_cases_agree_with_the_local_comparison(grade, module):
    variant = next(v for v in variants(module) if v.wrong)
    (report,) = grade(variant.source(), [variant.exercise])
    module = module_from_source(variant.source(), module)
    local = hidden_results(variant.exercise, module, 1, (torch.float32, torch.float64), SECONDS)
    assert f"of {len(local)} cases" in report.results[-1].name
