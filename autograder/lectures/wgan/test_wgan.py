"""Lecture 7's reference against SciPy, torch, closed forms and everything tried out."""

import math

import numpy as np
import pytest
import scipy.optimize
import scipy.spatial.distance
import scipy.stats
import torch
from torch._subclasses import FakeTensorMode

from autograder.authoring.reference import reference
from course_lib.checks import F64, normal, seeded
from course_lib.lectures.wgan.critics import CriticNetwork

wgan = reference("wgan")


def problem(seed, n, m):
    x, y = normal(seed, n, 2), normal(seed + 1, m, 2)
    return normal(seed + 2, n).softmax(0), normal(seed + 3, m).softmax(0), torch.cdist(x, y)


def close(actual, expected, atol=1e-9):
    expected = torch.as_tensor(expected, dtype=actual.dtype)
    torch.testing.assert_close(actual, expected, rtol=0, atol=atol)


@pytest.mark.parametrize("columns", [0, 1, 3])
def test_js_of_the_lines_is_that_of_scipy(columns):
    p, q = np.zeros((4, 5)), np.zeros((4, 5))
    p[:, 0], q[:, columns] = 0.25, 0.25
    expected = scipy.spatial.distance.jensenshannon(p.ravel(), q.ravel()) ** 2
    close(wgan.js_parallel_lines(torch.tensor(float(columns), dtype=F64)), expected)


def test_w1_of_the_lines_has_a_slope_where_js_has_none():
    theta = torch.tensor([-1.0, 0.5, 2.0], dtype=F64).requires_grad_()
    (slope,) = torch.autograd.grad(wgan.w1_parallel_lines(theta).sum(), theta)
    close(slope, theta.detach().sign())
    assert not wgan.js_parallel_lines(theta).requires_grad


@pytest.mark.parametrize(("n", "m"), [(6, 6), (3, 8), (1, 5), (40, 17)])
def test_numbers_are_as_far_apart_as_scipy_says(n, m):
    x, y = normal(n, n).round(decimals=1), 1 + 2 * normal(m, m).round(decimals=1)
    close(wgan.wasserstein_1d(x, y), scipy.stats.wasserstein_distance(x, y))


def test_numbers_have_the_gradient_of_their_distance():
    x, y = normal(1, 5).requires_grad_(), normal(2, 3).requires_grad_()
    assert torch.autograd.gradcheck(wgan.wasserstein_1d, (x, y))


@pytest.mark.parametrize("size", [2, 5, 9])
def test_the_linear_program_finds_the_best_assignment(size):
    _, _, cost = problem(size, size, size)
    uniform = torch.full((size,), 1 / size, dtype=F64)
    least, plan = wgan.wasserstein_lp(uniform, uniform, cost)
    i, j = scipy.optimize.linear_sum_assignment(cost.numpy())
    close(least, cost[i, j].mean())
    close(plan[i, j], uniform)


@pytest.mark.parametrize(("n", "m"), [(3, 5), (6, 2), (1, 4)])
def test_the_four_distances_agree_on_a_line(n, m):
    x, y = normal(n, n), normal(m + 9, m)
    a, b = normal(5, n).softmax(0), normal(6, m).softmax(0)
    cost = (x[:, None] - y).abs()
    expected = scipy.stats.wasserstein_distance(x, y, a, b)
    close(wgan.wasserstein_lp(a, b, cost)[0], expected)
    f, g = wgan.kantorovich_dual(a, b, cost)
    close(a @ f + b @ g, expected)
    entropic = wgan.sinkhorn(a, b, cost, 0.02, 3000)[0]
    assert expected - 1e-6 <= entropic <= expected + 0.02


@pytest.mark.parametrize(("n", "m"), [(3, 4), (7, 5)])
def test_plan_and_prices_certify_each_other(n, m):
    a, b, cost = problem(n, n, m)
    least, plan = wgan.wasserstein_lp(a, b, cost)
    f, g = wgan.kantorovich_dual(a, b, cost)
    spare = cost - f[:, None] - g
    assert spare.min() > -1e-8
    close((plan * spare).sum(), 0.0)
    close(a @ f + b @ g, least)


def test_any_lipschitz_function_stays_below_the_distance_and_the_best_one_reaches_it():
    x = normal(3, 6, 2)
    a, b, cost = normal(1, 6).softmax(0), normal(2, 6).softmax(0), torch.cdist(x, x)
    least = wgan.wasserstein_lp(a, b, cost)[0]
    for seed in range(20):
        critic = wgan.Critic(2, (8, 8), spectral=True, seed=seed, dtype=F64)
        critic.settle(300)
        f = critic.eval()(x).detach()
        assert -wgan.critic_loss(f, f).abs() <= least
        assert (a @ f - b @ f).abs() <= least + 1e-9
    f, _ = wgan.kantorovich_dual(a, b, cost)
    close(a @ f - b @ f, least)


def test_masses_that_differ_have_no_plan():
    with pytest.raises(ValueError, match=r"the mass of a is 1, that of b 1\.5"):
        wgan.wasserstein_lp(torch.ones(2) / 2, torch.ones(3) / 2, torch.ones(2, 3))


def test_masses_that_differ_by_rounding_have_one():
    a = torch.rand(7, generator=seeded(0)).softmax(0)
    b = torch.rand(9, generator=seeded(1)).softmax(0) * (1 + 1e-6)
    cost = torch.rand(7, 9, generator=seeded(2))
    torch.testing.assert_close(wgan.wasserstein_lp(a, b, cost)[1].sum(1), a)


def test_losses_have_their_gradients():
    real, fake = normal(1, 4).requires_grad_(), normal(2, 3).requires_grad_()
    assert torch.autograd.gradcheck(wgan.critic_loss, (real, fake))
    assert torch.autograd.gradcheck(wgan.generator_loss, (fake,))


