"""Joint tables and their conditionals, and how many parameters a family has."""

import itertools

import torch

from course_lib.checks import (
    F64,
    Draw,
    all_binary,
    assert_close,
    assert_finite,
    assert_raises,
    assert_true,
    check_for,
    inputs,
    jacobian,
    normal,
    numbers,
)
from course_lib.lectures.chain_rule.inputs import table


def three_bit_world():
    """The conditionals that the notebook works out on paper, and their joint."""
    (first,) = numbers(0.6)
    conditionals = [first, numbers(0.2, 0.7), numbers([0.1, 0.05], [0.9, 0.4])]
    return conditionals, numbers([[0.288, 0.032], [0.076, 0.004]], [[0.018, 0.162], [0.252, 0.168]])


def product(conditionals):
    """The joint: p(x_k | x_<k) along a new last axis, times what is there."""
    joint = torch.ones((), dtype=F64)
    for one in conditionals:
        joint = joint.unsqueeze(-1) * torch.stack([1 - one, one], dim=-1)
    return joint


def marginal(joint, k):
    """The joint of the first k bits."""
    return joint.reshape((2,) * k + (-1,)).sum(-1)


@check_for("chain_rule.joint_from_conditionals", weight=1, hint="1.1a")
def joint_of_the_three_bit_world(chain_rule):
    """The three-bit world has the joint that you worked out on paper."""
    conditionals, joint = three_bit_world()
    front = torch.ones_like(conditionals[0])
    for one in conditionals:
        front = torch.stack([front * (1 - one), front * one])
    suspects = {
        "p(x=1) and p(x=0) have changed places": joint.flip(0, 1, 2),
        "the axes are in reverse order: x₁ must be the first axis": joint.permute(2, 1, 0),
        "the new axis is in front: the next bit must become the last axis": front,
        "the first conditional is missing": joint / numbers([[0.4]], [[0.6]]),
    }
    found = chain_rule.joint_from_conditionals(conditionals)
    assert_close(found, joint, atol=1e-12, what="p(x₁, x₂, x₃)", suspects=suspects)


@check_for("chain_rule.joint_from_conditionals", weight=1, hint="1.1b")
def joint_sums_to_one(chain_rule):
    """Σₓ p(x) = 1, for any conditionals."""
    for case in inputs("chain_rule.joint_from_conditionals", seed=1):
        n_dims, joint = len(case.args[0]), chain_rule.joint_from_conditionals(*case.args)
        assert_true(
            joint.shape == (2,) * n_dims,
            f"{n_dims} conditionals gave a table of shape {tuple(joint.shape)}, "
            f"expected {(2,) * n_dims}",
        )
        assert_close(joint.sum(), 1.0, atol=1e-9, what=f"Σₓ p(x) for D = {n_dims}")


@check_for("chain_rule.joint_from_conditionals", weight=2, hint="1.1b")
def conditionals_come_back_out(chain_rule):
    """Summing the joint gives back every conditional that went in."""
    (conditionals,) = inputs("chain_rule.joint_from_conditionals", seed=3)[-1].args
    joint = chain_rule.joint_from_conditionals(conditionals)
    for k, exact in enumerate(conditionals):
        both = marginal(joint, k + 1)
        earlier = "given " + ", ".join(f"x{i + 1}" for i in range(k)) if k else "on its own"
        flipped = exact.permute(tuple(reversed(range(k))))
        suspects = {
            "the earlier bits index the conditional in reverse order": flipped,
            "p(x=1) and p(x=0) have changed places": 1 - exact,
        }
        found, what = both[..., 1] / both.sum(-1), f"p(x{k + 1}=1) {earlier}, from the joint,"
        assert_close(found, exact, atol=1e-15, rtol=1e-9, what=what, suspects=suspects)


@check_for("chain_rule.joint_from_conditionals", weight=1, hint="1.1b")
def joint_of_certain_bits(chain_rule):
    """Conditionals of 0 and 1 put all the probability on one vector, in either precision."""
    (first,), expected = numbers(1), torch.zeros(2, 2, 2)
    expected[1, 0, 1] = 1
    for dtype in (torch.float32, F64):
        certain = [c.to(dtype) for c in (first, numbers(1, 0), numbers([0, 0], [1, 0]))]
        joint = chain_rule.joint_from_conditionals(certain)
        assert_close(joint, expected, atol=1e-12, dtype=dtype, what="p(x₁, x₂, x₃)")


