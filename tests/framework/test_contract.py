"""A result of the wrong kind is told as such, and arguments stay as they were."""

import pytest
import torch
from jaxtyping import Bool
from torch import Tensor

from course_lib import check
from course_lib.checks.direct import proxy_of
from course_lib.checks.errors import PropertyBroken

MIXTURE = "coins.mixture_log_prob"
LOG_PROB = "coins.Coins.log_prob"


def first_message(planted, exercise, body, **options):
    report = check(exercise, planted(exercise, body, **options))
    assert report.state == "failed"
    return next(r.message for r in report.results if r.message)


def test_a_wrong_shape_is_told_with_the_sizes_before_any_value_is_compared(planted):
    said = first_message(planted, LOG_PROB, "return self.logits(x).sum()")
    assert said == f"`{LOG_PROB}` returned shape (); expected (batch,) = (8,)"


def test_a_result_of_another_size_is_told_with_all_sizes(planted):
    said = first_message(planted, MIXTURE, "return log_probs.T")
    assert said == f"`{MIXTURE}` returned shape (2, 2); expected (batch,) = (2,)"


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("self.logits(x).sum(1).long()", "a tensor of torch.int64"),
        ("self.logits(x).sum(1) > 0", "a tensor of torch.bool"),
        ("self.logits(x).sum(1).to(torch.complex64)", "a tensor of torch.complex64"),
        ("self.logits(x).sum(1).detach().numpy()", "numpy float64[2]"),
        ("self.logits(x).sum(1).tolist()", "list(float "),
        ("(self.logits(x).sum(1), 1)", "tuple(float64[2], int 1)"),
        ("[[[[[[1]]]]]]", "list(list(list(list(…))))"),
        ("None", "None"),
        ("'x' * 100000", "str 'xxx"),
        ("10 ** 5000", "int (its text cannot be shown: ValueError)"),
        ("self", "Coins"),
    ],
)
def test_a_result_of_another_type_is_described_in_a_few_words(planted, value, kind):
    module = planted(LOG_PROB, f"x = x[:2]\nreturn {value}")
    report = check(LOG_PROB, module)
    said = report.results[0].message
    assert said.startswith(f"`{LOG_PROB}` returned {kind}")
    assert "; expected a tensor of shape (batch,) = (8,)" in said
    assert ("of floating-point numbers" in said) == kind.startswith("a tensor of")
    assert len(said) < 300
    assert ("Is the `return` missing?" in said) == (value == "None")


def test_a_promise_of_several_kinds_is_told_with_all_of_them(planted):
    said = first_message(planted, "dice.bits_per_dim", "return None")
    assert "returned None; expected a tensor of shape (*batch,) or float" in said


def test_a_list_of_tensors_is_held_to_its_promise_entry_by_entry(planted):
    module = planted(MIXTURE, "return [torch.ones(2, 2)]")
    module.mixture_log_prob.__annotations__["return"] = list[Bool[Tensor, "out in"]]
    said = check(MIXTURE, module).results[0].message
    assert "returned list(float32[2, 2]); expected list(a tensor of shape (out, in))" in said


def test_annotations_that_were_removed_or_broken_do_not_stop_the_check(planted):
    module = planted(LOG_PROB, "return self.logits(x).sum()")
    for annotations in ({}, {"return": "no such name"}, {"x": "1 / 0"}):
        module.Coins.log_prob.__annotations__ = annotations
        report = check(LOG_PROB, module)
        assert report.points < report.max_points


@pytest.mark.parametrize("change", ["log_probs.zero_()", "log_probs += 1", "log_probs.resize_(0)"])
def test_an_argument_that_is_changed_in_place_is_named(planted, change):
    body = f"columns = log_probs.shape[1]\n{change}\nreturn torch.zeros(columns).to(log_probs)"
    report = check(MIXTURE, planted(MIXTURE, body))
    wanted = f"`{MIXTURE}` changed its argument `log_probs` in place: work on a copy (`log_probs.c"
    assert any(r.message.startswith(wanted) for r in report.results), report.results


@pytest.mark.parametrize(
    "change", ["values[0].fill_(0.5)", "values.pop()", "values.append(torch.ones(1))"]
)
def test_a_list_that_is_changed_in_place_is_named(planted, change):
    module = planted(MIXTURE, f"values = log_probs\n{change}\nreturn torch.zeros(2)")
    module.mixture_log_prob.__annotations__.clear()
    with pytest.raises(PropertyBroken, match="changed its argument `log_probs` in place"):
        proxy_of(module).mixture_log_prob([torch.ones(2), torch.ones(2)])


def test_an_argument_with_nan_is_not_taken_for_changed(planted):
    module = proxy_of(planted("dice.bits_per_dim", "return nll * 1.0"))
    nan = torch.tensor([float("nan"), 1.0])
    assert module.bits_per_dim(nan, 3)[1] == 1
    assert module.bits_per_dim(float("nan"), 3) != 0


def test_what_the_student_returns_cannot_be_changed_through_the_argument(planted):
    """A result that is the argument itself is a copy: later writes do not reach the check."""
    module = proxy_of(planted("dice.bits_per_dim", "return nll"))
    x = torch.ones(3)
    module.bits_per_dim(x, 3).zero_()
    assert x.tolist() == [1, 1, 1]
