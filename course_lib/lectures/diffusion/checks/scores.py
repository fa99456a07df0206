"""Scores, walks and the ODE: `dsm_loss`, `langevin_step`, `probability_flow_drift`."""

import functools
import math

import torch

from course_lib.checks import (
    F64,
    assert_close,
    assert_follows,
    check_for,
    corners,
    gradients_for,
    inputs,
    normal,
    numbers,
)
from course_lib.lectures.diffusion.checks.exact import CLUSTERS, wide


def _half_length(values):
    """Half the squared length of each example, averaged."""
    return (values**2).flatten(1).sum(1).mean() / 2


def _dsm(score, x, sigma, noise):
    return _half_length(score(x + sigma * noise) + noise / sigma)


def _dsm_suspects(score, x, sigma, noise):
    at = score(x + sigma * noise)
    gap = at + noise / sigma
    half = _half_length(gap)
    return {
        "the sign: the score points back, at −noise/σ": _half_length(at - noise / sigma),
        "noise/σ² where noise/σ belongs": _half_length(at + noise / sigma**2),
        "the noise is not divided by σ": _half_length(at + noise),
        "the noise is multiplied by σ": _half_length(at + noise * sigma),
        "the ½ is missing": 2 * half,
        "a mean over the coordinates; they are summed": half / x[0].numel(),
        "a sum over the examples": len(x) * half,
        "the score is taken at the clean x": _half_length(score(x) + noise / sigma),
        "the noise is added without σ": _half_length(score(x + noise) + noise / sigma),
        "weighted with σ²": sigma**2 * half,
        "the length, not its square": gap.flatten(1).norm(dim=1).mean() / 2,
    }


@check_for("diffusion.dsm_loss", weight=2, hint="9.14a")
def dsm_by_its_definition(diffusion, here):
    """½ of the squared length of score(x̃) + noise/σ, averaged over the examples."""
    assert_follows("diffusion.dsm_loss", diffusion, _dsm, what="J_DSM", suspects=_dsm_suspects)
    made, *args = inputs("diffusion.dsm_loss", seed=3)[-1].args
    network = made.make(diffusion, here)
    for sign in (1, -1):
        weight, bias = (sign * values for values in made.load.values())
        here.load(network, weight=weight, bias=bias)
        line = functools.partial(torch.nn.functional.linear, weight=weight, bias=bias)
        found, exact = diffusion.dsm_loss(network, *args), _dsm(line, *args)
        assert_close(found, exact, atol=1e-8, what="J_DSM of a network")
        network.eval()
    near = torch.tanh, torch.zeros(2, 3, dtype=F64), 1e-3, normal(5, 2, 3)
    found = diffusion.dsm_loss(*near)
    assert_close(found, _dsm(*near), rtol=1e-9, what="J_DSM for σ = 0.001")


# Gauss–Hermite with three nodes, as a plain mean over six draws: exact up to the fifth power.
_NODES = numbers(0.0, 0.0, 0.0, 0.0, math.sqrt(3), -math.sqrt(3))
_MODELS = ((0.0, 0.0, 0.0), (0.0, -1.0, 0.5), (0.3, -0.5, -0.2), (-0.4, 0.7, 1.0))


@check_for("diffusion.dsm_loss", weight=3, hint="9.14b")
def dsm_differs_from_esm_by_a_constant(diffusion):
    """J_DSM − J_ESM is the same for every model: the noise teaches the true score."""
    sigma = 0.6
    x = CLUSTERS.points[:, None].repeat(1, 6).reshape(-1, 1)
    noise = _NODES.repeat(3)[:, None]
    grid = torch.linspace(-7, 8, 3001, dtype=F64)
    density = CLUSTERS.log_density(grid, 1.0, sigma).exp() * (15 / 3000)
    true = CLUSTERS.score(grid, 1.0, sigma)
    # E[(noise/σ)²] − E[score²], both halved
    constant = 0.5 * (1 / sigma**2 - (density * true**2).sum())
    differences = []
    for a, b, c in _MODELS:

        def score(at, a=a, b=b, c=c):
            return a * at**2 + b * at + c

        j_esm = 0.5 * (density * (score(grid) - true) ** 2).sum()
        differences.append(diffusion.dsm_loss(score, x, sigma, noise) - j_esm)
    found = torch.stack(differences)
    assert_close(found, constant, atol=1e-6, what="J_DSM − J_ESM of score a x² + b x + c (model)")


