"""Lecture 9's reference against iterated chains, quadrature, torch.distributions and SciPy."""

import itertools
import math

import numpy as np
import pytest
import scipy.integrate
import torch
from torch._subclasses import FakeTensorMode
from torch.distributions import Normal, kl_divergence

from autograder.authoring.reference import reference
from course_lib.checks import F64, normal

diffusion = reference("diffusion")
BETAS = torch.tensor([0.05, 0.3, 0.1, 0.4, 0.2], dtype=F64)
T = len(BETAS)
BARS = diffusion.alpha_bars(BETAS)
NODES, SHARE = (torch.from_numpy(v) for v in np.polynomial.hermite_e.hermegauss(40))
SHARE = SHARE / SHARE.sum()


def close(actual, expected, atol=1e-9):
    expected = torch.as_tensor(expected).to(actual.dtype)
    torch.testing.assert_close(actual, expected, rtol=0, atol=atol)


def wavy(x, t):
    return 0.4 * x + 0.3 * torch.sin(x + t.to(x.dtype).reshape(-1, *[1] * (x.dim() - 1)))


def steps(k, n):
    return torch.full((n,), k)


def test_the_papers_schedule_leaves_next_to_nothing():
    bars = diffusion.alpha_bars(diffusion.linear_betas(1000, dtype=F64))
    close(bars[-1], np.prod(1 - np.linspace(1e-4, 0.02, 1000)), atol=1e-12)
    assert 4.0e-5 < bars[-1] < 4.1e-5


@pytest.mark.parametrize("schedule", [diffusion.linear_betas, diffusion.cosine_betas])
@pytest.mark.parametrize("n", [2, 50, 1000])
@pytest.mark.parametrize("dtype", [torch.float32, F64])
def test_schedules_add_noise_and_never_take_it_away(schedule, n, dtype):
    betas = schedule(n, dtype=dtype)
    bars = diffusion.alpha_bars(betas)
    assert betas.dtype == bars.dtype == dtype
    assert betas.shape == (n,)
    assert bars.shape == (n + 1,)
    assert ((betas > 0) & (betas < 1)).all()
    assert bars[0] == 1
    assert (bars.diff() < 0).all()


@pytest.mark.parametrize("k", range(2, T + 1))
def test_the_posterior_is_what_a_grid_says(k):
    """Normalise q(x_t|x) q(x|x_0) on a fine grid of x = x_{t−1}."""
    x0, xt = torch.tensor([[0.7]], dtype=F64), torch.tensor([[-0.4]], dtype=F64)
    grid = torch.linspace(-8, 8, 40_001, dtype=F64)
    log = Normal((1 - BETAS[k - 1]).sqrt() * grid, BETAS[k - 1].sqrt()).log_prob(xt[0])
    log = log + Normal(BARS[k - 1].sqrt() * x0[0], (1 - BARS[k - 1]).sqrt()).log_prob(grid)
    p = log.softmax(0)
    mean, variance = diffusion.q_posterior(x0, xt, steps(k, 1), BETAS)
    close(mean[0, 0], p @ grid, atol=1e-8)
    close(variance[0], p @ (grid - p @ grid) ** 2, atol=1e-8)


def test_the_score_is_autograds_slope_of_the_noised_density():
    atoms, k = torch.tensor([-1.0, 0.3, 1.1], dtype=F64), 3
    x = torch.linspace(-2, 2, 9, dtype=F64).requires_grad_()
    q = Normal(BARS[k].sqrt() * atoms, (1 - BARS[k]).sqrt())
    log_parts = q.log_prob(x[:, None])
    (slope,) = torch.autograd.grad(log_parts.logsumexp(1).sum(), x)
    noise = (x[:, None] - BARS[k].sqrt() * atoms) / (1 - BARS[k]).sqrt()
    eps = (log_parts.softmax(1) * noise).sum(1, keepdim=True).detach()
    close(diffusion.score_from_eps(eps, steps(k, 9), BARS)[:, 0], slope)


def test_the_loss_has_autograds_gradient():
    model = diffusion.AffineDenoiser(T, 2, dtype=F64)
    x0, eps, t = normal(4, 3, 2), normal(5, 3, 2), torch.tensor([1, 3, 5])

    def loss(scale, shift):
        return diffusion.ddpm_loss(lambda x, t: scale[t - 1] * x + shift[t - 1], x0, t, eps, BARS)

    values = normal(6, T, 2).requires_grad_(), normal(7, T, 2).requires_grad_()
    assert torch.autograd.gradcheck(loss, values)
    with torch.no_grad():
        model.scale.copy_(values[0])
        model.shift.copy_(values[1])
    close(model.loss(x0, t, eps, BARS), loss(*values))


