"""A mixture of Gaussians: `responsibilities` and `em_step`."""

import math

import torch

from course_lib.checks import (
    F64,
    Draw,
    apart,
    assert_close,
    assert_dtype,
    assert_finite,
    assert_follows,
    assert_true,
    check_for,
    normal,
    numbers,
)
from course_lib.lectures.vae.checks.exact import LOG_2PI
from course_lib.lectures.vae.inputs import random_mixture

# Three points on a line under 0.25 N(0, 1) + 0.75 N(2, 4): every term of the formula shows.
_X1, _M1 = numbers([0.0], [1.0], [3.0]), numbers([0.0], [2.0])
_W1, _C1 = numbers(0.25, 0.75), numbers([[1.0]], [[4.0]])


def log_joint(x, weights, means, covs):
    """log w_k N(x; m_k, C_k), (n, K), from inverse and determinant."""
    away = x[:, None, :] - means
    quadratic = torch.einsum("nki,kij,nkj->nk", away, torch.linalg.inv(covs), away)
    return weights.log() - 0.5 * (quadratic + torch.logdet(covs) + x.shape[1] * LOG_2PI)


@check_for("vae.responsibilities", weight=2, hint="5.1b")
def responsibilities_by_hand(vae):
    """Two Gaussians on a line by hand: 0.25 N(0, 1) and 0.75 N(2, 4)."""
    x = _X1[:, 0]
    near, far = torch.exp(-(x**2) / 2), torch.exp(-((x - 2) ** 2) / 8)
    a, b = 0.25 * near, 0.75 * far / 2

    def shares(first, second):
        return torch.stack([first, second], 1) / (first + second)[:, None]

    found = vae.responsibilities(_X1, _W1, _M1, _C1)
    suspects = {
        "the weights w_k are missing": shares(near, far / 2),
        "the determinant of C_k is missing": shares(a, 0.75 * far),
        "the determinant counts whole: its square root is wanted": shares(a, 0.75 * far / 4),
        "C_k is used as a standard deviation": shares(
            a, 0.75 * torch.exp(-((x - 2) ** 2) / 32) / 4
        ),
        "½ is missing in the exponent": shares(a * near, b * far),
        "the rows are not divided by their sums": torch.stack([a, b], 1) / math.sqrt(2 * math.pi),
        "joint probabilities, not divided by Σ_j w_j N_j": torch.stack([a, b], 1),
        "each column sums to 1 instead of each row": torch.stack([a / a.sum(), b / b.sum()], 1),
    }
    assert_close(found, shares(a, b), what="r (point, part)", suspects=suspects)


def _shares(x, weights, means, covs):
    return log_joint(x, weights, means, covs).softmax(1)


def _shares_suspects(x, weights, means, covs):
    exact, log_dets = log_joint(x, weights, means, covs), torch.logdet(covs)
    turned = log_joint(x, weights, means, torch.linalg.inv(covs)) - log_dets
    diagonal = torch.diag_embed(covs.diagonal(dim1=1, dim2=2))
    return {
        "only the diagonals of the covariances are used": _shares(x, weights, means, diagonal),
        "the determinant is missing": (exact + 0.5 * log_dets).softmax(1),
        "each column sums to 1 instead of each row": exact.softmax(0),
        "C_k multiplies where its inverse should": turned.softmax(1),
    }


@check_for("vae.responsibilities", weight=2, hint="5.1b")
def responsibilities_are_bayes_rule(vae):
    """w_k N(x; m_k, C_k) divided by their sum, for full covariances in three dimensions."""
    what = "r (point, part)"
    assert_follows("vae.responsibilities", vae, _shares, what=what, suspects=_shares_suspects)


@check_for("vae.responsibilities", hint="5.1b")
def responsibilities_do_not_depend_on_the_units(vae):
    """A turned, stretched and shifted world, x ↦ Ax + b, has the same responsibilities."""
    weights, means, covs = random_mixture(Draw(5))
    x, A, b = 1.5 * normal(1, 5, 2), normal(2, 2, 2) + 2 * torch.eye(2), normal(3, 2)
    before = vae.responsibilities(x, weights, means, covs)
    after = vae.responsibilities(x @ A.T + b, weights, means @ A.T + b, A @ covs @ A.T)
    assert_close(after, before, atol=1e-8, what="r after x ↦ Ax + b")


@check_for("vae.responsibilities", weight=2, hint="5.1c")
def responsibilities_far_away(vae):
    """1,000 standard deviations from every mean each row still sums to 1, in both dtypes."""
    for dtype in (torch.float32, torch.float64):
        x = torch.tensor([[1000.0, 0.0], [-1000.0, 3.0]], dtype=dtype)
        means = torch.tensor([[0.0, 0.0], [1.0, 0.0]], dtype=dtype)
        weights = torch.tensor([0.5, 0.5], dtype=dtype)
        r = vae.responsibilities(x, weights, means, torch.eye(2, dtype=dtype).repeat(2, 1, 1))
        sides = numbers([0.0, 1.0], [1.0, 0.0])
        assert_close(r, sides, dtype=dtype, what="r far away from every mean")
        rare = torch.tensor([1.0, 1e-12], dtype=dtype)
        # Here the second density is as many times larger as its weight is smaller.
        middle = torch.tensor([[0.5 - math.log(1e-12), 0.0]], dtype=dtype)
        r = vae.responsibilities(middle, rare, means, torch.eye(2, dtype=dtype).repeat(2, 1, 1))
        assert_close(r, 0.5, atol=2e-3, what="r where the second part has the weight 10⁻¹²")


