"""Wrong Sinkhorn iterations."""

import torch

from autograder.authoring.audit import edit, mutant

SINKHORN = "wgan.sinkhorn"
edit(
    SINKHORN,
    "the sign of the cost",
    old="-cost / epsilon",
    new="cost / epsilon",
    expect="near places should get more",
)
edit(SINKHORN, "ε multiplied", old="-cost / epsilon", new="-cost * epsilon", expect="cost · ε")
edit(SINKHORN, "ε ignored", old="-cost / epsilon", new="-cost", expect="ε is not used")
edit(SINKHORN, "no masses", old="f = a.log() - ", new="f = -", expect="7.11")
edit(
    SINKHORN,
    "no masses at all",
    old="        f = a.log() - torch.logsumexp(log_K + g, dim=1)\n        g = b.log() - ",
    new="        f = -torch.logsumexp(log_K + g, dim=1)\n        g = -",
    expect="masses are missing",
)
edit(SINKHORN, "the masses, not their logarithms", old="a.log()", new="a", expect="7.11")
edit(SINKHORN, "one update", old="range(n_iterations)", new="range(1)", expect="7.11")
edit(
    SINKHORN,
    "rows never scaled",
    old="f = a.log() - torch.logsumexp(log_K + g, dim=1)",
    new="f = torch.zeros_like(a)",
    expect="7.11",
)
edit(
    SINKHORN,
    "both from the old ones",
    old="torch.logsumexp(log_K + f[:, None], dim=0)",
    new="torch.logsumexp(log_K + (a.log() - torch.logsumexp(log_K, dim=1))[:, None], dim=0)",
    expect="7.11",
)
edit(
    SINKHORN,
    "the logarithm of the plan",
    old="plan = torch.exp(f[:, None] + g + log_K)",
    new="plan = f[:, None] + g + log_K",
    expect="logarithm of the plan",
)
edit(
    SINKHORN,
    "the kernel alone",
    old="plan = torch.exp(f[:, None] + g + log_K)",
    new="plan = torch.exp(log_K)",
    expect="without its scaling",
)
edit(
    SINKHORN, "the cost of ε", old="(plan * cost).sum()", new="-(plan * log_K).sum()", expect="7.11"
)
edit(
    SINKHORN,
    "the entropy included",
    old="(plan * cost).sum()",
    new="(plan * cost).sum() + epsilon * torch.special.xlogy(plan, plan).sum()",
    expect="reward for entropy is included",
)
edit(SINKHORN, "a mean", old="(plan * cost).sum()", new="(plan * cost).mean()", expect="averaged")
edit(
    SINKHORN,
    "a small constant in the logarithm",
    old="a.log()",
    new="(a + 1e-2).log()",
    expect="7.11",
)
edit(
    SINKHORN,
    "the plan in float32",
    old="plan = torch.exp(f[:, None] + g + log_K)",
    new="plan = torch.exp(f[:, None] + g + log_K).float()",
    expect="7.11",
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


@mutant(SINKHORN, "the independent plan", expect="7.11")
def sinkhorn_independent(a, b, cost, epsilon, n_iterations=200):
    plan = a[:, None] * b
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
