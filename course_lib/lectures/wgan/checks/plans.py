"""Plans: `wasserstein_lp`."""

import torch

from course_lib.checks import assert_close, assert_dtype, assert_true, check_for, inputs, numbers
from course_lib.lectures.wgan.checks.exact import (
    assignments,
    distances,
    grains,
    heaps,
    on_the_line,
)


def assert_plan(plan, a, b, what="plan"):
    """A plan moves no negative mass, takes all of a and delivers all of b."""
    lowest = float(plan.min())
    assert_true(lowest >= -1e-9, f"the {what} has a negative entry, {lowest:.3g}")
    suspects = {
        "rows and columns are exchanged": b if len(a) == len(b) else -1.0,
        "rows have no constraint: nothing is moved": 0.0,
    }
    assert_close(plan.sum(1), a, atol=1e-6, what=f"row sum of the {what}", suspects=suspects)
    assert_close(plan.sum(0), b, atol=1e-6, what=f"column sum of the {what}")


@check_for("wgan.wasserstein_lp", weight=2, hint="7.4a")
def plan_by_hand(wgan):
    """Heaps of ½, ¼, ¼ at 0, 1, 3 for two holes of ½ at 1 and 2: everything moves by 1."""
    x, y = numbers(0.0, 1.0, 3.0), numbers(1.0, 2.0)
    a, b = numbers(0.5, 0.25, 0.25), numbers(0.5, 0.5)
    cost, plan = wgan.wasserstein_lp(a, b, distances(x, y))
    # The grains at 1 may stay or go on to 2, so only the cost is unique.
    suspects = {
        "the largest cost: linprog minimises, so the cost goes in with its own sign": 1.5,
        "every unit goes everywhere: a bᵀ is a plan, but not the cheapest": float(
            a @ distances(x, y) @ b
        ),
        "no constraint holds the plan: nothing is moved": 0.0,
        "the cost is averaged over the entries": 1.0 / 6,
    }
    assert_close(cost, 1.0, what="cost", suspects=suspects)
    assert_plan(plan, a, b)
    paid, plan = wgan.wasserstein_lp(a, b, distances(x, y) - 5)
    assert_close(paid, -4.0, what="cost where 5 is paid for each unit that is moved")
    assert_plan(plan, a, b)


@check_for("wgan.wasserstein_lp", weight=2, hint="7.4b")
def plan_is_feasible_and_has_its_cost(wgan):
    """Rows sum to a, columns to b, nothing is negative, and Σ plan · cost is the cost returned."""
    for case in inputs("wgan.wasserstein_lp", seed=10):
        a, b, cost = case.args
        least, plan = wgan.wasserstein_lp(a, b, cost)
        assert_plan(plan, a, b)
        assert_close((plan * cost).sum(), least, what="Σ plan · cost")


@check_for("wgan.wasserstein_lp", weight=2, hint="7.4b")
def no_assignment_is_cheaper(wgan):
    """Equal masses: the cost is that of the cheapest of all 24 assignments."""
    a, b, cost = grains(1)
    ways, prices = assignments(cost)
    least, plan = wgan.wasserstein_lp(a, b, cost)
    suspects = {
        "the dearest plan": prices.max(),
        "the mean cost, of a plan that moves everything everywhere": cost.mean(),
        "each row goes to its nearest column: columns have no constraint": cost.min(
            1
        ).values.mean(),
    }
    assert_close(least, prices.min(), what="cost", suspects=suspects)
    best = torch.zeros_like(cost)
    best[torch.arange(4), ways[prices.argmin()]] = 0.25
    assert_close(plan, best, atol=1e-6, what="plan (from, to)")


@check_for("wgan.wasserstein_lp", hint="7.4c")
def plan_agrees_with_the_line(wgan):
    """On a line the cost is ∫ |F − G|, with weights of any sum, in float32 and in float64."""
    for size, total in ((1.0, 1.0), (400.0, 25.0)):
        x, a, y, b = heaps(7, 4, 3)
        x, y, a, b = size * x, size * y, total * a, total * b
        least = on_the_line(x, a, y, b)
        for dtype, atol in ((torch.float32, 1e-5), (torch.float64, 1e-9)):
            cost, plan = wgan.wasserstein_lp(a.to(dtype), b.to(dtype), distances(x, y).to(dtype))
            assert_dtype(plan, dtype, what=f"plan for {dtype}")
            suspects = {"the masses are divided by their sum first": least / total}
            what = f"cost of moving the mass {total:g}"
            assert_close(cost, least, atol=atol, dtype=dtype, what=what, suspects=suspects)
