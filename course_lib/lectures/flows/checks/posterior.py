"""The bound of a VAE whose posterior is a flow: `flow_elbo`."""

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
from course_lib.lectures.flows.checks.exact import LOG_2PI


def _parts(log_px_z, z_0, z_K, mu, logvar):
    """log N(z_K; 0, I) and log N(z_0; mu, e^logvar), constants included."""
    prior = -0.5 * (z_K**2 + LOG_2PI).sum(1)
    q_0 = -0.5 * ((z_0 - mu) ** 2 / logvar.exp() + logvar + LOG_2PI).sum(1)
    return prior, q_0


def _bound(log_px_z, z_0, z_K, mu, logvar, log_dets):
    prior, q_0 = _parts(log_px_z, z_0, z_K, mu, logvar)
    return log_px_z + prior - q_0 + log_dets.sum(0)


def _suspects(log_px_z, z_0, z_K, mu, logvar, log_dets):
    prior, q_0 = _parts(log_px_z, z_0, z_K, mu, logvar)
    at_start, at_end = _parts(log_px_z, z_K, z_0, mu, logvar)
    stretch = log_dets.sum(0)
    half = mu.shape[1] * LOG_2PI / 2  # the constant of one density, which cancels
    size, kl = 0.5 * logvar.sum(1), 0.5 * (mu**2 + logvar.exp() - logvar - 1).sum(1)
    none = log_px_z + prior - q_0
    right = none + stretch
    return {
        "the log-determinants are subtracted": none - stretch,
        "the log-determinants are missing": none,
        "the prior is taken at z_0, not at z_K": right - prior + at_start,
        "q_0 is taken at z_K, not at z_0": right + q_0 - at_end,
        "the prior is missing": right - prior - half,
        "the prior log N(z_K; 0, I) is missing": right - prior,
        "log q is added": right + 2 * (half + q_0),
        "log q is added, not subtracted": right + 2 * q_0,
        "log q is missing": right + half + q_0,
        "log q(z_0) is missing": right + q_0,
        "logvar counts whole: it is the logarithm of σ²": right + size,
        "log q_0 lacks its normaliser −½ logvar": right - size,
        "the KL of lecture 5 stands for the two densities": log_px_z - kl + stretch,
        "the constants do not cancel": right - half,
        "the sign: this is a loss": -right,
        "the log-determinants are averaged over the layers": none + log_dets.mean(0),
    }


def _exact_posterior():
    """A linear-Gaussian model with a correlated posterior, and two layers that lead to it.

    p(z) = N(0, I), p(x|z) = N(Wz, s² I). q_0 is some diagonal Gaussian; z_1 and z_2 are lower-
    triangular maps of z_0 such that z_2 is a draw from the exact posterior, whatever q_0 is.
    """
    W, noise = numbers([1.2, 0.9], [0.0, 1.1], [0.7, -0.4]), 0.3
    x, eps = 1.5 * normal(1, 4, 3), normal(2, 4, 2)
    cov = torch.linalg.inv(torch.eye(2, dtype=F64) + W.T @ W / noise)
    mean = x @ W @ cov / noise
    L = torch.linalg.cholesky(cov)
    mu, logvar = 0.8 * normal(3, 4, 2), 0.7 * normal(4, 4, 2) - 0.5
    z_0 = mu + (logvar / 2).exp() * eps
    z_2 = mean + eps @ L.T
    # Layer 1 takes off mean and deviation, layer 2 puts the posterior's on.
    log_dets = torch.stack([-0.5 * logvar.sum(1), L.diagonal().log().sum().expand(4)])
    log_px_z = -0.5 * ((x - z_2 @ W.T) ** 2 / noise + math.log(2 * math.pi * noise)).sum(1)
    total = W @ W.T + noise * torch.eye(3, dtype=F64)
    white = torch.linalg.solve_triangular(torch.linalg.cholesky(total), x.T, upper=False)
    log_p = -0.5 * (white**2 + LOG_2PI).sum(0) - 0.5 * torch.linalg.slogdet(total).logabsdet
    return (log_px_z, z_0, z_2, mu, logvar, log_dets), log_p


@check_for("flows.flow_elbo", weight=3, hint="8.13a")
def bound_is_exact_at_the_posterior(flows):
    """Two layers that lead to the exact, correlated posterior: log p(x) for every single draw."""
    args, log_p = _exact_posterior()
    found = flows.flow_elbo(*args)
    assert_close(found, log_p, atol=1e-8, what="bound (example)", suspects=_suspects(*args))


@check_for("flows.flow_elbo", weight=2, hint="8.13b")
def bound_without_layers_is_lecture_5(flows):
    """No layers, z_K = z_0: averaged over the noise, log p(x|z) − KL(q ‖ N(0, I))."""
    log_px_z, _, _, mu, logvar, none = inputs("flows.flow_elbo", seed=5)[2].args
    rows = []
    for eps in corners(2):
        z = mu + (logvar / 2).exp() * eps
        rows.append(flows.flow_elbo(log_px_z, z, z, mu, logvar, none))
    kl = 0.5 * (mu**2 + logvar.exp() - logvar - 1).sum(1)
    what = "mean bound without layers (example)"
    suspects = {"the KL is added": log_px_z + kl, "only log p(x|z)": log_px_z}
    assert_close(torch.stack(rows).mean(0), log_px_z - kl, atol=1e-8, what=what, suspects=suspects)


@check_for("flows.flow_elbo", weight=1, hint="8.13c")
def bound_keeps_the_dtype(flows):
    """One number an example in the dtype of the inputs, also far from the prior."""
    assert_follows("flows.flow_elbo", flows, _bound, what="bound (example)")
    args, log_p = _exact_posterior()
    found = flows.flow_elbo(*(a.float() for a in args))
    assert_close(
        found, log_p, dtype=torch.float32, atol=1e-3, rtol=1e-4, what="bound in float32 (example)"
    )
    log_px_z, z_0, z_K, mu, logvar, log_dets = args
    log_dets = 9 * log_dets
    far = (log_px_z, z_0 + 60, z_K - 40, mu + 60, logvar, log_dets)
    narrow = (log_px_z, mu + 1e-6, z_K, mu, 0 * logvar - 28, log_dets)
    for args, where in ((far, "far from the prior"), (narrow, "of a narrow posterior")):
        what = f"bound {where} (example)"
        assert_close(flows.flow_elbo(*args), _bound(*args), atol=1e-6, what=what)


gradients_for("flows.iaf_forward", "z", "conditioner", "context", cases=(-1,))
gradients_for("flows.flow_elbo", "log_px_z", "z_0", "z_K", "mu", "logvar", "log_dets")
