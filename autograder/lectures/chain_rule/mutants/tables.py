"""Wrong joint tables, conditionals and counts."""
# The bodies are put into the lecture's module, where their names exist.
# mypy: ignore-errors

from autograder.authoring.audit import edit, mutant

JOINT = "chain_rule.joint_from_conditionals"
STACK = "torch.stack([joint * (1 - p_one), joint * p_one], dim=-1)"

edit(
    JOINT,
    "p(1) before p(0)",
    old=STACK,
    new="torch.stack([joint * p_one, joint * (1 - p_one)], dim=-1)",
    expect="have changed places",
)
edit(JOINT, "new axis in front", old="dim=-1", new="dim=0", expect="the new axis is in front")
edit(
    JOINT,
    "the first conditional is skipped",
    old="in conditionals:",
    new="in [torch.full_like(conditionals[0], 0.5), *conditionals[1:]]:",
    expect="three-bit world",
)
edit(
    JOINT,
    "the complement is forgotten",
    old="joint * (1 - p_one)",
    new="joint",
    expect="Σₓ p(x) = 1",
)
edit(
    JOINT,
    "adds instead of multiplying",
    old=STACK,
    new="torch.stack([joint + (1 - p_one), joint + p_one], dim=-1)",
    expect="Σₓ p(x)",
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
edit(
    FROM_JOINT,
    "not divided by the condition's probability",
    old="marginal[..., 1] / condition",
    new="marginal[..., 1]",
    expect="divide by the probability of the condition",
)
edit(
    FROM_JOINT,
    "p(x=0 | …)",
    old="marginal[..., 1] / condition",
    new="marginal[..., 0] / condition",
    expect="this is p(x=0 | …)",
)
edit(
    FROM_JOINT,
    "the order is ignored",
    old="joint = joint.permute(order)",
    new="joint = joint",
    expect="`order` is ignored",
)
edit(
    FROM_JOINT,
    "the order is inverted",
    old="joint.permute(order)",
    new="joint.permute(sorted(range(D), key=order.__getitem__))",
    expect="`order` is inverted",
)
edit(
    FROM_JOINT,
    "0 / 0",
    old="p_one.masked_fill(condition == 0, 0.5)",
    new="p_one",
    expect="NaN",
)
edit(
    FROM_JOINT,
    "0 for an impossible condition",
    old="condition == 0, 0.5",
    new="condition == 0, 0.0",
    expect="expected 0.5",
)
edit(
    FROM_JOINT,
    "no look at the order",
    old="if sorted(order) != list(range(D)):",
    new="if False:",
    expect="refused with a ValueError",
)
edit(
    FROM_JOINT,
    "only the length of the order is looked at",
    old="if sorted(order) != list(range(D)):",
    new="if len(order) != D:",
    expect="refused with a ValueError",
)
edit(
    FROM_JOINT,
    "an empty sum sums everything",
    old="joint.reshape((2,) * (k + 1) + (-1,)).sum(-1)",
    new="joint.sum(dim=tuple(range(k + 1, D)))",
    expect="1.2",
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
edit(
    COUNT,
    "a table's last entry counted",
    old="2**n_dims - 1",
    new="2**n_dims",
    expect="leave one fewer free",
)
edit(
    COUNT,
    "a float for a table",
    old="2**n_dims - 1",
    new="int(2.0**n_dims - 1)",
    expect="a float has only 53 bits",
)
edit(
    COUNT,
    "two numbers a coin",
    old="        return n_dims\n",
    new="        return 2 * n_dims\n",
    expect="not free",
)
edit(
    COUNT,
    "no biases",
    old="n_dims + n_dims * (n_dims - 1) // 2",
    new="n_dims * (n_dims - 1) // 2",
    expect="the biases are missing",
)
edit(
    COUNT,
    "the diagonal as well",
    old="(n_dims - 1) // 2",
    new="(n_dims + 1) // 2",
    expect="no bit looks at itself",
)
edit(
    COUNT,
    "the whole matrix",
    old="n_dims * (n_dims - 1) // 2",
    new="n_dims**2",
    expect="the whole matrix is counted",
)
edit(
    COUNT,
    "both triangles",
    old="(n_dims - 1) // 2",
    new="(n_dims - 1)",
    expect="both triangles",
)
edit(
    COUNT,
    "a float for the FVSBN",
    old="(n_dims - 1) // 2",
    new="(n_dims - 1) / 2",
    expect="was promised",
)
edit(
    COUNT,
    "None for an unknown family",
    old="raise ValueError(",
    new="return len(",
    expect="expected a ValueError",
)
edit(
    COUNT,
    "an error that does not say what was wrong",
    old="unknown family {family!r}",
    new="unknown family",
    expect="should mention 'boltzmann'",
)
