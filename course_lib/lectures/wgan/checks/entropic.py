"""Plans with entropy: `sinkhorn`."""

import math

import torch

from course_lib.checks import (
    F64,
    apart,
    assert_close,
    assert_follows,
    assert_true,
    check_for,
    inputs,
    normal,
    numbers,
)
from course_lib.lectures.wgan.checks.exact import distances, heaps, on_the_line
from course_lib.lectures.wgan.checks.plans import assert_plan


def _half(dtype=F64):
    return torch.full((2,), 0.5, dtype=dtype)


@check_for("wgan.sinkhorn", weight=2, hint="7.11a")
def two_places_by_hand(wgan):
    """Two places 1 apart, ε = ½: the plan has ½ / (1 + k) on its diagonal, k = e⁻²."""

    def with_k(k):
        return 0.5 / (1 + k) * numbers([1.0, k], [k, 1.0])

    k = math.exp(-2)
    expected = with_k(k)
    found, plan = wgan.sinkhorn(_half(), _half(), numbers([0.0, 1.0], [1.0, 0.0]), 0.5, 20)
    suspects = {
        "the sign: near places should get more": with_k(1 / k),
        "cost · ε instead of cost / ε": with_k(math.exp(-0.5)),
        "ε is not used": with_k(math.exp(-1)),
        "the masses are missing: rows sum to 1": 2 * expected,
        "the logarithm of the plan": expected.log(),
        "the kernel exp(−cost/ε), without its scaling": numbers([1.0, k], [k, 1.0]),
    }
    assert_close(plan, expected, what="plan (from, to)", suspects=suspects)
    suspects = {
        "the reward for entropy is included": k / (1 + k)
        + 0.5 * float((expected * (expected.log() - 1)).sum()),
        "the reward for entropy is included (without −1)": k / (1 + k)
        + 0.5 * float((expected * expected.log()).sum()),
        "the cost is averaged over the entries": k / (1 + k) / 4,
    }
    assert_close(found, k / (1 + k), what="cost", suspects=suspects)


@check_for("wgan.sinkhorn", weight=2, hint="7.11b")
def entropic_plan_has_its_form(wgan):
    """Row sums a, column sums b, and log plan + cost/ε is a row number plus a column number."""
    for case in inputs("wgan.sinkhorn", seed=1)[:2]:
        a, b, cost, epsilon, n_iterations = case.args
        a, b = 25 * a, 25 * b  # sums need not be 1
        found, plan = wgan.sinkhorn(a, b, cost, epsilon, n_iterations=n_iterations)
        assert_plan(plan, a, b)
        rest = plan.clamp(min=1e-300).log() + cost / epsilon
        mixed = rest - rest[:1] - rest[:, :1] + rest[0, 0]
        what = "mixed difference of log plan + cost/ε"
        assert_close(mixed, torch.zeros_like(cost), atol=1e-6, what=what)
        assert_close(found, (plan * cost).sum(), what="cost")


def _updated(a, b, cost, epsilon, n_iterations, columns_first=False):
    """The plan's cost and the plan after so many updates, by scaling the kernel."""
    kernel = (-cost / epsilon).exp()
    u, v = torch.ones_like(a), torch.ones_like(b)
    for _ in range(n_iterations):
        if columns_first:
            v = b / (u @ kernel)
        u = a / (kernel @ v)
        if not columns_first:
            v = b / (u @ kernel)
    plan = u[:, None] * kernel * v
    return (plan * cost).sum(), plan


@check_for("wgan.sinkhorn", hint="7.11a")
def few_updates_follow_their_formula(wgan):
    """One, two and 150 updates of both, rows first: columns sum to b already, rows not yet to a."""

    def suspects(a, b, cost, epsilon, n):
        wrong = {
            "the columns are updated first": _updated(a, b, cost, epsilon, n, columns_first=True),
            "one update too few": _updated(a, b, cost, epsilon, n - 1),
            "one update too many": _updated(a, b, cost, epsilon, n + 1),
            "n_iterations is not used": _updated(a, b, cost, epsilon, 200),
        }
        return [{cause: result[k] for cause, result in wrong.items()} for k in range(2)]

    what, few = ("cost", "plan (from, to)"), slice(3, None)
    assert_follows("wgan.sinkhorn", wgan, _updated, what=what, suspects=suspects, cases=few)


@check_for("wgan.sinkhorn", weight=2, hint="7.11b")
def epsilon_leads_from_all_to_one(wgan):
    """A large ε gives a bᵀ, a small one nearly the least cost, and never less."""
    x, a, y, b = heaps(5, 3, 3)
    cost = distances(x, y)
    everywhere = wgan.sinkhorn(a, b, cost, 1e5, 4)[1]
    assert_close(everywhere, a[:, None] * b, atol=1e-4, what="plan for ε = 10⁵")
    least, before = float(on_the_line(x, a, y, b)), math.inf
    for epsilon, n_iterations in ((1.0, 30), (0.3, 60), (0.1, 120)):
        price = float(wgan.sinkhorn(a, b, cost, epsilon, n_iterations)[0])
        found, low, high = apart(price, least, before)
        assert_true(
            least - 1e-6 <= price <= before,
            f"the plan for ε={epsilon} costs {found}: it should lie between the least cost {low} "
            f"and that of a larger ε, {high}",
        )
        before = price
    message = f"the plan for ε=0.1 costs {before:.4f}, the cheapest one {least:.4f}"
    assert_true(before <= least + 0.1, message)


@check_for("wgan.sinkhorn", weight=2, hint="7.11c")
def nothing_underflows(wgan):
    """Costs of 1000 with ε = 0.1, where exp(−cost/ε) is 0: the plan stays right, in both dtypes."""
    for dtype in (torch.float32, torch.float64):
        cost = torch.tensor([[1000.0, 3000.0], [3000.0, 2000.0]], dtype=dtype)
        found, plan = wgan.sinkhorn(_half(dtype), _half(dtype), cost, 0.1, n_iterations=5)
        # Potentials of 10⁴ have five digits after the point in float32.
        tolerance = 1e-2 if dtype == torch.float32 else 1e-6
        diagonal = 0.5 * torch.eye(2)
        what = "plan (from, to)"
        assert_close(plan, diagonal, atol=tolerance, dtype=dtype, what=what)
        assert_close(found, 1500.0, rtol=tolerance, dtype=dtype, what="cost")


@check_for("wgan.sinkhorn", hint="7.11d")
def empty_places_get_nothing(wgan):
    """A mass of 0 is allowed: its row or column of the plan is 0, and nothing becomes NaN."""
    a, b = numbers(0.6, 0.0, 0.4), numbers(0.0, 1.0)
    cost = distances(normal(9, 3), normal(10, 2))
    found, plan = wgan.sinkhorn(a, b, cost, 0.5)
    expected = torch.zeros(3, 2, dtype=F64)
    expected[:, 1] = a
    assert_close(plan, expected, atol=1e-12, what="plan (from, to)")
    assert_close(found, a @ cost[:, 1], atol=1e-9, what="cost")