def _langevin_suspects(score, x, step, noise):
    drift, push = 0.5 * step * score(x), step**0.5 * noise
    return {
        "step where step/2 belongs: then the push has to be √(2 step)": x + 2 * drift + push,
        "√(2 step) where √step belongs: then the drift has to be step": x + drift + 2**0.5 * push,
        "another convention: step · score + √(2 step) noise": x + 2 * drift + 2**0.5 * push,
        "step scales the noise; its root should": x + drift + step * noise,
        "downhill: the score is subtracted": x - drift + push,
        "no noise: this only climbs": x + drift,
        "x itself is lost": drift + push,
        "no drift": x + push,
        "the noise is not scaled": x + drift + noise,
    }


@check_for("diffusion.langevin_step", weight=2, hint="9.15a")
def langevin_by_its_definition(diffusion):
    """x + step/2 · score + √step noise, for images."""
    assert_follows(
        "diffusion.langevin_step",
        diffusion,
        lambda score, x, step, noise: x + 0.5 * step * score(x) + step**0.5 * noise,
        what="x' (example, coordinates)",
        suspects=_langevin_suspects,
    )


@check_for("diffusion.langevin_step", weight=2, hint="9.15b")
def langevin_settles_where_it_should(diffusion):
    """Target N(0, v): variance v/(1 − step/(4v)), a little too wide, is what one step keeps."""
    signs = corners(2)
    for v, step in ((1.0, 0.5), (4.0, 2.0), (0.25, 0.1)):
        settled = v / (1 - step / (4 * v))
        start, noise = settled**0.5 * signs[:, :1], signs[:, 1:]
        after = diffusion.langevin_step(lambda x, v=v: -x / v, start, step, noise)
        what = f"variance after a step of {step} in N(0, {v})"
        assert_close(after.var(correction=0), settled, atol=1e-9, what=what)


def _beta(t, low=0.1, high=20.0):
    return low + t * (high - low)


def _bars(t, low=0.1, high=20.0):
    """ᾱ(t) = exp(−∫₀ᵗ β)."""
    return torch.exp(-low * t - 0.5 * t**2 * (high - low))


def _drift(score, x, t, low=0.1, high=20.0):
    return -0.5 * wide(_beta(t, low, high), x) * (x + score(x, t))


def _drift_suspects(score, x, t, low=0.1, high=20.0):
    beta, s = wide(_beta(t, low, high), x), score(x, t)
    return {
        "the score counts double: that is the reverse SDE's drift": -0.5 * beta * x - beta * s,
        "the ½ is missing": -beta * (x + s),
        "the sign: time runs towards the noise": 0.5 * beta * (x + s),
        "the score is added: −½ β (x − score)": -0.5 * beta * (x - s),
        "the score is left out": -0.5 * beta * x,
        "x is left out": -0.5 * beta * s,
        "√β where β belongs": -0.5 * beta.sqrt() * (x + s),
        "β(t) runs backwards": -0.5 * wide(_beta(1 - t, low, high), x) * (x + s),
        "β is beta_min at all times": -0.5 * low * (x + s),
    }


@check_for("diffusion.probability_flow_drift", weight=2, hint="9.16b")
def drift_by_its_definition(diffusion):
    """−½ β(t) (x + score), for images with their own times, and for other rates."""
    assert_follows(
        "diffusion.probability_flow_drift",
        diffusion,
        _drift,
        what="dx/dt (example, coordinates)",
        suspects=_drift_suspects,
    )


@check_for("diffusion.probability_flow_drift", weight=3, hint="9.16a")
def density_follows_the_flow(diffusion):
    """Data on three points: ∂q/∂t = −∂(q · dx/dt)/∂x, so the moved points always have density q."""

    def density(x, t):
        kept = float(_bars(torch.tensor(t, dtype=F64)))
        return CLUSTERS.log_density(x, kept**0.5, (1 - kept + 0.05 * kept) ** 0.5).exp()

    def score(x, t):
        kept = float(_bars(t[0].double()))
        return CLUSTERS.score(x[:, 0], kept**0.5, (1 - kept + 0.05 * kept) ** 0.5)[:, None]

    h, x = 1e-4, torch.linspace(-2.5, 2.5, 9, dtype=F64)
    ends = torch.cat([x + h, x - h])
    for t in (0.1, 0.3, 0.6):
        at = torch.full((18,), t, dtype=F64)
        drift = diffusion.probability_flow_drift(score, ends[:, None], at)[:, 0]
        flux = density(ends, t) * drift
        gain = -(flux[:9] - flux[9:]) / (2 * h)
        change = (density(x, t + h) - density(x, t - h)) / (2 * h)
        what = f"−∂(q dx/dt)/∂x at t = {t} (point)"
        assert_close(gain, change, atol=1e-5, rtol=1e-4, what=what)


gradients_for("diffusion.dsm_loss", "score", cases=(-1,))