def shapes_are_right(conditionals, n_dims, label):
    """D tensors, the k-th of shape (2,)*k."""
    assert_true(
        len(conditionals) == n_dims,
        f"{label} has {len(conditionals)} conditionals, expected one for each of {n_dims} bits",
    )
    for k, conditional in enumerate(conditionals):
        assert_true(
            conditional.shape == (2,) * k,
            f"{label}: entry {k} has shape {tuple(conditional.shape)}, expected {(2,) * k}: "
            f"one axis for each of the {k} bits before it",
        )


@check_for("chain_rule.conditionals_from_joint", weight=1, hint="1.2a")
def conditionals_of_the_three_bit_world(chain_rule):
    """In the natural order the three-bit world gives back the numbers it was made of."""
    expected, joint = three_bit_world()
    found = chain_rule.conditionals_from_joint(joint)
    shapes_are_right(found, 3, "the natural order")
    for k, exact in enumerate(expected):
        both = marginal(joint, k + 1)
        suspects = {
            "this is p(…, x=1): divide by the probability of the condition": both[..., 1],
            "this is p(x=0 | …), not p(x=1 | …)": 1 - exact,
        }
        assert_close(found[k], exact, atol=1e-9, what=f"entry {k}", suspects=suspects)


@check_for("chain_rule.conditionals_from_joint", weight=3, hint="1.2b")
def every_order_rebuilds_the_joint(chain_rule):
    """All D! orders multiply back to the same joint."""
    natural = (0, 1, 2)
    joint = table(Draw(7), (2, 2, 2))
    for order in itertools.permutations(natural):
        found = chain_rule.conditionals_from_joint(joint, list(order))
        shapes_are_right(found, 3, f"order {order}")
        suspects = {
            "`order` is ignored": joint,
            "`order` is inverted: order[k] is the dimension that is predicted k-th, "
            "not the place of dimension k": joint.permute(sorted(natural, key=order.__getitem__)),
        }
        what = f"the product in {'the natural order' if order == natural else f'order {order}'}"
        assert_close(product(found), joint.permute(order), atol=1e-9, what=what, suspects=suspects)
    for case in inputs("chain_rule.conditionals_from_joint", seed=1):
        joint, order = (*case.args, None)[:2]
        found = chain_rule.conditionals_from_joint(*case.args)
        shapes_are_right(found, joint.ndim, f"order {order}")
        right = joint.permute(order or list(range(joint.ndim)))
        assert_close(product(found), right, atol=1e-9, what=f"the product in order {order}")


@check_for("chain_rule.conditionals_from_joint", weight=1, hint="1.2c")
def impossible_conditions_get_one_half(chain_rule):
    """A condition of probability 0 leaves ½, never NaN; one of 10⁻³⁰ is possible, and exact."""
    common = [[0.25, 0.75], [0, 0]]
    for dtype in (F64, torch.float32):
        for rare in (0.0, 1e-30):
            joint = numbers([[rare, 3 * rare], [0, 0]], common).to(dtype)
            first = [0.0, 0.75] if rare else [0.5, 0.5]
            expected = [1.0, numbers(first[0], 0), numbers([first[1], 0.5], [0.75, 0.5])]
            for k, found in enumerate(chain_rule.conditionals_from_joint(joint)):
                what = f"entry {k} where x₁ = 0 has the probability {4 * rare:g}"
                assert_finite(found, what=what)
                assert_close(found, expected[k], atol=1e-6, what=what)


@check_for("chain_rule.conditionals_from_joint", weight=1, hint="1.2c")
def order_must_be_a_permutation(chain_rule):
    """An order that repeats or leaves out a dimension is refused with a ValueError."""
    _, joint = three_bit_world()
    for order in ([0, 0, 2], [0, 1], [1, 2, 3], [0, 1, 2, 2]):
        assert_raises(ValueError, chain_rule.conditionals_from_joint, joint, order)