def gaussian_world(mean, variance):
    w = BARS * variance + 1 - BARS

    def eps(x, t):
        centred = x - BARS.sqrt()[t, None] * mean
        return (1 - BARS).sqrt()[t, None] / w[t, None] * centred

    return eps, w, ((1 - BARS) * variance / w)[1:]


@pytest.mark.parametrize("variance", [0.05, 1.0, 3.0])
def test_a_whole_chain_keeps_the_gaussian_worlds_moments(variance):
    eps, w, V = gaussian_world(0.8, variance)
    mean, deviation = BARS[T].sqrt() * 0.8, w[T].sqrt()
    for k in range(T, 0, -1):
        # A step is affine in x_t and noise: three calls give its three numbers.
        x = torch.tensor([[0.0], [1.0], [0.0]], dtype=F64)
        noise = torch.tensor([[0.0], [0.0], [1.0]], dtype=F64)
        a, b, c = diffusion.p_step(eps, x, steps(k, 3), BETAS, noise, float(V[k - 1]))[:, 0]
        mean = a + (b - a) * mean
        deviation = (((b - a) * deviation) ** 2 + (c - a) ** 2).sqrt()
        close(mean, BARS[k - 1].sqrt() * 0.8)
        close(deviation**2, w[k - 1])


@pytest.mark.parametrize("shape", [(3, 2), (2, 1, 2, 2)], ids=str)
def test_the_bounds_terms_are_torchs_divergences(shape):
    x0, eps, V = normal(8, *shape), normal(9, T, *shape), 0.1 + normal(10, T).abs()
    terms = diffusion.vlb_terms(wavy, x0, eps, BETAS, V)
    assert terms.shape == (T + 1, shape[0])
    prior = Normal(torch.zeros_like(x0), torch.ones_like(x0))
    end = kl_divergence(Normal(BARS[T].sqrt() * x0, (1 - BARS[T]).sqrt()), prior)
    close(terms[T], end.flatten(1).sum(1))
    for k in range(1, T + 1):
        t = steps(k, len(x0))
        xt = diffusion.q_sample(x0, t, eps[k - 1], BARS)
        mean, own = diffusion.q_posterior(x0, xt, t, BETAS)
        middle = diffusion.p_step(wavy, xt, t, BETAS, 0 * xt, V[k - 1])
        further = diffusion.p_step(wavy, xt, t, BETAS, torch.ones_like(xt), V[k - 1])
        p = Normal(middle, further - middle)
        term = -p.log_prob(x0) if k == 1 else kl_divergence(Normal(mean, own[0].sqrt()), p)
        close(terms[k - 1], term.flatten(1).sum(1))


def test_the_bound_is_above_the_exact_likelihood_of_the_chain():
    """A one-dimensional model with two steps, integrated on a grid."""
    betas = torch.tensor([0.3, 0.6], dtype=F64)
    V = torch.tensor([0.2, 0.4], dtype=F64)
    grid = torch.linspace(-9, 9, 1201, dtype=F64)[:, None]
    width = 18 / 1200
    density = torch.exp(-0.5 * grid[:, 0] ** 2) / math.sqrt(2 * math.pi)
    for k in (2, 1):
        ends = [
            diffusion.p_step(wavy, grid, steps(k, 1201), betas, c * torch.ones_like(grid), V[k - 1])
            for c in (0.0, 1.0)
        ]
        step_back = Normal(ends[0], ends[1] - ends[0]).log_prob(grid[:, 0]).exp()
        density = density @ step_back * width
    close(density.sum() * width, 1.0, atol=1e-6)
    x0 = torch.tensor([[-1.0], [0.2], [1.7]], dtype=F64)
    exact = -density[((x0[:, 0] + 9) / width).round().long()].log()
    bound = torch.zeros(3, dtype=F64)
    for node, share in zip(NODES, SHARE, strict=True):
        terms = diffusion.vlb_terms(wavy, x0, node.expand(2, 3, 1), betas, V)
        bound = bound + share * terms.sum(0)
    assert (bound > exact).all()
    assert (bound - exact < 1.0).all()


@pytest.mark.parametrize("eta", [0.0, 0.4, 1.0])
def test_jumps_to_every_earlier_step_keep_the_marginal(eta):
    eps, noise = normal(11, 100_000, 1), normal(12, 100_000, 1)
    for k, before in itertools.combinations(range(T, -1, -1), 2):
        t, s = steps(k, len(eps)), steps(before, len(eps))
        xt = diffusion.q_sample(0 * eps + 0.5, t, eps, BARS)
        back = diffusion.ddim_step(lambda x, t: eps, xt, t, s, BARS, eta, noise)
        close(back.mean(), BARS[before].sqrt() * 0.5, atol=0.02)
        close(back.var(), 1 - BARS[before], atol=0.02)


