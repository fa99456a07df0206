"""How results of lecture 7 that may differ from the reference's are compared: by what must not."""

import torch

from autograder.authoring.cases import compared_by
from course_lib.checks import assert_close, assert_dtype, assert_true
from course_lib.checks.proxy import Here


def _tolerance(dtype):
    return 1e-5 if dtype == torch.float32 else 1e-7


@compared_by("wgan.wasserstein_lp")
def _a_cheapest_plan(result, reference, case):
    """The reference's cost, by a plan with the right sums."""
    a, b, cost = case.args
    least, plan = result
    tolerance = _tolerance(cost.dtype)
    for name, values in (("cost", least), ("plan", plan)):
        assert_dtype(values, cost.dtype, what=name)
    assert_close(least, reference.wasserstein_lp(*case.args)[0], atol=tolerance, what="cost")
    assert_true(float(plan.min()) >= -tolerance, "the plan has a negative entry")
    assert_close(plan.sum(1), a, atol=tolerance, what="row sum")
    assert_close(plan.sum(0), b, atol=tolerance, what="column sum")
    assert_close((plan * cost).sum(), least, atol=tolerance, what="Σ plan · cost")


@compared_by("wgan.clip_weights_")
def _same_share(share, reference, case):
    """The reference's share, as a number of any precision."""
    expected = case.call(reference, Here(reference), "clip_weights_")
    assert_close(share, expected, atol=1e-6, what="share")


@compared_by("wgan.kantorovich_dual")
def _best_prices(result, reference, case):
    """Prices that respect every cost and earn as much as the reference's plan costs."""
    a, b, cost = (v.double() for v in case.args)
    tolerance = _tolerance(case.args[2].dtype)
    for name, values in zip("fg", result, strict=True):
        assert_dtype(values, case.args[2].dtype, what=name)
    f, g = (v.double() for v in result)
    over = float((f[:, None] + g - cost).max())
    assert_true(over <= tolerance, f"f + g exceeds a cost by {over:.3g}")
    least = reference.wasserstein_lp(*case.args)[0]
    assert_close(a @ f + b @ g, least, atol=tolerance, what="Σ a f + Σ b g")
