# ruff: noqa: F401, RUF100
"""Lecture 9, diffusion: destroy data by small steps of noise, learn to take each step back.

Notation: steps are t = 1 … T and t = 0 is clean data. `betas (T,)` holds β_1 … β_T, so β_t is
`betas[t - 1]`; `alpha_bars (T + 1,)` holds ᾱ_0 = 1, ᾱ_1, …, ᾱ_T, so ᾱ_t is `alpha_bars[t]`. `x0`
and `xt` are `(batch, D)` or `(batch, C, H, W)`; `t` and `s` are integers, one for each example.
`model(xt, t)` predicts the noise, `score(x)` or `score(x, t)` is ∇ₓ log p(x). `eps` and `noise` are
standard normal and always arguments. Bounds and divergences are in nats.
"""

import math
from collections.abc import Callable

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor, nn

X = Float[Tensor, "batch *dims"]
Step = Int[Tensor, " batch"]
Time = Float[Tensor, " batch"]
Betas = Float[Tensor, " T"]
AlphaBars = Float[Tensor, " steps"]  # T + 1 of them
Denoiser = Callable[[Tensor, Tensor], Tensor]
Score = Callable[[Tensor], Tensor]


def at(values: Float[Tensor, " n"], t: Step, x: X) -> Tensor:
    """`values[t]` as (batch, 1, …, 1), with as many axes as x, so that it multiplies x. Given."""
    return values[t].reshape(-1, *[1] * (x.dim() - 1))


class AffineDenoiser(nn.Module):
    """A noise predictor that is a table: eps(x_t, t) = scale_t ⊙ x_t + shift_t. Given.

    Poor for images, and exactly right for Gaussian data with a diagonal covariance. The parameters
    `scale` and `shift` (T, n_dims) start as zeros; row t - 1 belongs to step t.
    """

    def __init__(self, T: int, n_dims: int, dtype: torch.dtype | None = None):
        super().__init__()
        self.scale = nn.Parameter(torch.zeros(T, n_dims, dtype=dtype))
        self.shift = nn.Parameter(torch.zeros(T, n_dims, dtype=dtype))

    def forward(self, xt: Float[Tensor, "batch dim"], t: Step) -> Float[Tensor, "batch dim"]:
        return self.scale[t - 1] * xt + self.shift[t - 1]


def linear_betas(
    T: int, first: float = 1e-4, last: float = 0.02, dtype: torch.dtype | None = None
) -> Betas:
    """Variances of the added noise that grow linearly from β_1 = first to β_T = last.

    β_t = first + (last - first) (t - 1)/(T - 1).

    Args:
        T, dtype: number of steps, at least 2; of the result.
        first, last: 0 < first <= last < 1; the paper's are for T = 1000.

    Returns: (T,) β_1 … β_T; β_t is at index t - 1.
    Raises: ValueError where T is less than 2; the text says which T it was.

    Source: Ho, Jain & Abbeel (2020), Section 4.
    """
    raise NotImplementedError("not implemented yet: `diffusion.linear_betas`, section 9.1")


def cosine_betas(T: int, s: float = 0.008, dtype: torch.dtype | None = None) -> Betas:
    """The schedule whose ᾱ_t falls like a squared cosine.

    β_t = min(1 - f(t)/f(t-1), 0.999) with f(t) = cos²((t/T + s)/(1 + s) · π/2).

    Args:
        T, dtype: number of steps; of the result.
        s: offset that keeps β_1 from being too small.

    Returns: (T,) β_1 … β_T; β_t is at index t - 1.

    Source: Nichol & Dhariwal (2021), eq. 17 and the clipping below it.
    """
    raise NotImplementedError("not implemented yet: `diffusion.cosine_betas`, section 9.2")


