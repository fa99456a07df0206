"""Scores, walks and the ODE: `dsm_loss`, `langevin_step`, `probability_flow_drift`."""

import math

import torch

from course_lib.checks import F64, assert_close, assert_dtype, check_for, normal
from course_lib.lectures.diffusion.checks.exact import CLUSTERS, tensor, wide

IMAGES = (4, 2, 3, 1)


def _bent(x):
    """Some score that is not linear."""
    return -0.5 * x + 0.2 * torch.sin(x)


@check_for("diffusion.dsm_loss", weight=2, hint="9.14a")
def dsm_by_its_definition(diffusion):
    """½ of the squared length of score(x̃) + noise/σ, averaged over the examples."""
    x, noise, sigma = normal(1, *IMAGES), normal(2, *IMAGES), 0.4
    at = x + sigma * noise
    gap = _bent(at) + noise / sigma
    half = (gap**2).flatten(1).sum(1).mean() / 2

    def wrong(value):
        return (value**2).flatten(1).sum(1).mean() / 2

    assert_close(
        diffusion.dsm_loss(_bent, x, sigma, noise),
        half,
        what="J_DSM",
        suspects={
            "the sign: the score points back, at −noise/σ": wrong(_bent(at) - noise / sigma),
            "noise/σ² where noise/σ belongs": wrong(_bent(at) + noise / sigma**2),
            "the noise is not divided by σ": wrong(_bent(at) + noise),
            "the noise is multiplied by σ": wrong(_bent(at) + noise * sigma),
            "the ½ is missing": 2 * half,
            "a mean over the coordinates; they are summed": half / 6,
            "a sum over the examples": 4 * half,
            "the score is taken at the clean x": wrong(_bent(x) + noise / sigma),
            "the noise is added without σ": wrong(_bent(x + noise) + noise / sigma),
            "weighted with σ²": sigma**2 * half,
            "the length, not its square": gap.flatten(1).norm(dim=1).mean() / 2,
        },
    )
    single = diffusion.dsm_loss(_bent, x.float(), sigma, noise.float())
    assert_dtype(single, torch.float32, what="J_DSM of float32 data")


# Gauss–Hermite with three nodes, as a plain mean over six draws: exact up to the fifth power.
_NODES = tensor(0.0, 0.0, 0.0, 0.0, math.sqrt(3), -math.sqrt(3))
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
    assert_close(
        torch.stack(differences),
        constant,
        atol=1e-6,
        what="J_DSM − J_ESM of score a x² + b x + c (model)",
    )


@check_for("diffusion.langevin_step", weight=2, hint="9.15a")
def langevin_by_its_definition(diffusion):
    """x + step/2 · score + √step noise, for images."""
    x, noise, step = normal(3, *IMAGES), normal(4, *IMAGES), 0.3
    drift, push = 0.5 * step * _bent(x), step**0.5 * noise
    assert_close(
        diffusion.langevin_step(_bent, x, step, noise),
        x + drift + push,
        what="x' (example, channel, row, column)",
        suspects={
            "step where step/2 belongs: then the push has to be √(2 step)": x + 2 * drift + push,
            "√(2 step) where √step belongs: then the drift has to be step": x
            + drift
            + 2**0.5 * push,
            "another convention: step · score + √(2 step) noise": x + 2 * drift + 2**0.5 * push,
            "step scales the noise; its root should": x + drift + step * noise,
            "downhill: the score is subtracted": x - drift + push,
            "no noise: this only climbs": x + drift,
            "x itself is lost": drift + push,
            "no drift": x + push,
            "the noise is not scaled": x + drift + noise,
        },
    )
    single = diffusion.langevin_step(_bent, x.float(), step, noise.float())
    assert_dtype(single, torch.float32, what="x' of float32 x")


@check_for("diffusion.langevin_step", weight=2, hint="9.15b")
def langevin_settles_where_it_should(diffusion):
    """Target N(0, v): variance v/(1 − step/(4v)), a little too wide, is what one step keeps."""
    signs = tensor([1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0])
    for v, step in ((1.0, 0.5), (4.0, 2.0), (0.25, 0.1)):
        settled = v / (1 - step / (4 * v))
        after = diffusion.langevin_step(
            lambda x, v=v: -x / v, settled**0.5 * signs[:, :1], step, signs[:, 1:]
        )
        assert_close(
            after.var(correction=0),
            settled,
            atol=1e-9,
            what=f"variance after a step of {step} in N(0, {v})",
        )


def _beta(t, low=0.1, high=20.0):
    return low + t * (high - low)


def _bars(t, low=0.1, high=20.0):
    """ᾱ(t) = exp(−∫₀ᵗ β)."""
    return torch.exp(-low * t - 0.5 * t**2 * (high - low))


@check_for("diffusion.probability_flow_drift", weight=2, hint="9.16b")
def drift_by_its_definition(diffusion):
    """−½ β(t) (x + score), for images with their own times, and for other rates."""
    x, t = normal(5, *IMAGES), tensor(0.0, 0.3, 1.0, 0.5)

    def score(x, t):
        return -0.3 * x + 0.1 * wide(t, x)

    s = score(x, t)
    for low, high in ((0.1, 20.0), (0.5, 3.0)):
        beta = wide(_beta(t, low, high), x)
        assert_close(
            diffusion.probability_flow_drift(score, x, t, low, high),
            -0.5 * beta * (x + s),
            what=f"dx/dt for β from {low} to {high} (example, channel, row, column)",
            suspects={
                "the score counts double: that is the reverse SDE's drift": -0.5 * beta * x
                - beta * s,
                "the ½ is missing": -beta * (x + s),
                "the sign: time runs towards the noise": 0.5 * beta * (x + s),
                "the score is added: −½ β (x − score)": -0.5 * beta * (x - s),
                "the score is left out": -0.5 * beta * x,
                "x is left out": -0.5 * beta * s,
                "√β where β belongs": -0.5 * beta.sqrt() * (x + s),
                "β(t) runs backwards": -0.5 * wide(_beta(1 - t, low, high), x) * (x + s),
                "β is beta_min at all times": -0.5 * low * (x + s),
            },
        )
    assert_close(
        diffusion.probability_flow_drift(score, x, t),
        -0.5 * wide(_beta(t), x) * (x + s),
        what="dx/dt for the rates of the paper",
    )
    single = diffusion.probability_flow_drift(score, x.float(), t.float())
    assert_dtype(single, torch.float32, what="dx/dt of float32 x")


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
        drift = diffusion.probability_flow_drift(
            score, ends[:, None], torch.full((18,), t, dtype=F64)
        )[:, 0]
        flux = density(ends, t) * drift
        change = (density(x, t + h) - density(x, t - h)) / (2 * h)
        assert_close(
            -(flux[:9] - flux[9:]) / (2 * h),
            change,
            atol=1e-5,
            rtol=1e-4,
            what=f"−∂(q dx/dt)/∂x at t = {t} (point)",
        )
