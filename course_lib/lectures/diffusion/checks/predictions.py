"""Noise, data and score say the same: `x0_from_eps`, `eps_from_x0`, `score_from_eps`."""

import torch

from course_lib.checks import F64, assert_close, assert_follows, check_for, gradients_for, numbers
from course_lib.lectures.diffusion.checks.exact import BARS, CLUSTERS, EASY, mixed, wide

T12 = torch.tensor([1, 2])
TINY = numbers(1, 1e-8, 1e-12)


@check_for("diffusion.x0_from_eps", hint="9.6a")
def x0_by_hand(diffusion):
    """ᾱ₁ = 0.64 and ᾱ₂ = 0.36, eps = 1: x₁ = 8.6 and x₂ = 6.8 both came from 10."""
    xt, eps = numbers([8.6], [6.8]), numbers([1.0], [1.0])
    found = diffusion.x0_from_eps(xt, T12, eps, EASY)
    suspects = {
        "divided by ᾱ, not by its root": numbers([8 / 0.64], [6 / 0.36]),
        "the division by √ᾱ is missing": numbers([8.0], [6.0]),
        "the noise is added": numbers([9.2 / 0.8], [7.6 / 0.6]),
        "1 − ᾱ scales the noise; its root should": numbers([8.24 / 0.8], [6.16 / 0.6]),
        "the noise is not scaled": numbers([7.6 / 0.8], [5.8 / 0.6]),
        "alpha_bars[t − 1] where alpha_bars[t] is ᾱ_t": numbers([8.6], [6.2 / 0.8]),
        "this is eps_from_x0": numbers([7.8 / 0.6], [6.2 / 0.8]),
    }
    assert_close(found, numbers([10.0], [10.0]), what="x₀ (t − 1, coordinate)", suspects=suspects)
    found = diffusion.x0_from_eps(numbers([1.0], [2.0]), T12, numbers([0.0], [0.0]), TINY)
    assert_close(found, numbers([1e4], [2e6]), what="x₀ for ᾱ = 10⁻⁸ and 10⁻¹²")


@check_for("diffusion.x0_from_eps", hint="9.6b")
def x0_undoes_the_noising(diffusion):
    """x₀ comes back from x_t and the true noise, for images with their own t, t = 0 included."""
    assert_follows(
        "diffusion.x0_from_eps",
        diffusion,
        lambda x0, t, eps, bars: x0,
        what="x₀ (example, coordinates)",
        call=lambda x0, t, eps, bars: diffusion.x0_from_eps(mixed(x0, t, eps, bars), t, eps, bars),
    )


@check_for("diffusion.eps_from_x0", hint="9.7a")
def eps_by_hand(diffusion):
    """ᾱ₁ = 0.64 and ᾱ₂ = 0.36, x₀ = 10: the noise in x₁ = 8.6 and in x₂ = 6.8 is 1."""
    xt, x0 = numbers([8.6], [6.8]), numbers([10.0], [10.0])
    found = diffusion.eps_from_x0(xt, T12, x0, EASY)
    suspects = {
        "divided by 1 − ᾱ, not by its root": numbers([0.6 / 0.36], [0.8 / 0.64]),
        "the division by √(1 − ᾱ) is missing": numbers([0.6], [0.8]),
        "the sign is turned": numbers([-1.0], [-1.0]),
        "ᾱ scales x₀; its root should": numbers([2.2 / 0.6], [3.2 / 0.8]),
        "x₀ is not scaled": numbers([-1.4 / 0.6], [-3.2 / 0.8]),
        "divided by √ᾱ": numbers([0.6 / 0.8], [0.8 / 0.6]),
        "this is x0_from_eps": numbers([2.6 / 0.8], [-1.2 / 0.6]),
    }
    assert_close(found, numbers([1.0], [1.0]), what="eps (t − 1, coordinate)", suspects=suspects)
    for bars, x, expected in ((1 - TINY, 1.0, 1e4), (TINY, 0.0, -1e2)):
        found = diffusion.eps_from_x0(numbers([x]), T12[:1], numbers([1e6 * (1 - x)]), bars)
        what = f"eps for ᾱ = {float(bars[1]):.9g}"
        assert_close(found, numbers([expected]), what=what)


@check_for("diffusion.eps_from_x0", hint="9.7b")
def eps_is_what_was_mixed_in(diffusion):
    """The noise comes back from x_t and the true x₀, for images with their own t."""
    assert_follows(
        "diffusion.eps_from_x0",
        diffusion,
        lambda eps, t, x0, bars: eps,
        what="eps (example, coordinates)",
        call=lambda eps, t, x0, bars: diffusion.eps_from_x0(mixed(x0, t, eps, bars), t, x0, bars),
    )


@check_for("diffusion.score_from_eps", weight=2, hint="9.8a")
def score_is_the_slope_of_the_density(diffusion):
    """Data on three points: −E[eps|x_t]/√(1 − ᾱ_t) is the derivative of log q(x_t), by x_t."""
    x = torch.linspace(-3, 3, 7, dtype=F64)
    for step in (1, 3):
        kept = float(BARS[step])
        scale, sigma = kept**0.5, (1 - kept) ** 0.5
        away = (x[:, None] - scale * CLUSTERS.points) / sigma  # the noise, for each point
        eps = ((-0.5 * away**2).softmax(1) * away).sum(1, keepdim=True)  # E[eps | x_t]
        t = torch.full((7,), step)
        h = 1e-5
        ends = [CLUSTERS.log_density(x + d, scale, sigma) for d in (h, -h)]
        slope = ((ends[0] - ends[1]) / (2 * h))[:, None]
        suspects = {
            "the sign: the score points away from the noise": eps / sigma,
            "divided by 1 − ᾱ, not by its root": -eps / sigma**2,
            "the division by √(1 − ᾱ) is missing": -eps,
            "multiplied by √(1 − ᾱ)": -eps * sigma,
            "divided by √ᾱ": -eps / scale,
            "alpha_bars[t − 1] where alpha_bars[t] is ᾱ_t": -eps / (1 - BARS[step - 1]).sqrt(),
        }
        score = diffusion.score_from_eps(eps, t, BARS)
        what = f"score at t = {step}"
        assert_close(score, slope, atol=1e-6, what=f"{what} (point, coordinate)", suspects=suspects)
    found = diffusion.score_from_eps(numbers([1.0], [-2.0]), T12, 1 - TINY)
    assert_close(found, numbers([-1e4], [2e6]), rtol=1e-4, what="score for 1 − ᾱ = 10⁻⁸ and 10⁻¹²")


@check_for("diffusion.score_from_eps", hint="9.8b")
def score_of_images(diffusion):
    """Images (batch, C, H, W), each with its own t; the dtype is kept."""
    assert_follows(
        "diffusion.score_from_eps",
        diffusion,
        lambda eps, t, bars: -eps / (1 - wide(bars[t], eps)).sqrt(),
        what="score (example, coordinates)",
    )


gradients_for("diffusion.x0_from_eps", "xt", "eps")
gradients_for("diffusion.eps_from_x0", "xt", "x0")
gradients_for("diffusion.score_from_eps", "eps")
