"""What is learnt, and one step back: `ddpm_loss` and `p_step`."""

import torch

from course_lib.checks import F64, assert_close, assert_dtype, check_for, normal
from course_lib.lectures.diffusion.checks.exact import (
    BARS,
    BETAS,
    WORLD,
    bars_of,
    every_pair,
    mixed,
    posterior,
    seeing,
    wide,
)

IMAGES, STEPS = (4, 2, 3, 1), torch.tensor([3, 2, 4, 1])


def _half(x, t):
    """Some model whose answer depends on x and t."""
    return 0.5 * x + 0.1 * wide(t.to(x.dtype), x)


@check_for("diffusion.ddpm_loss", weight=2, hint="9.9a")
def loss_of_some_model(diffusion):
    """The mean of (eps − model(x_t, t))² over examples and coordinates, for a model that is off."""
    x0, eps = normal(1, *IMAGES), normal(2, *IMAGES)
    xt = mixed(x0, STEPS, eps)
    gap = eps - _half(xt, STEPS)
    small = eps - _half(x0, STEPS)
    assert_close(
        diffusion.ddpm_loss(seeing(_half), x0, STEPS, eps, BARS),
        (gap**2).mean(),
        what="loss",
        suspects={
            "summed over the coordinates; the course takes the mean": (gap**2).sum() / 4,
            "a sum over everything": (gap**2).sum(),
            "½ in front": 0.5 * (gap**2).mean(),
            "absolute values instead of squares": gap.abs().mean(),
            "the root of the mean square": (gap**2).mean().sqrt(),
            "the model is shown x₀, not x_t": (small**2).mean(),
            "the model is told t − 1": ((eps - _half(xt, STEPS - 1)) ** 2).mean(),
            "the guess is compared with x₀, not with the noise": (
                (x0 - _half(xt, STEPS)) ** 2
            ).mean(),
            "the guess is compared with x_t, not with the noise": (
                (xt - _half(xt, STEPS)) ** 2
            ).mean(),
            "the sign: the noise is added to the guess": ((eps + _half(xt, STEPS)) ** 2).mean(),
        },
    )


@check_for("diffusion.ddpm_loss", weight=2, hint="9.9b")
def nobody_beats_the_best_denoiser(diffusion):
    """Gaussian data: the exact denoiser's loss is the mean of Var[eps|x_t], another's is higher."""
    signs, eps = every_pair(2)
    x0 = WORLD.mean + WORLD.variance.sqrt() * signs
    for step in (1, 3):
        t = torch.full((len(x0),), step)
        best = WORLD.eps_variance(t).mean()
        loss = diffusion.ddpm_loss(seeing(WORLD.eps), x0, t, eps, BARS)
        assert_close(loss, best, atol=1e-9, what=f"loss of E[eps|x_t] at t = {step}")
        off = diffusion.ddpm_loss(lambda x, t: WORLD.eps(x, t) + 0.3, x0, t, eps, BARS)
        assert_close(off - best, 0.09, atol=1e-9, what="what an error of 0.3 adds to the loss")


@check_for("diffusion.ddpm_loss", hint="9.9c")
def loss_reaches_the_model(diffusion, here):
    """autograd's gradient of the loss is the slope of its values; the dtype is kept."""
    scale, shift = 0.3 + 0.1 * normal(3, 4, 2), 0.2 * normal(4, 4, 2)
    x0, eps = normal(5, 3, 2), normal(6, 3, 2)
    t = torch.tensor([1, 4, 2])
    model = diffusion.AffineDenoiser(4, 2, dtype=F64)
    here.load(model, scale=scale, shift=shift)
    loss = diffusion.ddpm_loss(model, x0, t, eps, BARS)
    xt = mixed(x0, t, eps)
    gap = scale[t - 1] * xt + shift[t - 1] - eps
    assert_close(loss, (gap**2).mean(), what="loss of an AffineDenoiser")
    slopes = torch.zeros(4, 2, dtype=F64).index_add(0, t - 1, 2 * gap * xt / gap.numel())
    assert_close(
        here.gradient(model.loss, x0, t, eps, BARS)["scale"],
        slopes,
        what="∂loss/∂scale (t − 1, coordinate)",
        suspects={
            "the graph is cut on the way (detach, no_grad or .item())": torch.zeros(4, 2),
        },
    )
    single = diffusion.ddpm_loss(_half, x0.float(), t, eps.float(), BARS.float())
    assert_dtype(single, torch.float32, what="loss of float32 data")


