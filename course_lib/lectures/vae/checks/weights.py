"""Importance weights: `VAE.log_weights`."""

import torch

from course_lib.checks import (
    F64,
    all_binary,
    assert_close,
    check_for,
    corners,
    gradients_for,
    normal,
)
from course_lib.lectures.vae.checks import exact


@check_for("vae.VAE.log_weights", weight=2, hint="5.9b")
def weights_do_not_vary_at_the_posterior(vae, here):
    """Linear-Gaussian VAE with the exact posterior: every draw has log w = log p(x)."""
    truth, x = exact.linear_gaussian(seed=1, far=40)
    eps = 3 * normal(6, 4, 5, 2)
    log_w = exact.linear_vae(vae, here, truth).log_weights(x, eps)
    mu, logvar = truth.posterior(x)
    z = mu + (0.5 * logvar).exp() * eps
    log_px_z = truth.log_px_z(x, z)
    right = truth.log_p(x).expand(4, -1)
    suspects = {
        "the KL of the closed form, not log p(z) − log q(z) of this draw": log_px_z
        - exact.kl_to_prior(mu, logvar).sum(1),
        "log p(z) and log q(z) are missing": log_px_z,
        "log q(z) is added": log_px_z - 0.5 * (z**2 + eps**2 + logvar).sum(-1),
        "log q(z) is missing": log_px_z - 0.5 * (z**2).sum(-1),
        "log p(z) is missing": log_px_z + 0.5 * (eps**2 + logvar).sum(-1),
        "the normaliser of q, −½ logvar, is missing": right - 0.5 * logvar.sum(-1),
        "logvar counts whole in log q": right + 0.5 * logvar.sum(-1),
    }
    assert_close(log_w, right, atol=1e-8, what="log w (draw, example)", suspects=suspects)


@check_for("vae.VAE.log_weights", weight=2, hint="5.9a")
def weights_follow_the_definition(vae, here):
    """log w = log p(x|z) + log p(z) − log q(z|x) for an encoder that is not the posterior."""
    truth, x = exact.linear_gaussian(seed=3)
    encoder, encode = exact.some_encoder(11, 4, 2)
    mu, logvar = encode(x)
    eps = 3 * normal(12, 5, 5, 2)
    z = mu + (0.5 * logvar).exp() * eps
    log_px_z = truth.log_px_z(x, z)
    expected = log_px_z + 0.5 * (eps**2 + logvar - z**2).sum(-1)
    at_mean = truth.log_px_z(x, mu) + 0.5 * (logvar - mu**2).sum(-1)
    suspects = {
        "averaged over the latent coordinates": log_px_z + 0.5 * (eps**2 + logvar - z**2).mean(-1),
        "all draws share the noise of the first": expected[:1].expand(5, -1),
        "eps is not used: every draw is the mean": at_mean.expand(5, -1),
    }
    for dtype, atol in ((torch.float64, 1e-8), (torch.float32, 1e-4)):
        model = exact.linear_vae(vae, here, truth, encoder, dtype)
        log_w = model.log_weights(x.to(dtype), eps.to(dtype))
        what = "log w (draw, example)"
        assert_close(log_w, expected, dtype=dtype, atol=atol, what=what, suspects=suspects)
    model = exact.linear_vae(vae, here, truth)
    model.log_weights(x, eps)
    # Other weights in the same model.
    here.load(model, encoder__0__weight=encoder[0], encoder__0__bias=encoder[1])
    gap = truth.log_p(x) - model.log_weights(x, corners(2)[:, None, :].expand(-1, 5, -1)).mean(0)
    kl = exact.kl_diagonal(mu, logvar, *truth.posterior(x))
    assert_close(gap, kl, atol=1e-8, what="log p(x) − mean of log w (example)")


@check_for("vae.VAE.log_weights", weight=2, hint="5.9c")
def mean_weight_is_the_probability(vae, here):
    """E_q[w] = p(x) for a Bernoulli VAE, both by Gauss–Hermite quadrature."""
    values, x = exact.bernoulli_parameters(4), all_binary(3, F64)
    nodes, log_share = exact.hermite(50)
    at = nodes[:, None, None].expand(-1, 8, -1)
    log_px_z = exact.bernoulli_log_px_z(values, x, at)
    # A narrow q has weights with heavy tails: the prior's width keeps the quadrature exact.
    values["encoder__0__weight"][1], values["encoder__0__bias"][1] = 0, 0.2
    model = vae.VAE(3, 1, 0, seed=0, dtype=F64)
    here.load(model, **values)
    mean = (model.log_weights(x, at) + log_share[:, None]).logsumexp(0).exp()
    p = (log_px_z + log_share[:, None]).logsumexp(0).exp()
    assert_close(mean, p, atol=1e-6, what="E[w] (example)")
    assert_close(mean.sum(), 1.0, atol=1e-6, what="Σₓ E[w] over all x")


@check_for("vae.VAE.log_weights", hint="5.9d")
def weights_of_a_model_with_classes(vae, here):
    """With n_classes > 0 and the exact posterior, log w = log p(x|y) for every draw."""
    (truth, x), y = exact.linear_gaussian(seed=8, n_classes=3), torch.tensor([2, 0, 1, 2, 0])
    log_w = exact.linear_vae(vae, here, truth).log_weights(x, normal(4, 5, 5, 2), y)
    assert_close(log_w, truth.log_p(x, y).expand(5, -1), atol=1e-8, what="log w (draw, example)")


gradients_for("vae.VAE.log_weights", "self")
