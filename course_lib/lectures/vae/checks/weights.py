"""Importance weights: `VAE.log_weights`."""

import math

import numpy as np
import torch

from course_lib.checks import F64, assert_close, check_for, normal
from course_lib.lectures.vae.checks.conditional import conditional_vae
from course_lib.lectures.vae.checks.exact import (
    bernoulli_log_px_z,
    bernoulli_parameters,
    corners,
    kl_diagonal,
    kl_to_prior,
    linear_gaussian,
    linear_vae,
    some_encoder,
)


@check_for("vae.VAE.log_weights", weight=2, hint="5.9b")
def weights_do_not_vary_at_the_posterior(vae, here):
    """Linear-Gaussian VAE with the exact posterior: every draw has log w = log p(x)."""
    truth, x = linear_gaussian(seed=1), 1.5 * normal(5, 3, 4)
    eps = normal(6, 4, 3, 2)
    log_w = linear_vae(vae, here, truth).log_weights(x, eps)
    mu, logvar = truth.posterior(x)
    z = mu + (0.5 * logvar).exp() * eps
    log_px_z = truth.log_px_z(x, z)
    right = truth.log_p(x).expand(4, -1)
    assert_close(
        log_w,
        right,
        atol=1e-8,
        what="log w (draw, example)",
        suspects={
            "the KL of the closed form, not log p(z) − log q(z) of this draw": log_px_z
            - kl_to_prior(mu, logvar).sum(1),
            "log p(z) and log q(z) are missing": log_px_z,
            "log q(z) is added": log_px_z - 0.5 * (z**2 + eps**2 + logvar).sum(-1),
            "log q(z) is missing": log_px_z - 0.5 * (z**2).sum(-1),
            "log p(z) is missing": log_px_z + 0.5 * (eps**2 + logvar).sum(-1),
            "the normaliser of q, −½ logvar, is missing": right - 0.5 * logvar.sum(-1),
            "logvar counts whole in log q": right + 0.5 * logvar.sum(-1),
        },
    )


@check_for("vae.VAE.log_weights", weight=2, hint="5.9a")
def weights_follow_the_definition(vae, here):
    """log w = log p(x|z) + log p(z) − log q(z|x) for an encoder that is not the posterior."""
    truth, x = linear_gaussian(seed=3), 1.5 * normal(7, 3, 4)
    weight, bias, encode = some_encoder(11, 4, 2)
    mu, logvar = encode(x)
    for dtype in (torch.float64, torch.float32):
        eps = normal(12, 5, 3, 2)
        model = linear_vae(vae, here, truth, weight, bias, dtype)
        log_w = model.log_weights(x.to(dtype), eps.to(dtype))
        z = mu + (0.5 * logvar).exp() * eps
        expected = truth.log_px_z(x, z) + 0.5 * (eps**2 + logvar - z**2).sum(-1)
        assert_close(
            log_w,
            expected,
            dtype=dtype,
            atol=1e-8 if dtype == torch.float64 else 1e-4,
            what="log w (draw, example)",
            suspects={
                "averaged over the latent coordinates": truth.log_px_z(x, z)
                + 0.5 * (eps**2 + logvar - z**2).mean(-1),
                "all draws share the noise of the first": expected[:1].expand(5, -1),
                "eps is not used: every draw is the mean": (
                    truth.log_px_z(x, mu) + 0.5 * (logvar - mu**2).sum(-1)
                ).expand(5, -1),
            },
        )
    eps = corners(2)[:, None, :].expand(-1, 3, -1)
    gap = truth.log_p(x) - linear_vae(vae, here, truth, weight, bias).log_weights(x, eps).mean(0)
    exact = kl_diagonal(mu, logvar, *truth.posterior(x))
    assert_close(gap, exact, atol=1e-8, what="log p(x) − mean of log w (example)")


@check_for("vae.VAE.log_weights", weight=2, hint="5.9c")
def mean_weight_is_the_probability(vae, here):
    """E_q[w] = p(x) for a Bernoulli VAE, both by Gauss–Hermite quadrature."""
    values = bernoulli_parameters(4)
    x = torch.cartesian_prod(*[torch.tensor([0.0, 1.0], dtype=F64)] * 3)
    nodes, share = (torch.from_numpy(v) for v in np.polynomial.hermite_e.hermegauss(50))
    log_share = (share / math.sqrt(2 * math.pi)).log()
    at = nodes[:, None, None].expand(-1, 8, -1)
    exact = (bernoulli_log_px_z(values, x, at) + log_share[:, None]).logsumexp(0).exp()
    # A narrow q has weights with heavy tails: the prior's width keeps the quadrature exact.
    values["encoder__0__weight"][1], values["encoder__0__bias"][1] = 0, 0.2
    model = vae.VAE(3, 1, 0, seed=0, dtype=F64)
    here.load(model, **values)
    mean = (model.log_weights(x, at) + log_share[:, None]).logsumexp(0).exp()
    assert_close(mean, exact, atol=1e-6, what="E[w] (example)")
    assert_close(mean.sum(), 1.0, atol=1e-6, what="Σₓ E[w] over all x")


@check_for("vae.VAE.log_weights", hint="5.9d")
def weights_of_a_model_with_classes(vae, here):
    """With n_classes > 0 and the exact posterior, log w = log p(x|y) for every draw."""
    truth, y = linear_gaussian(seed=8, n_classes=3), torch.tensor([2, 0, 1, 2])
    x = 1.5 * normal(3, 4, 4)
    log_w = conditional_vae(vae, here, truth).log_weights(x, normal(4, 5, 4, 2), y)
    assert_close(log_w, truth.log_p(x, y).expand(5, -1), atol=1e-8, what="log w (draw, example)")
