"""How far back a gradient reaches: its norm through time, for a spectral radius that is set."""

import functools

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle
from numpy.typing import NDArray

from course_lib.kit import plots
from course_lib.kit.plots.explore import Range, interact

__all__ = ["controls", "draw", "explore", "norms"]

_UNITS, _STEPS = 48, 50


@functools.cache
def _start(seed: int = 0) -> tuple[NDArray[np.float64], NDArray[np.complex128]]:
    """A random matrix of spectral radius 1, and its eigenvalues."""
    W = np.random.default_rng(seed).standard_normal((_UNITS, _UNITS))
    eigenvalues = np.linalg.eigvals(W)
    radius = np.abs(eigenvalues).max()
    return W / radius, eigenvalues / radius


def norms(radius: float, signal: float, seed: int = 0) -> NDArray[np.float64]:
    """‖∂(v·h_T)/∂h_{T−k}‖ for k = 0 … T of h_t = tanh(W h_{t−1} + s ε_t), for a random unit v.

    Args:
        radius: spectral radius of W.
        signal: s, the standard deviation of what each unit reads at a step.
        seed: of the inputs and of v.
    """
    W = radius * _start()[0]
    rng = np.random.default_rng(seed + 1)
    inputs = signal * rng.standard_normal((_STEPS, _UNITS))
    h, slopes = np.zeros(_UNITS), []
    for x in inputs:
        h = np.tanh(W @ h + x)
        slopes.append(1 - h**2)
    v = rng.standard_normal(_UNITS)
    v /= np.linalg.norm(v)
    lengths = [1.0]
    for slope in reversed(slopes):
        v = W.T @ (slope * v)
        lengths.append(float(np.linalg.norm(v)))
    return np.array(lengths)


@plots.styled
def draw(radius: float, signal: float) -> Figure:
    """The norm through time beside its prediction ρᵏ, and the eigenvalues of W.

    Args:
        radius: spectral radius ρ of W.
        signal: standard deviation of what each unit reads at a step; 0 leaves tanh linear.
    """
    fig, (left, right) = plots.panels(8.4, 3.2, (0.075, 0.16, 0.54, 0.74), (0.7, 0.16, 0.28, 0.74))
    _lengths(left, radius, signal)
    _eigenvalues(right, radius)
    return fig


def _lengths(axes: Axes, radius: float, signal: float) -> None:
    back, length = np.arange(_STEPS + 1), norms(radius, signal)
    # Logarithms on a linear axis: a logarithmic one takes much longer to draw.
    axes.plot(back, back * np.log10(radius), "--", color=plots.GREY, label="prediction ρᵏ")
    axes.plot(back, np.log10(length), color=plots.PALETTE["blue"], label="measured")
    axes.set_yticks([-15, -10, -5, 0, 5, 10])
    axes.set(
        ylim=(-16, 10),
        xlabel="steps back, k",
        ylabel="log₁₀ of the gradient norm",
        title=f"after {_STEPS} steps: {length[-1]:.0e}",
    )
    axes.legend(frameon=False, fontsize=9, loc="upper left")


def _eigenvalues(axes: Axes, radius: float) -> None:
    values = radius * _start()[1]
    axes.add_patch(Circle((0, 0), 1, fill=False, color=plots.GREY, linestyle="--"))
    axes.plot(values.real, values.imag, ".", color=plots.PALETTE["blue"])
    axes.set(xlim=(-1.6, 1.6), ylim=(-1.6, 1.6), aspect="equal", xlabel="real", ylabel="imaginary")
    axes.set(xticks=[-1, 0, 1], yticks=[-1, 0, 1])
    axes.set_title(f"eigenvalues of W: ρ = {radius:.2f}", fontsize=10)


def controls() -> dict:
    """The widget's controls: spectral radius, and how strong the input is."""
    return {
        "radius": Range("Spectral radius ρ", 0.5, 1.5, 0.05, start=1.0),
        "signal": Range("Input strength", 0.0, 1.5, 0.25, start=0.0),
    }


def explore() -> None:
    """Show the widget."""

    def alt(radius: float, signal: float) -> str:
        return (
            f"Gradient norm against steps back for spectral radius {radius:.2f} and input strength "
            f"{signal:g}, beside the prediction, and the eigenvalues beside the unit circle."
        )

    interact(draw, controls(), alt=alt)
