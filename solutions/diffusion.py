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
    ### BEGIN SOLUTION
    # Why so: linspace includes both ends: β_1 and β_T are exactly the ones asked for. For T = 1 it
    # would return β_1 alone without a word, hence the error.
    if T < 2:
        raise ValueError(f"T={T}: a schedule from first to last has at least 2 steps")
    return torch.linspace(first, last, T, dtype=dtype)
    ### END SOLUTION


def cosine_betas(T: int, s: float = 0.008, dtype: torch.dtype | None = None) -> Betas:
    """The schedule whose ᾱ_t falls like a squared cosine.

    β_t = min(1 - f(t)/f(t-1), 0.999) with f(t) = cos²((t/T + s)/(1 + s) · π/2).

    Args:
        T, dtype: number of steps; of the result.
        s: offset that keeps β_1 from being too small.

    Returns: (T,) β_1 … β_T; β_t is at index t - 1.

    Source: Nichol & Dhariwal (2021), eq. 17 and the clipping below it.
    """
    ### BEGIN SOLUTION
    # Why so: In float64: 1 - f(t)/f(t-1) is the difference of two numbers near 1, which leaves few
    # digits in float32.
    t = torch.arange(T + 1, dtype=torch.float64)
    f = torch.cos((t / T + s) / (1 + s) * math.pi / 2).square()
    betas = (1 - f[1:] / f[:-1]).clamp(max=0.999)
    return betas.to(dtype or torch.get_default_dtype())
    ### END SOLUTION


def alpha_bars(betas: Betas) -> Float[Tensor, " T+1"]:
    """What is left of the data's variance after t steps, for t = 0 … T.

    ᾱ_t = Π_{s=1}^t (1 - β_s), the empty product ᾱ_0 = 1 included.

    Returns: (T + 1,) ᾱ_0 … ᾱ_T; ᾱ_t is at index t. The argument is (T,) β_1 … β_T.

    Source: Ho, Jain & Abbeel (2020), Section 2, above eq. 4.
    """
    ### BEGIN SOLUTION
    # Why so: The empty product is put in front, so that step t is at index t and clean data, t = 0,
    # is a step like any other.
    return torch.cat([betas.new_ones(1), torch.cumprod(1 - betas, dim=0)])
    ### END SOLUTION


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
    ### BEGIN SOLUTION
    # Why so: Independent Gaussian noise adds up to Gaussian noise, so one draw stands for t steps.
    # Each example has its own t, and `at` gives their ᾱ_t the axes to broadcast.
    kept = at(alpha_bars, t, x0)
    return kept.sqrt() * x0 + (1 - kept).sqrt() * eps
    ### END SOLUTION


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
    ### BEGIN SOLUTION
    # Why so: Both factors have the denominator 1 - ᾱ_t, by which the sum is divided once. ᾱ_0 = 1
    # is in the table, so that t = 1 needs no case of its own.
    bars = alpha_bars(betas)
    now, before, beta = at(bars, t, x0), at(bars, t - 1, x0), at(betas, t - 1, x0)
    mean = before.sqrt() * beta * x0 + (1 - beta).sqrt() * (1 - before) * xt
    variance = beta * (1 - before) / (1 - now)
    return mean / (1 - now), variance.flatten()
    ### END SOLUTION


def x0_from_eps(xt: X, t: Step, eps: X, alpha_bars: AlphaBars) -> X:
    """The clean data that x_t came from, if the noise in it was eps.

    x_0 = (x_t - √(1 - ᾱ_t) eps)/√ᾱ_t.

    Args:
        xt, eps: data after t steps, and noise, true or predicted, in its shape.
        t, alpha_bars: (batch,) steps, 0 … T, and ᾱ_0 … ᾱ_T (T + 1,).

    Returns: x_0 in the shape of xt.

    Source: Ho, Jain & Abbeel (2020), eq. 15.
    """
    ### BEGIN SOLUTION
    # Why so: This is q_sample solved for the data. An error in eps comes out multiplied by √((1 -
    # ᾱ_t)/ᾱ_t), which is why a guess from nearly pure noise is poor.
    kept = at(alpha_bars, t, xt)
    return (xt - (1 - kept).sqrt() * eps) / kept.sqrt()
    ### END SOLUTION


def eps_from_x0(xt: X, t: Step, x0: X, alpha_bars: AlphaBars) -> X:
    """The noise in x_t, if the clean data were x_0.

    eps = (x_t - √ᾱ_t x_0)/√(1 - ᾱ_t).

    Args:
        xt, x0: data after t steps, and clean data, true or predicted, in its shape.
        t, alpha_bars: (batch,) steps, 1 … T, and ᾱ_0 … ᾱ_T (T + 1,).

    Returns: eps in the shape of xt.

    Source: Ho, Jain & Abbeel (2020), eq. 4 solved for the noise.
    """
    ### BEGIN SOLUTION
    # Why so: This is q_sample solved for the noise. At t = 0 there is none, and the quotient would
    # be 0/0; that is why t begins at 1.
    kept = at(alpha_bars, t, xt)
    return (xt - kept.sqrt() * x0) / (1 - kept).sqrt()
    ### END SOLUTION


