"""Wrong distances, plans and prices."""

from autograder.authoring.audit import edit, mutant

JS = "wgan.js_parallel_lines"
edit(JS, "in bits", old="math.log(2)", new="1.0", expect="in bits")
edit(JS, "the sum of both divergences", old="math.log(2)", new="math.log(4)", expect="twice")
edit(JS, "½ twice", old="math.log(2)", new="0.5 * math.log(2)", expect="½ is counted twice")
edit(JS, "KL", old="math.log(2)", new="math.inf", expect="7.1")
edit(JS, "θ = 0 forgotten", old="(theta != 0)", new="(theta == theta)", expect="θ = 0 is missing")
edit(JS, "only to the right", old="theta != 0", new="theta > 0", expect="only θ > 0")
edit(JS, "the sign", old="return math", new="return -math", expect="the sign")
edit(JS, "turned over", old="theta != 0", new="theta == 0", expect="1 − JS")
edit(JS, "lines that nearly touch", old="theta != 0", new="theta.abs() > 1e-3", expect="7.1")
edit(JS, "in float32", old=".to(theta)", new=".float()", expect="torch.float32")
edit(JS, "all lines or none", old="(theta != 0)", new="(theta != 0).any()", expect="promised")
edit(JS, "a smooth JS", old="(theta != 0).to(theta)", new="torch.tanh(theta.abs())", expect="7.1")

W1 = "wgan.w1_parallel_lines"
edit(W1, "no absolute value", old="theta.abs()", new="theta.clone()", expect="without its absolute")
edit(W1, "squared", old="theta.abs()", new="theta.square()", expect="W₂²")
edit(W1, "half", old="theta.abs()", new="theta.abs() / 2", expect="half of it")
edit(W1, "both ways", old="theta.abs()", new="2 * theta.abs()", expect="twice the distance")
edit(
    W1,
    "the JS again",
    old="theta.abs()",
    new="math.log(2) * (theta != 0).to(theta)",
    expect="that is JS",
)
edit(W1, "the line's length", old="theta.abs()", new="1 + theta.abs()", expect="own length")
edit(W1, "only to the right", old="theta.abs()", new="theta.clamp(min=0)", expect="7.2")
edit(W1, "one number", old="theta.abs()", new="theta.abs().mean()", expect="promised")
edit(
    W1,
    "a random partner",
    old="theta.abs()",
    new="(theta.square() + 1 / 6).sqrt()",
    expect="random point",
)

LINE = "wgan.wasserstein_1d"
edit(LINE, "signed", old="(F - G).abs()", new="(F - G)", expect="7.3")
edit(LINE, "squared", old="(F - G).abs()", new="(F - G).square()", expect="7.3")
edit(LINE, "the largest gap", old=".sum()\n", new=".max()\n", expect="7.3")
edit(LINE, "a Kolmogorov distance", old=" * t.diff()", new="", expect="7.3")
edit(LINE, "y is divided by the size of x", old="/ len(y)", new="/ len(x)", expect="7.3b")
edit(LINE, "counts, not shares", old=".to(x) / len(x)", new=".to(x)", expect="7.3")
edit(LINE, "x is not sorted", old="x.sort().values", new="x", expect="7.3")
edit(
    LINE,
    "the functions in float32",
    old="G = torch.searchsorted(y.sort().values, t[:-1], right=True).to(x) / len(y)",
    new="G = torch.searchsorted(y.sort().values, t[:-1], right=True) / len(y)",
    expect="7.3",
)
edit(
    LINE,
    "without ties",
    old="F = torch.searchsorted(x.sort().values, t[:-1], right=True)",
    new="F = torch.searchsorted(x.sort().values, t[:-1], right=False)",
    expect="7.3",
)


@mutant(LINE, "not sorted", expect="in the order given")
def line_not_sorted(x, y):
    n = min(len(x), len(y))
    return (x[:n] - y[:n]).abs().mean()


@mutant(LINE, "the difference of the means", expect="difference of the means")
def line_means(x, y):
    return (x.mean() - y.mean()).abs()


@mutant(LINE, "only sets of equal size", expect="7.3b")
def line_equal_sizes(x, y):
    return (x.sort().values - y.sort().values).abs().mean()