def alpha_bars(betas: Betas) -> Float[Tensor, " T+1"]:
    """What is left of the data's variance after t steps, for t = 0 … T.

    ᾱ_t = Π_{s=1}^t (1 - β_s), the empty product ᾱ_0 = 1 included.

    Returns: (T + 1,) ᾱ_0 … ᾱ_T; ᾱ_t is at index t. The argument is (T,) β_1 … β_T.

    Source: Ho, Jain & Abbeel (2020), Section 2, above eq. 4.
    """
    raise NotImplementedError("not implemented yet: `diffusion.alpha_bars`, section 9.3")


def q_sample(x0: X, t: Step, eps: X, alpha_bars: AlphaBars) -> X:
    """A draw from q(x_t | x_0): all t steps of noise at once.

    x_t = √ᾱ_t x_0 + √(1 - ᾱ_t) eps.

    Args:
        x0: clean data.
        t, alpha_bars: (batch,) steps, 0 … T, and ᾱ_0 … ᾱ_T (T + 1,); t = 0 changes nothing.
        eps: standard normal noise in the shape of x0.

    Returns: x_t in the shape of x0.

    Source: Ho, Jain & Abbeel (2020), eq. 4.
    """
    raise NotImplementedError("not implemented yet: `diffusion.q_sample`, section 9.4")


def q_posterior(x0: X, xt: X, t: Step, betas: Betas) -> tuple[X, Float[Tensor, " batch"]]:
    """Mean and variance of q(x_{t-1} | x_t, x_0): one step back by Bayes, with x_0 known.

    mean = √ᾱ_{t-1} β_t/(1 - ᾱ_t) x_0 + √(1 - β_t) (1 - ᾱ_{t-1})/(1 - ᾱ_t) x_t and
    β̃_t = β_t (1 - ᾱ_{t-1})/(1 - ᾱ_t).

    Args:
        x0: clean data.
        xt, t: the same data after t = 1 … T steps, t (batch,).
        betas: (T,) β_1 … β_T.

    Returns: The mean in the shape of x0, the variance β̃_t (batch,); at t = 1 they are x0 and 0.

    Source: Ho, Jain & Abbeel (2020), eqs. 6-7.
    """
    raise NotImplementedError("not implemented yet: `diffusion.q_posterior`, section 9.5")


def x0_from_eps(xt: X, t: Step, eps: X, alpha_bars: AlphaBars) -> X:
    """The clean data that x_t came from, if the noise in it was eps.

    x_0 = (x_t - √(1 - ᾱ_t) eps)/√ᾱ_t.

    Args:
        xt, eps: data after t steps, and noise, true or predicted, in its shape.
        t, alpha_bars: (batch,) steps, 0 … T, and ᾱ_0 … ᾱ_T (T + 1,).

    Returns: x_0 in the shape of xt.

    Source: Ho, Jain & Abbeel (2020), eq. 15.
    """
    raise NotImplementedError("not implemented yet: `diffusion.x0_from_eps`, section 9.6")


def eps_from_x0(xt: X, t: Step, x0: X, alpha_bars: AlphaBars) -> X:
    """The noise in x_t, if the clean data were x_0.

    eps = (x_t - √ᾱ_t x_0)/√(1 - ᾱ_t).

    Args:
        xt, x0: data after t steps, and clean data, true or predicted, in its shape.
        t, alpha_bars: (batch,) steps, 1 … T, and ᾱ_0 … ᾱ_T (T + 1,).

    Returns: eps in the shape of xt.

    Source: Ho, Jain & Abbeel (2020), eq. 4 solved for the noise.
    """
    raise NotImplementedError("not implemented yet: `diffusion.eps_from_x0`, section 9.7")


def score_from_eps(eps: X, t: Step, alpha_bars: AlphaBars) -> X:
    """The score of the noised data, from the mean of the noise in it.

    ∇ log q(x_t) = -E[eps | x_t]/√(1 - ᾱ_t).

    Args:
        eps: E[eps | x_t], or a model's prediction of it.
        t, alpha_bars: (batch,) steps, 1 … T, and ᾱ_0 … ᾱ_T (T + 1,).

    Returns: The score in the shape of eps.

    Source: Dhariwal & Nichol (2021), Section 4.2; Robbins (1956) and Efron (2011) for the identity.
    """
    raise NotImplementedError("not implemented yet: `diffusion.score_from_eps`, section 9.8")


