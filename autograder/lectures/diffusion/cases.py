"""Hidden cases of lecture 9: random schedules, data and noise, and models of any kind."""

import torch

from autograder.authoring.cases import Case, Made, cases_for


def _normal(rng, dtype, *shape):
    return torch.randn(*shape, generator=rng, dtype=torch.float64).to(dtype)


def _betas(rng, dtype, T):
    return (0.05 + 0.5 * torch.rand(T, generator=rng, dtype=torch.float64)).to(dtype)


def _bars(betas):
    return torch.cat([betas.new_ones(1), (1 - betas).cumprod(0)])


def _steps(rng, n, T, first=1):
    return torch.randint(first, T + 1, (n,), generator=rng)


# Points, a single example, images.
SHAPES = ((4, 3), (1, 2), (3, 2, 2, 2))
_T = 5


def _table(rng, dtype, T, n_dims):
    """An AffineDenoiser with random entries."""
    load = {
        "scale": 0.5 * _normal(rng, dtype, T, n_dims),
        "shift": 0.2 * _normal(rng, dtype, T, n_dims),
    }
    return Made("AffineDenoiser", {"T": T, "n_dims": n_dims, "dtype": dtype}, load)


def _wavy(x, t):
    """A model for any shape."""
    return 0.4 * x + 0.3 * torch.sin(x + t.to(x.dtype).reshape(-1, *[1] * (x.dim() - 1)))


def _still(x):
    return torch.tanh(x) - 0.7 * x


def _models(rng, dtype):
    """A model, and data of a shape that it takes."""
    for n, n_dims in ((4, 3), (1, 2)):
        yield _table(rng, dtype, _T, n_dims), (n, n_dims)
    yield _wavy, (3, 2, 2, 2)


@cases_for("diffusion.linear_betas")
def linear_betas(rng, dtype):
    """Long and short schedules, the paper's ends and others."""
    for T, ends in ((1000, ()), (10, (1e-3, 0.3)), (2, (0.2, 0.7)), (7, (0.1, 0.1))):
        yield Case(args=(T, *ends), kwargs={"dtype": dtype})


@cases_for("diffusion.cosine_betas")
def cosine_betas(rng, dtype):
    """Long and short schedules, the paper's offset and others."""
    for T, s in ((1000, ()), (1, ()), (13, (0.1,)), (6, (0.0,))):
        # In float32 1 − f(t)/f(t−1) may lose what float64 keeps.
        yield Case(args=(T, *s), kwargs={"dtype": dtype})


@cases_for("diffusion.alpha_bars")
def alpha_bars(rng, dtype):
    """Random betas, down to a single one."""
    for T in (1, 5, 40):
        yield Case(args=(_betas(rng, dtype, T),))


@cases_for("diffusion.q_sample")
def q_sample(rng, dtype):
    """Every example has its own t, 0 included."""
    for shape in SHAPES:
        bars, t = _bars(_betas(rng, dtype, _T)), _steps(rng, shape[0], _T, first=0)
        yield Case(args=(_normal(rng, dtype, *shape), t, _normal(rng, dtype, *shape), bars))


@cases_for("diffusion.q_posterior")
def q_posterior(rng, dtype):
    """Every example has its own t."""
    for shape in SHAPES:
        x0, xt = _normal(rng, dtype, *shape), _normal(rng, dtype, *shape)
        yield Case(args=(x0, xt, _steps(rng, shape[0], _T), _betas(rng, dtype, _T)))


def _inversions(rng, dtype, first):
    for shape in SHAPES:
        bars, t = _bars(_betas(rng, dtype, _T)), _steps(rng, shape[0], _T, first)
        yield Case(args=(_normal(rng, dtype, *shape), t, _normal(rng, dtype, *shape), bars))


@cases_for("diffusion.x0_from_eps")
def x0_from_eps(rng, dtype):
    """Random x_t and noise."""
    yield from _inversions(rng, dtype, 0)


