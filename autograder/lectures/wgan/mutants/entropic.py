"""Wrong Sinkhorn iterations."""

from autograder.authoring.audit import edits, mutant

SINKHORN = "wgan.sinkhorn"
edits(
    SINKHORN,
    ("the sign of the cost", "-cost / epsilon", "cost / epsilon", "near places should get more"),
    ("ε multiplied", "-cost / epsilon", "-cost * epsilon", "cost · ε"),
    ("ε ignored", "-cost / epsilon", "-cost", "ε is not used"),
    ("no masses", "f = a.log() - ", "f = -", "7.11"),
    (
        "no masses at all",
        "        f = a.log() - torch.logsumexp(log_K + g, dim=1)\n        g = b.log() - ",
        "        f = -torch.logsumexp(log_K + g, dim=1)\n        g = -",
        "masses are missing",
    ),
    ("the masses, not their logarithms", "a.log()", "a", "7.11"),
    ("a small constant in the logarithm", "a.log()", "(a + 1e-2).log()", "7.11"),
    ("one update", "range(n_iterations)", "range(1)", "7.11"),
    ("both from the old ones", "+ f", "+ (a.log() - torch.logsumexp(log_K, dim=1))", "7.11"),
    ("the kernel alone", "(f[:, None] + g + log_K)", "(log_K)", "without its scaling"),
    ("the plan in float32", "(f[:, None] + g + log_K)", "(f[:, None] + g + log_K).float()", "7.11"),
    ("the cost of ε", "(plan * cost).sum()", "-(plan * log_K).sum()", "7.11"),
    (
        "the entropy included",
        "(plan * cost).sum()",
        "(plan * cost).sum() + epsilon * torch.special.xlogy(plan, plan).sum()",
        "reward for entropy is included",
    ),
    ("a mean", "(plan * cost).sum()", "(plan * cost).mean()", "averaged"),
    "f = a.log() - torch.logsumexp(log_K + g, dim=1)",
    ("rows never scaled", "f = torch.zeros_like(a)", "7.11"),
    "plan = torch.exp(f[:, None] + g + log_K)",
    ("the logarithm of the plan", "plan = f[:, None] + g + log_K", "logarithm of the plan"),
    ("the independent plan", "plan = a[:, None] * b", "7.11"),
)


@mutant(SINKHORN, "the kernel itself, not its logarithm", expect="7.11c")
def sinkhorn_kernel(a, b, cost, epsilon, n_iterations=200):
    K = torch.exp(-cost / epsilon)
    v = torch.ones_like(b)
    for _ in range(n_iterations):
        u = a / (K @ v)
        v = b / (K.T @ u)
    plan = u[:, None] * K * v
    return (plan * cost).sum(), plan


@mutant(SINKHORN, "the kernel with a small constant", expect="7.11c")
def sinkhorn_kernel_constant(a, b, cost, epsilon, n_iterations=200):
    K = torch.exp(-cost / epsilon)
    v = torch.ones_like(b)
    for _ in range(n_iterations):
        u = a / (K @ v + 1e-16)
        v = b / (K.T @ u + 1e-16)
    plan = u[:, None] * K * v
    return (plan * cost).sum(), plan


@mutant(SINKHORN, "NaN for an empty place", expect="7.11d")
def sinkhorn_nan(a, b, cost, epsilon, n_iterations=200):
    f, g = torch.zeros_like(a), torch.zeros_like(b)
    for _ in range(n_iterations):
        plan = f[:, None] + g - cost / epsilon
        f = f + a.log() - torch.logsumexp(plan, dim=1)
        plan = f[:, None] + g - cost / epsilon
        g = g + b.log() - torch.logsumexp(plan, dim=0)
    plan = torch.exp(f[:, None] + g - cost / epsilon)
    return (plan * cost).sum(), plan


ROWS = "f = a.log() - torch.logsumexp(log_K + g, dim=1)"
COLUMNS = "g = b.log() - torch.logsumexp(log_K + f[:, None], dim=0)"
edits(
    SINKHORN,
    (
        "columns first",
        f"{ROWS}\n        {COLUMNS}",
        f"f = torch.zeros_like(a) if _ == 0 else f\n        {COLUMNS}\n        {ROWS}",
        "the columns are updated first",
    ),
    (
        "one iteration less",
        "range(n_iterations)",
        "range(max(n_iterations - 1, 1))",
        "one update too few",
    ),
    ("at most 100 iterations", "range(n_iterations)", "range(min(n_iterations, 100))", "7.11a"),
    ("ε is kept above 0.05", "-cost / epsilon", "-cost / max(epsilon, 0.05)", "7.11a"),
    ("masses of sum 1", "log_K =", "a, b = a / a.sum(), b / b.sum()\n    log_K =", "7.11b"),
)