def rank_of_map_to_joints(to_joint, n_parameters):
    """Directions in which a joint moves when its parameters do."""
    point = normal(n_parameters, n_parameters) / 2
    return int(torch.linalg.matrix_rank(jacobian(to_joint, point), atol=1e-7))


def softmax_table(theta):
    """(n, 2ᴰ) numbers to (n, 2ᴰ) probabilities: a table with nothing left out."""
    return theta.softmax(-1)


def logistic_joint(n_dims, with_weights):
    """The map from (biases, weights below the diagonal) to the 2ᴰ probabilities."""
    x = all_binary(n_dims, F64)
    rows, columns = torch.tril_indices(n_dims, n_dims, offset=-1)

    def to_joint(theta):
        W = torch.zeros(len(theta), n_dims, n_dims, dtype=F64)
        if with_weights:
            W[:, rows, columns] = theta[:, n_dims:]
        a = theta[:, None, :n_dims] + x @ W.transpose(1, 2)  # (n, 2ᴰ, D)
        return torch.nn.functional.logsigmoid((2 * x - 1) * a).sum(-1).exp()

    return to_joint


@check_for("chain_rule.parameter_count", weight=1, hint="1.3a")
def count_of_a_table(chain_rule):
    """ "table": as many parameters as the joint has independent directions (Jacobian rank)."""
    for n_dims in (1, 2, 4):
        rank = rank_of_map_to_joints(softmax_table, 2**n_dims)
        suspects = {"2ᴰ entries that sum to 1 leave one fewer free": 2**n_dims}
        what = f"parameters of a table over {n_dims} bits"
        found = chain_rule.parameter_count(n_dims, "table")
        assert_close(found, rank, what=what, suspects=suspects)


@check_for("chain_rule.parameter_count", weight=1, hint="1.3b")
def count_of_independent_bits(chain_rule):
    """ "independent": as many parameters as the Jacobian of the map to joints has rank."""
    for n_dims in (1, 2, 4):
        rank = rank_of_map_to_joints(logistic_joint(n_dims, with_weights=False), n_dims)
        suspects = {"p(x=0) is not free once p(x=1) is known": 2 * n_dims}
        found = chain_rule.parameter_count(n_dims, "independent")
        what = f"parameters of {n_dims} independent bits"
        assert_close(found, rank, what=what, suspects=suspects)


@check_for("chain_rule.parameter_count", weight=2, hint="1.3b")
def count_of_the_fvsbn(chain_rule):
    """ "fvsbn": as many parameters as the Jacobian of the map to joints has rank."""
    for n_dims in (2, 1, 3, 5):
        below = n_dims * (n_dims - 1) // 2
        rank = rank_of_map_to_joints(logistic_joint(n_dims, with_weights=True), n_dims + below)
        whole = n_dims + n_dims**2
        suspects = {
            "the biases are missing": below,
            "the diagonal is counted as well: no bit looks at itself": below + 2 * n_dims,
            "the whole matrix is counted: only the part below the diagonal is used": whole,
            "both triangles are counted: only the lower one is used": n_dims + 2 * below,
        }
        what = f"parameters of an FVSBN over {n_dims} bits"
        found = chain_rule.parameter_count(n_dims, "fvsbn")
        assert_close(found, rank, what=what, suspects=suspects)


@check_for("chain_rule.parameter_count", weight=1, hint="1.3a")
def counts_are_exact(chain_rule):
    """For 64 bits the count is an exact int, to the last of its 20 digits."""
    rounded = chain_rule.parameter_count(3, "table") == 7
    for family, expected in {"table": 2**64 - 1, "independent": 64, "fvsbn": 2080}.items():
        found = chain_rule.parameter_count(64, family)
        assert_true(
            found == expected,
            f"parameter_count(64, {family!r}) is {found}, expected {expected}",
            likely="a float has only 53 bits: stay with ints"
            if family == "table" and rounded
            else None,
        )


@check_for("chain_rule.parameter_count", weight=1, hint="1.3b")
def unknown_family_is_refused(chain_rule):
    """An unknown family raises a ValueError that names it."""
    assert_raises(ValueError, chain_rule.parameter_count, 3, "boltzmann", mentions="boltzmann")
