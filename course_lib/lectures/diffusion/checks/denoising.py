"""What is learnt, and one step back: `ddpm_loss` and `p_step`."""

import torch

from course_lib.checks import (
    assert_close,
    assert_dtype,
    assert_follows,
    check_for,
    gradients_for,
    inputs,
)
from course_lib.lectures.diffusion.checks.exact import (
    BARS,
    BETAS,
    WORLD,
    assert_moments,
    assert_takes_networks,
    bars_of,
    every_pair,
    guessed,
    mixed,
    posterior,
    seeing,
    step_back,
    wide,
)


def _loss_suspects(model, x0, t, eps, bars):
    xt = mixed(x0, t, eps, bars)
    gap = eps - model(xt, t)
    return {
        "summed over the coordinates; the course takes the mean": (gap**2).sum() / len(x0),
        "a sum over everything": (gap**2).sum(),
        "½ in front": 0.5 * (gap**2).mean(),
        "absolute values instead of squares": gap.abs().mean(),
        "the root of the mean square": (gap**2).mean().sqrt(),
        "the model is shown x₀, not x_t": ((eps - model(x0, t)) ** 2).mean(),
        "the model is told t − 1": ((eps - model(xt, t - 1)) ** 2).mean(),
        "the guess is compared with x₀, not with the noise": ((x0 - model(xt, t)) ** 2).mean(),
        "the guess is compared with x_t, not with the noise": ((xt - model(xt, t)) ** 2).mean(),
        "the sign: the noise is added to the guess": ((eps + model(xt, t)) ** 2).mean(),
    }


def _loss(model, x0, t, eps, bars):
    return ((eps - model(mixed(x0, t, eps, bars), t)) ** 2).mean()


@check_for("diffusion.ddpm_loss", weight=2, hint="9.9a")
def loss_of_some_model(diffusion, here):
    """The mean of (eps − model(x_t, t))² over examples and coordinates, for a model that is off."""
    assert_follows(
        "diffusion.ddpm_loss",
        diffusion,
        _loss,
        what="loss",
        suspects=_loss_suspects,
        call=lambda model, *args: diffusion.ddpm_loss(seeing(model), *args),
    )
    assert_takes_networks("diffusion.ddpm_loss", diffusion, here, _loss, "loss")


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


def _step_suspects(model, xt, t, betas, noise, V):
    bars, eps = bars_of(betas), model(xt, t)
    guess = guessed(xt, t, eps, bars)
    mean, variance, c = posterior(guess, xt, t, betas)
    beta, own, c = (wide(v, xt) for v in (betas[t - 1], variance, c))
    full = own + c**2 * V
    push = full.sqrt() * noise
    late = guessed(xt, t, model(xt, t - 1), bars)
    return {
        "the variance scales the noise; its root should": mean + full * noise,
        "no noise is added": mean,
        "the noise is subtracted": mean - push,
        "the variance is β_t, not β̃_t": mean + beta.sqrt() * noise,
        "V is left out": mean + own.sqrt() * noise,
        "V is added without its factor c²": mean + (own + V).sqrt() * noise,
        "c where c² belongs": mean + (own + c * V).sqrt() * noise,
        "the roots are added, not the variances": mean + (own.sqrt() + c * V**0.5) * noise,
        "this is x̂₀ with noise": guess + push,
        "the predicted noise is taken for x̂₀": posterior(eps, xt, t, betas)[0] + push,
        "the model is told t − 1": posterior(late, xt, t, betas)[0] + push,
    }


@check_for("diffusion.p_step", weight=2, hint="9.10b")
def step_by_its_definition(diffusion, here):
    """The posterior's mean at x̂₀ plus √(β̃_t + c² V) noise, for a model that is off."""
    assert_follows(
        "diffusion.p_step",
        diffusion,
        step_back,
        what="x_(t−1) (example, coordinates)",
        suspects=_step_suspects,
        call=lambda model, *args: diffusion.p_step(seeing(model), *args),
    )
    what = "x_(t−1) (example, coordinate)"
    assert_takes_networks("diffusion.p_step", diffusion, here, step_back, what)


@check_for("diffusion.p_step", weight=3, hint="9.10a")
def steps_keep_the_exact_moments(diffusion):
    """Gaussian data, exact denoiser and V = Var[x₀|x_t]: x_{t−1} has exactly its mean, variance."""
    signs, noise = every_pair(2)
    for step in (4, 2, 1):
        t = torch.full((len(signs),), step)
        mean, variance = WORLD.moments(t)
        means, variances = WORLD.moments(t - 1)
        xt = mean + variance.sqrt() * signs
        # One V for all coordinates of a call: take the two coordinates one after the other.
        for d in (0, 1):
            V = float(WORLD.x0_variance(t)[0, d])
            back = diffusion.p_step(seeing(WORLD.eps), xt, t, BETAS, noise, V)[:, d]
            what = f"x_{step - 1} from x_{step}"
            assert_moments(back, means[0, d], variances[0, d], what)


@check_for("diffusion.p_step", hint="9.10c")
def last_step_and_both_of_the_papers_variances(diffusion):
    """V = 0: no noise at t = 1. V = 1 − ᾱ_t: the noise has variance β_t. The dtype is kept."""
    model, xt, first, betas, noise, _ = inputs("diffusion.p_step", seed=2)[-1].args
    with_noise = diffusion.p_step(model, xt, first, betas, noise)
    without = diffusion.p_step(model, xt, first, betas, 0 * noise)
    assert_close(with_noise, without, what="x₀ from x₁, with noise and without")
    for step in (1, 2, 4):
        V = float(1 - bars_of(betas)[step])
        ends = [diffusion.p_step(model, xt, step * first, betas, s * noise, V) for s in (1.0, 0.0)]
        spread = ((ends[0] - ends[1]) / noise) ** 2
        assert_close(spread, betas[step - 1], atol=1e-8, what=f"variance at t = {step}, V = 1 − ᾱ")
    single = inputs("diffusion.p_step", seed=2, dtype=torch.float32)[-1].args
    assert_dtype(diffusion.p_step(*single), torch.float32, what="x₀ from float32 x₁")


gradients_for("diffusion.ddpm_loss", "model", hint="9.9c")
