"""What holds for the model classes of every lecture alike."""

import inspect

import pytest
import torch

from autograder.authoring.reference import reference
from course_lib.checks import F64
from course_lib.course import syllabus


def models():
    """Name → class and small sizes, of all that are made from numbers and a seed."""
    for lecture in syllabus.load().lectures:
        for name, kind in vars(reference(lecture.module)).items():
            if isinstance(kind, type) and issubclass(kind, torch.nn.Module):
                parameters = inspect.signature(kind).parameters
                needed = [p for p in parameters.values() if p.default is p.empty]
                if "seed" in parameters and all(p.annotation is int for p in needed):
                    yield f"{lecture.module}.{name}", (kind, [4] * len(needed))


MODELS = dict(models())
DRAWN_IN_ITS_OWN_DTYPE = {"FVSBN"}


@pytest.mark.parametrize("name", MODELS)
def test_a_seed_means_the_same_weights_in_both_dtypes_and_leaves_the_global_state_alone(name):
    (kind, sizes), state = MODELS[name], torch.get_rng_state()
    single, double = (kind(*sizes, seed=4, dtype=dtype) for dtype in (torch.float32, F64))
    assert torch.equal(torch.get_rng_state(), state)
    same = kind.__name__ not in DRAWN_IN_ITS_OWN_DTYPE
    for s, d in zip(single.parameters(), double.parameters(), strict=True):
        assert s.dtype == torch.float32
        assert torch.equal(s, d.float()) or not same
