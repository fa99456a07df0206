"""Random arguments of lecture 1: for the public checks and for the hidden comparison."""

import torch

from course_lib.checks import Case, inputs_for


def table(draw, shape):
    joint = draw.uniform(*shape) + 0.02
    return joint / joint.sum()


@inputs_for("chain_rule.joint_from_conditionals")
def joint_from_conditionals(draw):
    """One to six bits, some of them all but impossible."""
    for n_dims in (1, 2, 3, 6):
        rare = 1e-9 if n_dims == 6 else 1.0
        some = [draw.uniform(*(2,) * k) for k in range(n_dims)]
        yield Case(args=([torch.where(p < 0.3, rare * p, p) for p in some],))


@inputs_for("chain_rule.conditionals_from_joint")
def conditionals_from_joint(draw):
    """No order, random orders, and a table with zeros."""
    for n_dims in (1, 3, 5):
        yield Case(args=(table(draw, (2,) * n_dims),))
        order = draw.order(n_dims).tolist()
        yield Case(args=(table(draw, (2,) * n_dims), order))
    holes = table(draw, (2,) * 4)
    holes[1, :, 0] = 0
    holes[0] = 0
    yield Case(args=(holes / holes.sum(), [2, 0, 3, 1]), what="conditions of probability 0")


@inputs_for("chain_rule.parameter_count")
def parameter_count(draw):
    """From one bit to as many as an int64 counts."""
    for n_dims in (1, 3, 8, 60):
        for family in ("table", "independent", "fvsbn"):
            yield Case(args=(n_dims, family))


@inputs_for("chain_rule.kl_divergence")
def kl_divergence(draw):
    """Tables of several shapes, with zeros in p, in q and in both."""
    for shape in ((2,), (5,), (2, 2, 2), (3, 7)):
        yield Case(args=(table(draw, shape), table(draw, shape)))
    p, q = table(draw, (6,)), table(draw, (6,))
    p[1], p[2], q[2] = 0, 0, 0
    yield Case(args=(p / p.sum(), q / q.sum()), what="zeros in p, one of them in q")
    q[4] = 0
    yield Case(args=(p / p.sum(), q / q.sum()), what="impossible under q")


@inputs_for("chain_rule.bits_per_dim")
def bits_per_dim(draw):
    """A number, a scalar tensor, a batch."""
    yield Case(args=(12.5, 7))
    yield Case(args=(100 * draw.uniform(), 64))
    yield Case(args=(10 * draw.normal(4, 3), 784))


@inputs_for("chain_rule.bernoulli_log_prob")
def bernoulli_log_prob(draw):
    """Moderate and extreme logits, any shape."""
    for shape in ((6,), (3, 5), (2, 3, 4)):
        yield Case(args=(3 * draw.wide(*shape), draw.bits(*shape)))
    yield Case(args=(1e4 * draw.normal(20), draw.bits(20)), atol=1e-3)


def weights(draw, n_dims, scale=1.0):
    """W with nothing zero, above the diagonal included, and b."""
    W = scale * draw.normal(n_dims, n_dims)
    return W + 0.2 * W.sign(), draw.normal(n_dims) / 2


def fvsbn(draw, n_dims, scale=1.0):
    """What makes an FVSBN with every entry of W filled."""
    init = {"n_dims": n_dims, "seed": 1, "dtype": draw.dtype}
    return {"init": init, "load": dict(zip("Wb", weights(draw, n_dims, scale), strict=True))}


@inputs_for("chain_rule.FVSBN.logits")
def logits(draw):
    """One to nine dimensions, one vector and several."""
    for n_dims, n in ((1, 3), (4, 1), (9, 6)):
        yield Case(**fvsbn(draw, n_dims), args=(draw.bits(n, n_dims),))


@inputs_for("chain_rule.FVSBN.log_prob")
def log_prob(draw):
    """Ordinary weights, and weights that make most vectors all but impossible."""
    yield from logits(draw)
    yield Case(**fvsbn(draw, 5, 300.0), args=(draw.bits(7, 5),), atol=1e-2)


@inputs_for("chain_rule.FVSBN.sample")
def sample(draw):
    """Frequencies of all vectors, for weights that matter."""
    for n_dims in (1, 3, 4):
        yield Case(**fvsbn(draw, n_dims, scale=2.0), args=(20_000, 3141 + n_dims))
