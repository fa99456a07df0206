"""Wrong distances, plans and prices."""

from autograder.authoring.audit import edits, mutant

edits(
    "wgan.js_parallel_lines",
    ("in bits", "math.log(2)", "1.0", "in bits"),
    ("the sum of both divergences", "math.log(2)", "math.log(4)", "twice"),
    ("½ twice", "math.log(2)", "0.5 * math.log(2)", "½ is counted twice"),
    ("KL", "math.log(2)", "math.inf", "7.1"),
    ("θ = 0 forgotten", "(theta != 0)", "(theta == theta)", "θ = 0 is missing"),
    ("all lines or none", "(theta != 0)", "(theta != 0).any()", "; expected"),
    ("only to the right", "theta != 0", "theta > 0", "only θ > 0"),
    ("turned over", "theta != 0", "theta == 0", "1 − JS"),
    ("lines that nearly touch", "theta != 0", "theta.abs() > 1e-3", "7.1"),
    ("the sign", "return math", "return -math", "the sign"),
    ("in float32", ".to(theta)", ".float()", "torch.float32"),
    ("a smooth JS", "(theta != 0).to(theta)", "torch.tanh(theta.abs())", "7.1"),
)
edits(
    "wgan.w1_parallel_lines",
    ("no absolute value", "theta.abs()", "theta.clone()", "without its absolute"),
    ("squared", "theta.abs()", "theta.square()", "W₂²"),
    ("half", "theta.abs()", "theta.abs() / 2", "half of it"),
    ("both ways", "theta.abs()", "2 * theta.abs()", "twice the distance"),
    ("the JS again", "theta.abs()", "math.log(2) * (theta != 0).to(theta)", "that is JS"),
    ("the line's length", "theta.abs()", "1 + theta.abs()", "own length"),
    ("only to the right", "theta.abs()", "theta.clamp(min=0)", "7.2"),
    ("one number", "theta.abs()", "theta.abs().mean()", "; expected"),
    ("a random partner", "theta.abs()", "(theta.square() + 1 / 6).sqrt()", "random point"),
)
LINE = "wgan.wasserstein_1d"
edits(
    LINE,
    ("signed", "(F - G).abs()", "(F - G)", "7.3"),
    ("squared", "(F - G).abs()", "(F - G).square()", "7.3"),
    ("the largest gap", ".sum()\n", ".max()\n", "7.3"),
    ("a Kolmogorov distance", " * t.diff()", "", "7.3"),
    ("y is divided by the size of x", "/ len(y)", "/ len(x)", "7.3b"),
    ("counts, not shares", ".to(x) / len(x)", ".to(x)", "7.3"),
    ("x is not sorted", "x.sort().values", "x", "7.3"),
    ("the functions in float32", ".to(x) / len(y)", " / len(y)", "7.3"),
    "F = torch.searchsorted(x.sort().values, t[:-1], right=True)",
    ("without ties", "F = torch.searchsorted(x.sort().values, t[:-1], right=False)", "7.3"),
    "((F - G).abs() * t.diff()).sum()",
    ("the difference of the means", "(x.mean() - y.mean()).abs()", "difference of the means"),
    (
        "only sets of equal size",
        "(x.sort().values - y.sort().values).abs().mean()",
        "raised RuntimeError",
    ),
    ("all pairs", "(x[:, None] - y).abs().mean()", "random pairs"),
    ("not sorted", "(x[: len(y)] - y[: len(x)]).abs().mean()", "in the order given"),
    ("the longer set cut off", "(x.msort()[: len(y)] - y.msort()[: len(x)]).abs().mean()", "7.3b"),
    ("the sum", "(x.msort()[: len(y)] - y.msort()[: len(x)]).abs().sum()", "7.3"),
)


@mutant(LINE, "W₂ for sets of equal size", expect="7.3")
def line_w2(x, y):
    q = torch.linspace(0, 1, 400).to(x)
    return (torch.quantile(x, q) - torch.quantile(y, q)).square().mean().sqrt()


