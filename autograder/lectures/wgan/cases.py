"""Hidden cases of lecture 7: random arguments; what may differ is compared by what must not."""

import itertools

import torch

from autograder.authoring.cases import Case, Made, cases_for
from course_lib.checks import assert_close, assert_dtype, assert_true


def _normal(rng, dtype, *shape):
    return torch.randn(shape, generator=rng, dtype=torch.float64).to(dtype)


def _uniform(rng, dtype, *shape):
    return torch.rand(shape, generator=rng, dtype=torch.float64).to(dtype)


def _masses(rng, dtype, n):
    return _normal(rng, torch.float64, n).softmax(0).to(dtype)


def _theta_cases(rng, dtype):
    for shape in ((), (7,), (2, 3)):
        theta = _normal(rng, dtype, *shape) * (_uniform(rng, dtype, *shape) > 0.3)
        yield Case(args=(theta,))


@cases_for("wgan.js_parallel_lines")
def js_parallel_lines(rng, dtype):
    """Lines at random places, some of them at 0."""
    yield from _theta_cases(rng, dtype)


@cases_for("wgan.w1_parallel_lines")
def w1_parallel_lines(rng, dtype):
    """The same lines."""
    yield from _theta_cases(rng, dtype)


@cases_for("wgan.wasserstein_1d")
def wasserstein_1d(rng, dtype):
    """Sets of equal and of different sizes; whole numbers, so that there are ties."""
    for n, m in ((6, 6), (3, 8), (11, 4)):
        x, y = _normal(rng, dtype, n), 0.5 + 2 * _normal(rng, dtype, m)
        yield Case(args=(x, y))
        yield Case(args=((2 * x).round(), y.round()))


def _transport(rng, dtype, n, m):
    x, y = _normal(rng, torch.float64, n, 2), _normal(rng, torch.float64, m, 2)
    cost = (x[:, None] - y).norm(dim=-1)
    return _masses(rng, dtype, n), _masses(rng, dtype, m), cost.to(dtype)


def _tolerance(dtype):
    return 1e-5 if dtype == torch.float32 else 1e-7


def _a_cheapest_plan(result, reference, case):
    """The reference's cost, by a plan with the right sums."""
    a, b, cost = case.args
    least, plan = result
    tolerance = _tolerance(cost.dtype)
    for name, values in (("cost", least), ("plan", plan)):
        assert_dtype(values, cost.dtype, what=name)
    assert_close(least, reference.wasserstein_lp(*case.args)[0], atol=tolerance, what="cost")
    assert_true(float(plan.min()) >= -tolerance, "the plan has a negative entry")
    assert_close(plan.sum(1), a, atol=tolerance, what="row sum")
    assert_close(plan.sum(0), b, atol=tolerance, what="column sum")
    assert_close((plan * cost).sum(), least, atol=tolerance, what="Σ plan · cost")


@cases_for("wgan.wasserstein_lp")
def wasserstein_lp(rng, dtype):
    """Random masses at random points of the plane."""
    for n, m in ((3, 5), (4, 4)):
        yield Case(args=_transport(rng, dtype, n, m), compare=_a_cheapest_plan)


def _best_prices(result, reference, case):
    """Prices that respect every cost and earn as much as the reference's plan costs."""
    a, b, cost = (v.double() for v in case.args)
    tolerance = _tolerance(case.args[2].dtype)
    for name, values in zip("fg", result, strict=True):
        assert_dtype(values, case.args[2].dtype, what=name)
    f, g = (v.double() for v in result)
    over = float((f[:, None] + g - cost).max())
    assert_true(over <= tolerance, f"f + g exceeds a cost by {over:.3g}")
    least = reference.wasserstein_lp(*case.args)[0]
    assert_close(a @ f + b @ g, least, atol=tolerance, what="Σ a f + Σ b g")


@cases_for("wgan.kantorovich_dual")
def kantorovich_dual(rng, dtype):
    """The same problems, from the other side."""
    for n, m in ((5, 3), (4, 4)):
        yield Case(args=_transport(rng, dtype, n, m), compare=_best_prices)


@cases_for("wgan.critic_loss")
def critic_loss(rng, dtype):
    """Scores of either sign, sets of different sizes."""
    for n, m in ((6, 6), (3, 8), (1, 2)):
        yield Case(args=(3 * _normal(rng, dtype, n), 1 + _normal(rng, dtype, m)))


@cases_for("wgan.generator_loss")
def generator_loss(rng, dtype):
    """Scores of either sign."""
    for n in (1, 5, 9):
        yield Case(args=(1 + 3 * _normal(rng, dtype, n),))


def _critic(rng, dtype, n_in, n_hidden):
    sizes = [n_in, *n_hidden, 1]
    load = {}
    for k, (i, o) in enumerate(itertools.pairwise(sizes)):
        load[f"layers__{k}__weight"] = _normal(rng, dtype, o, i)
        load[f"layers__{k}__bias"] = _normal(rng, dtype, o)
    return Made("Critic", {"n_in": n_in, "n_hidden": n_hidden, "seed": 0, "dtype": dtype}, load)


@cases_for("wgan.clip_weights_")
def clip_weights_(rng, dtype):
    """Critics of one to three layers: the share of their weights at the boundary."""
    for n_hidden, c in (((), 0.7), ((4,), 0.5), ((3, 5), 1.2)):
        yield Case(args=(_critic(rng, dtype, 3, n_hidden), c))


@cases_for("wgan.gradient_penalty")
def gradient_penalty(rng, dtype):
    """Random critics and pairs; as many examples as axes; images; a single example."""
    for n, shape, n_hidden in (
        (5, (3,), ()),
        (4, (4,), (6,)),
        (3, (2, 2), (5,)),
        (1, (3,), (4, 4)),
    ):
        n_in = torch.Size(shape).numel()
        yield Case(
            args=(
                _critic(rng, dtype, n_in, n_hidden),
                _normal(rng, dtype, n, *shape),
                1 + 2 * _normal(rng, dtype, n, *shape),
                _uniform(rng, dtype, n),
            ),
            # Penalties are around 10; where ∇f is 0, a small constant under the root shows at 1e-6.
            atol=1e-3 if dtype == torch.float32 else 1e-5,
        )


@cases_for("wgan.spectral_norm")
def spectral_norm(rng, dtype):
    """Random matrices, started anywhere, few steps and more."""
    for shape, n_iterations in (((4, 3), 1), ((2, 5), 2), ((3, 3), 6), ((1, 4), 1)):
        W, u = _normal(rng, dtype, *shape), _normal(rng, dtype, shape[0])
        # From such a start the power method gets to the same direction in every precision.
        u = u + 2 * W.sum(1)
        yield Case(args=(W, u, n_iterations), atol=1e-3 if dtype == torch.float32 else None)


@cases_for("wgan.sinkhorn")
def sinkhorn(rng, dtype):
    """Problems that a hundred updates solve to the last digit; one with an empty place."""
    for n, m, epsilon in ((3, 5, 1.0), (4, 4, 2.0)):
        a, b, cost = _transport(rng, dtype, n, m)
        yield Case(args=(a, b, cost, epsilon, 100))
    a = torch.tensor([0.5, 0.0, 0.5], dtype=dtype)
    yield Case(args=(a, _masses(rng, dtype, 2), _uniform(rng, dtype, 3, 2), 0.7, 50))