@mutant(LINE, "the longer set cut off", expect="7.3b")
def line_cut_off(x, y):
    n = min(len(x), len(y))
    return (x.sort().values[:n] - y.sort().values[:n]).abs().mean()


@mutant(LINE, "the sum", expect="7.3")
def line_sum(x, y):
    n = min(len(x), len(y))
    return (x.sort().values[:n] - y.sort().values[:n]).abs().sum()


@mutant(LINE, "all pairs", expect="random pairs")
def line_all_pairs(x, y):
    return (x[:, None] - y).abs().mean()


@mutant(LINE, "W₂ for sets of equal size", expect="7.3")
def line_w2(x, y):
    q = torch.linspace(0, 1, 400).to(x)
    return (torch.quantile(x, q) - torch.quantile(y, q)).square().mean().sqrt()


LP = "wgan.wasserstein_lp"
edit(
    LP,
    "the dearest plan",
    old="cost.detach().double()",
    new="(-cost.detach()).double()",
    expect="its own sign",
)
edit(
    LP,
    "rows only",
    old="A_eq=marginal_sums(len(a), len(b)),\n        b_eq=masses(a, b),",
    new="A_eq=marginal_sums(len(a), len(b))[: len(a)],\n        b_eq=masses(a, b)[: len(a)],",
    expect="7.4",
)
edit(
    LP,
    "columns only",
    old="A_eq=marginal_sums(len(a), len(b)),\n        b_eq=masses(a, b),",
    new="A_eq=marginal_sums(len(a), len(b))[len(a) :],\n        b_eq=masses(a, b)[len(a) :],",
    expect="7.4",
)
edit(
    LP,
    "at most the masses",
    old="A_eq=marginal_sums(len(a), len(b)),\n        b_eq=",
    new="A_ub=marginal_sums(len(a), len(b)),\n        b_ub=",
    expect="nothing is moved",
)
edit(LP, "masses exchanged", old="b_eq=masses(a, b)", new="b_eq=masses(b, a)", expect="7.4")
edit(
    LP, "the plan transposed", old=".view_as(cost)", new=".view(cost.shape[1], -1).T", expect="7.4"
)
edit(LP, "flattened by columns", old=".cpu().flatten()", new=".cpu().T.flatten()", expect="7.4")
edit(
    LP,
    "the mean of plan · cost",
    old="(plan * cost).sum()",
    new="(plan * cost).mean()",
    expect="averaged",
)
edit(
    LP,
    "the result stays in float64",
    old=".to(cost).view_as",
    new=".view_as",
    expect="torch.float64",
)
edit(
    LP,
    "cost and plan exchanged",
    old="return (plan * cost).sum(), plan",
    new="return plan, (plan * cost).sum()",
    expect="promised",
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
edit(DUAL, "minimised", old="-masses(a, b),", new="masses(a, b),", expect="7.5")
edit(
    DUAL,
    "linprog's own bounds",
    old="bounds=(None, None)",
    new="bounds=(0, None)",
    expect="own bounds",
)
edit(DUAL, "the sign of g", old="return f, g", new="return f, -g", expect="the sign of g")
edit(DUAL, "the sign of both", old="return f, g", new="return -f, -g", expect="7.5")
edit(DUAL, "f and g exchanged", old="return f, g", new="return g, f", expect="7.5")
edit(DUAL, "masses exchanged", old="-masses(a, b)", new="-masses(b, a)", expect="7.5")
edit(
    DUAL,
    "masses forgotten",
    old="-masses(a, b)",
    new="-masses(torch.full_like(a, 1 / len(a)), torch.full_like(b, 1 / len(b)))",
    expect="7.5b",
)
edit(DUAL, "only f is paid", old="return f, g", new="return f, 0 * g", expect="7.5")
edit(DUAL, "half of it", old="return f, g", new="return f / 2, g / 2", expect="7.5")
edit(DUAL, "in float64", old=".to(cost)", new="", expect="torch.float64")


@mutant(DUAL, "each row's least cost", expect="7.5b")
def dual_least_costs(a, b, cost):
    f = cost.min(1).values
    return f, (cost - f[:, None]).min(0).values


@mutant(DUAL, "no prices", expect="nothing is earned")
def dual_nothing(a, b, cost):
    return torch.zeros_like(a), torch.zeros_like(b)
