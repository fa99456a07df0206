"""The bound of a network: `VAE.elbo`."""

import torch

from course_lib.checks import F64, assert_close, assert_dtype, check_for, normal
from course_lib.lectures.vae.checks.exact import (
    bernoulli_log_px_z,
    bernoulli_parameters,
    corners,
    kl_diagonal,
    kl_to_prior,
    linear_gaussian,
    linear_vae,
    mean_over_corners,
    some_encoder,
)


def _mean_bound(model, x):
    """ELBO of each example for L = 2, its mean over the noise taken exactly."""
    return mean_over_corners(lambda eps: model.elbo(x.repeat(4, 1), eps)[0], len(x), 2)


@check_for("vae.VAE.elbo", weight=2, hint="5.8b")
def model_elbo_is_exact_at_the_posterior(vae, here):
    """Linear-Gaussian VAE with the exact posterior as its encoder: mean ELBO = log p(x)."""
    truth, x = linear_gaussian(seed=4), 1.5 * normal(8, 5, 4)
    bound = _mean_bound(linear_vae(vae, here, truth), x)
    mu, logvar = truth.posterior(x)
    right, cost = truth.expected_log_px_z(x, mu, logvar), kl_to_prior(mu, logvar)
    assert_close(
        bound,
        truth.log_p(x),
        atol=1e-8,
        what="mean ELBO (example)",
        suspects={
            "z is the mean of q: eps is not used": truth.log_px_z(x, mu) - cost.sum(1),
            "eps is scaled by the variance": truth.expected_log_px_z(x, mu, 2 * logvar)
            - cost.sum(1),
            "z is eps itself, a draw from the prior": truth.expected_log_px_z(x, 0 * mu, 0 * logvar)
            - cost.sum(1),
            "the KL is missing": right,
            "the KL is added": right + cost.sum(1),
            "the KL is averaged over the latent coordinates": right - cost.mean(1),
            "the reconstruction is averaged over the pixels": right / 4 - cost.sum(1),
            "the sign: this is a loss": cost.sum(1) - right,
        },
    )


@check_for("vae.VAE.elbo", weight=2, hint="5.8a")
def model_gap_is_the_kl_to_the_posterior(vae, here):
    """With any other encoder, log p(x) − mean ELBO = KL(q ‖ posterior)."""
    truth, x = linear_gaussian(seed=6), 1.5 * normal(2, 5, 4)
    weight, bias, encode = some_encoder(3, 4, 2)
    bound = _mean_bound(linear_vae(vae, here, truth, weight, bias), x)
    mu, logvar = encode(x)
    assert_close(
        truth.log_p(x) - bound,
        kl_diagonal(mu, logvar, *truth.posterior(x)),
        atol=1e-8,
        what="log p(x) − mean ELBO (example)",
    )


@check_for("vae.VAE.elbo", weight=2, hint="5.8c")
def three_results_in_order(vae, here):
    """ELBO, log p(x|z) and KL of a Bernoulli VAE, each by its formula, for given eps."""
    values = bernoulli_parameters(5, n_visible=3, n_latent=2)
    x = torch.tensor([[1.0, 0.0, 1.0], [0.0, 0.0, 1.0]], dtype=F64)
    eps = torch.tensor([[0.5, -1.0], [2.0, 0.25]], dtype=F64)
    mu, logvar = (x @ values["encoder__0__weight"].T + values["encoder__0__bias"]).chunk(2, 1)
    log_px_z = bernoulli_log_px_z(values, x, mu + (0.5 * logvar).exp() * eps)
    kl = kl_to_prior(mu, logvar)
    for dtype in (torch.float64, torch.float32):
        model = vae.VAE(3, 2, 0, seed=0, dtype=dtype)
        here.load(model, **values)
        bound, reconstruction, cost = model.elbo(x.to(dtype), eps.to(dtype))
        for name, value in (("ELBO", bound), ("log p(x|z)", reconstruction), ("KL", cost)):
            assert_dtype(value, dtype, what=name)
        tolerance = 1e-9 if dtype == torch.float64 else 1e-4
        swapped = {"reconstruction and KL are exchanged": kl.sum(1), "the sign": -log_px_z}
        assert_close(
            reconstruction,
            log_px_z,
            atol=tolerance,
            what="second result, log p(x|z) (example)",
            suspects={
                **swapped,
                "averaged over the pixels": log_px_z / 3,
                "eps is scaled by the variance": bernoulli_log_px_z(
                    values, x, mu + logvar.exp() * eps
                ),
                "z is the mean of q": bernoulli_log_px_z(values, x, mu),
            },
        )
        assert_close(
            cost,
            kl.sum(1),
            atol=tolerance,
            what="third result, KL (example)",
            suspects={
                "reconstruction and KL are exchanged": log_px_z,
                "the sign": -kl.sum(1),
                "averaged over the latent coordinates": kl.mean(1),
            },
        )
        assert_close(
            bound,
            log_px_z - kl.sum(1),
            atol=tolerance,
            what="first result, ELBO (example)",
            suspects={"the KL is added": log_px_z + kl.sum(1)},
        )


@check_for("vae.VAE.elbo", weight=2, hint="5.8d")
def gradients_reach_both_networks(vae, here):
    """autograd's gradient of the ELBO is the slope of its values, by every weight."""
    values, x = bernoulli_parameters(8), torch.tensor([[1.0, 0.0, 1.0], [0.0, 1.0, 1.0]])
    eps = corners(1) * torch.tensor([[0.7], [1.3]], dtype=F64)
    model = vae.VAE(3, 1, 0, seed=0, dtype=F64)
    here.load(model, **values)
    found = here.gradient(model.forward, x.double(), eps)
    for k, (name, value) in enumerate(values.items()):
        # One direction through all entries of the weight: a wrong entry shows in its slope.
        direction = normal(50 + k, *value.shape)
        ends = []
        for step in (1e-5, -1e-5):
            here.load(model, **{name: value + step * direction})
            ends.append(float(model.elbo(x.double(), eps)[0].sum()))
        here.load(model, **{name: value})
        shown = name.replace("__", ".")
        assert_close(found[shown].shape, value.shape, what=f"shape of ∂ELBO/∂{shown}")
        assert_close(
            (found[shown] * direction).sum(),
            (ends[0] - ends[1]) / 2e-5,
            atol=1e-5,
            what=f"∂ELBO/∂{shown} along a random direction",
            suspects={"the graph is cut on the way (detach, no_grad, .data or .item())": 0.0},
        )
