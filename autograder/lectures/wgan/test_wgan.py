"""Lecture 7's reference, its critics and its widget, beyond what the checks say."""

import math

import pytest
import scipy.spatial.distance
import torch
from torch._subclasses import FakeTensorMode

from autograder.authoring.reference import reference
from course_lib.checks import F64, normal, seeded
from course_lib.lectures.wgan.critics import CriticNetwork
from course_lib.lectures.wgan.widgets import parallel_lines

wgan = reference("wgan")


def problem(seed, n, m):
    x, y = normal(seed, n, 2), normal(seed + 1, m, 2)
    return normal(seed + 2, n).softmax(0), normal(seed + 3, m).softmax(0), torch.cdist(x, y)


def close(actual, expected, atol=1e-9):
    expected = torch.as_tensor(expected, dtype=actual.dtype)
    torch.testing.assert_close(actual, expected, rtol=0, atol=atol)


def test_w1_of_the_lines_has_a_slope_where_js_has_none():
    theta = torch.tensor([-1.0, 0.5, 2.0], dtype=F64).requires_grad_()
    (slope,) = torch.autograd.grad(wgan.w1_parallel_lines(theta).sum(), theta)
    close(slope, theta.detach().sign())
    assert not wgan.js_parallel_lines(theta).requires_grad


def test_numbers_have_the_gradient_of_their_distance():
    x, y = normal(1, 5).requires_grad_(), normal(2, 3).requires_grad_()
    assert torch.autograd.gradcheck(wgan.wasserstein_1d, (x, y))


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


def test_clipping_keeps_the_parameters_that_an_optimiser_holds():
    critic = wgan.Critic(3, (4,), seed=0, dtype=F64)
    optimiser = torch.optim.SGD(critic.parameters(), lr=1.0)
    share = wgan.clip_weights_(critic, 0.1)
    held = optimiser.param_groups[0]["params"]
    assert all(p.abs().max() <= 0.1 and p.requires_grad for p in held)
    count = sum(int((p.abs() == 0.1).sum()) for p in held)
    close(share, count / sum(p.numel() for p in held))


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


def test_a_normalised_critic_stays_on_its_device():
    critic = wgan.Critic(4, (3,), spectral=True)
    with FakeTensorMode(allow_non_fake_inputs=True):
        critic.to("meta")
        x, eps = torch.zeros(5, 4, device="meta"), torch.zeros(5, device="meta")
        assert {v.device.type for v in (critic.loss(x, x), critic.penalty(x, x, eps))} == {"meta"}


def test_a_critic_without_a_norm_says_so():
    with pytest.raises(NotImplementedError, match="no spectral norm"):
        CriticNetwork(2, spectral=True)(torch.zeros(1, 2))


def test_overshoot_of_a_penalised_linear_critic():
    """Minimising −sΔ + λ(s − 1)² over the slope gives s = 1 + Δ/2λ, as the notebook derives."""
    shift, weight = 3.0, 10.0
    slopes = torch.linspace(0, 3, 30001, dtype=F64)
    best = slopes[(-slopes * shift + weight * (slopes - 1) ** 2).argmin()]
    close(best, 1 + shift / (2 * weight), atol=1e-4)


def js(theta):
    return math.log(2) * (theta != 0).to(theta)


def test_the_titles_say_value_and_slope():
    fig = parallel_lines.draw(js, torch.abs, theta=-1.5, blur=0.0)
    titles = [axes.get_title() for axes in fig.axes[1:]]
    assert titles == ["JS, nats = 0.693, slope +0.00", "W₁ = 1.500, slope -1.00"]


@pytest.mark.parametrize("theta", [0.0, 0.4, -2.0])
def test_noise_gives_the_js_of_two_gaussians(theta):
    x = torch.linspace(-9, 9, 6001, dtype=torch.float64)
    p, q = (torch.exp(-0.5 * ((x - m) / 0.5) ** 2).numpy() for m in (0.0, theta))
    expected = scipy.spatial.distance.jensenshannon(p, q) ** 2
    found = parallel_lines.blurred_js(torch.tensor([theta], dtype=torch.float64), 0.5)
    assert found.item() == pytest.approx(expected, abs=1e-5)


def test_noise_gives_js_a_slope_near_the_other_line_and_none_far_away():
    near, far = (
        parallel_lines.slope(lambda at: parallel_lines.blurred_js(at, 0.2), theta)
        for theta in (0.3, 2.0)
    )
    assert near > 0.5
    assert abs(far) < 1e-4
    assert parallel_lines.slope(torch.abs, 2.0) == pytest.approx(1.0)