@cases_for("diffusion.eps_from_x0")
def eps_from_x0(rng, dtype):
    """Random x_t and x_0."""
    yield from _inversions(rng, dtype, 1)


@cases_for("diffusion.score_from_eps")
def score_from_eps(rng, dtype):
    """Random noise."""
    for shape in SHAPES:
        bars, t = _bars(_betas(rng, dtype, _T)), _steps(rng, shape[0], _T)
        yield Case(args=(_normal(rng, dtype, *shape), t, bars))


@cases_for("diffusion.ddpm_loss")
def ddpm_loss(rng, dtype):
    """Tables and a function as models."""
    for model, shape in _models(rng, dtype):
        bars, t = _bars(_betas(rng, dtype, _T)), _steps(rng, shape[0], _T)
        x0, eps = _normal(rng, dtype, *shape), _normal(rng, dtype, *shape)
        yield Case(args=(model, x0, t, eps, bars))


@cases_for("diffusion.p_step")
def p_step(rng, dtype):
    """The first step and others, with V and without."""
    for model, shape in _models(rng, dtype):
        for t, V in ((_steps(rng, shape[0], _T), 0.4), (torch.ones(shape[0]).long(), 0.0)):
            xt, noise = _normal(rng, dtype, *shape), _normal(rng, dtype, *shape)
            yield Case(args=(model, xt, t, _betas(rng, dtype, _T), noise, V))


@cases_for("diffusion.vlb_terms")
def vlb_terms(rng, dtype):
    """Tables and a function as models."""
    for model, shape in _models(rng, dtype):
        V = (0.1 + torch.rand(_T, generator=rng, dtype=torch.float64)).to(dtype)
        x0, eps = _normal(rng, dtype, *shape), _normal(rng, dtype, _T, *shape)
        # A few hundred nats in float32.
        yield Case(
            args=(model, x0, eps, _betas(rng, dtype, _T), V),
            atol=1e-3 if dtype == torch.float32 else None,
        )


@cases_for("diffusion.ddim_step")
def ddim_step(rng, dtype):
    """Jumps of every length, with every share of noise."""
    for (model, shape), eta in zip(_models(rng, dtype), (0.3, 1.0, 0.0), strict=True):
        t = _steps(rng, shape[0], _T)
        s = (t * torch.rand(shape[0], generator=rng)).long()
        xt, noise = _normal(rng, dtype, *shape), _normal(rng, dtype, *shape)
        yield Case(args=(model, xt, t, s, _bars(_betas(rng, dtype, _T)), eta, noise))


@cases_for("diffusion.guided_eps")
def guided_eps(rng, dtype):
    """Weights below 0 and above 1."""
    for shape, weight in zip(SHAPES, (2.5, -0.5, 0.8), strict=True):
        yield Case(args=(_normal(rng, dtype, *shape), _normal(rng, dtype, *shape), weight))


@cases_for("diffusion.dsm_loss")
def dsm_loss(rng, dtype):
    """A score that is not linear, three widths."""
    for shape, sigma in zip(SHAPES, (0.3, 1.0, 2.5), strict=True):
        x, noise = _normal(rng, dtype, *shape), _normal(rng, dtype, *shape)
        yield Case(args=(_still, x, sigma, noise))


@cases_for("diffusion.langevin_step")
def langevin_step(rng, dtype):
    """A score that is not linear, three step sizes."""
    for shape, step in zip(SHAPES, (0.01, 0.5, 2.0), strict=True):
        yield Case(args=(_still, _normal(rng, dtype, *shape), step, _normal(rng, dtype, *shape)))


@cases_for("diffusion.probability_flow_drift")
def probability_flow_drift(rng, dtype):
    """Every example has its own time; the paper's rates and others."""
    for shape, rates in zip(SHAPES, ((), (0.2, 5.0), (1.0, 1.0)), strict=True):
        t = torch.rand(shape[0], generator=rng, dtype=torch.float64).to(dtype)
        yield Case(args=(_wavy, _normal(rng, dtype, *shape), t, *rates))
