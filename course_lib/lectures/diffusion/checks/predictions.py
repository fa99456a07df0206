"""Noise, data and score say the same: `x0_from_eps`, `eps_from_x0`, `score_from_eps`."""

import torch

from course_lib.checks import assert_close, assert_dtype, check_for, normal
from course_lib.lectures.diffusion.checks.exact import BARS, CLUSTERS, mixed, tensor
from course_lib.lectures.diffusion.checks.forward import EASY, IMAGES

T12, T0 = torch.tensor([1, 2]), torch.tensor([3, 2, 4, 1])


@check_for("diffusion.x0_from_eps", hint="9.6a")
def x0_by_hand(diffusion):
    """ᾱ₁ = 0.64 and ᾱ₂ = 0.36, eps = 1: x₁ = 8.6 and x₂ = 6.8 both came from 10."""
    xt, eps = tensor([8.6], [6.8]), tensor([1.0], [1.0])
    assert_close(
        diffusion.x0_from_eps(xt, T12, eps, EASY),
        tensor([10.0], [10.0]),
        what="x₀ (t − 1, coordinate)",
        suspects={
            "divided by ᾱ, not by its root": tensor([8 / 0.64], [6 / 0.36]),
            "the division by √ᾱ is missing": tensor([8.0], [6.0]),
            "the noise is added": tensor([9.2 / 0.8], [7.6 / 0.6]),
            "1 − ᾱ scales the noise; its root should": tensor([8.24 / 0.8], [6.16 / 0.6]),
            "the noise is not scaled": tensor([7.6 / 0.8], [5.8 / 0.6]),
            "alpha_bars[t − 1] where alpha_bars[t] is ᾱ_t": tensor([8.6], [6.2 / 0.8]),
            "this is eps_from_x0": tensor([7.8 / 0.6], [6.2 / 0.8]),
        },
    )


@check_for("diffusion.x0_from_eps", hint="9.6b")
def x0_undoes_the_noising(diffusion):
    """x₀ comes back from x_t and the true noise, for images with their own t, t = 0 included."""
    x0, eps, t = normal(1, *IMAGES), normal(2, *IMAGES), torch.tensor([3, 0, 4, 1])
    back = diffusion.x0_from_eps(mixed(x0, t, eps), t, eps, BARS)
    assert_close(back, x0, atol=1e-9, what="x₀ (example, channel, row, column)")
    single = diffusion.x0_from_eps(x0.float(), t, eps.float(), BARS.float())
    assert_dtype(single, torch.float32, what="x₀ of float32 data")


@check_for("diffusion.eps_from_x0", hint="9.7a")
def eps_by_hand(diffusion):
    """ᾱ₁ = 0.64 and ᾱ₂ = 0.36, x₀ = 10: the noise in x₁ = 8.6 and in x₂ = 6.8 is 1."""
    xt, x0 = tensor([8.6], [6.8]), tensor([10.0], [10.0])
    assert_close(
        diffusion.eps_from_x0(xt, T12, x0, EASY),
        tensor([1.0], [1.0]),
        what="eps (t − 1, coordinate)",
        suspects={
            "divided by 1 − ᾱ, not by its root": tensor([0.6 / 0.36], [0.8 / 0.64]),
            "the division by √(1 − ᾱ) is missing": tensor([0.6], [0.8]),
            "the sign is turned": tensor([-1.0], [-1.0]),
            "ᾱ scales x₀; its root should": tensor([2.2 / 0.6], [3.2 / 0.8]),
            "x₀ is not scaled": tensor([-1.4 / 0.6], [-3.2 / 0.8]),
            "divided by √ᾱ": tensor([0.6 / 0.8], [0.8 / 0.6]),
            "this is x0_from_eps": tensor([2.6 / 0.8], [-1.2 / 0.6]),
        },
    )


@check_for("diffusion.eps_from_x0", hint="9.7b")
def eps_is_what_was_mixed_in(diffusion):
    """The noise comes back from x_t and the true x₀, for images with their own t."""
    x0, eps = normal(3, *IMAGES), normal(4, *IMAGES)
    back = diffusion.eps_from_x0(mixed(x0, T0, eps), T0, x0, BARS)
    assert_close(back, eps, atol=1e-9, what="eps (example, channel, row, column)")
    single = diffusion.eps_from_x0(x0.float(), T0, eps.float(), BARS.float())
    assert_dtype(single, torch.float32, what="eps of float32 data")


@check_for("diffusion.score_from_eps", weight=2, hint="9.8a")
def score_is_the_slope_of_the_density(diffusion):
    """Data on three points: −E[eps|x_t]/√(1 − ᾱ_t) is the derivative of log q(x_t), by x_t."""
    x = torch.linspace(-3, 3, 7, dtype=torch.float64)
    for step in (1, 3):
        kept = float(BARS[step])
        scale, sigma = kept**0.5, (1 - kept) ** 0.5
        away = (x[:, None] - scale * CLUSTERS.points) / sigma  # the noise, for each point
        eps = ((-0.5 * away**2).softmax(1) * away).sum(1, keepdim=True)  # E[eps | x_t]
        t = torch.full((7,), step)
        h = 1e-5
        ends = [CLUSTERS.log_density(x + d, scale, sigma) for d in (h, -h)]
        assert_close(
            diffusion.score_from_eps(eps, t, BARS),
            ((ends[0] - ends[1]) / (2 * h))[:, None],
            atol=1e-6,
            what=f"score at t = {step} (point, coordinate)",
            suspects={
                "the sign: the score points away from the noise": eps / sigma,
                "divided by 1 − ᾱ, not by its root": -eps / sigma**2,
                "the division by √(1 − ᾱ) is missing": -eps,
                "multiplied by √(1 − ᾱ)": -eps * sigma,
                "divided by √ᾱ": -eps / scale,
                "alpha_bars[t − 1] where alpha_bars[t] is ᾱ_t": -eps / (1 - BARS[step - 1]).sqrt(),
            },
        )


@check_for("diffusion.score_from_eps", hint="9.8b")
def score_of_images(diffusion):
    """Images (batch, C, H, W), each with its own t; the dtype is kept."""
    eps = normal(5, *IMAGES)
    expected = -eps / (1 - BARS[T0]).sqrt().reshape(4, 1, 1, 1)
    score = diffusion.score_from_eps(eps, T0, BARS)
    assert_close(score, expected, what="score (example, channel, row, column)")
    single = diffusion.score_from_eps(eps.float(), T0, BARS.float())
    assert_dtype(single, torch.float32, what="score of float32 noise")
