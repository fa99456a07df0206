"""The pieces of the bound: `gaussian_kl`, `reparameterize`, `elbo`, `iwae_bound`."""

import itertools
import math

import torch

from course_lib.checks import (
    apart,
    assert_close,
    assert_follows,
    assert_true,
    check_for,
    gradients_for,
    inputs,
    jacobian,
    numbers,
)
from course_lib.lectures.vae.checks import exact

_MU = numbers([0.0, 0.0], [2.0, 0.0], [0.0, 0.0], [1.0, -1.0])
_LOGVAR = numbers([0.0, 0.0], [0.0, 0.0], [1.0, 0.0], [-2.0, 0.5])


def _kl_suspects(mu, logvar):
    right, doubled = exact.kl_to_prior(mu, logvar), exact.kl_to_prior(mu, 2 * logvar)
    return {
        "the sign: this is −KL": -right.sum(1),
        "the mean over the latent coordinates instead of their sum": right.mean(1),
        "½ is missing": 2 * right.sum(1),
        "logvar is taken for the log of a standard deviation": doubled.sum(1),
        "logvar is taken for the variance": 0.5 * (mu**2 + logvar - logvar.abs().log() - 1).sum(1),
        "the −1 is missing": (right + 0.5).sum(1),
        "KL(prior ‖ q), the reversed divergence": exact.kl_reversed(mu, logvar).sum(1),
        "mu is not squared": 0.5 * (mu + logvar.exp() - logvar - 1).sum(1),
        "+ logvar instead of − logvar": 0.5 * (mu**2 + logvar.exp() + logvar - 1).sum(1),
    }


@check_for("vae.gaussian_kl", weight=2, hint="5.4b")
def kl_by_hand(vae):
    """By hand: 0 for the prior itself, μ²/2 for a shift, (e − 2)/2 for the log-variance 1."""
    last = 0.5 * (2 + math.exp(-2) + math.exp(0.5) + 1.5 - 2)
    expected = numbers(0.0, 2.0, (math.e - 2) / 2, last)
    kl, suspects = vae.gaussian_kl(_MU, _LOGVAR), _kl_suspects(_MU, _LOGVAR)
    assert_close(kl, expected, what="KL (example)", suspects=suspects)


def _kl_integral(mu, logvar):
    nodes, log_share = exact.hermite(4)
    z = mu[..., None] + (0.5 * logvar).exp()[..., None] * nodes
    log_ratio = 0.5 * (z**2 - nodes**2 - logvar[..., None])
    return (log_ratio * log_share.exp()).sum((-2, -1))


@check_for("vae.gaussian_kl", weight=2, hint="5.4a")
def kl_is_the_expected_log_ratio(vae):
    """E_q[log q(z) − log p(z)], an integral that four Gauss–Hermite nodes give exactly."""
    assert_follows("vae.gaussian_kl", vae, _kl_integral, what="KL (example)", suspects=_kl_suspects)


@check_for("vae.gaussian_kl", hint="5.4c")
def kl_of_narrow_posteriors(vae):
    """Log-variances of −80 and +40 keep finite, right values, in both dtypes."""
    for dtype in (torch.float32, torch.float64):
        logvar = torch.tensor([[-80.0], [40.0], [0.0]], dtype=dtype)
        kl = vae.gaussian_kl(torch.zeros(3, 1, dtype=dtype), logvar)
        expected = numbers(39.5, 0.5 * (math.exp(40) - 41), 0.0)
        assert_close(kl, expected, dtype=dtype, what="KL (example)")


def _z_suspects(mu, logvar, eps):
    return {
        "eps is scaled by the variance, not by the standard deviation": mu + logvar.exp() * eps,
        "eps is scaled by logvar itself": mu + logvar * eps,
        "logvar is halved twice": mu + (0.25 * logvar).exp() * eps,
        "the sign in the exponent": mu + (-0.5 * logvar).exp() * eps,
        "σ · (mu + eps)": (0.5 * logvar).exp() * (mu + eps),
        "mu is missing": (0.5 * logvar).exp() * eps,
        "the mean is subtracted": (0.5 * logvar).exp() * eps - mu,
        "eps is not used": mu,
        "σ = √logvar": mu + logvar.clamp(min=0).sqrt() * eps,
    }


