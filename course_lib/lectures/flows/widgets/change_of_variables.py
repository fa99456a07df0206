"""A change of variables in one dimension: a strip of mass, moved and stretched by a map."""

from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from course_lib.kit import plots
from course_lib.kit.plots.explore import Control, Range, interact

__all__ = ["Strip", "controls", "draw", "explore", "strip"]

_REACH, _WIDTH = 3.0, 0.3
_HIGHEST = 0.8  # of the density axis
_Z = np.linspace(-4.5, 4.5, 801)


class Strip(NamedTuple):
    """What becomes of the noise between two places.

    Attributes:
        z: left and right end of the strip of noise.
        x: where the map puts them.
        slope: f′ in the middle of the strip.
        mass: probability of the strip, before and after.
        invertible: whether the map has an inverse at all.
    """

    z: tuple[float, float]
    x: tuple[float, float]
    slope: float
    mass: tuple[float, float]
    invertible: bool


def _map(z: NDArray[np.float64], stretch: float, bend: float) -> NDArray[np.float64]:
    return stretch * (z + bend * np.tanh(z))


def _slope(z: NDArray[np.float64], stretch: float, bend: float) -> NDArray[np.float64]:
    return stretch * (1 + bend * (1 - np.tanh(z) ** 2))


def _normal(z: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.exp(-0.5 * z**2) / np.sqrt(2 * np.pi)


def strip(place: float, stretch: float, bend: float) -> Strip:
    """The strip of noise around `place` under x = f(z) = stretch · (z + bend · tanh z).

    The mass behind the map is the integral of p(x) = N(z; 0, 1) / |f′(z)| over the strip's image.
    """
    z = np.linspace(place - _WIDTH / 2, place + _WIDTH / 2, 201)
    x, slope = _map(z, stretch, bend), _slope(z, stretch, bend)
    before = float(np.trapezoid(_normal(z), z))
    with np.errstate(divide="ignore", invalid="ignore"):  # where the map folds, f′ may be 0
        after = float(np.trapezoid(_normal(z) / np.abs(slope), x))
    middle = float(slope[100])
    ends = (float(z[0]), float(z[-1])), (float(x[0]), float(x[-1]))
    return Strip(*ends, middle, (before, after), bend > -1)


@plots.styled
def draw(place: float, stretch: float, bend: float) -> Figure:
    """The map, the density of the noise below it, and the density of the data at its side.

    Args:
        place: middle of the strip of noise.
        stretch: slope of the map far out.
        bend: how much steeper it is around 0; at −1 and below it has no inverse.
    """
    found = strip(place, stretch, bend)
    x, slope = _map(_Z, stretch, bend), _slope(_Z, stretch, bend)
    colour = plots.PALETTE["blue" if found.invertible else "vermillion"]
    with np.errstate(divide="ignore"):
        p = np.minimum(_normal(_Z) / np.abs(slope), 5.0)
    fig, (data, curve, noise) = plots.panels(
        7.2,
        4.6,
        (0.09, 0.42, 0.25, 0.48),
        (0.38, 0.42, 0.58, 0.48),
        (0.38, 0.12, 0.58, 0.24),
    )
    _density(noise, _Z, _normal(_Z), found.z, flat=True, colour=plots.PALETTE["blue"])
    _density(data, x, p, found.x, flat=False, colour=colour)
    _curve(curve, x, found, colour)
    return fig


def _density(
    axes: Axes,
    at: NDArray[np.float64],
    p: NDArray[np.float64],
    ends: tuple[float, float],
    *,
    flat: bool,
    colour: str,
) -> None:
    """A density over the horizontal axis, or over the vertical one; the strip is filled."""
    inside = (at >= min(ends)) & (at <= max(ends))
    fill: dict[str, Any] = {
        "where": inside,
        "color": plots.PALETTE["orange"],
        "alpha": 0.8,
        "linewidth": 0,
    }
    if flat:
        axes.plot(at, p, color=colour)
        axes.fill_between(at, p, **fill)
        axes.set(xlim=(-_REACH, _REACH), ylim=(0, 0.6), xlabel="noise z", ylabel="p(z)")
        return
    axes.plot(p, at, color=colour)
    axes.fill_betweenx(at, p, **fill)
    axes.set(xlim=(_HIGHEST, 0), ylim=(-2 * _REACH, 2 * _REACH), xlabel="p(x)", ylabel="data x")


def _curve(axes: Axes, x: NDArray[np.float64], found: Strip, colour: str) -> None:
    axes.plot(_Z, x, color=colour)
    line: dict[str, Any] = {"color": plots.PALETTE["orange"], "linewidth": 1.0}
    for z, height in zip(found.z, found.x, strict=True):
        axes.plot([z, z], [-2 * _REACH, height], **line)
        axes.plot([-_REACH, z], [height, height], **line)
    axes.set(xlim=(-_REACH, _REACH), ylim=(-2 * _REACH, 2 * _REACH))
    axes.tick_params(labelbottom=False, labelleft=False)
    if not found.invertible:
        axes.set_title("the map folds: no inverse, no density by this formula")
        return
    axes.set_title(
        f"x = f(z), f′ = {found.slope:.2f}; mass of the strip: "
        f"{found.mass[0]:.3f} → {found.mass[1]:.3f}"
    )


def controls() -> dict[str, Control]:
    """The widget's controls: where the strip is, and what the map looks like."""
    return {
        "place": Range("Strip at z", -2.5, 2.5, 0.1, start=0.5),
        "stretch": Range("Slope far out", 0.4, 2.0, 0.1, start=1.0),
        "bend": Range("Bend", -1.5, 3.0, 0.1, start=1.5),
    }


def explore() -> None:
    """Show the widget."""

    def alt(place: float, stretch: float, bend: float) -> str:
        found = strip(place, stretch, bend)
        if not found.invertible:
            return f"A map with bend {bend:.1f} that folds back, so that no inverse exists."
        return (
            f"A strip of noise at {place:.1f}, mapped with slope {found.slope:.2f}: its width is "
            f"multiplied by that, its density divided, and its mass {found.mass[0]:.3f} stays."
        )

    interact(draw, controls(), alt=alt)