def ddpm_loss(model: Denoiser, x0: X, t: Step, eps: X, alpha_bars: AlphaBars) -> Float[Tensor, ""]:
    """How badly the model guesses the noise that was mixed into the data.

    L = mean of (eps - model(x_t, t))² with x_t = √ᾱ_t x_0 + √(1 - ᾱ_t) eps.

    Args:
        model: (x_t, t) → predicted noise in the shape of x_t.
        x0, eps: clean data, and standard normal noise in its shape.
        t, alpha_bars: (batch,) steps, 1 … T, handed to the model as they are; ᾱ_0 … ᾱ_T (T + 1,).

    Returns:
        The mean over the examples *and* their coordinates, a scalar; 1 for a model that answers 0.

    Source: Ho, Jain & Abbeel (2020), eq. 14 (there a sum over the coordinates).
    """
    raise NotImplementedError("not implemented yet: `diffusion.ddpm_loss`, section 9.9")


def p_step(model: Denoiser, xt: X, t: Step, betas: Betas, noise: X, x0_variance: float = 0.0) -> X:
    """One step back, from x_t to x_{t-1}: the posterior with the model's guess in x_0's place.

    x_{t-1} = mean(x̂_0, x_t) + √(β̃_t + c_t² V_t) noise, where x̂_0 is the guess, c_t =
    √ᾱ_{t-1} β_t/(1 - ᾱ_t) is the factor of x_0 in the mean of `q_posterior`, and V_t says how far
    a coordinate of x_0 varies around the guess.

    Args:
        model: (x_t, t) → predicted noise.
        xt, t: data after t = 1 … T steps, t (batch,).
        betas, noise: the schedule; standard normal noise in the shape of xt.
        x0_variance: V_t. 0 is the paper's β̃_t, 1 - ᾱ_t its β_t, Var[x_0 | x_t] exact for Gaussians.

    Returns: x_{t-1} in the shape of xt; without noise where t = 1 and V_t = 0.

    Source: Ho, Jain & Abbeel (2020), Algorithm 2 and Section 3.2; V_t: Bao et al. (2022).
    """
    raise NotImplementedError("not implemented yet: `diffusion.p_step`, section 9.10")


def vlb_terms(
    model: Denoiser, x0: X, eps: Float[Tensor, "T batch *dims"], betas: Betas, x0_variance: Betas
) -> Float[Tensor, "T+1 batch"]:
    """The T + 1 terms whose sum bounds -log p(x_0) from above, from one x_t for every t.

    L_0 = -log p(x_0|x_1), L_{t-1} = KL(q(x_{t-1}|x_t,x_0) ‖ p(x_{t-1}|x_t)) for t = 2 … T, and
    L_T = KL(q(x_T|x_0) ‖ N(0, I)), where p(x_{t-1}|x_t) is the Gaussian that `p_step` draws from.

    Args:
        model: (x_t, t) → predicted noise.
        x0, eps: clean data, and standard normal noise, of which eps[t - 1] makes x_t.
        betas: (T,) β_1 … β_T.
        x0_variance: (T,) V_1 … V_T as in `p_step`, V_1 > 0.

    Returns: (T + 1, batch) nats, summed over the coordinates: row k is L_k.

    Source: Ho, Jain & Abbeel (2020), eq. 5, with a Gaussian p(x_0|x_1).
    """
    raise NotImplementedError("not implemented yet: `diffusion.vlb_terms`, section 9.11")


