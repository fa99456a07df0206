"""Plans: `wasserstein_lp`."""

import torch

from course_lib.checks import (
    F64,
    Draw,
    assert_close,
    assert_dtype,
    assert_true,
    check_for,
    inputs,
    normal,
)
from course_lib.lectures.wgan.checks.exact import assignments, distances, on_the_line
from course_lib.lectures.wgan.inputs import masses


def assert_plan(plan, a, b, what="plan"):
    """A plan moves no negative mass, takes all of a and delivers all of b."""
    lowest = float(plan.min())
    assert_true(lowest >= -1e-9, f"the {what} has a negative entry, {lowest:.3g}")
    assert_close(
        plan.sum(1),
        a,
        atol=1e-6,
        what=f"row sum of the {what}",
        suspects={
            "rows and columns are exchanged": b if len(a) == len(b) else -1.0,
            "rows have no constraint: nothing is moved": 0.0,
        },
    )
    assert_close(plan.sum(0), b, atol=1e-6, what=f"column sum of the {what}")


@check_for("wgan.wasserstein_lp", weight=2, hint="7.4a")
def plan_by_hand(wgan):
    """Heaps of ½, ¼, ¼ at 0, 1, 3 for two holes of ½ at 1 and 2: everything moves by 1."""
    x, y = torch.tensor([0.0, 1.0, 3.0]).double(), torch.tensor([1.0, 2.0]).double()
    a, b = torch.tensor([0.5, 0.25, 0.25]).double(), torch.tensor([0.5, 0.5]).double()
    cost, plan = wgan.wasserstein_lp(a, b, distances(x, y))
    # The grains at 1 may stay or go on to 2, so only the cost is unique.
    assert_close(
        cost,
        1.0,
        what="cost",
        suspects={
            "the largest cost: linprog minimises, so the cost goes in with its own sign": 1.5,
            "every unit goes everywhere: a bᵀ is a plan, but not the cheapest": float(
                a @ distances(x, y) @ b
            ),
            "no constraint holds the plan: nothing is moved": 0.0,
            "the cost is averaged over the entries": 1.0 / 6,
        },
    )
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
    cost = distances(normal(1, 4, 2), normal(2, 4, 2))
    uniform = torch.full((4,), 0.25, dtype=F64)
    ways, prices = assignments(cost)
    least, plan = wgan.wasserstein_lp(uniform, uniform, cost)
    assert_close(
        least,
        prices.min(),
        what="cost",
        suspects={
            "the dearest plan": prices.max(),
            "the mean cost, of a plan that moves everything everywhere": cost.mean(),
            "each row goes to its nearest column: columns have no constraint": cost.min(
                1
            ).values.mean(),
        },
    )
    best = torch.zeros(4, 4, dtype=F64)
    best[torch.arange(4), ways[prices.argmin()]] = 0.25
    assert_close(plan, best, atol=1e-6, what="plan (from, to)")


@check_for("wgan.wasserstein_lp", hint="7.4c")
def plan_agrees_with_the_line(wgan):
    """On a line the cost is ∫ |F − G|, with weights, in float32 and in float64."""
    x, y = normal(7, 4), normal(8, 3)
    a, b = masses(Draw(9), 4), masses(Draw(10), 3)
    for dtype in (torch.float32, torch.float64):
        cost, plan = wgan.wasserstein_lp(a.to(dtype), b.to(dtype), distances(x, y).to(dtype))
        assert_dtype(cost, dtype, what=f"cost for {dtype}")
        assert_dtype(plan, dtype, what=f"plan for {dtype}")
        tolerance = 1e-5 if dtype == torch.float32 else 1e-9
        assert_close(cost, on_the_line(x, a, y, b), atol=tolerance, what="cost")
