"""Hidden cases of lecture 1: random tables, weights and bits."""

import math

import torch

from autograder.authoring.cases import Case, cases_for
from course_lib.checks import all_binary, assert_frequencies, assert_true


def uniform(rng, dtype, *shape):
    return torch.rand(shape, generator=rng, dtype=dtype)


def normal(rng, dtype, *shape):
    return torch.randn(shape, generator=rng, dtype=dtype)


def bits(rng, dtype, *shape):
    return torch.randint(0, 2, shape, generator=rng).to(dtype)


def table(rng, dtype, shape):
    joint = uniform(rng, dtype, *shape) + 0.02
    return joint / joint.sum()


@cases_for("chain_rule.joint_from_conditionals")
def joint_from_conditionals(rng, dtype):
    """One to six bits."""
    for n_dims in (1, 2, 3, 6):
        yield Case(args=([uniform(rng, dtype, *(2,) * k) for k in range(n_dims)],))


@cases_for("chain_rule.conditionals_from_joint")
def conditionals_from_joint(rng, dtype):
    """No order, random orders, and a table with zeros."""
    for n_dims in (1, 3, 5):
        yield Case(args=(table(rng, dtype, (2,) * n_dims),))
        order = torch.randperm(n_dims, generator=rng).tolist()
        yield Case(args=(table(rng, dtype, (2,) * n_dims), order))
    holes = table(rng, dtype, (2,) * 4)
    holes[1, :, 0] = 0
    holes[0] = 0
    yield Case(args=(holes / holes.sum(), [2, 0, 3, 1]), what="conditions of probability 0")


@cases_for("chain_rule.parameter_count")
def parameter_count(rng, dtype):
    """From one bit to as many as an int64 counts."""
    for n_dims in (1, 3, 8, 60):
        for family in ("table", "independent", "fvsbn"):
            yield Case(args=(n_dims, family))


@cases_for("chain_rule.kl_divergence")
def kl_divergence(rng, dtype):
    """Tables of several shapes, with zeros in p, in q and in both."""
    for shape in ((2,), (5,), (2, 2, 2), (3, 7)):
        yield Case(args=(table(rng, dtype, shape), table(rng, dtype, shape)))
    p, q = table(rng, dtype, (6,)), table(rng, dtype, (6,))
    p[1], p[2], q[2] = 0, 0, 0
    yield Case(args=(p / p.sum(), q / q.sum()), what="zeros in p, one of them in q")
    q[4] = 0
    yield Case(args=(p / p.sum(), q / q.sum()), what="impossible under q")


@cases_for("chain_rule.bits_per_dim")
def bits_per_dim(rng, dtype):
    """A number, a scalar tensor, a batch."""
    yield Case(args=(12.5, 7))
    yield Case(args=(100 * uniform(rng, dtype), 64))
    yield Case(args=(10 * normal(rng, dtype, 4, 3), 784))


@cases_for("chain_rule.bernoulli_log_prob")
def bernoulli_log_prob(rng, dtype):
    """Moderate and extreme logits, any shape."""
    for shape in ((6,), (3, 5), (2, 3, 4)):
        yield Case(args=(3 * normal(rng, dtype, *shape), bits(rng, dtype, *shape)))
    yield Case(args=(1e4 * normal(rng, dtype, 20), bits(rng, dtype, 20)), atol=1e-3)


def fvsbn(rng, dtype, n_dims, scale=1.0):
    """What makes an FVSBN with every entry of W filled."""
    return {
        "init": {"n_dims": n_dims, "seed": 1, "dtype": dtype},
        "load": {"W": scale * normal(rng, dtype, n_dims, n_dims), "b": normal(rng, dtype, n_dims)},
    }


@cases_for("chain_rule.FVSBN.logits")
def logits(rng, dtype):
    """One to nine dimensions, one vector and several."""
    for n_dims, n in ((1, 3), (4, 1), (9, 6)):
        yield Case(**fvsbn(rng, dtype, n_dims), args=(bits(rng, dtype, n, n_dims),))


@cases_for("chain_rule.FVSBN.log_prob")
def log_prob(rng, dtype):
    """Ordinary weights, and weights that make most vectors all but impossible."""
    for n_dims, n in ((1, 3), (4, 1), (9, 6)):
        yield Case(**fvsbn(rng, dtype, n_dims), args=(bits(rng, dtype, n, n_dims),))
    yield Case(**fvsbn(rng, dtype, 5, 300.0), args=(bits(rng, dtype, 7, 5),), atol=1e-2)


def follows_the_model(samples, chain_rule, case):
    """Every vector comes up as often as the reference's log_prob says, within 6 standard errors."""
    n, n_dims = case.args[0], case.init["n_dims"]
    model = chain_rule.FVSBN(**case.init)
    W, b = case.load["W"].double(), case.load["b"].double()
    x = all_binary(n_dims, torch.float64)
    a = (x @ W.tril(-1).T + b) * (2 * x - 1)
    exact = torch.nn.functional.logsigmoid(a).sum(-1).exp()
    assert_true(samples.shape == (n, n_dims), f"{tuple(samples.shape)} for {n} × {n_dims}")
    assert_true(samples.dtype == model.W.dtype, f"samples are {samples.dtype}")
    assert_frequencies(samples, exact, tolerance=1.0)
    index = (samples.long() * 2 ** torch.arange(n_dims - 1, -1, -1)).sum(1)
    frequency = torch.bincount(index, minlength=2**n_dims).double() / n
    # A rare vector's count is not normal: three more of it than expected are no sign of an error.
    error = (exact * (1 - exact) / n).sqrt() + 3 / n
    worst = float(((frequency - exact).abs() / error).max())
    assert_true(worst <= 6, f"a vector's frequency is {worst:.1f} standard errors off")


@cases_for("chain_rule.FVSBN.sample")
def sample(rng, dtype):
    """Frequencies of all vectors, for weights that matter."""
    for n_dims in (1, 3, 4):
        yield Case(
            **fvsbn(rng, dtype, n_dims, scale=2.0),
            args=(5000, int(math.pi * 1000) + n_dims),
            compare=follows_the_model,
        )
