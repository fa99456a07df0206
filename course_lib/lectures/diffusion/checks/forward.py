"""The noising chain: `q_sample` and its posterior `q_posterior`."""

import torch

from course_lib.checks import (
    F64,
    assert_close,
    assert_follows,
    check_for,
    gradients_for,
    inputs,
    normal,
    numbers,
)
from course_lib.lectures.diffusion.checks.exact import (
    BARS,
    BETAS,
    EASY,
    LOG_2PI,
    bars_of,
    mixed,
    posterior,
    wide,
)


@check_for("diffusion.q_sample", weight=2, hint="9.4a")
def q_sample_by_hand(diffusion):
    """ᾱ = 1, 0.64, 0.36, x₀ = 10, eps = 1: x₁ = 8.6 and x₂ = 6.8."""
    x0, eps, t = numbers([10.0], [10.0]), numbers([1.0], [1.0]), torch.tensor([1, 2])
    found = diffusion.q_sample(x0, t, eps, EASY)
    suspects = {
        "alpha_bars[t − 1] where alpha_bars[t] is ᾱ_t": numbers([10.0], [8.6]),
        "1 − ᾱ scales the noise; its root should": numbers([8.36], [6.64]),
        "ᾱ scales the data; its root should": numbers([7.0], [4.4]),
        "both roots are missing": numbers([6.76], [4.24]),
        "√ᾱ and √(1 − ᾱ) are exchanged": numbers([6.8], [8.6]),
        "the noise is not scaled": numbers([9.0], [7.0]),
        "the noise is subtracted": numbers([7.4], [5.2]),
        "1 − √ᾱ scales the noise": numbers([8.2], [6.4]),
    }
    assert_close(found, numbers([8.6], [6.8]), what="x_t (t − 1, coordinate)", suspects=suspects)
    for bars, part in ((numbers(1, 1e-8, 1e-12), "data"), (1 - numbers(0, 1e-8, 1e-12), "noise")):
        many, none = numbers([1e4], [1e6]), numbers([0.0], [0.0])
        given = (many, t, none) if part == "data" else (none, t, many)
        found = diffusion.q_sample(*given, bars)
        what = f"x_t where a share of 10⁻⁸ or 10⁻¹² is {part}"
        assert_close(found, numbers([1.0], [1.0]), atol=1e-4, what=what)


@check_for("diffusion.q_sample", weight=2, hint="9.4b")
def q_sample_is_t_small_steps(diffusion):
    """Mean and variance of x_t are those of t single steps x ← √(1 − β) x + √β noise."""
    t = torch.arange(5)
    ones, zeros = torch.ones(5, 1, dtype=F64), torch.zeros(5, 1, dtype=F64)
    factor, variance = [1.0], [0.0]
    for beta in BETAS.tolist():
        factor.append(factor[-1] * (1 - beta) ** 0.5)
        variance.append(variance[-1] * (1 - beta) + beta)
    of_x0 = diffusion.q_sample(ones, t, zeros, BARS)[:, 0]
    of_eps = diffusion.q_sample(zeros, t, ones, BARS)[:, 0]
    assert_close(of_x0, numbers(*factor), what="factor of x₀ (t)")
    assert_close(of_eps**2, numbers(*variance), what="variance of x_t (t)")


@check_for("diffusion.q_sample", hint="9.4c")
def q_sample_of_images(diffusion):
    """Images (batch, C, H, W), each with its own t; nothing happens at t = 0; the dtype is kept."""
    assert_follows("diffusion.q_sample", diffusion, mixed, what="x_t (example, coordinates)")
    x0, t, eps, bars = inputs("diffusion.q_sample", seed=2)[-1].args
    start = diffusion.q_sample(x0, 0 * t, eps, bars)
    assert_close(start, x0, what="x₀ at t = 0 (example, channel, row, column)")


