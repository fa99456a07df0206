"""Wrong joint tables, conditionals and counts."""

from autograder.authoring.audit import edits

STACK = "torch.stack([joint * (1 - p_one), joint * p_one], dim=-1)"
edits(
    "chain_rule.joint_from_conditionals",
    (
        "p(1) before p(0)",
        STACK,
        "torch.stack([joint * p_one, joint * (1 - p_one)], dim=-1)",
        "have changed places",
    ),
    ("adds instead of multiplying", "* (1 - p_one), joint *", "+ (1 - p_one), joint +", "Σₓ p(x)"),
    ("new axis in front", "dim=-1", "dim=0", "the new axis is in front"),
    ("the complement is forgotten", "joint * (1 - p_one)", "joint", "Σₓ p(x) = 1"),
    "in conditionals:",
    (
        "the first conditional is skipped",
        "in [torch.full_like(conditionals[0], 0.5), *conditionals[1:]]:",
        "three-bit world",
    ),
    (
        "every bit drawn from its average conditional: independence",
        "in [p.mean() for p in conditionals]:",
        "1.1",
    ),
    (
        "earlier bits index the conditional in reverse",
        "in [p.permute(list(reversed(range(p.ndim)))) for p in conditionals]:",
        "in reverse order",
    ),
    (
        "a first-order chain: only the last bit matters",
        "in [p.reshape(-1, 2).mean(0) if p.ndim else p for p in conditionals]:",
        "1.1b",
    ),
)
edits(
    "chain_rule.conditionals_from_joint",
    (
        "not divided by the condition's probability",
        "marginal[..., 1] / condition",
        "marginal[..., 1]",
        "divide by the probability of the condition",
    ),
    ("p(x=0 | …)", "[..., 1] / condition", "[..., 0] / condition", "this is p(x=0 | …)"),
    ("the order is ignored", "joint = joint.permute(order)", "joint = joint", "`order` is ignored"),
    (
        "the order is inverted",
        "joint.permute(order)",
        "joint.permute(sorted(range(D), key=order.__getitem__))",
        "`order` is inverted",
    ),
    ("0 / 0", "p_one.masked_fill(condition == 0, 0.5)", "p_one", "NaN"),
    ("0 for an impossible condition", "condition == 0, 0.5", "condition == 0, 0.0", "expected 0.5"),
    (
        "divides by the total of later states, not by the condition",
        "/ condition",
        "/ marginal[..., 1].sum()",
        "1.2",
    ),
    "if sorted(order) != list(range(D)):",
    ("no look at the order", "if False:", "refused with a ValueError"),
    (
        "only the length of the order is looked at",
        "if len(order) != D:",
        "refused with a ValueError",
    ),
    "joint.reshape((2,) * (k + 1) + (-1,)).sum(-1)",
    ("an empty sum sums everything", "joint.sum(dim=tuple(range(k + 1, D)))", "raised IndexError"),
)
edits(
    "chain_rule.parameter_count",
    ("a table's last entry counted", "2**n_dims - 1", "2**n_dims", "leave one fewer free"),
    ("a float for a table", "2**n_dims - 1", "int(2.0**n_dims - 1)", "a float has only 53 bits"),
    ("two numbers a coin", "        return n_dims\n", "        return 2 * n_dims\n", "not free"),
    ("no biases", "+ n_dims * (n_dims - 1) // 2", "* (n_dims - 1) // 2", "the biases are missing"),
    ("the diagonal as well", "(n_dims - 1) // 2", "(n_dims + 1) // 2", "no bit looks at itself"),
    ("both triangles", "(n_dims - 1) // 2", "(n_dims - 1)", "both triangles"),
    ("a float for the FVSBN", "(n_dims - 1) // 2", "(n_dims - 1) / 2", "; expected"),
    ("the whole matrix", "n_dims * (n_dims - 1) // 2", "n_dims**2", "the whole matrix is counted"),
    ("None for an unknown family", "raise ValueError(", "return len(", "expected a ValueError"),
    ("an error that does not say what was wrong", " {family!r}", "", "should mention 'boltzmann'"),
)
edits(
    "chain_rule.conditionals_from_joint",
    (
        "rare conditions called impossible",
        "condition == 0",
        "condition < 1e-7",
        "10⁻³⁰ is possible",
    ),
    ("a small number below", "/ condition", "/ (condition + 1e-12)", "10⁻³⁰ is possible"),
    (
        "a set of dimensions",
        "sorted(order) != list(range(D))",
        "set(order) != set(range(D))",
        "raised RuntimeError",
    ),
)