def score_from_eps(eps: X, t: Step, alpha_bars: AlphaBars) -> X:
    """The score of the noised data, from the mean of the noise in it.

    ∇ log q(x_t) = -E[eps | x_t]/√(1 - ᾱ_t).

    Args:
        eps: E[eps | x_t], or a model's prediction of it.
        t, alpha_bars: (batch,) steps, 1 … T, and ᾱ_0 … ᾱ_T (T + 1,).

    Returns: The score in the shape of eps.

    Source: Dhariwal & Nichol (2021), Section 4.2; Robbins (1956) and Efron (2011) for the identity.
    """
    ### BEGIN SOLUTION
    # Why so: The noise has variance 1 at every t, while the score grows without bound where little
    # noise was added: this is why networks are made to predict the noise.
    return -eps / (1 - at(alpha_bars, t, eps)).sqrt()
    ### END SOLUTION


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
    ### BEGIN SOLUTION
    # Why so: The bound would weight each t differently; this weights all alike. Averaged over the
    # coordinates, not summed, the loss of a model that has learnt nothing is 1 for images of any
    # size.
    xt = q_sample(x0, t, eps, alpha_bars)
    return (eps - model(xt, t)).square().mean()
    ### END SOLUTION


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
    ### BEGIN SOLUTION
    # Why so: Variances are added, and the root is taken of their sum. t = 1 needs no case of its
    # own: ᾱ_0 is exactly 1, so that β̃_1 is exactly 0.
    bars = alpha_bars(betas)
    guess = x0_from_eps(xt, t, model(xt, t), bars)
    mean, variance = q_posterior(guess, xt, t, betas)
    c = bars[t - 1].sqrt() * betas[t - 1] / (1 - bars[t])
    spread = (variance + c.square() * x0_variance).sqrt()
    return mean + spread.reshape(-1, *[1] * (xt.dim() - 1)) * noise
    ### END SOLUTION


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
    ### BEGIN SOLUTION
    # Why so: L_0 is no divergence but a log-density, and yet the two formulas differ in a constant
    # alone, so that one loop serves both. One big batch instead would hold T copies of the data.
    bars, D, terms = alpha_bars(betas), x0[0].numel(), []
    for k in range(1, len(betas) + 1):
        t = torch.full((len(x0),), k, device=x0.device)
        xt = q_sample(x0, t, eps[k - 1], bars)
        guess = x0_from_eps(xt, t, model(xt, t), bars)
        own = q_posterior(x0, xt, t, betas)[1]  # β̃_t, 0 at t = 1
        c = bars[k - 1].sqrt() * betas[k - 1] / (1 - bars[k])
        variance = own + c.square() * x0_variance[k - 1]
        # The two means differ in their x_0 alone.
        gap = c.square() * (x0 - guess).flatten(1).square().sum(1)
        constant = own / variance - 1 - own.log() if k > 1 else math.log(2 * math.pi)
        terms.append(0.5 * (D * (variance.log() + constant) + gap / variance))
    left = bars[-1]
    size = left * x0.flatten(1).square().sum(1)
    return torch.stack([*terms, 0.5 * (size - D * (left + (1 - left).log()))])
    ### END SOLUTION


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
    ### BEGIN SOLUTION
    # Why so: The model is asked once, and its noise serves twice: to find the clean data, and to go
    # back from there to x_s. With η = 0 nothing is random, so that one x_T always gives one image.
    eps = model(xt, t)
    now, then = at(alpha_bars, t, xt), at(alpha_bars, s, xt)
    variance = eta**2 * (1 - then) / (1 - now) * (1 - now / then)
    back = then.sqrt() * x0_from_eps(xt, t, eps, alpha_bars)
    # Rounding can make 1 - ᾱ_s - σ² a negative zero.
    return back + (1 - then - variance).clamp(min=0).sqrt() * eps + variance.sqrt() * noise
    ### END SOLUTION


def guided_eps(eps_cond: X, eps_uncond: X, weight: float) -> X:
    """The prediction with a class, moved further away from the one without.

    eps = eps_uncond + weight (eps_cond - eps_uncond).

    Args:
        eps_cond, eps_uncond: noise predicted with the class and without it.
        weight: 0 forgets the class, 1 is the conditional model, more than 1 exaggerates it.

    Returns: The guided prediction, in the shape of both.

    Source: Ho & Salimans (2022), eq. 6, whose w is our weight - 1.
    """
    ### BEGIN SOLUTION
    # Why so: One line serves all weights: between 0 and 1 it interpolates, and above 1 it goes on
    # in the same direction, away from the prediction without a class.
    return eps_uncond + weight * (eps_cond - eps_uncond)
    ### END SOLUTION


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
    ### BEGIN SOLUTION
    # Why so: -noise/σ is the score of x̃ given its x, known exactly. The best answer to a squared
    # error is the mean over all x that x̃ may come from, and this mean is the score that is wanted.
    gap = score(x + sigma * noise) + noise / sigma
    return 0.5 * gap.flatten(1).square().sum(1).mean()
    ### END SOLUTION


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
    ### BEGIN SOLUTION
    # Why so: The push has the variance `step` and the way uphill its half: only in this proportion
    # is p what the walkers settle to, as the steps become small.
    return x + 0.5 * step * score(x) + math.sqrt(step) * noise
    ### END SOLUTION


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
    ### BEGIN SOLUTION
    # Why so: -½ β score does to the density what the random part of the noising does to it. Nothing
    # random is left, so that time can run either way.
    beta = (beta_min + t * (beta_max - beta_min)).reshape(-1, *[1] * (x.dim() - 1))
    return -0.5 * beta * (x + score(x, t))
    ### END SOLUTION