def ddim_step(
    model: Denoiser, xt: X, t: Step, s: Step, alpha_bars: AlphaBars, eta: float, noise: X
) -> X:
    """From x_t to x_s for any s < t: many steps back at once, with as much new noise as wanted.

    x_s = √ᾱ_s x̂_0 + √(1 - ᾱ_s - σ²) ε̂ + σ noise, where ε̂ = model(x_t, t), x̂_0 follows from it
    and σ = η √((1 - ᾱ_s)/(1 - ᾱ_t)) √(1 - ᾱ_t/ᾱ_s).

    Args:
        model: (x_t, t) → predicted noise.
        xt, t: data after t = 1 … T steps, t (batch,).
        s, alpha_bars: (batch,) steps to go back to, 0 <= s < t; ᾱ_0 … ᾱ_T (T + 1,).
        eta, noise: η from 0 (no new noise) to 1 (`p_step` where s = t - 1); noise like xt.

    Returns: x_s in the shape of xt.

    Source: Song, Meng & Ermon (2021), eqs. 12 and 16.
    """
    raise NotImplementedError("not implemented yet: `diffusion.ddim_step`, section 9.12")


def guided_eps(eps_cond: X, eps_uncond: X, weight: float) -> X:
    """The prediction with a class, moved further away from the one without.

    eps = eps_uncond + weight (eps_cond - eps_uncond).

    Args:
        eps_cond, eps_uncond: noise predicted with the class and without it.
        weight: 0 forgets the class, 1 is the conditional model, more than 1 exaggerates it.

    Returns: The guided prediction, in the shape of both.

    Source: Ho & Salimans (2022), eq. 6, whose w is our weight - 1.
    """
    raise NotImplementedError("not implemented yet: `diffusion.guided_eps`, section 9.13")


def dsm_loss(score: Score, x: X, sigma: float, noise: X) -> Float[Tensor, ""]:
    """Denoising score matching: learn the score of noised data from the noise.

    J = ½ mean over the examples of |score(x̃) + noise/σ|² with x̃ = x + σ noise.

    Args:
        score: x̃ → ∇ log q_σ(x̃), in the shape of x̃.
        x, noise: clean data, and standard normal noise in its shape.
        sigma: σ > 0, standard deviation of the noise that is added.

    Returns: A scalar: squares summed over the coordinates, mean over the examples.

    Source: Vincent (2011), Section 4; in this form Song & Ermon (2019), eq. 5.
    """
    raise NotImplementedError("not implemented yet: `diffusion.dsm_loss`, section 9.14")


def langevin_step(score: Score, x: X, step: float, noise: X) -> X:
    """One step of Langevin dynamics: uphill in log p, and a push in a random direction.

    x' = x + step/2 · score(x) + √step noise.

    Args:
        score: x → ∇ log p(x), in the shape of x.
        x, noise: where the walkers are, and standard normal noise in its shape.
        step: step size; it is the variance of the push.

    Returns: Where they are next, in the shape of x.

    Source: Song & Ermon (2019), eq. 4.
    """
    raise NotImplementedError("not implemented yet: `diffusion.langevin_step`, section 9.15")


def probability_flow_drift(
    score: Denoiser, x: X, t: Time, beta_min: float = 0.1, beta_max: float = 20.0
) -> X:
    """dx/dt of the ODE that moves points so that they have the noised data's density at every t.

    dx/dt = -½ β(t) (x + score(x, t)) with β(t) = beta_min + t (beta_max - beta_min), t in [0, 1].

    Args:
        score: (x, t) → ∇ log q_t(x), in the shape of x.
        x, t: points and (batch,) times, 0 for data and 1 for noise; time runs *towards the noise*.
        beta_min, beta_max: rate of noising at t = 0 and at t = 1; T β_t of a chain with T steps.

    Returns: dx/dt in the shape of x.

    Source: Song et al. (2021), eqs. 11 and 13.
    """
    raise NotImplementedError(
        "not implemented yet: `diffusion.probability_flow_drift`, section 9.16"
    )