def test_clipping_keeps_the_parameters_that_an_optimiser_holds():
    critic = wgan.Critic(3, (4,), seed=0, dtype=F64)
    optimiser = torch.optim.SGD(critic.parameters(), lr=1.0)
    share = wgan.clip_weights_(critic, 0.1)
    held = optimiser.param_groups[0]["params"]
    assert all(p.abs().max() <= 0.1 and p.requires_grad for p in held)
    count = sum(int((p.abs() == 0.1).sum()) for p in held)
    close(share, count / sum(p.numel() for p in held))


@pytest.mark.parametrize("shape", [(3,), (2, 4)])
def test_the_penalty_and_its_gradient_are_those_of_finite_differences(shape):
    n_in = math.prod(shape)
    critic = wgan.Critic(n_in, (7, 5), seed=4, dtype=F64)
    real, fake, eps = normal(1, 6, *shape), normal(2, 6, *shape), normal(3, 6).sigmoid()
    between = torch.stack([e * r + (1 - e) * f for e, r, f in zip(eps, real, fake, strict=True)])
    steps = 1e-6 * torch.eye(n_in, dtype=F64).reshape(n_in, *shape)
    with torch.no_grad():
        slope = torch.stack([(critic(x + steps) - critic(x - steps)) / 2e-6 for x in between])
    penalty = wgan.gradient_penalty(critic, real, fake, eps)
    close(penalty, (slope.norm(dim=1) - 1).square().mean(), atol=1e-6)
    weight = critic.layers[1].weight
    (found,) = torch.autograd.grad(penalty, weight)
    moved = []
    for step in (1e-6, -2e-6):
        weight.data[2, 3] += step
        moved.append(wgan.gradient_penalty(critic, real, fake, eps).item())
    close(found[2, 3], (moved[0] - moved[1]) / 2e-6, atol=1e-5)


@pytest.mark.parametrize("shape", [(5, 3), (2, 7), (4, 4)])
def test_the_power_method_is_torchs_norm(shape):
    W = normal(1, *shape)
    sigma, u = wgan.spectral_norm(W, normal(2, shape[0]), 3000)
    close(sigma, torch.linalg.matrix_norm(W, 2), atol=1e-8)
    left = torch.linalg.svd(W).U[:, 0]
    close((u @ left).abs(), 1.0, atol=1e-6)
    for n in range(1, 6):  # never above, and never falling
        nearer = wgan.spectral_norm(W, normal(2, shape[0]), n)[0]
        assert nearer <= sigma + 1e-9


def test_a_normalised_critic_is_lipschitz_and_one_step_a_call_is_enough():
    critic = wgan.Critic(2, (16, 16), spectral=True, seed=1, dtype=F64)
    x, y = 3 * normal(1, 200, 2), 3 * normal(2, 200, 2)
    for _ in range(200):
        critic(x[:1])
    with torch.no_grad():
        steepest = ((critic(x) - critic(y)).abs() / (x - y).norm(dim=1)).max()
    assert steepest <= 1 + 1e-6
    for k in range(3):
        close(torch.linalg.matrix_norm(critic.eval().weight(k).detach(), 2), 1.0, atol=1e-3)


def test_a_critic_without_a_norm_says_so():
    with pytest.raises(NotImplementedError, match="no spectral norm"):
        CriticNetwork(2, spectral=True)(torch.zeros(1, 2))


def test_a_seed_means_the_same_weights_in_both_dtypes_and_leaves_the_global_state_alone():
    state = torch.get_rng_state()
    pair = wgan.Critic(3, (4,), seed=7), wgan.Critic(3, (4,), seed=7, dtype=F64)
    assert torch.equal(torch.get_rng_state(), state)
    for s, d in zip(pair[0].parameters(), pair[1].parameters(), strict=True):
        torch.testing.assert_close(s, d.float())


def test_overshoot_of_a_penalised_linear_critic():
    """Minimising −sΔ + λ(s − 1)² over the slope gives s = 1 + Δ/2λ, as the notebook derives."""
    shift, weight = 3.0, 10.0
    slopes = torch.linspace(0, 3, 30001, dtype=F64)
    best = slopes[(-slopes * shift + weight * (slopes - 1) ** 2).argmin()]
    close(best, 1 + shift / (2 * weight), atol=1e-4)


@pytest.mark.parametrize(("n", "m"), [(4, 3), (2, 6)])
def test_entropic_plans_have_the_marginals_and_become_the_cheapest(n, m):
    a, b, cost = problem(n, n, m)
    least = wgan.wasserstein_lp(a, b, cost)[0]
    before = math.inf
    for epsilon in (2.0, 0.5, 0.1, 0.02):
        price, plan = wgan.sinkhorn(a, b, cost, epsilon, 3000)
        close(plan.sum(0), b)
        close(plan.sum(1), a, atol=1e-5)
        assert least - 1e-5 <= price <= before
        before = price
    assert before - least < 0.02


def test_everything_stays_on_the_device_of_its_input():
    critic = wgan.Critic(4, (3,), spectral=True)
    with FakeTensorMode(allow_non_fake_inputs=True):
        critic.to("meta")
        x, eps = torch.zeros(5, 4, device="meta"), torch.zeros(5, device="meta")
        cost = torch.zeros(5, 5, device="meta")
        made = [
            critic.loss(x, x),
            critic.penalty(x, x, eps),
            wgan.clip_weights_(critic, 0.1),
            wgan.spectral_norm(cost, eps, 2)[1],
            *wgan.sinkhorn(eps, eps, cost, 0.1, 3),
            wgan.wasserstein_1d(eps, eps),
        ]
    assert {t.device.type for t in made} == {"meta"}
