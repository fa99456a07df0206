"""Prices: `kantorovich_dual`."""

import torch

from course_lib.checks import (
    apart,
    assert_close,
    assert_dtype,
    assert_finite,
    assert_true,
    check_for,
    inputs,
)
from course_lib.lectures.wgan.checks.exact import (
    assignments,
    distances,
    grains,
    heaps,
    on_the_line,
)


def assert_feasible(f, g, cost, atol=1e-7):
    """No pair of prices exceeds the cost of moving."""
    over = f[:, None] + g - cost
    worst = int(over.argmax())
    i, j = worst // cost.shape[1], worst % cost.shape[1]
    likely = None
    if float((f[:, None] - g - cost).max()) <= atol:
        likely = "the sign of g: f_i − g_j ≤ cost_ij holds, f_i + g_j ≤ cost_ij is asked for"
    elif float((-f[:, None] - g - cost).max()) <= atol:
        likely = "the sign of both: linprog minimises, so the masses go in with a minus"
    total, most = apart(float(f[i] + g[j]), float(cost[i, j]))
    assert_true(
        float(over.max()) <= atol,
        f"f + g exceeds the cost at ({i}, {j}): {float(f[i]):.4g} + {float(g[j]):.4g} = "
        f"{total} > {most}",
        likely=likely,
    )


@check_for("wgan.kantorovich_dual", weight=2, hint="7.5a")
def prices_respect_every_cost(wgan):
    """f_i + g_j ≤ cost_ij for every pair, whatever the shapes."""
    for case in inputs("wgan.kantorovich_dual", seed=40):
        a, b, cost = case.args
        for paid in (0.0, 5.0):  # costs may be negative: what is paid for moving
            f, g = wgan.kantorovich_dual(a, b, cost - paid)
            assert_finite(f, what="f")
            assert_finite(g, what="g")
            assert_feasible(f, g, cost - paid)


@check_for("wgan.kantorovich_dual", weight=3, hint="7.5b")
def prices_earn_the_least_cost(wgan):
    """Σ a f + Σ b g is the cost of the cheapest of all assignments: strong duality."""
    a, b, cost = grains(3)
    f, g = wgan.kantorovich_dual(a, b, cost)
    assert_feasible(f, g, cost)
    suspects = {"nothing is earned: are the masses in the objective, with a minus?": 0.0}
    assert_close(a @ f + b @ g, assignments(cost)[1].min(), what="Σ a f + Σ b g", suspects=suspects)


@check_for("wgan.kantorovich_dual", weight=2, hint="7.5b")
def weighted_prices_earn_the_area(wgan):
    """On a line, with weights of any sum, they earn ∫ |F − G|, in both dtypes."""
    for size, total in ((1.0, 1.0), (400.0, 25.0)):
        x, a, y, b = heaps(5, 3, 4)
        x, y, a, b = size * x, size * y, total * a, total * b
        least = on_the_line(x, a, y, b)
        for dtype, atol in ((torch.float32, 1e-5), (torch.float64, 1e-8)):
            cost = distances(x, y).to(dtype)
            f, g = wgan.kantorovich_dual(a.to(dtype), b.to(dtype), cost)
            for name, prices in (("f", f), ("g", g)):
                assert_dtype(prices, dtype, what=f"{name} for {dtype}")
            assert_feasible(f, g, cost, atol=size * atol)
            what = f"Σ a f + Σ b g for the mass {total:g}"
            assert_close(a @ f.double() + b @ g.double(), least, atol=atol, what=what)


@check_for("wgan.kantorovich_dual", weight=2, hint="7.5c")
def prices_on_one_set_are_a_critic(wgan):
    """P and Q on the same points, all with mass: g = −f, and f is 1-Lipschitz."""
    x, a, _, b = heaps(11, 4, 4)
    cost = distances(x, x)
    f, g = wgan.kantorovich_dual(a, b, cost)
    suspects = {"prices may be negative, and linprog's own bounds are (0, None)": 0.0}
    assert_close(a @ f + b @ g, on_the_line(x, a, x, b), what="Σ a f + Σ b g", suspects=suspects)
    # Mass that can stay is moved over the distance 0 along the diagonal: f_i + g_i = 0 there.
    assert_close(f + g, torch.zeros(4), atol=1e-7, what="f + g at one point")
    steepest = ((f[:, None] - f).abs() - cost).max()
    message = f"f is steeper than 1 between two points, by {float(steepest):.3g}"
    assert_true(float(steepest) <= 1e-7, message)
