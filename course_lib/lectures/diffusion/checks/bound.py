"""The bound on −log p(x₀): `vlb_terms`."""

import torch

from course_lib.checks import (
    assert_close,
    assert_dtype,
    assert_follows,
    check_for,
    gradients_for,
    inputs,
    numbers,
)
from course_lib.lectures.diffusion.checks.exact import (
    LOG_2PI,
    GaussianData,
    assert_takes_networks,
    bars_of,
    every_pair,
    guessed,
    mixed,
    posterior,
    seeing,
    wide,
)


@check_for("diffusion.vlb_terms", weight=3, hint="9.11a")
def bound_is_entropy_plus_what_the_prior_misses(diffusion):
    """Gaussian data: the mean of Σ_k L_k is H(data) + KL(q(x_T) ‖ N(0, I)), for T = 1, 2 and 4."""
    for betas in (numbers(0.6), numbers(0.3, 0.7), numbers(0.1, 0.5, 0.2, 0.4)):
        T = len(betas)
        world = GaussianData(numbers(1.5, -0.5), numbers(0.4, 0.4), betas)
        signs, noise = every_pair(2)
        x0 = world.mean + world.variance.sqrt() * signs
        V = world.x0_variance(torch.arange(1, T + 1))[:, 0]  # the same for both coordinates
        terms = diffusion.vlb_terms(seeing(world.eps), x0, noise.expand(T, -1, -1), betas, V)
        exact, late = world.entropy() + world.kl_at_the_end(), _end(x0, bars_of(betas)[-1]).mean()
        suspects = {
            "L_T, the distance of x_T from the prior, is missing": exact - late,
            "averaged over the coordinates; nats are summed": exact / 2,
            "the sign: these are negative": -exact,
            "2π is missing in L₀": exact - LOG_2PI,
        }
        found = terms.sum(0).mean()
        what = f"mean bound in nats for T = {T}"
        assert_close(found, exact, atol=1e-8, what=what, suspects=suspects)


def _end(x0, left):
    """KL(q(x_T|x₀) ‖ N(0, I)) of each example."""
    return 0.5 * (left * x0**2 - left - torch.log(1 - left)).flatten(1).sum(1)


def _terms(model, x0, eps, betas, V, backwards=False):
    """Every term from its definition: Gaussians whose means and variances are known."""
    bars, terms = bars_of(betas), []
    for k in range(1, len(betas) + 1):
        t = torch.full((len(x0),), k)
        xt = mixed(x0, t, eps[k - 1], bars)
        mean, own, c = posterior(x0, xt, t, betas)
        guess = posterior(guessed(xt, t, model(xt, t), bars), xt, t, betas)[0]
        away, own, variance = (mean - guess) ** 2, wide(own, x0), wide(own + c**2 * V[k - 1], x0)
        if k == 1:
            term = 0.5 * (LOG_2PI + variance.log() + away / variance)
        else:
            p, q = (variance, own) if backwards else (own, variance)
            term = 0.5 * (p / q - 1 - (p / q).log() + away / q)
        terms.append(term.flatten(1).sum(1))
    return torch.stack([*terms, _end(x0, bars[-1])])


def _terms_suspects(model, x0, eps, betas, V):
    exact, D = _terms(model, x0, eps, betas, V), x0[0].numel()
    first_2pi, no_end = exact.clone(), exact.clone()
    first_2pi[0] -= 0.5 * D * LOG_2PI
    no_end[-1] = 0
    shifted = _terms(model, x0, eps.roll(-1, 0), betas, V)
    return {
        "averaged over the coordinates; nats are summed": exact / D,
        "the rows are in the opposite order": exact.flip(0),
        "L_T stands first": exact.roll(1, 0),
        "all have the opposite sign": -exact,
        "2π is missing in L₀": first_2pi,
        "L_T is 0": no_end,
        "x_t is made of eps[t]; eps[t − 1] belongs to t": shifted,
        "V is left out": _terms(model, x0, eps, betas, 1e-30 * V),
        "the KLs are the wrong way round": _terms(model, x0, eps, betas, V, backwards=True),
    }


@check_for("diffusion.vlb_terms", weight=2, hint="9.11b")
def every_term_by_its_definition(diffusion, here):
    """Rows L₀ … L_T for a model that is off: −log p(x₀|x₁), the KLs, the distance at the end."""
    assert_follows(
        "diffusion.vlb_terms",
        diffusion,
        _terms,
        what="L_k in nats (k, example)",
        suspects=_terms_suspects,
        call=lambda model, *args: diffusion.vlb_terms(seeing(model), *args),
    )
    what = "L_k in nats (k, example)"
    assert_takes_networks("diffusion.vlb_terms", diffusion, here, _terms, what)


@check_for("diffusion.vlb_terms", hint="9.11c")
def a_worse_model_has_a_higher_bound(diffusion):
    """An error in the predicted noise raises the bound by its exact price; the dtype is kept."""
    betas = numbers(0.3, 0.4, 0.5)
    bars, world = bars_of(betas), GaussianData(numbers(0.5), numbers(0.8), betas)
    signs, noise = (v.expand(3, -1, -1) for v in every_pair(1))
    x0 = world.mean + world.variance.sqrt() * signs[0]
    t = torch.arange(1, 4)
    V = world.x0_variance(t)[:, 0]
    bounds = [
        diffusion.vlb_terms(model, x0, noise, betas, V).mean(1)
        for model in (world.eps, lambda x, t: world.eps(x, t) + 0.2)
    ]
    _, own, c = posterior(0 * V[:, None], 0 * V[:, None], t, betas)
    off = 0.04 * (1 - bars[t]) / bars[t]  # squared error of x̂₀
    price = 0.5 * c**2 * off / (own + c**2 * V)
    prices = torch.cat([price, numbers(0.0)])
    what = "price of an error of 0.2 in the noise, nats (k)"
    assert_close(bounds[1] - bounds[0], prices, atol=1e-8, what=what)
    single = diffusion.vlb_terms(world.eps, *(v.float() for v in (x0, noise, betas, V)))
    # The exact model answers in float64: what counts is that nothing is lost.
    expected = diffusion.vlb_terms(world.eps, x0, noise, betas, V)
    assert_close(single, expected, atol=1e-4, what="terms of float32 data (k, example)")
    other = inputs("diffusion.vlb_terms", seed=2, dtype=torch.float32)[-1].args
    assert_dtype(diffusion.vlb_terms(*other), torch.float32, what="terms of float32 data")


gradients_for("diffusion.vlb_terms", "model")