@check_for("diffusion.q_posterior", weight=2, hint="9.5b")
def posterior_by_hand(diffusion):
    """β = 0.36, 0.4375, so ᾱ = 1, 0.64, 0.36: at t = 2 mean and variance of two easy examples."""
    betas, t = numbers(0.36, 0.4375), torch.tensor([2, 2])
    x0, xt = numbers([1.0], [0.0]), numbers([0.0], [1.0])
    mean, variance = diffusion.q_posterior(x0, xt, t, betas)
    a, b = 0.8 * 0.4375 / 0.64, 0.75 * 0.36 / 0.64  # factors of x_0 and x_t
    late = 0.8 * 0.36 / 0.64
    suspects = {
        "the factors of x₀ and x_t are exchanged": numbers([b], [a]),
        "√ᾱ_t where √ᾱ_{t−1} belongs": numbers([0.6 * 0.4375 / 0.64], [b]),
        "the root of ᾱ_{t−1} is missing": numbers([0.64 * 0.4375 / 0.64], [b]),
        "the root of 1 − β_t is missing": numbers([a], [0.5625 * 0.36 / 0.64]),
        "both roots are missing": numbers([0.4375], [0.5625 * 0.36 / 0.64]),
        "β_{t−1} where β_t belongs: betas[t − 1] is β_t": numbers([late], [late]),
        "1 − ᾱ_t where 1 − ᾱ_{t−1} belongs": numbers([a], [0.75]),
        "the division by 1 − ᾱ_t is missing": numbers([a * 0.64], [b * 0.64]),
        "√ᾱ_t where √(1 − β_t) belongs": numbers([a], [0.6 * 0.36 / 0.64]),
    }
    what = "mean for (x₀, x_t) = (1, 0), (0, 1) (which)"
    assert_close(mean, numbers([a], [b]), what=what, suspects=suspects)
    exact = 0.4375 * 0.36 / 0.64
    suspects = {
        "β_t, the variance without x₀": numbers(0.4375, 0.4375),
        "a standard deviation": numbers(exact, exact).sqrt(),
        "the fraction is upside down": numbers(1, 1) * 0.4375 * 0.64 / 0.36,
        "β_{t−1} where β_t belongs: betas[t − 1] is β_t": numbers(1, 1) * 0.36 * 0.36 / 0.64,
        "its logarithm": numbers(exact, exact).log(),
        "the division by 1 − ᾱ_t is missing": numbers(1, 1) * 0.4375 * 0.36,
    }
    assert_close(variance, numbers(exact, exact), what="variance β̃₂ (example)", suspects=suspects)
    mean, variance = diffusion.q_posterior(x0, xt, t, numbers(1e-8, 1e-8))
    assert_close(mean, numbers([0.5], [0.5]), what="mean between two steps of 10⁻⁸")
    assert_close(variance * 1e8, numbers(0.5, 0.5), what="10⁸ · variance between two steps of 10⁻⁸")


def _log_normal(x, mean, variance):
    return -0.5 * ((x - mean) ** 2 / variance + variance.log() + LOG_2PI).sum(-1)


@check_for("diffusion.q_posterior", weight=3, hint="9.5a")
def posterior_obeys_bayes(diffusion):
    """q(x_{t−1}|x_t,x₀) q(x_t|x₀) = q(x_t|x_{t−1}) q(x_{t−1}|x₀) at any points, t = 2, 3, 4."""
    t = torch.tensor([2, 3, 4])
    x0, before, xt = normal(3, 3, 2), normal(4, 3, 2), normal(5, 3, 2)
    mean, variance = diffusion.q_posterior(x0, xt, t, BETAS)
    bars, beta = bars_of(BETAS), wide(BETAS[t - 1], x0)
    now, last = wide(bars[t], x0), wide(bars[t - 1], x0)
    left = _log_normal(before, mean, variance[:, None]) + _log_normal(xt, now.sqrt() * x0, 1 - now)
    right = _log_normal(xt, (1 - beta).sqrt() * before, beta)
    right = right + _log_normal(before, last.sqrt() * x0, 1 - last)
    assert_close(left, right, atol=1e-8, what="log of the left side (t − 2)")


@check_for("diffusion.q_posterior", hint="9.5c")
def posterior_at_the_first_step(diffusion):
    """At t = 1 the mean is x₀ and the variance 0; images with their own t; the dtype is kept."""
    x0, xt, t, betas = inputs("diffusion.q_posterior", seed=2)[-1].args
    mean, variance = diffusion.q_posterior(x0, xt, torch.ones_like(t), betas)
    assert_close(mean, x0, what="mean at t = 1 (example, channel, row, column)")
    assert_close(variance, 0.0, atol=1e-15, what="variance at t = 1 (example)")
    assert_follows(
        "diffusion.q_posterior",
        diffusion,
        lambda *args: posterior(*args)[:2],
        what=("mean (example, coordinates)", "variance (example)"),
    )


gradients_for("diffusion.q_sample", "x0", "eps")