@check_for("diffusion.p_step", weight=2, hint="9.10b")
def step_by_its_definition(diffusion):
    """The posterior's mean at x̂₀ plus √(β̃_t + c² V) noise, for a model that is off."""
    xt, noise = normal(7, *IMAGES), normal(8, *IMAGES)
    eps = _half(xt, STEPS)
    kept = wide(BARS[STEPS], xt)
    guess = (xt - (1 - kept).sqrt() * eps) / kept.sqrt()
    mean, variance, c = posterior(guess, xt, STEPS)
    beta, own = wide(BETAS[STEPS - 1], xt), wide(variance, xt)
    for V in (0.0, 0.7):
        full = wide(variance + c**2 * V, xt)
        assert_close(
            diffusion.p_step(seeing(_half), xt, STEPS, BETAS, noise, V),
            mean + full.sqrt() * noise,
            what=f"x_(t−1) for V = {V} (example, channel, row, column)",
            suspects={
                "the variance scales the noise; its root should": mean + full * noise,
                "no noise is added": mean,
                "the noise is subtracted": mean - full.sqrt() * noise,
                "the variance is β_t, not β̃_t": mean + beta.sqrt() * noise,
                "V is left out": mean + own.sqrt() * noise,
                "V is added without its factor c²": mean + (own + V).sqrt() * noise,
                "c where c² belongs": mean + wide(variance + c * V, xt).sqrt() * noise,
                "the roots are added, not the variances": mean
                + (own.sqrt() + wide(c, xt) * V**0.5) * noise,
                "this is x̂₀ with noise": guess + full.sqrt() * noise,
                "the predicted noise is taken for x̂₀": posterior(eps, xt, STEPS)[0]
                + full.sqrt() * noise,
                "the model is told t − 1": posterior(
                    (xt - (1 - kept).sqrt() * _half(xt, STEPS - 1)) / kept.sqrt(), xt, STEPS
                )[0]
                + full.sqrt() * noise,
            },
        )


@check_for("diffusion.p_step", weight=3, hint="9.10a")
def steps_keep_the_exact_moments(diffusion):
    """Gaussian data, exact denoiser and V = Var[x₀|x_t]: x_{t−1} has exactly its mean, variance."""
    signs, noise = every_pair(2)
    for step in (4, 2, 1):
        t = torch.full((len(signs),), step)
        mean, variance = WORLD.moments(t)
        before = WORLD.moments(t - 1)
        # One V for all coordinates of a call: take the two coordinates one after the other.
        for d in (0, 1):
            V = float(WORLD.x0_variance(t)[0, d])
            back = diffusion.p_step(
                seeing(WORLD.eps), mean + variance.sqrt() * signs, t, BETAS, noise, V
            )[:, d]
            assert_close(
                back.mean(), before[0][0, d], atol=1e-9, what=f"mean of x_{step - 1} from x_{step}"
            )
            assert_close(
                back.var(correction=0),
                before[1][0, d],
                atol=1e-9,
                what=f"variance of x_{step - 1} from x_{step}",
            )


@check_for("diffusion.p_step", hint="9.10c")
def last_step_and_both_of_the_papers_variances(diffusion):
    """V = 0: no noise at t = 1. V = 1 − ᾱ_t: the noise has variance β_t. The dtype is kept."""
    xt, noise = normal(9, 4, 3), normal(10, 4, 3)
    first = torch.ones(4, dtype=torch.int64)
    with_noise = diffusion.p_step(_half, xt, first, BETAS, noise)
    without = diffusion.p_step(_half, xt, first, BETAS, 0 * noise)
    assert_close(with_noise, without, what="x₀ from x₁, with noise and without")
    for step in (1, 2, 4):
        t = torch.full((4,), step)
        V = float(1 - bars_of(BETAS)[step])
        ends = [diffusion.p_step(_half, xt, t, BETAS, s * noise, V) for s in (1.0, 0.0)]
        spread = ((ends[0] - ends[1]) / noise) ** 2
        assert_close(spread, BETAS[step - 1], atol=1e-8, what=f"variance at t = {step}, V = 1 − ᾱ")
    single = diffusion.p_step(_half, xt.float(), first, BETAS.float(), noise.float())
    assert_dtype(single, torch.float32, what="x₀ from float32 x₁")
