"""Chains and Gaussian data that are known exactly. Nothing here calls a student's code."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from course_lib.checks import assert_close, assert_true, corners, inputs, numbers

LOG_2PI = math.log(2 * math.pi)
# Four steps that are far from each other, so that a neighbour's value is a wrong value.
BETAS = numbers(0.1, 0.5, 0.2, 0.4)
# ᾱ with easy roots: √ᾱ = 1, 0.8, 0.6 and √(1 − ᾱ) = 0, 0.6, 0.8.
EASY = numbers(1.0, 0.64, 0.36)


def bars_of(betas):
    """ᾱ_0 = 1, ᾱ_1, …, ᾱ_T, one product after the other."""
    kept = [1.0]
    for beta in betas.tolist():
        kept.append(kept[-1] * (1 - beta))
    return numbers(*kept)


BARS = bars_of(BETAS)


def wide(values, x):
    """One number an example, with axes of length 1 up to the number of x's."""
    return values.reshape(-1, *[1] * (x.dim() - 1))


def mixed(x0, t, eps, bars=BARS):
    """x_t by its definition."""
    kept = wide(bars[t], x0)
    return kept.sqrt() * x0 + (1 - kept).sqrt() * eps


def guessed(xt, t, eps, bars=BARS):
    """x̂_0: the x_0 that leads to x_t with this noise."""
    kept = wide(bars[t], xt)
    return (xt - (1 - kept).sqrt() * eps) / kept.sqrt()


def posterior(x0, xt, t, betas=BETAS):
    """Mean, variance and factor of x_0 of q(x_{t-1} | x_t, x_0) from the two precisions."""
    bars = bars_of(betas)
    beta, before, now = (wide(v, x0) for v in (betas[t - 1], bars[t - 1], bars[t]))
    variance = beta * (1 - before) / (1 - now)
    of_x0 = before.sqrt() * beta / (1 - now)
    mean = of_x0 * x0 + (1 - beta).sqrt() * (1 - before) / (1 - now) * xt
    return mean, variance.flatten(), of_x0.flatten()


def step_back(model, xt, t, betas, noise, V=0.0):
    """x_{t-1} by its definition: the posterior at x̂_0, whose coordinates vary by V."""
    guess = guessed(xt, t, model(xt, t), bars_of(betas))
    mean, variance, c = posterior(guess, xt, t, betas)
    return mean + wide(variance + c**2 * V, xt).sqrt() * noise


def assert_moments(x, mean, variance, what):
    """The exact mean and variance of draws that came from every corner of the noise."""
    assert_close(x.mean(), mean, atol=1e-9, what=f"mean of {what}")
    assert_close(x.var(correction=0), variance, atol=1e-9, what=f"variance of {what}")


def seeing(function):
    """The function as a model; complains where t is not one whole number an example."""

    def model(x, t):
        shown = f"{t.dtype} of shape {tuple(t.shape)}" if isinstance(t, Tensor) else repr(t)
        whole = isinstance(t, Tensor) and t.shape == (len(x),) and not t.is_floating_point()
        assert_true(
            whole and bool((t >= 0).all()),
            f"the model is called with t = {shown}; expected integers of shape ({len(x)},), one "
            "for each of the examples",
        )
        return function(x, t)

    return model


def assert_takes_networks(exercise, diffusion, here, definition, what):
    """The model may be a network; what it says follows from the weights that it has by then."""
    made, *args = inputs(exercise, seed=4)[0].args
    model = made.make(diffusion, here)
    for sign in (1, -1):
        scale, shift = (sign * values for values in made.load.values())
        here.load(model, scale=scale, shift=shift)

        def table(x, t, scale=scale, shift=shift):
            return scale[t - 1] * x + shift[t - 1]

        found = getattr(diffusion, exercise.partition(".")[2])(model, *args)
        assert_close(found, definition(table, *args), atol=1e-8, what=f"{what}, of a network")
        model.eval()


@dataclass
class GaussianData:
    """x_0 ~ N(mean, diag variance), of which everything about the noised data follows."""

    mean: Tensor
    variance: Tensor
    betas: Tensor

    @property
    def bars(self):
        """ᾱ_0 … ᾱ_T."""
        return bars_of(self.betas)

    def moments(self, t):
        """Mean and variance of x_t, each (batch, D)."""
        kept = self.bars[t][:, None]
        return kept.sqrt() * self.mean, kept * self.variance + 1 - kept

    def eps(self, x, t):
        """The best prediction of the noise, E[eps | x_t]."""
        mean, variance = self.moments(t)
        return (1 - self.bars[t][:, None]).sqrt() * (x.double() - mean) / variance

    def eps_variance(self, t):
        """What no predictor of the noise can know, Var[eps | x_t], (batch, D)."""
        kept = self.bars[t][:, None]
        return kept * self.variance / self.moments(t)[1]

    def x0_variance(self, t):
        """Var[x_0 | x_t], (batch, D)."""
        return self.variance * (1 - self.bars[t][:, None]) / self.moments(t)[1]

    def entropy(self):
        """H(data) in nats."""
        return 0.5 * (LOG_2PI + 1 + self.variance.log()).sum()

    def kl_at_the_end(self):
        """KL(q(x_T) ‖ N(0, I)) in nats."""
        mean, variance = self.moments(torch.tensor([len(self.betas)]))
        return 0.5 * (variance + mean**2 - 1 - variance.log()).sum()


WORLD = GaussianData(numbers(1.5, -0.5), numbers(0.25, 2.0), BETAS)


def every_pair(n_dims):
    """Every pair of corners: two (4ᴰ, D) tensors."""
    both = corners(2 * n_dims)
    return both[:, :n_dims], both[:, n_dims:]


@dataclass
class Clusters:
    """Points on the line, equally likely, blurred by Gaussians: a density with an exact score."""

    points: Tensor

    def log_density(self, x, scale, sigma):
        """log of the mean of N(x; scale · point, sigma²), for x (n,)."""
        away = (x[:, None] - scale * self.points) / sigma
        constant = 0.5 * LOG_2PI + math.log(sigma) + math.log(len(self.points))
        return (-0.5 * away**2).logsumexp(1) - constant

    def score(self, x, scale, sigma):
        """Its derivative by x, (n,)."""
        away = scale * self.points - x[:, None]
        share = (-0.5 * (away / sigma) ** 2).softmax(1)
        return (share * away).sum(1) / sigma**2


CLUSTERS = Clusters(numbers(-1.0, 0.5, 2.0))
