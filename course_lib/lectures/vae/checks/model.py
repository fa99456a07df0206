"""The bound of a network: `VAE.elbo`."""

import math

import torch

from course_lib.checks import assert_close, check_for, gradients_for, numbers
from course_lib.lectures.vae.checks import exact


@check_for("vae.VAE.elbo", weight=2, hint="5.8b")
def model_elbo_is_exact_at_the_posterior(vae, here):
    """Linear-Gaussian VAE with the exact posterior as its encoder: mean ELBO = log p(x)."""
    truth, x = exact.linear_gaussian(seed=4, far=40)
    bound = exact.mean_bound(exact.linear_vae(vae, here, truth).elbo, x)
    mu, logvar = truth.posterior(x)
    right, cost = truth.expected_log_px_z(x, mu, logvar), exact.kl_to_prior(mu, logvar)
    suspects = {
        "z is the mean of q: eps is not used": truth.log_px_z(x, mu) - cost.sum(1),
        "eps is scaled by the variance": truth.expected_log_px_z(x, mu, 2 * logvar) - cost.sum(1),
        "z is eps itself, a draw from the prior": truth.expected_log_px_z(x, 0 * mu, 0 * logvar)
        - cost.sum(1),
        "the KL is missing": right,
        "the KL is added": right + cost.sum(1),
        "the KL is averaged over the latent coordinates": right - cost.mean(1),
        "the reconstruction is averaged over the pixels": right / 4 - cost.sum(1),
        "the sign: this is a loss": cost.sum(1) - right,
    }
    assert_close(bound, truth.log_p(x), atol=1e-8, what="mean ELBO (example)", suspects=suspects)


@check_for("vae.VAE.elbo", weight=2, hint="5.8a")
def model_gap_is_the_kl_to_the_posterior(vae, here):
    """With any other encoder, log p(x) − mean ELBO = KL(q ‖ posterior)."""
    truth, x = exact.linear_gaussian(seed=6)
    encoder, encode = exact.some_encoder(3, 4, 2)
    bound = exact.mean_bound(exact.linear_vae(vae, here, truth, encoder).elbo, x)
    gap = exact.kl_diagonal(*encode(x), *truth.posterior(x))
    assert_close(truth.log_p(x) - bound, gap, atol=1e-8, what="log p(x) − mean ELBO (example)")


@check_for("vae.VAE.elbo", weight=2, hint="5.8c")
def three_results_in_order(vae, here):
    """ELBO, log p(x|z) and KL of a Bernoulli VAE, each by its formula, for given eps."""
    values = exact.bernoulli_parameters(5, n_visible=3, n_latent=2)
    x, eps = numbers([1.0, 0.0, 1.0], [0.0, 0.0, 1.0]), numbers([0.5, -1.0], [9.0, 0.25])
    mu, logvar = (x @ values["encoder__0__weight"].T + values["encoder__0__bias"]).chunk(2, 1)
    log_px_z = exact.bernoulli_log_px_z(values, x, mu + (0.5 * logvar).exp() * eps)
    spread = exact.bernoulli_log_px_z(values, x, mu + logvar.exp() * eps)
    parts = exact.kl_to_prior(mu, logvar)
    kl = parts.sum(1)
    wanted = (
        ("first result, ELBO", log_px_z - kl, {"the KL is added": log_px_z + kl}),
        (
            "second result, log p(x|z)",
            log_px_z,
            {
                "reconstruction and KL are exchanged": kl,
                "the sign": -log_px_z,
                "averaged over the pixels": log_px_z / 3,
                "eps is scaled by the variance": spread,
                "z is the mean of q": exact.bernoulli_log_px_z(values, x, mu),
            },
        ),
        (
            "third result, KL",
            kl,
            {
                "reconstruction and KL are exchanged": log_px_z,
                "the sign": -kl,
                "averaged over the latent coordinates": parts.mean(1),
            },
        ),
    )
    for dtype, atol in ((torch.float64, 1e-9), (torch.float32, 1e-4)):
        model = vae.VAE(3, 2, 0, seed=0, dtype=dtype)
        here.load(model, **values)
        results = model.elbo(x.to(dtype), eps.to(dtype))
        # The bound last: it is wrong where one of its parts is.
        for k in (1, 2, 0):
            name, right, suspects = wanted[k]
            what = f"{name} (example)"
            assert_close(results[k], right, atol=atol, dtype=dtype, what=what, suspects=suspects)
        # Other weights in the same model: log p(x|z) for a decoder that says ½ to each pixel.
        nothing = {name: 0 * v for name, v in values.items()}
        here.load(model, **nothing)
        half = numbers(1.0, 1.0) * 3 * math.log(0.5)
        results = model.elbo(x.to(dtype), eps.to(dtype))
        for result, right in zip(results, (half, half, 0 * half), strict=True):
            what = "result with all weights 0 (example)"
            assert_close(result, right, atol=1e-5, dtype=dtype, what=what)


gradients_for("vae.VAE.elbo", "self", hint="5.8d")
