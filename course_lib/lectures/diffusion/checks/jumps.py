"""Longer steps and a stronger class: `ddim_step` and `guided_eps`."""

import torch

from course_lib.checks import F64, assert_close, assert_follows, check_for, corners, inputs, numbers
from course_lib.lectures.diffusion.checks.exact import (
    BARS,
    guessed,
    mixed,
    posterior,
    seeing,
    wide,
)


@check_for("diffusion.ddim_step", weight=2, hint="9.12b")
def jump_by_its_definition(diffusion):
    """√ᾱ_s x̂₀ + √(1 − ᾱ_s − σ²) ε̂ + σ noise for η = 0, 0.5 and 1, and steps of any length."""
    model, xt, t, s, bars, _, noise = inputs("diffusion.ddim_step", seed=1)[-1].args
    now, then, eps = wide(bars[t], xt), wide(bars[s], xt), model(xt, t)
    guess = guessed(xt, t, eps, bars)
    for eta in (0.5, 0.0, 1.0):
        v = eta**2 * (1 - then) / (1 - now) * (1 - now / then)
        data, rest = then.sqrt() * guess, (1 - then - v).clamp(min=0)
        expected = data + rest.sqrt() * eps + v.sqrt() * noise
        plain = data + (1 - then).sqrt() * eps
        assert_close(
            diffusion.ddim_step(seeing(model), xt, t, s, bars, eta, noise),
            expected,
            what=f"x_s for η = {eta} (example, channel, row, column)",
            suspects={
                "−σ² is missing under the root of ε̂'s factor": plain + v.sqrt() * noise,
                "σ where σ² belongs under the root": data
                + (1 - then - v.sqrt()).clamp(min=0).sqrt() * eps
                + v.sqrt() * noise,
                "σ² scales the noise; its root should": data + rest.sqrt() * eps + v * noise,
                "no noise is added": data + rest.sqrt() * eps,
                "η is not used: σ is as for η = 0": plain,
                "√η where η belongs": data
                + (1 - then - v / max(eta, 1e-9)).clamp(min=0).sqrt() * eps
                + (v / max(eta, 1e-9)).sqrt() * noise,
                "√ᾱ_t scales x̂₀; √ᾱ_s should": now.sqrt() * guess
                + rest.sqrt() * eps
                + v.sqrt() * noise,
                "x̂₀ is not scaled": guess + rest.sqrt() * eps + v.sqrt() * noise,
                "1 − ᾱ_t stands where 1 − ᾱ_s belongs": data
                + (1 - now - v).clamp(min=0).sqrt() * eps
                + v.sqrt() * noise,
                "the root of ε̂'s factor is missing": data + rest * eps + v.sqrt() * noise,
            },
        )


@check_for("diffusion.ddim_step", weight=3, hint="9.12a")
def jumps_keep_the_marginal(diffusion):
    """If the model knows the noise, x_s has mean √ᾱ_s x₀ and variance 1 − ᾱ_s for every η."""
    both = corners(2)
    eps, noise = both[:, :1], both[:, 1:]
    x0 = torch.full((4, 1), 0.7, dtype=F64)
    for step, before in ((4, 2), (3, 1), (2, 1), (4, 0)):
        t, s = torch.full((4,), step), torch.full((4,), before)
        xt = mixed(x0, t, eps)
        for eta in (0.0, 0.6, 1.0):
            back = diffusion.ddim_step(seeing(lambda x, t: eps), xt, t, s, BARS, eta, noise)
            where = f"from t = {step} to s = {before} with η = {eta}"
            kept = BARS[before]
            assert_close(back.mean(), 0.7 * kept.sqrt(), atol=1e-9, what=f"mean of x_s {where}")
            assert_close(
                back.var(correction=0), 1 - kept, atol=1e-9, what=f"variance of x_s {where}"
            )


@check_for("diffusion.ddim_step", weight=2, hint="9.12c")
def single_steps_with_full_noise_are_the_posterior(diffusion):
    """η = 1 and s = t − 1: the posterior's mean and variance; η = 0 uses no noise; dtype kept."""
    for dtype, atol in ((F64, 1e-8), (torch.float32, 1e-4)):
        model, xt, t, _, bars, _, noise = inputs("diffusion.ddim_step", seed=2, dtype=dtype)[
            -1
        ].args
        back = diffusion.ddim_step(model, xt, t, t - 1, bars, 1.0, noise)
        x, exact = xt.double(), bars.double()
        mean, variance, _ = posterior(
            guessed(x, t, model(x, t), exact), x, t, 1 - exact[1:] / exact[:-1]
        )
        expected = mean + wide(variance, x).sqrt() * noise
        assert_close(
            back, expected, atol=atol, dtype=dtype, what="x_(t−1) (example, channel, row, column)"
        )
        still = [diffusion.ddim_step(model, xt, t, t - 1, bars, 0.0, k * noise) for k in (0, 1)]
        assert_close(still[1], still[0], what="x_(t−1) with η = 0, whatever the noise")


@check_for("diffusion.guided_eps", weight=2, hint="9.13a")
def guidance_by_hand(diffusion):
    """eps 2 with the class and 1 without: weights 3, 1 and 0 give 4, 2 and 1."""
    cond, free = numbers([2.0], [-1.0]), numbers([1.0], [0.5])
    for weight in (3.0, 0.5, 1.0, 0.0):
        assert_close(
            diffusion.guided_eps(cond, free, weight),
            free + weight * (cond - free),
            what=f"guided eps for weight {weight:g} (example, coordinate)",
            suspects={
                "with and without the class are exchanged": cond + weight * (free - cond),
                "the paper's w is one less: here weight 1 is the conditional model": cond
                + weight * (cond - free),
                "the difference is subtracted": free - weight * (cond - free),
                "the unconditional part is not kept": weight * (cond - free),
                "the weights do not sum to 1": free + weight * cond,
                "the weight is not used": cond,
            },
        )


@check_for("diffusion.guided_eps", hint="9.13b")
def guidance_of_images(diffusion):
    """Where both agree nothing changes, whatever the weight; images; the dtype is kept."""
    same = inputs("diffusion.guided_eps", seed=1)[-1].args[0]
    assert_close(diffusion.guided_eps(same, same, 7.0), same, what="eps where both agree")
    assert_follows(
        "diffusion.guided_eps",
        diffusion,
        lambda cond, free, weight: free + weight * (cond - free),
        what="guided eps (example, coordinates)",
    )
