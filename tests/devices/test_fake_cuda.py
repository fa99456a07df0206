"""Every solution stays on the device of its inputs: run on a CUDA device that computes nothing."""

import types

import pytest
import torch
from torch.utils._pytree import tree_leaves

from autograder.authoring.audit.devices import call, call_on_fake, devices, fake_device
from autograder.authoring.cases import cases
from autograder.authoring.reference import reference
from course_lib.checks.random_inputs import Case, Made
from course_lib.course import syllabus

EXERCISES = [e for lecture in syllabus.load().notebooks for e in lecture.exercises]

# Exercises whose solution does what a fake CUDA device cannot: where they run instead, and why.
# Known not to work there: `torch.autograd` ("Cannot access accelerator device when none is
# available"), for which "meta" takes CUDA's place; and `.item()`, `bool()` or `.tolist()` of a
# tensor, which has no values there: None then skips the test, and `make gpu` remains.
ELSEWHERE: dict[str, tuple[str | None, str]] = {
    "pixelcnn.receptive_field": ("meta", "the field is found by torch.autograd"),
    "gan.train_step": (
        None,
        "autograd and optimisers; autograder/lectures/gan/test_gan.py has it on meta",
    ),
    "wgan.wasserstein_lp": (None, "SciPy's solver needs values"),
    "wgan.kantorovich_dual": (None, "SciPy's solver needs values"),
    "wgan.gradient_penalty": ("meta", "slopes are found by torch.autograd"),
}


def shapes_and_dtypes(value):
    return [(v.shape, v.dtype) for v in tree_leaves(value) if isinstance(v, torch.Tensor)]


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.name)
def test_a_solution_keeps_to_its_inputs_device_and_dtype_and_to_its_own_seed(exercise, dtype):
    device, reason = ELSEWHERE.get(exercise.name, ("cuda", ""))
    module, state = reference(exercise.module), torch.get_rng_state()
    for case in cases(exercise.name, seed=3, dtype=dtype):
        on_cpu = call(module, exercise.attribute, case)
        made = shapes_and_dtypes(on_cpu)
        assert {d for _, d in made if d.is_floating_point} <= {dtype}
        assert torch.equal(torch.get_rng_state(), state)
        if device:
            result = call_on_fake(module, exercise.attribute, case, device)
            assert shapes_and_dtypes(result) == made
            given = devices((case.args, case.kwargs, case.load))
            assert devices(result) == ({device} if devices(on_cpu) and given else devices(on_cpu))
    if not device:
        pytest.skip(reason)


def test_exercises_that_run_elsewhere_are_in_the_course_and_have_a_reason():
    assert set(ELSEWHERE) <= {e.name for e in EXERCISES}
    assert all(device in {"meta", None} and reason for device, reason in ELSEWHERE.values())


def lecture(**functions):
    module = types.ModuleType("planted")
    vars(module).update(functions)
    return module


X = torch.ones(3, 4)
N = torch.arange(4)


class Shifted(torch.nn.Module):
    """A model with a constant that is no buffer, so that `.to(device)` leaves it behind."""

    def __init__(self):
        super().__init__()
        self.W = torch.nn.Parameter(torch.zeros(4, 4))
        self.shift = torch.arange(4.0)

    def logits(self, x):
        return x @ self.W + self.shift


@pytest.mark.parametrize(
    ("wrong", "args"),
    [
        (lambda x: x + torch.arange(4), (X,)),
        (lambda x: x + torch.arange(4.0).expand(3, -1), (X,)),
        (lambda x: torch.cat([x, torch.zeros(3, 1)], dim=1), (X,)),
        (lambda x: torch.stack([x[:, 0], torch.zeros(3)]), (X,)),
        (lambda x: torch.where(torch.eye(3, 4) > 0, x, 2 * x), (X,)),
        (lambda x: x @ torch.eye(4), (X,)),
        (lambda x: x.add_(torch.ones(3, 4)), (X,)),
        (lambda x: torch.nn.functional.linear(x, torch.ones(2, 4)), (X,)),
        (lambda i: torch.arange(9)[i], (N,)),
        (lambda i: torch.zeros(9).index_select(0, i), (N,)),
        (
            lambda x: torch.rand(4, generator=torch.Generator().manual_seed(0), device=x.device),
            (X,),
        ),
        (lambda x: x.numpy().sum(), (X,)),
    ],
)
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_function_that_mixes_in_a_cpu_tensor_is_caught(wrong, args):
    module = lecture(wrong=wrong)
    call(module, "wrong", Case(args=args))
    with pytest.raises(Exception, match=r"same device|on cuda|numpy|generator on cpu"):
        call_on_fake(module, "wrong", Case(args=args))


def test_a_constant_that_is_no_buffer_is_caught():
    module = lecture(Shifted=Shifted)
    with pytest.raises(RuntimeError, match="same device"):
        call_on_fake(module, "Shifted.logits", Case(args=(X,)))


def test_an_instance_among_the_arguments_is_on_the_device():
    class Scaled(torch.nn.Module):
        def __init__(self, factor):
            super().__init__()
            self.W = torch.nn.Parameter(torch.full((4, 4), factor))

    module = lecture(
        Scaled=Scaled,
        right=lambda model, x: x @ model.W,
        wrong=lambda model, x: x @ model.W.detach().cpu(),
    )
    case = Case(args=(Made("Scaled", {"factor": 2.0}, {"W": torch.eye(4)}), X))
    assert torch.equal(call(module, "right", case), X)
    assert devices(case.args) == {"cpu"}
    assert devices(call_on_fake(module, "right", case)) == {"cuda"}
    with pytest.raises(RuntimeError, match="same device"):
        call_on_fake(module, "wrong", case)


def test_a_result_that_is_made_on_the_cpu_is_seen():
    module = lecture(wrong=lambda x: torch.zeros(x.shape))
    assert devices(call_on_fake(module, "wrong", Case(args=(X,)))) == {"cpu"}


@pytest.mark.parametrize(
    "right",
    [
        lambda x: x + torch.arange(4, device=x.device),
        lambda x: x * torch.tensor(2.0),
        lambda x: x + torch.rand(4, generator=torch.Generator().manual_seed(0)).to(x),
        lambda x: torch.zeros(3, 4).to("cuda" if x.is_cuda else "cpu") + x,
        lambda x: x[torch.tensor([0, 2])],
        lambda x: torch.nn.functional.conv1d(x[None], x.new_ones(2, 3, 2)).unbind(1)[0],
    ],
)
def test_a_function_that_stays_on_its_device_is_let_pass(right):
    result = call_on_fake(lecture(right=right), "right", Case(args=(X,)))
    assert devices(result) == {"cuda"}


def test_torch_is_left_as_it_was():
    before = torch.cuda.is_available()
    with fake_device():
        torch.zeros(3, device="cuda")[1:].to("cpu")
    assert torch.cuda.is_available() == before
    assert type(torch.zeros(3)) is torch.Tensor
    if not torch.backends.cuda.is_built():
        with pytest.raises((AssertionError, RuntimeError), match="CUDA"):
            torch.zeros(3, device="cuda")
