"""Every hidden case on a real CUDA device gives what it gives on the CPU."""

import pytest
import torch

from autograder.authoring.audit.devices import assert_same_as_on_cpu
from autograder.authoring.cases import cases
from autograder.authoring.reference import reference
from course_lib.checks import PropertyBroken
from course_lib.checks.random_inputs import Made
from course_lib.course import syllabus

EXERCISES = [e for lecture in syllabus.load().lectures for e in lecture.exercises]


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device on this machine")
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.name)
def test_the_reference_agrees_with_the_cpu_on_a_gpu(exercise, dtype, monkeypatch):
    # TF32, cuDNN's default, keeps ten bits of each factor.
    monkeypatch.setattr(torch.backends.cudnn, "allow_tf32", False)
    for case in cases(exercise.name, seed=4, dtype=dtype):
        assert_same_as_on_cpu(reference(exercise.module), exercise.name, case, dtype, "cuda")


def kind_of(case):
    """What a case makes the comparison do."""
    made = any(isinstance(argument, Made) for argument in case.args)
    return bool(case.run), bool(case.compare), bool(case.init), made


def test_the_comparison_of_two_devices_accepts_the_cpu_itself():
    """One case of each kind: the comparison is what is tried here, the solutions are elsewhere."""
    tried = set()
    for exercise in EXERCISES:
        for case in cases(exercise.name, seed=4, dtype=torch.float64):
            if kind_of(case) not in tried:
                tried.add(kind_of(case))
                module = reference(exercise.module)
                assert_same_as_on_cpu(module, exercise.name, case, torch.float64, "cpu")
    assert len(tried) >= 4


def test_the_comparison_of_two_devices_notices_a_difference(monkeypatch):
    exercise = EXERCISES[0]
    module, calls = reference(exercise.module), iter([0.0, 1.0])
    right = getattr(module, exercise.attribute)
    monkeypatch.setattr(module, exercise.attribute, lambda *a, **k: right(*a, **k) + next(calls))
    case = next(iter(cases(exercise.name, seed=4, dtype=torch.float32)))
    with pytest.raises(PropertyBroken, match=rf"`{exercise.name}`.* expected"):
        assert_same_as_on_cpu(module, exercise.name, case, torch.float32, "cpu")
