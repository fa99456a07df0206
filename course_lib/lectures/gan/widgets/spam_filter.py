"""Move the generator's distribution: the best discriminator beside one trained on samples."""

import functools
import math

import torch
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from course_lib.kit import plots
from course_lib.kit.plots.explore import Choice, Control, Range, interact

__all__ = ["controls", "draw", "explore", "trained_log_odds"]

_REACH, _POINTS = 6.0, 241
_MOST = 5000
_NEWTON_STEPS, _RIDGE = 12, 1e-3
_SHAPES = {"a straight line": 1, "a parabola": 2}


@functools.cache
def _noise() -> Tensor:
    """The same draws for every position of the controls, so that the curves move smoothly."""
    return torch.randn(2, _MOST, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


def trained_log_odds(
    mean: float, width: float, examples: int, degree: int, at: Float[Tensor, " n"]
) -> Float[Tensor, " n"]:
    """Log-odds of a logistic regression on 1, x, …, x^degree, trained by Newton's method.

    Args:
        mean: of the generated samples; the real ones are N(0, 1).
        width: standard deviation of the generated samples.
        examples: real samples, and as many generated ones.
        degree: of the polynomial.
        at: where the log-odds are wanted.
    """
    noise = _noise()[:, :examples]
    x = torch.cat([noise[0], mean + width * noise[1]])
    y = torch.cat([torch.ones(examples), torch.zeros(examples)]).double()
    powers = torch.arange(degree + 1)
    # Scaled, so that x² does not dwarf the rest.
    features, w = (x[:, None] / 3) ** powers, torch.zeros(degree + 1, dtype=torch.float64)
    for _ in range(_NEWTON_STEPS):
        d = torch.sigmoid(features @ w)
        gradient = features.T @ (y - d) - _RIDGE * w
        curvature = (features.T * (d * (1 - d))) @ features
        # The ridge keeps the weights finite where the samples do not overlap.
        curvature = curvature + _RIDGE * torch.eye(degree + 1, dtype=torch.float64)
        step = torch.linalg.solve(curvature, gradient)
        w = w + step * min(1.0, 10 / float(step.norm() + 1e-12))
    return (at[:, None] / 3) ** powers @ w


@plots.styled
def draw(*, mean: float, width: float, examples: int, degree: int) -> Figure:
    """Both densities, D* and a trained D; the value of the game for both.

    Args:
        mean: of the generator's Gaussian; the data are N(0, 1).
        width: standard deviation of the generator's Gaussian.
        examples: real samples that D is trained on, and as many generated ones.
        degree: of the polynomial that is D's log-odds.
    """
    x = torch.linspace(-_REACH, _REACH, _POINTS, dtype=torch.float64)
    log_p = -0.5 * x**2 - 0.5 * math.log(math.tau)
    log_q = -0.5 * ((x - mean) / width) ** 2 - math.log(width) - 0.5 * math.log(math.tau)
    best, trained = log_p - log_q, trained_log_odds(mean, width, examples, degree, x)
    dx = 2 * _REACH / (_POINTS - 1)
    value_best, value_trained = (
        _value(log_p.exp() * dx, log_q.exp() * dx, a) for a in (best, trained)
    )
    fig, (left, right) = plots.panels(8.6, 3.1, (0.06, 0.16, 0.4, 0.7), (0.56, 0.16, 0.4, 0.7))
    _densities(left, x, log_p.exp(), log_q.exp())
    right.plot(x, torch.sigmoid(best), color=plots.PALETTE["black"])
    right.plot(x, torch.sigmoid(trained), color=plots.PALETTE["vermillion"], ls="--")
    right.axhline(0.5, color=plots.GREY, linewidth=0.8)
    right.set(xlabel="x", ylabel="D(x), “real”", xlim=(-_REACH, _REACH))
    right.set(ylim=(-0.03, 1.03), yticks=[0, 0.5, 1])
    # In words: a legend takes longer to draw than both curves.
    right.set_title(
        f"V(D*) = {value_best:.3f} (black)\nV(trained D) = {value_trained:.3f} (dashed)",
        fontsize=10,
    )
    left.set_title(
        "p, real (solid) and q, generated (dashed):\n"
        f"JSD = ½ (V(D*) + log 4) = {(value_best + math.log(4)) / 2:.3f} nats",
        fontsize=10,
    )
    return fig


def _value(p: Tensor, q: Tensor, log_odds: Tensor) -> float:
    soft = torch.nn.functional.softplus
    return float(-(p * soft(-log_odds)).sum() - (q * soft(log_odds)).sum())


def _densities(axes: Axes, x: Tensor, p: Tensor, q: Tensor) -> None:
    for density, colour, style in ((p, "blue", "-"), (q, "orange", "--")):
        axes.plot(x, density, color=plots.PALETTE[colour], ls=style)
        axes.fill_between(x, density, color=plots.PALETTE[colour], alpha=0.15, linewidth=0)
    axes.set(xlabel="x", ylabel="density", xlim=(-_REACH, _REACH), ylim=(0, None))


def controls() -> dict[str, Control]:
    """The widget's controls: the generator's mean and width, and how D is trained."""
    return {
        "mean": Range("Mean of q", -4.0, 4.0, 0.1, start=1.5),
        "width": Range("Width of q", 0.3, 3.0, 0.1, start=1.0),
        "examples": Choice("Training samples", [10, 100, 1000, _MOST], start=100),
        "degree": Choice("D's log-odds", _SHAPES, start=1),
    }


def explore() -> None:
    """Show the widget."""
    interact(
        draw,
        controls(),
        alt=lambda mean, width, examples, degree: (
            f"Left the densities of N(0, 1) and N({mean:.1f}, {width:.1f}²), right the best "
            f"discriminator and one of degree {degree} trained on {examples} samples of each."
        ),
    )
