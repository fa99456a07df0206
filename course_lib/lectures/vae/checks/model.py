"""The bound of a network: `VAE.elbo`."""

import torch

from course_lib.checks import F64, assert_close, check_for, corners, normal, numbers
from course_lib.lectures.vae.checks import exact


@check_for("vae.VAE.elbo", weight=2, hint="5.8b")
def model_elbo_is_exact_at_the_posterior(vae, here):
    """Linear-Gaussian VAE with the exact posterior as its encoder: mean ELBO = log p(x)."""
    truth, x = exact.linear_gaussian(seed=4)
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
    x, eps = numbers([1.0, 0.0, 1.0], [0.0, 0.0, 1.0]), numbers([0.5, -1.0], [2.0, 0.25])
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


@check_for("vae.VAE.elbo", weight=2, hint="5.8d")
def gradients_reach_both_networks(vae, here):
    """autograd's gradient of the ELBO is the slope of its values, by every weight."""
    values, x = exact.bernoulli_parameters(8), numbers([1.0, 0.0, 1.0], [0.0, 1.0, 1.0])
    eps = corners(1) * numbers([0.7], [1.3])
    model = vae.VAE(3, 1, 0, seed=0, dtype=F64)
    here.load(model, **values)
    found = here.gradient(model.forward, x, eps)
    for k, (name, value) in enumerate(values.items()):
        # One direction through all entries of the weight: a wrong entry shows in its slope.
        direction = normal(50 + k, *value.shape)
        ends = []
        for step in (1e-5, -1e-5):
            here.load(model, **{name: value + step * direction})
            ends.append(float(model.elbo(x, eps)[0].sum()))
        here.load(model, **{name: value})
        shown = name.replace("__", ".")
        assert_close(found[shown].shape, value.shape, what=f"shape of ∂ELBO/∂{shown}")
        slope = (found[shown] * direction).sum()
        what = f"∂ELBO/∂{shown} along a random direction"
        suspects = {"the graph is cut on the way (detach, no_grad, .data or .item())": 0.0}
        assert_close(slope, (ends[0] - ends[1]) / 2e-5, atol=1e-5, what=what, suspects=suspects)
