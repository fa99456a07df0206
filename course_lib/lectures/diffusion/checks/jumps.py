"""Longer steps and a stronger class: `ddim_step` and `guided_eps`."""

import torch

from course_lib.checks import F64, assert_close, assert_follows, check_for, corners, inputs, numbers
from course_lib.lectures.diffusion.checks.exact import (
    BARS,
    assert_moments,
    assert_takes_networks,
    guessed,
    mixed,
    seeing,
    step_back,
    wide,
)


def _root(x):
    return x.clamp(min=0).sqrt()


def _jump(model, xt, t, s, bars, eta, noise):
    now, then, eps = wide(bars[t], xt), wide(bars[s], xt), model(xt, t)
    variance = eta**2 * (1 - then) / (1 - now) * (1 - now / then)
    data = then.sqrt() * guessed(xt, t, eps, bars)
    return data + _root(1 - then - variance) * eps + variance.sqrt() * noise


@check_for("diffusion.ddim_step", weight=2, hint="9.12b")
def jump_by_its_definition(diffusion, here):
    """√ᾱ_s x̂₀ + √(1 − ᾱ_s − σ²) ε̂ + σ noise for η = 0, 0.5 and 1, and steps of any length."""
    model, xt, t, s, bars, _, noise = inputs("diffusion.ddim_step", seed=1)[-1].args
    now, then, eps = wide(bars[t], xt), wide(bars[s], xt), model(xt, t)
    guess = guessed(xt, t, eps, bars)
    for eta in (0.5, 0.0, 1.0):
        v = eta**2 * (1 - then) / (1 - now) * (1 - now / then)
        w = v / max(eta, 1e-9)  # with √η in η's place
        data, rest, push = then.sqrt() * guess, 1 - then - v, v.sqrt() * noise
        back = _root(rest) * eps
        plain = data + (1 - then).sqrt() * eps
        suspects = {
            "−σ² is missing under the root of ε̂'s factor": plain + push,
            "σ where σ² belongs under the root": data + _root(1 - then - v.sqrt()) * eps + push,
            "σ² scales the noise; its root should": data + back + v * noise,
            "no noise is added": data + back,
            "η is not used: σ is as for η = 0": plain,
            "√η where η belongs": data + _root(1 - then - w) * eps + w.sqrt() * noise,
            "√ᾱ_t scales x̂₀; √ᾱ_s should": now.sqrt() * guess + back + push,
            "x̂₀ is not scaled": guess + back + push,
            "1 − ᾱ_t stands where 1 − ᾱ_s belongs": data + _root(1 - now - v) * eps + push,
            "the root of ε̂'s factor is missing": data + rest * eps + push,
        }
        found = diffusion.ddim_step(seeing(model), xt, t, s, bars, eta, noise)
        what = f"x_s for η = {eta} (example, channel, row, column)"
        assert_close(found, data + back + push, atol=1e-9, rtol=1e-9, what=what, suspects=suspects)
    assert_takes_networks(
        "diffusion.ddim_step", diffusion, here, _jump, "x_s (example, coordinate)"
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
            assert_moments(back, 0.7 * kept.sqrt(), 1 - kept, f"x_s {where}")


@check_for("diffusion.ddim_step", weight=2, hint="9.12c")
def single_steps_with_full_noise_are_the_posterior(diffusion):
    """η = 1 and s = t − 1: the posterior's mean and variance; η = 0 uses no noise; dtype kept."""
    assert_follows(
        "diffusion.ddim_step",
        diffusion,
        lambda model, xt, t, s, bars, eta, noise: step_back(
            model, xt, t, 1 - bars[1:] / bars[:-1], noise
        ),
        what="x_(t−1) (example, coordinates)",
        call=lambda model, xt, t, s, bars, eta, noise: diffusion.ddim_step(
            model, xt, t, t - 1, bars, 1.0, noise
        ),
    )
    model, xt, t, _, bars, _, noise = inputs("diffusion.ddim_step", seed=2)[-1].args
    still = [diffusion.ddim_step(model, xt, t, t - 1, bars, 0.0, k * noise) for k in (0, 1)]
    assert_close(still[1], still[0], what="x_(t−1) with η = 0, whatever the noise")


@check_for("diffusion.guided_eps", weight=2, hint="9.13a")
def guidance_by_hand(diffusion):
    """eps 2 with the class and 1 without: weights 3, 1 and 0 give 4, 2 and 1."""
    cond, free = numbers([2.0], [-1.0]), numbers([1.0], [0.5])
    for weight in (3.0, 0.5, 1.0, 0.0, 30.0, -4.0):
        gap = cond - free
        suspects = {
            "with and without the class are exchanged": cond - weight * gap,
            "the paper's w is one less: here weight 1 is the conditional model": cond
            + weight * gap,
            "the difference is subtracted": free - weight * gap,
            "the unconditional part is not kept": weight * gap,
            "the weights do not sum to 1": free + weight * cond,
            "the weight is not used": cond,
        }
        found = diffusion.guided_eps(cond, free, weight)
        what = f"guided eps for weight {weight:g}"
        assert_close(
            found, free + weight * gap, what=f"{what} (example, coordinate)", suspects=suspects
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