@check_for("vae.reparameterize", weight=2, hint="5.5a")
def draws_by_hand(vae):
    """By hand: μ = 3, σ² = 4 and eps = −1, 0, 2 give z = 1, 3, 7; random ones, in both dtypes."""
    mu, logvar = numbers([3.0, 0.0]), numbers([math.log(4.0), 0.0])
    eps = numbers([[-1.0, 1.0]], [[0.0, 0.5]], [[2.0, -1.0]])
    expected = numbers([[1.0, 1.0]], [[3.0, 0.5]], [[7.0, -1.0]])
    found = vae.reparameterize(mu, logvar, eps)
    what = "z (sample, example, coordinate)"
    assert_close(found, expected, what=what, suspects=_z_suspects(mu, logvar, eps))

    def definition(mu, logvar, eps):
        return mu + (logvar / 2).exp() * eps

    assert_follows("vae.reparameterize", vae, definition, what="z", suspects=_z_suspects)
    for dtype in (torch.float32, torch.float64):
        none, logvar = torch.zeros(1, 2, dtype=dtype), numbers([-60, 60]).to(dtype)
        scale = vae.reparameterize(none, logvar, none + 1) * numbers(math.exp(30), math.exp(-30))
        assert_close(scale, numbers([1, 1]), what="σ for the log-variances −60 and 60, in e^±30")


@check_for("vae.reparameterize", weight=2, hint="5.5b")
def second_moment_and_its_gradient(vae):
    """E[z²] = μ² + e^logvar, ∂/∂μ = 2μ and ∂/∂logvar = e^logvar; eps = ±1 gives E exactly."""
    mu, logvar = (v[0] for v in inputs("vae.reparameterize", seed=4)[0].args[:2])

    def second_moment(mu, logvar):
        plus, minus = torch.ones_like(mu), -torch.ones_like(mu)
        draws = [vae.reparameterize(mu, logvar, eps) for eps in (plus, minus)]
        return (draws[0] ** 2 + draws[1] ** 2) / 2

    moment = second_moment(mu[None], logvar[None])[0]
    suspects = {
        "eps is scaled by the variance, not by the standard deviation": mu**2 + (2 * logvar).exp(),
        "the variance is not there": mu**2,
    }
    assert_close(moment, mu**2 + logvar.exp(), what="E[z²] (coordinate)", suspects=suspects)
    by_mu = jacobian(lambda m: second_moment(m, logvar.expand_as(m)), mu).diagonal()
    assert_close(by_mu, 2 * mu, atol=1e-6, what="∂E[z²]/∂μ (coordinate)")
    by_logvar = jacobian(lambda v: second_moment(mu.expand_as(v), v), logvar).diagonal()
    assert_close(by_logvar, logvar.exp(), atol=1e-6, what="∂E[z²]/∂logvar (coordinate)")


def _elbo_suspects(log_px_z, mu, logvar):
    kl = exact.kl_to_prior(mu, logvar)
    return {
        "KL is added: the bound subtracts it": log_px_z + kl.sum(1),
        "KL is averaged over the latent coordinates": log_px_z - kl.mean(1),
        "KL counts half": log_px_z - 0.5 * kl.sum(1),
        "the sign: this is −ELBO, a loss": kl.sum(1) - log_px_z,
        "KL(prior ‖ q), the reversed divergence": log_px_z - exact.kl_reversed(mu, logvar).sum(1),
        "KL is missing": log_px_z,
    }


@check_for("vae.elbo", weight=2, hint="5.6a")
def elbo_is_exact_at_the_posterior(vae):
    """Linear-Gaussian model, q = exact posterior: ELBO = log p(x)."""
    truth, x = exact.linear_gaussian(seed=0, n_latent=3, far=40)
    mu, logvar = truth.posterior(x)
    expected = truth.expected_log_px_z(x, mu, logvar)
    found = vae.elbo(expected, mu, logvar)
    wanted = truth.log_p(x)
    what = "ELBO (example)"
    assert_close(found, wanted, atol=1e-8, what=what, suspects=_elbo_suspects(expected, mu, logvar))