LP = "wgan.wasserstein_lp"
edits(
    LP,
    ("the dearest plan", "cost.detach().double()", "(-cost.detach()).double()", "its own sign"),
    (
        "at most the masses",
        "A_eq=marginal_sums(len(a), len(b)),\n        b_eq=",
        "A_ub=marginal_sums(len(a), len(b)),\n        b_ub=",
        "nothing is moved",
    ),
    ("masses exchanged", "b_eq=masses(a, b)", "b_eq=masses(b, a)", "raised TypeError"),
    ("masses of sum 1", "=masses(a, b)", "=masses(a / a.sum(), b / b.sum())", "by their sum first"),
    ("the plan transposed", ".view_as(cost)", ".view(cost.shape[1], -1).T", "7.4"),
    ("flattened by columns", ".cpu().flatten()", ".cpu().T.flatten()", "7.4"),
    ("the mean of plan · cost", "(plan * cost).sum()", "(plan * cost).mean()", "averaged"),
    ("the result stays in float64", ".to(cost).view_as", ".view_as", "torch.float64"),
    "return (plan * cost).sum(), plan",
    ("cost and plan exchanged", "return plan, (plan * cost).sum()", "; expected"),
    "A_eq=marginal_sums(len(a), len(b)),\n        b_eq=masses(a, b),",
    (
        "rows only",
        "A_eq=marginal_sums(len(a), len(b))[: len(a)],\n        b_eq=masses(a, b)[: len(a)],",
        "7.4",
    ),
    (
        "columns only",
        "A_eq=marginal_sums(len(a), len(b))[len(a) :],\n        b_eq=masses(a, b)[len(a) :],",
        "7.4",
    ),
)


@mutant(LP, "the independent plan", expect="not the cheapest")
def lp_independent(a, b, cost):
    plan = a[:, None] * b / a.sum()
    return (plan * cost).sum(), plan


@mutant(LP, "greedy: the cheapest pair first", expect="7.4")
def lp_greedy(a, b, cost):
    a, b = a.clone(), b.clone()
    plan = torch.zeros_like(cost)
    for k in cost.flatten().argsort().tolist():
        i, j = divmod(k, cost.shape[1])
        moved = torch.minimum(a[i], b[j])
        plan[i, j], a[i], b[j] = moved, a[i] - moved, b[j] - moved
    return (plan * cost).sum(), plan


@mutant(LP, "in the order given, as if sorted", expect="7.4")
def lp_in_order(a, b, cost):
    a, b = a.clone(), b.clone()
    plan = torch.zeros_like(cost)
    for i in range(len(a)):
        for j in range(len(b)):
            moved = torch.minimum(a[i], b[j])
            plan[i, j], a[i], b[j] = moved, a[i] - moved, b[j] - moved
    return (plan * cost).sum(), plan


DUAL = "wgan.kantorovich_dual"
edits(
    DUAL,
    ("minimised", "-masses(a, b),", "masses(a, b),", "raised TypeError"),
    ("linprog's own bounds", "bounds=(None, None)", "bounds=(0, None)", "own bounds"),
    ("the sign of g", "return f, g", "return f, -g", "the sign of g"),
    ("the sign of both", "return f, g", "return -f, -g", "7.5"),
    ("f and g exchanged", "return f, g", "return g, f", "; expected"),
    ("only f is paid", "return f, g", "return f, 0 * g", "7.5"),
    ("half of it", "return f, g", "return f / 2, g / 2", "7.5"),
    ("masses exchanged", "-masses(a, b)", "-masses(b, a)", "raised TypeError"),
    (
        "masses forgotten",
        "-masses(a, b)",
        "-masses(torch.full_like(a, 1 / len(a)), torch.full_like(b, 1 / len(b)))",
        "7.5b",
    ),
    ("in float64", ".to(cost)", "", "torch.float64"),
    ("no prices", "return f, g", "return 0 * f, 0 * g", "nothing is earned"),
)


@mutant(DUAL, "each row's least cost", expect="7.5b")
def dual_least_costs(a, b, cost):
    f = cost.min(1).values
    return f, (cost - f[:, None]).min(0).values


edits(
    LP,
    ("prices without their sign", "cost.detach().double()", "cost.detach().double().abs()", "7.4a"),
)
edits(DUAL, ("prices between ±100", "bounds=(None, None)", "bounds=(-100, 100)", "7.5b"))
