"""Random arguments of lecture 9: for the public checks and for the hidden comparison."""

import torch

from course_lib.checks import Case, Made, inputs_for


def _betas(draw, T):
    return 0.05 + 0.5 * draw.uniform(T)


def _bars(betas):
    return torch.cat([betas.new_ones(1), (1 - betas).cumprod(0)])


def _steps(draw, n, T, first=1):
    return first + draw.integers(T + 1 - first, n)


# Points, a single example, images.
SHAPES = ((4, 3), (1, 2), (3, 2, 2, 2))

_T = 5


def _table(draw, T, n_dims):
    """An AffineDenoiser with random entries."""
    load = {"scale": 0.5 * draw.normal(T, n_dims), "shift": 0.2 * draw.normal(T, n_dims)}
    return Made("AffineDenoiser", {"T": T, "n_dims": n_dims, "dtype": draw.dtype}, load)


def _wavy(x, t):
    """A model for any shape."""
    return 0.4 * x + 0.3 * torch.sin(x + t.to(x.dtype).reshape(-1, *[1] * (x.dim() - 1)))


def _still(x):
    return torch.tanh(x) - 0.7 * x


def _models(draw):
    """A model, and data of a shape that it takes."""
    for n, n_dims in ((4, 3), (1, 2)):
        yield _table(draw, _T, n_dims), (n, n_dims)
    yield _wavy, (3, 2, 2, 2)


@inputs_for("diffusion.linear_betas")
def linear_betas(draw):
    """Long and short schedules, the paper's ends and others."""
    for T, ends in ((1000, ()), (10, (1e-3, 0.3)), (2, (0.2, 0.7)), (7, (0.1, 0.1))):
        yield Case(args=(T, *ends), kwargs={"dtype": draw.dtype})


@inputs_for("diffusion.cosine_betas")
def cosine_betas(draw):
    """Long and short schedules, the paper's offset and others."""
    for T, s in ((1000, ()), (1, ()), (13, (0.1,)), (6, (0.0,))):
        # In float32 1 − f(t)/f(t−1) may lose what float64 keeps.
        yield Case(args=(T, *s), kwargs={"dtype": draw.dtype})


@inputs_for("diffusion.alpha_bars")
def alpha_bars(draw):
    """Random betas, down to a single one."""
    for T in (1, 5, 40):
        yield Case(args=(_betas(draw, T),))


@inputs_for("diffusion.q_sample", "diffusion.x0_from_eps")
def noised(draw):
    """Every example has its own t, 0 included."""
    for shape in SHAPES:
        bars, t = _bars(_betas(draw, _T)), _steps(draw, shape[0], _T, first=0)
        yield Case(args=(draw.wide(*shape), t, draw.wide(*shape), bars))


@inputs_for("diffusion.q_posterior")
def q_posterior(draw):
    """Every example has its own t."""
    for shape in SHAPES:
        x0, xt = draw.wide(*shape), draw.wide(*shape)
        yield Case(args=(x0, xt, _steps(draw, shape[0], _T), _betas(draw, _T)))


@inputs_for("diffusion.eps_from_x0")
def eps_from_x0(draw):
    """Random x_t and x_0, from t = 1 on."""
    for shape in SHAPES:
        bars, t = _bars(_betas(draw, _T)), _steps(draw, shape[0], _T)
        yield Case(args=(draw.wide(*shape), t, draw.wide(*shape), bars))


@inputs_for("diffusion.score_from_eps")
def score_from_eps(draw):
    """Random noise."""
    for shape in SHAPES:
        bars, t = _bars(_betas(draw, _T)), _steps(draw, shape[0], _T)
        yield Case(args=(draw.wide(*shape), t, bars))


@inputs_for("diffusion.ddpm_loss")
def ddpm_loss(draw):
    """Tables and a function as models."""
    for model, shape in _models(draw):
        bars, t = _bars(_betas(draw, _T)), _steps(draw, shape[0], _T)
        x0, eps = draw.wide(*shape), draw.wide(*shape)
        yield Case(args=(model, x0, t, eps, bars))


@inputs_for("diffusion.p_step")
def p_step(draw):
    """The first step and others, with V and without."""
    for model, shape in _models(draw):
        for t, V in ((_steps(draw, shape[0], _T), 0.4), (torch.ones(shape[0]).long(), 0.0)):
            xt, noise = 5 * draw.wide(*shape), draw.wide(*shape)
            yield Case(args=(model, xt, t, _betas(draw, _T), noise, V))


@inputs_for("diffusion.vlb_terms")
def vlb_terms(draw):
    """Tables and a function as models."""
    for model, shape in _models(draw):
        V = 0.1 + draw.uniform(_T)
        x0, eps = draw.wide(*shape), draw.wide(_T, *shape)
        # A few hundred nats in float32.
        yield Case(
            args=(model, x0, eps, _betas(draw, _T), V),
            atol=1e-3 if draw.dtype == torch.float32 else None,
        )


@inputs_for("diffusion.ddim_step")
def ddim_step(draw):
    """Jumps of every length, with every share of noise."""
    for (model, shape), eta in zip(_models(draw), (0.3, 1.0, 0.0), strict=True):
        t = _steps(draw, shape[0], _T)
        s = (t * draw.uniform(shape[0])).long()
        xt, noise = 5 * draw.wide(*shape), draw.wide(*shape)
        yield Case(args=(model, xt, t, s, _bars(_betas(draw, _T)), eta, noise))


@inputs_for("diffusion.guided_eps")
def guided_eps(draw):
    """Weights below 0 and above 1."""
    for shape, weight in zip(SHAPES, (2.5, -0.5, 0.8), strict=True):
        yield Case(args=(draw.wide(*shape), draw.wide(*shape), weight))


@inputs_for("diffusion.dsm_loss")
def dsm_loss(draw):
    """A score that is not linear, three widths; a network as score."""
    for shape, sigma in zip(SHAPES, (0.02, 1.0, 9.0), strict=True):
        x, noise = min(1, sigma) * 20 * draw.wide(*shape), draw.wide(*shape)
        yield Case(args=(_still, x, sigma, noise))
    load = {"weight": draw.normal(2, 2), "bias": draw.normal(2)}
    line = {"in_features": 2, "out_features": 2, "dtype": draw.dtype}
    args = Made("torch.nn.Linear", line, load), draw.wide(3, 2), 0.7, draw.wide(3, 2)
    yield Case(args=args)


@inputs_for("diffusion.langevin_step")
def langevin_step(draw):
    """A score that is not linear, three step sizes."""
    for shape, step in zip(SHAPES, (1e-4, 0.5, 2.0), strict=True):
        yield Case(args=(_still, 20 * draw.wide(*shape), step, draw.wide(*shape)))


@inputs_for("diffusion.probability_flow_drift")
def probability_flow_drift(draw):
    """Every example has its own time; the paper's rates and others."""
    for shape, rates in zip(SHAPES, ((), (0.02, 9.0), (7.0, 7.0)), strict=True):
        t = draw.uniform(shape[0])
        t = torch.where(t < 0.3, 0.0, t)
        yield Case(args=(_wavy, draw.wide(*shape), t, *rates))
