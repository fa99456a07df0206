"""Wrong joint tables, conditionals and counts."""
# The bodies are put into the lecture's module, where their names exist.
# mypy: ignore-errors

from autograder.authoring.audit import edits, mutant

JOINT = "chain_rule.joint_from_conditionals"
STACK = "torch.stack([joint * (1 - p_one), joint * p_one], dim=-1)"
edits(
    JOINT,
    (
        "p(1) before p(0)",
        STACK,
        "torch.stack([joint * p_one, joint * (1 - p_one)], dim=-1)",
        "have changed places",
    ),
    ("adds instead of multiplying", "* (1 - p_one), joint *", "+ (1 - p_one), joint +", "Σₓ p(x)"),
    ("new axis in front", "dim=-1", "dim=0", "the new axis is in front"),
    (
        "the first conditional is skipped",
        "in conditionals:",
        "in [torch.full_like(conditionals[0], 0.5), *conditionals[1:]]:",
        "three-bit world",
    ),
    ("the complement is forgotten", "joint * (1 - p_one)", "joint", "Σₓ p(x) = 1"),
)


@mutant(JOINT, "every bit drawn from its average conditional: independence", expect="1.1")
def joint_of_averages(conditionals):
    joint = torch.ones_like(conditionals[0])
    for p_one in conditionals:
        p = p_one.mean()
        joint = torch.stack([joint * (1 - p), joint * p], dim=-1)
    return joint


@mutant(JOINT, "earlier bits index the conditional in reverse", expect="in reverse order")
def joint_of_reversed_conditions(conditionals):
    joint = torch.ones_like(conditionals[0])
    for k, p_one in enumerate(conditionals):
        p_one = p_one.permute(list(reversed(range(k))))
        joint = torch.stack([joint * (1 - p_one), joint * p_one], dim=-1)
    return joint


@mutant(JOINT, "a first-order chain: only the last bit matters", expect="1.1b")
def joint_of_a_chain(conditionals):
    joint = torch.ones_like(conditionals[0])
    for p_one in conditionals:
        while p_one.ndim > 1:
            p_one = p_one.mean(0)
        joint = torch.stack([joint * (1 - p_one), joint * p_one], dim=-1)
    return joint


FROM_JOINT = "chain_rule.conditionals_from_joint"
edits(
    FROM_JOINT,
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
)
edits(
    FROM_JOINT,
    ("no look at the order", "if False:", "refused with a ValueError"),
    (
        "only the length of the order is looked at",
        "if len(order) != D:",
        "refused with a ValueError",
    ),
    of="if sorted(order) != list(range(D)):",
)
edits(
    FROM_JOINT,
    ("an empty sum sums everything", "joint.sum(dim=tuple(range(k + 1, D)))", "1.2"),
    of="joint.reshape((2,) * (k + 1) + (-1,)).sum(-1)",
)


@mutant(FROM_JOINT, "divides by the total of later states, not by the condition", expect="1.2")
def conditionals_given_the_wrong_side(joint, order=None):
    D = joint.ndim
    order = list(range(D)) if order is None else list(order)
    if sorted(order) != list(range(D)):
        raise ValueError(f"order must be a permutation of 0, …, {D - 1}; got {order}")
    joint = joint.permute(order)
    conditionals = []
    for k in range(D):
        marginal = joint.reshape((2,) * (k + 1) + (-1,)).sum(-1)
        one = marginal[..., 1]
        conditionals.append(one / one.sum())
    return conditionals


COUNT = "chain_rule.parameter_count"
edits(
    COUNT,
    ("a table's last entry counted", "2**n_dims - 1", "2**n_dims", "leave one fewer free"),
    ("a float for a table", "2**n_dims - 1", "int(2.0**n_dims - 1)", "a float has only 53 bits"),
    ("two numbers a coin", "        return n_dims\n", "        return 2 * n_dims\n", "not free"),
    ("no biases", "+ n_dims * (n_dims - 1) // 2", "* (n_dims - 1) // 2", "the biases are missing"),
    ("the diagonal as well", "(n_dims - 1) // 2", "(n_dims + 1) // 2", "no bit looks at itself"),
    ("both triangles", "(n_dims - 1) // 2", "(n_dims - 1)", "both triangles"),
    ("a float for the FVSBN", "(n_dims - 1) // 2", "(n_dims - 1) / 2", "was promised"),
    ("the whole matrix", "n_dims * (n_dims - 1) // 2", "n_dims**2", "the whole matrix is counted"),
    ("None for an unknown family", "raise ValueError(", "return len(", "expected a ValueError"),
    ("an error that does not say what was wrong", " {family!r}", "", "should mention 'boltzmann'"),
)
