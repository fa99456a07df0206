"""Slide one of two parallel lines: what JS and W₁ say of it, and which slope each of them has."""

import math
from collections.abc import Callable

import torch
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from course_lib.kit import plots
from course_lib.kit.plots.explore import Control, Range, interact

__all__ = ["blurred_js", "controls", "draw", "explore", "slope"]

Distance = Callable[[Tensor], Tensor]
_REACH = 2.0
_STEP = 1e-3


def blurred_js(theta: Float[Tensor, " n"], blur: float) -> Float[Tensor, " n"]:
    """JS divergence, in nats, of N(0, blur²) and N(θ, blur²): of two lines with noise across them.

    Args:
        theta: where the second line stands.
        blur: standard deviation of the noise, above 0.
    """
    t = torch.linspace(-7, 7, 281, dtype=torch.float64)  # around the middle, in units of the blur
    half = (theta.double() / blur / 2)[:, None]
    # Further apart than this, nothing is left to overlap.
    half = half.clamp(-20, 20)
    # KL(P ‖ M) = E_P[log 2 − log(1 + q/p)], and log q/p is linear in x; the other KL is the same.
    log_ratio = 2 * half * (t - half)
    p = torch.exp(-0.5 * t**2)
    return (math.log(2) - torch.nn.functional.softplus(log_ratio) @ p / p.sum()).to(theta)


def slope(distance: Distance, theta: float) -> float:
    """∂ distance/∂θ by central differences: what a generator that moves the line would feel."""
    at = torch.tensor([theta + _STEP, theta - _STEP], dtype=torch.float64)
    above, below = distance(at).tolist()
    return (above - below) / (2 * _STEP)


@plots.styled
def draw(js: Distance, w1: Distance, *, theta: float, blur: float) -> Figure:
    """The two lines, and both distances over θ with their tangents at the line's place.

    Args:
        js: θ → JS divergence in nats, such as `wgan.js_parallel_lines`; used where blur is 0.
        w1: θ → W₁, such as `wgan.w1_parallel_lines`.
        theta: where the second line stands.
        blur: standard deviation of noise across both lines; W₁ does not notice it.
    """
    used = (lambda at: blurred_js(at, blur)) if blur > 0 else js
    fig, (lines, left, right) = plots.panels(
        9.0,
        3.0,
        (0.05, 0.18, 0.25, 0.68),
        (0.38, 0.18, 0.27, 0.68),
        (0.72, 0.18, 0.27, 0.68),
    )
    _lines(lines, theta, blur)
    _distance(left, used, theta, "JS, nats", plots.PALETTE["vermillion"], (-0.05, 0.8))
    _distance(right, w1, theta, "W₁", plots.PALETTE["blue"], (-0.15, 2.3))
    left.axhline(math.log(2), color=plots.GREY, linestyle=":", linewidth=1)
    return fig


def _lines(axes: Axes, theta: float, blur: float) -> None:
    for place, colour, name in (
        (0.0, plots.PALETTE["black"], "P"),
        (theta, plots.PALETTE["green"], "Q"),
    ):
        axes.axvspan(place - 2 * blur, place + 2 * blur, 0.1, 0.9, color=colour, alpha=0.2, lw=0)
        axes.plot([place, place], [0.1, 0.9], color=colour)
        axes.text(place, 0.93 if name == "P" else 0.03, name, color=colour, ha="center")
    for height in (0.25, 0.5, 0.75):
        if abs(theta) > 0.15:
            axes.annotate(
                "",
                (0.0, height),
                (theta, height),
                arrowprops={"arrowstyle": "->", "color": plots.GREY},
            )
    axes.set(xlim=(-_REACH - 0.3, _REACH + 0.3), ylim=(0, 1), yticks=[], xlabel="x")
    axes.set_title(f"two lines, θ = {theta:.2f}", fontsize=10)


def _distance(
    axes: Axes,
    distance: Distance,
    theta: float,
    name: str,
    colour: str,
    limits: tuple[float, float],
) -> None:
    # An even number of places: θ = 0 alone has another JS, and is drawn as a point of its own.
    at = torch.linspace(-_REACH, _REACH, 160, dtype=torch.float64)
    axes.plot(at.numpy(), distance(at).numpy(), color=colour)
    zero = torch.zeros(1, dtype=torch.float64)
    axes.plot([0.0], distance(zero).tolist(), "o", ms=4, color=colour)
    value = float(distance(torch.tensor([theta], dtype=torch.float64)))
    steepness = slope(distance, theta)
    reach = 0.6
    axes.plot(
        [theta - reach, theta + reach],
        [value - reach * steepness, value + reach * steepness],
        color="black",
        linewidth=1.2,
        linestyle="--",
    )
    axes.plot(theta, value, "s", ms=7, mfc="none", mec="black", mew=1.6)
    axes.set(xlim=(-_REACH - 0.1, _REACH + 0.1), ylim=limits, xlabel="θ")
    axes.set_title(f"{name} = {value:.3f}, slope {steepness:+.2f}", fontsize=10)


def controls() -> dict[str, Control]:
    """The widget's controls: the line's place, and noise across both lines."""
    return {
        "theta": Range("θ", -_REACH, _REACH, 0.05, start=1.2),
        "blur": Range("Noise across", 0.0, 1.0, 0.1, start=0.0),
    }


def explore(js: Distance, w1: Distance) -> None:
    """Show the widget; the arguments are those of `draw`."""

    def alt(theta: float, blur: float) -> str:
        steepness = slope((lambda at: blurred_js(at, blur)) if blur > 0 else js, theta)
        return (
            f"Two parallel lines {abs(theta):.2f} apart with noise {blur:.1f} across; JS over θ "
            f"has the slope {steepness:.2f} there, W₁ the slope {slope(w1, theta):.0f}."
        )

    interact(lambda **at: draw(js, w1, **at), controls(), alt=alt)
