"""Lecture 9's reference over whole chains, and what its widgets show."""

import math

import numpy as np
import pytest
import scipy.integrate
import torch
from torch.distributions import Normal

from autograder.authoring.reference import reference
from course_lib.checks import F64, normal, seeded
from course_lib.lectures.diffusion.widgets import noise_schedule, reverse_chain

diffusion = reference("diffusion")


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
    nodes, shares = (torch.from_numpy(v) for v in np.polynomial.hermite_e.hermegauss(40))
    bound = torch.zeros(3, dtype=F64)
    for node, share in zip(nodes, shares / shares.sum(), strict=True):
        terms = diffusion.vlb_terms(wavy, x0, node.expand(2, 3, 1), betas, V)
        bound = bound + share * terms.sum(0)
    assert (bound > exact).all()
    assert (bound - exact < 1.0).all()


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


SCHEDULES = {"linear": torch.linspace(1, 0, 11), "cosine": torch.linspace(1, 0, 41).square()}


def noised(x0, t, eps, bars):
    kept = bars[t].reshape(-1, 1, 1)
    return kept.sqrt() * x0 + (1 - kept).sqrt() * eps


def field(x, t):
    return -x / (1 + t[:, None])


def test_the_schedule_shows_clean_images_at_its_beginning():
    images = normal(0, 2, 3, 4).float()
    fig = noise_schedule.draw(noised, SCHEDULES, images, schedule="cosine", percent=0)
    shown = torch.as_tensor(fig.axes[1].images[0].get_array())
    torch.testing.assert_close(shown[:3, :4], images[0])
    torch.testing.assert_close(shown[:3, 5:9], images[1])


def test_the_schedule_shows_the_noise_that_belongs_to_its_step():
    images = torch.ones(1, 3, 4)
    fig = noise_schedule.draw(noised, SCHEDULES, images, schedule="linear", percent=40)
    eps = torch.randn(1, 3, 4, generator=seeded(0))
    shown = torch.as_tensor(fig.axes[1].images[0].get_array())
    torch.testing.assert_close(shown[:3, :4], (0.6**0.5 + 0.4**0.5 * eps)[0])


def test_the_chain_shows_the_points_of_its_state_and_asks_the_field_for_its_step():
    asked, states = [], normal(0, 5, 7, 2).float()

    def asking(x, t):
        asked.append(int(t[0]))
        return field(x, t)

    for state in (1, 4):
        fig = reverse_chain.draw(states, [8, 6, 4, 2, 0], asking, state=state)
        points = torch.as_tensor(fig.axes[0].lines[-1].get_xydata())
        torch.testing.assert_close(points, states[state], check_dtype=False)
    assert asked == [6, 1]