@check_for("vae.elbo", weight=2, hint="5.6b")
def gap_is_the_kl_to_the_posterior(vae):
    """For any other q, log p(x) − ELBO = KL(q ‖ posterior)."""
    truth, x = exact.linear_gaussian(seed=2, n_latent=3)
    mu, logvar = exact.some_encoder(6, 4, 3)[1](x)
    expected = truth.expected_log_px_z(x, mu, logvar)
    log_p, kl = truth.log_p(x), exact.kl_diagonal(mu, logvar, *truth.posterior(x))
    gap = log_p - vae.elbo(expected, mu, logvar)
    wrong = _elbo_suspects(expected, mu, logvar)
    suspects = {cause: log_p - bound for cause, bound in wrong.items()}
    assert_close(gap, kl, atol=1e-8, what="log p(x) − ELBO (example)", suspects=suspects)


@check_for("vae.elbo", hint="5.6a")
def elbo_of_the_prior_is_the_reconstruction(vae):
    """q = prior costs nothing: ELBO = log p(x|z), one number an example, in the dtype of x."""
    for dtype in (torch.float32, torch.float64):
        log_px_z = torch.tensor([-3.0, -80.0, 7.0], dtype=dtype)
        zeros = torch.zeros(3, 4, dtype=dtype)
        bound = vae.elbo(log_px_z, zeros, zeros)
        assert_close(bound, log_px_z, dtype=dtype, what="ELBO (example)")


@check_for("vae.iwae_bound", weight=2, hint="5.7a")
def bound_by_hand(vae):
    """Weights 1 and 3 make log 2; one draw alone is its own log-weight, the ELBO's estimate."""
    log_w = numbers([1.0, 0.2, 0.5], [3.0, 0.2, 0.1]).log()
    expected = numbers(2.0, 0.2, 0.3).log()
    suspects = {
        "the logarithms were averaged: that is the ELBO again": log_w.mean(0),
        "− log K is missing": log_w.exp().sum(0).log(),
        "the weights themselves, not their logarithm": log_w.exp().mean(0),
        "the best draw alone": log_w.max(0).values,
        "the sign": -log_w.exp().mean(0).log(),
    }
    assert_close(vae.iwae_bound(log_w), expected, what="bound (example)", suspects=suspects)
    assert_close(vae.iwae_bound(log_w[:1]), log_w[0], what="bound of one draw")


@check_for("vae.iwae_bound", weight=2, hint="5.7b")
def more_draws_never_loosen_the_bound(vae):
    """E[L₁] ≤ E[L₂] ≤ … ≤ E[L₅] ≤ log E[w], over all draws of a weight with three values."""
    values, share = numbers(0.1, 1.0, 6.0), numbers(0.5, 0.3, 0.2)
    top = float((values * share).sum().log())
    before = -math.inf
    for n_draws in range(1, 6):
        draws = torch.tensor(list(itertools.product(range(3), repeat=n_draws))).T  # (K, 3^K)
        chance = share[draws].prod(0)
        mean = float((chance * vae.iwae_bound(values[draws].log())).sum())
        wanted = float((chance * values[draws].mean(0).log()).sum())
        found, low, high = apart(mean, before, top)
        assert_true(
            before - 1e-9 <= mean <= top + 1e-9,
            f"E[L_{n_draws}] is {found} nats; it should lie between E[L_{n_draws - 1}] = {low} and "
            f"log E[w] = {high}",
            likely="− log K is missing, or the mean runs over the examples",
        )
        assert_close(mean, wanted, atol=1e-9, what=f"E[L_{n_draws}]")
        before = mean


@check_for("vae.iwae_bound", hint="5.7c")
def bound_does_not_underflow(vae):
    """Equal weights of −10⁵ or +10⁴ nats give just that; an impossible draw costs log 2."""
    for dtype in (torch.float32, torch.float64):
        log_w = torch.tensor([[-1e5, 1e4, -5.0], [-1e5, 1e4, -math.inf]], dtype=dtype)
        bound = vae.iwae_bound(log_w)
        expected = numbers(-1e5, 1e4, -5.0 - math.log(2))
        assert_close(bound, expected, dtype=dtype, what="bound (example)")


gradients_for("vae.gaussian_kl", "mu", "logvar")
gradients_for("vae.reparameterize", "mu", "logvar", hint="5.5c")
gradients_for("vae.elbo", "log_px_z", "mu", "logvar")
gradients_for("vae.iwae_bound", "log_weights")