def exact_step(x, *mixture, around_old=False, unbiased=False):
    r = _shares(x, *mixture)
    count = r.sum(0)
    new_means = r.T @ x / count[:, None]
    away = x[:, None, :] - (mixture[1] if around_old else new_means)
    new_covs = torch.einsum("nk,nki,nkj->kij", r, away, away)
    return count / len(x), new_means, new_covs / (count - float(unbiased))[:, None, None]


def _data(seed=0, n=40):
    centre = torch.tensor([[0.0, 0.0], [3.0, 1.0]], dtype=F64).repeat(n // 2, 1)
    return centre + normal(seed, n, 2) * torch.tensor([1.0, 0.5], dtype=F64)


@check_for("vae.em_step", weight=2, hint="5.2a")
def one_part_is_fitted_in_one_step(vae):
    """K = 1: one step gives weight 1, the mean and the covariance with N below."""
    x, wide = _data(n=6), 4 * torch.eye(2, dtype=F64)
    start = torch.ones_like(x[0, :1]), torch.zeros_like(x[:1]), wide[None]
    weights, means, covs = vae.em_step(x, *start)
    away = x - x.mean(0)
    cov = away.T @ away / len(x)
    assert_close(weights, torch.ones(1), what="weight")
    assert_close(means, x.mean(0)[None], what="mean")
    suspects = {
        "N − 1 below; maximum likelihood has N": cov[None] * 6 / 5,
        "around the old mean, not the new one": (x.T @ x / len(x))[None],
        "not divided by N_k": cov[None] * 6,
        "only the diagonal": torch.diag(torch.diag(cov))[None],
    }
    assert_close(covs, cov[None], what="covariance (part, i, j)", suspects=suspects)


def _step_suspects(x, *mixture):
    r = _shares(x, *mixture)
    new_weights, new_means, new_covs = exact_step(x, *mixture)
    around_old, unbiased = (
        exact_step(x, *mixture, **{how: True})[2] for how in ("around_old", "unbiased")
    )
    of_weights = {
        "N_k, not divided by N": r.sum(0),
        "the old weights": mixture[0],
        "the parts are counted equally": torch.full_like(new_weights, 1 / len(new_weights)),
    }
    of_means = {
        "the old means": mixture[1],
        "divided by N instead of N_k": r.T @ x / len(x),
        "not divided by N_k": r.T @ x,
    }
    of_covs = {
        "the differences are taken from the old means": around_old,
        "N_k − 1 below": unbiased,
        "the old covariances": mixture[2],
        "only the diagonals": torch.diag_embed(new_covs.diagonal(dim1=1, dim2=2)),
        "m_k m_kᵀ is not subtracted": new_covs + new_means[:, :, None] * new_means[:, None, :],
    }
    return [of_weights, of_means, of_covs]


@check_for("vae.em_step", weight=2, hint="5.2b")
def em_step_follows_the_equations(vae):
    """w, m and C of eq. 5.3 for three parts in two dimensions."""
    what = ("w (part)", "m (part, i)", "C (part, i, j)")
    assert_follows("vae.em_step", vae, exact_step, what=what, suspects=_step_suspects)


@check_for("vae.em_step", weight=2, hint="5.2c")
def log_likelihood_never_falls(vae):
    """Σ_n log p(x_n) rises or stays in each of six steps, from two starts."""
    for seed in (21, 33):
        x, mixture = _data(seed), random_mixture(Draw(seed))
        before = float(log_joint(x, *mixture).logsumexp(1).sum())
        start = before
        for step in range(6):
            mixture = vae.em_step(x, *mixture)
            for name, values in zip(("weights", "means", "covariances"), mixture, strict=True):
                assert_finite(values, what=f"{name} after step {step + 1}")
            assert_close(mixture[2], mixture[2].mT, atol=1e-9, what="C, its axes exchanged,")
            lowest = float(torch.linalg.eigvalsh(mixture[2]).min())
            what = f"after step {step + 1} a covariance has the eigenvalue {lowest:.3g}"
            assert_true(lowest > 1e-9, f"{what}: all of them have to be positive")
            after = float(log_joint(x, *mixture).logsumexp(1).sum())
            high, low = apart(before, after)
            assert_true(
                after >= before - 1e-9,
                f"the log-likelihood falls in step {step + 1}: from {high} to {low} nats",
                likely="weights, means and covariances do not belong to the same responsibilities",
            )
            before = after
        assert_true(
            after > start + 1, f"after 6 steps the log-likelihood is still {after:.2f} nats"
        )


@check_for("vae.em_step", hint="5.2b")
def em_step_keeps_the_moments(vae):
    """After a step the mixture has the data's mean and covariance; the dtype is kept."""
    x = _data(4)
    weights, means, covs = vae.em_step(x, *random_mixture(Draw(17)))
    mean = weights @ means
    second = torch.einsum("k,kij->ij", weights, covs + means[:, :, None] * means[:, None, :])
    assert_close(mean, x.mean(0), atol=1e-9, what="mean of the mixture")
    assert_close(second, x.T @ x / len(x), atol=1e-9, what="Σ_k w_k (C_k + m_k m_kᵀ)")
    single = [v.float() for v in random_mixture(Draw(17))]
    for name, values in zip(("w", "m", "C"), vae.em_step(x.float(), *single), strict=True):
        assert_dtype(values, torch.float32, what=f"{name} of a float32 step")
