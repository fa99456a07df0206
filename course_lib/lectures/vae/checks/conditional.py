"""A VAE that is told the class: `VAE.conditional_elbo`."""

import torch

from course_lib.checks import F64, assert_close, check_for, normal
from course_lib.lectures.vae.checks.exact import (
    kl_diagonal,
    kl_to_prior,
    linear_gaussian,
    mean_over_corners,
)

_Y = torch.tensor([2, 0, 1, 2, 0])


def conditional_vae(vae, here, truth, encoder=None, dtype=F64):
    """The student's VAE with a truth's decoder, one shift a class, and its exact posterior."""
    (n_classes, n_visible), n_latent = truth.b.shape, truth.n_latent
    model = vae.VAE(
        n_visible,
        n_latent,
        0,
        n_classes=n_classes,
        likelihood="gaussian",
        noise_variance=truth.noise,
        seed=0,
        dtype=dtype,
    )
    if encoder is None:
        A = truth.posterior_variance[:, None] * truth.W.T / truth.noise
        weight = torch.cat([A, -A @ truth.b.T], dim=1)
        weight = torch.cat([weight, torch.zeros_like(weight)])
        bias = torch.cat([torch.zeros(n_latent), truth.posterior_variance.log()])
    else:
        weight, bias = encoder
    here.load(
        model,
        encoder__0__weight=weight,
        encoder__0__bias=bias,
        decoder__0__weight=torch.cat([truth.W, truth.b.T], dim=1),
        decoder__0__bias=torch.zeros(n_visible),
    )
    return model


def _mean_bound(model, x, y):
    return mean_over_corners(
        lambda eps: model.conditional_elbo(x.repeat(4, 1), y.repeat(4), eps)[0], len(x), 2
    )


@check_for("vae.VAE.conditional_elbo", weight=2, hint="5.10b")
def conditional_bound_is_exact_at_the_posterior(vae, here):
    """Linear-Gaussian VAE with three classes, exact posterior: mean ELBO = log p(x|y)."""
    truth, x = linear_gaussian(seed=9, n_classes=3), 1.5 * normal(1, 5, 4)
    all_classes = torch.stack([truth.log_p(x, torch.full((5,), k)) for k in range(3)])
    assert_close(
        _mean_bound(conditional_vae(vae, here, truth), x, _Y),
        truth.log_p(x, _Y),
        atol=1e-8,
        what="mean ELBO (example)",
        suspects={
            "log p(y) is included: the bound is on log p(x|y)": truth.log_p(x, _Y)
            - torch.tensor(3.0).log(),
            "the class is summed out: that is log p(x)": all_classes.logsumexp(0)
            - torch.tensor(3.0).log(),
            "every example gets class 0": all_classes[0],
            "the sign: this is a loss": -truth.log_p(x, _Y),
        },
    )


@check_for("vae.VAE.conditional_elbo", weight=2, hint="5.10a")
def conditional_gap_is_the_kl_to_the_posterior(vae, here):
    """With any other encoder the gap is KL(q(z|x, y) ‖ p(z|x, y)): both networks see y."""
    truth, x = linear_gaussian(seed=5, n_classes=3), 1.5 * normal(4, 5, 4)
    weight, bias = 0.3 * normal(6, 4, 7), 0.4 * normal(7, 4)
    one_hot = torch.nn.functional.one_hot(_Y, 3).double()
    mu, logvar = (torch.cat([x, one_hot], 1) @ weight.T + bias).chunk(2, 1)
    bound = _mean_bound(conditional_vae(vae, here, truth, (weight, bias)), x, _Y)
    exact = kl_diagonal(mu, logvar, *truth.posterior(x, _Y))
    none = truth.log_p(x, _Y) - bound
    assert_close(none, exact, atol=1e-8, what="log p(x|y) − mean ELBO (example)")


@check_for("vae.VAE.conditional_elbo", weight=2, hint="5.10c")
def one_class_is_a_plain_vae(vae, here):
    """For one class at a time it is a plain VAE whose biases have the class's column added."""
    model = vae.VAE(3, 2, 5, n_classes=2, seed=3, dtype=F64)
    plain = vae.VAE(3, 2, 5, seed=0, dtype=F64)
    state = here.state(model)
    x = torch.tensor([[1.0, 0.0, 1.0], [0.0, 1.0, 1.0], [0.0, 0.0, 0.0]], dtype=F64)
    eps = normal(2, 3, 2)
    for k in range(2):
        values = {name.replace(".", "__"): value for name, value in state.items()}
        for network, width in (("encoder", 3), ("decoder", 2)):
            both = state[f"{network}.0.weight"]
            values[f"{network}__0__weight"] = both[:, :width]
            values[f"{network}__0__bias"] = state[f"{network}.0.bias"] + both[:, width + k]
        here.load(plain, **values)
        mu, logvar = plain.encode(x)
        kl = kl_to_prior(mu, logvar).sum(1)
        log_px_z = plain.log_likelihood(x, mu + (0.5 * logvar).exp() * eps)
        y = torch.full((3,), k)
        names = ("ELBO", "log p(x|z, y)", "KL")
        exact = (log_px_z - kl, log_px_z, kl)
        for name, found, right in zip(names, model.conditional_elbo(x, y, eps), exact, strict=True):
            assert_close(
                found,
                right,
                atol=1e-9,
                what=f"{name} for class {k} (example)",
                suspects={"the results are in another order": kl if name != "KL" else log_px_z},
            )


@check_for("vae.VAE.conditional_elbo", hint="5.10c")
def conditional_bound_keeps_the_dtype(vae, here):
    """A float32 model gives float32 results, close to those of float64."""
    truth, x = linear_gaussian(seed=9, n_classes=3), normal(1, 5, 4)
    eps = normal(2, 5, 2)
    double = conditional_vae(vae, here, truth).conditional_elbo(x, _Y, eps)
    single = conditional_vae(vae, here, truth, dtype=torch.float32)
    for s, d in zip(single.conditional_elbo(x.float(), _Y, eps.float()), double, strict=True):
        assert_close(s, d, dtype=torch.float32, atol=1e-3, what="result in float32 (example)")
