"""A VAE that is told the class: `VAE.conditional_elbo`."""

import torch

from course_lib.checks import F64, assert_close, check_for, gradients_for, normal, numbers
from course_lib.lectures.vae.checks import exact

_Y = torch.tensor([2, 0, 1, 2, 0])


@check_for("vae.VAE.conditional_elbo", weight=2, hint="5.10b")
def conditional_bound_is_exact_at_the_posterior(vae, here):
    """Linear-Gaussian VAE with three classes, exact posterior: mean ELBO = log p(x|y)."""
    truth, x = exact.linear_gaussian(seed=9, n_classes=3, far=40)
    all_classes = torch.stack([truth.log_p(x, torch.full((5,), k)) for k in range(3)])
    log_p, log_3 = truth.log_p(x, _Y), torch.tensor(3.0).log()
    suspects = {
        "log p(y) is included: the bound is on log p(x|y)": log_p - log_3,
        "the class is summed out: that is log p(x)": all_classes.logsumexp(0) - log_3,
        "every example gets class 0": all_classes[0],
        "the sign: this is a loss": -log_p,
    }
    bound = exact.mean_bound(exact.linear_vae(vae, here, truth).conditional_elbo, x, _Y)
    assert_close(bound, log_p, atol=1e-8, what="mean ELBO (example)", suspects=suspects)


@check_for("vae.VAE.conditional_elbo", weight=2, hint="5.10a")
def conditional_gap_is_the_kl_to_the_posterior(vae, here):
    """With any other encoder the gap is KL(q(z|x, y) ‖ p(z|x, y)): both networks see y."""
    truth, x = exact.linear_gaussian(seed=5, n_classes=3)
    encoder, encode = exact.some_encoder(6, 7, 2)
    mu, logvar = encode(torch.cat([x, torch.nn.functional.one_hot(_Y, 3)], 1))
    bound = exact.mean_bound(exact.linear_vae(vae, here, truth, encoder).conditional_elbo, x, _Y)
    gap = exact.kl_diagonal(mu, logvar, *truth.posterior(x, _Y))
    none = truth.log_p(x, _Y) - bound
    assert_close(none, gap, atol=1e-8, what="log p(x|y) − mean ELBO (example)")


@check_for("vae.VAE.conditional_elbo", weight=2, hint="5.10c")
def one_class_is_a_plain_vae(vae, here):
    """For one class at a time it is a plain VAE whose biases have the class's column added."""
    model = vae.VAE(3, 2, 5, n_classes=2, seed=3, dtype=F64)
    plain = vae.VAE(3, 2, 5, seed=0, dtype=F64)
    state = here.state(model)
    _is_plain(model, plain, state, here)
    # Other weights in the same model.
    state = {name: value / 2 for name, value in state.items()}
    here.load(model, **{name.replace(".", "__"): value for name, value in state.items()})
    _is_plain(model, plain, state, here)


def _is_plain(model, plain, state, here):
    x = numbers([1.0, 0.0, 1.0], [0.0, 1.0, 1.0], [0.0, 0.0, 0.0])
    eps = 5 * normal(2, 3, 2)
    for k in range(2):
        values = {name.replace(".", "__"): value for name, value in state.items()}
        for network, width in (("encoder", 3), ("decoder", 2)):
            both = state[f"{network}.0.weight"]
            values[f"{network}__0__weight"] = both[:, :width]
            values[f"{network}__0__bias"] = state[f"{network}.0.bias"] + both[:, width + k]
        here.load(plain, **values)
        mu, logvar = plain.encode(x)
        kl = exact.kl_to_prior(mu, logvar).sum(1)
        log_px_z = plain.log_likelihood(x, mu + (0.5 * logvar).exp() * eps)
        y = torch.full((3,), k)
        names = ("ELBO", "log p(x|z, y)", "KL")
        wanted = (log_px_z - kl, log_px_z, kl)
        for name, found, right in zip(
            names, model.conditional_elbo(x, y, eps), wanted, strict=True
        ):
            what = f"{name} for class {k} (example)"
            suspects = {"the results are in another order": kl if name != "KL" else log_px_z}
            assert_close(found, right, atol=1e-9, what=what, suspects=suspects)


@check_for("vae.VAE.conditional_elbo", hint="5.10c")
def conditional_bound_keeps_the_dtype(vae, here):
    """A float32 model gives float32 results, close to those of float64."""
    truth, x = exact.linear_gaussian(seed=9, n_classes=3)
    eps = normal(2, 5, 2)
    double = exact.linear_vae(vae, here, truth).conditional_elbo(x, _Y, eps)
    single = exact.linear_vae(vae, here, truth, dtype=torch.float32)
    for s, d in zip(single.conditional_elbo(x.float(), _Y, eps.float()), double, strict=True):
        assert_close(s, d, dtype=torch.float32, atol=1e-3, what="result in float32 (example)")


gradients_for("vae.VAE.conditional_elbo", "self")