@pytest.mark.parametrize("dtype", [torch.float32, F64])
def test_a_jump_to_clean_data_is_the_guess(dtype):
    xt, t = normal(13, 5, 2).to(dtype), torch.tensor([1, 2, 3, 4, 5])
    bars = BARS.to(dtype)
    back = diffusion.ddim_step(wavy, xt, t, 0 * t, bars, 1.0, torch.ones_like(xt))
    close(back, diffusion.x0_from_eps(xt, t, wavy(xt, t), bars), atol=1e-6)
    assert back.dtype == dtype


def test_guidance_is_a_straight_line():
    cond, free = normal(14, 4, 2), normal(15, 4, 2)
    close(diffusion.guided_eps(cond, free, 0.0), free)
    close(diffusion.guided_eps(cond, free, 1.0), cond)
    close(diffusion.guided_eps(cond, free, 2.0) - cond, cond - free)


def test_denoising_score_matching_has_its_least_at_the_true_score():
    """Gaussian data: among slopes a and shifts b of a x + b the least is at −1/(v + σ²)."""
    v, sigma = 0.6, 0.5
    both = torch.cartesian_prod(*[torch.tensor([-1.0, 1.0], dtype=F64)] * 2)
    x, noise = v**0.5 * both[:, :1] + 0.3, both[:, 1:]
    a = torch.tensor(0.0, dtype=F64, requires_grad=True)
    b = torch.tensor(0.0, dtype=F64, requires_grad=True)
    optimiser = torch.optim.LBFGS([a, b], line_search_fn="strong_wolfe", tolerance_grad=1e-12)

    def closure():
        optimiser.zero_grad()
        loss = diffusion.dsm_loss(lambda y: a * y + b, x, sigma, noise)
        loss.backward()
        return loss

    optimiser.step(closure)
    close(a.detach(), -1 / (v + sigma**2), atol=1e-6)
    close(b.detach(), 0.3 / (v + sigma**2), atol=1e-6)


def test_langevin_walkers_settle_into_their_density():
    x = torch.zeros(20_000, 1, dtype=F64)
    for k in range(300):
        x = diffusion.langevin_step(lambda x: -(x - 1) / 0.5, x, 0.1, normal(k, *x.shape))
    close(x.mean(), 1.0, atol=0.03)
    close(x.var(), 0.5 / (1 - 0.1 / 2), atol=0.03)


def test_the_flow_carries_a_gaussian_as_scipy_integrates_it():
    """x(t) of N(0, v) data is x(0) · √(ᾱ + (1 − ᾱ)/v)."""
    v = 0.3

    def right_side(t, x):
        kept = math.exp(-0.1 * t - 0.5 * 19.9 * t * t)
        w = kept * v + 1 - kept
        return diffusion.probability_flow_drift(
            lambda x, t: -x / w, torch.from_numpy(x)[None], torch.tensor([t], dtype=F64)
        )[0].numpy()

    run = scipy.integrate.solve_ivp(right_side, (0, 1), [0.4, -1.0], rtol=1e-9, atol=1e-10)
    kept = math.exp(-0.1 - 0.5 * 19.9)
    factor = math.sqrt((kept * v + 1 - kept) / v)
    close(torch.from_numpy(run.y[:, -1]), torch.tensor([0.4, -1.0], dtype=F64) * factor, atol=1e-6)


def test_ddim_with_many_steps_follows_the_flow():
    v, n = 0.3, 1000
    betas = diffusion.linear_betas(n, 0.1 / n, 20 / n, dtype=F64)
    bars = diffusion.alpha_bars(betas)
    w = bars * v + 1 - bars
    x = torch.tensor([[0.4], [-1.0]], dtype=F64)
    start = x.clone()
    for k in range(n, 0, -1):
        x = diffusion.ddim_step(
            lambda x, t: (1 - bars[t, None]).sqrt() / w[t, None] * x,
            x,
            steps(k, 2),
            steps(k - 1, 2),
            bars,
            0.0,
            torch.zeros_like(x),
        )
    close(x, start * (v / w[-1]).sqrt(), atol=2e-3)


def test_everything_stays_on_the_device_of_its_input():
    model = diffusion.AffineDenoiser(T, 3)
    with FakeTensorMode(allow_non_fake_inputs=True):
        model.to("meta")
        x, eps = torch.zeros(4, 3, device="meta"), torch.zeros(T, 4, 3, device="meta")
        t, betas = torch.ones(4, dtype=torch.int64, device="meta"), torch.ones(T, device="meta")
        bars = diffusion.alpha_bars(betas)
        made = [
            bars,
            diffusion.ddpm_loss(model, x, t, x, bars),
            diffusion.p_step(model, x, t, betas, x),
            diffusion.vlb_terms(model, x, eps, betas, betas),
            diffusion.ddim_step(model, x, t, t - 1, bars, 0.5, x),
            diffusion.probability_flow_drift(lambda x, t: x, x, x[:, 0]),
        ]
    assert {v.device.type for v in made} == {"meta"}
