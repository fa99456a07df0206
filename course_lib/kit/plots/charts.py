"""Figures of numbers: curves and bars."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from numpy.typing import NDArray

from course_lib.kit.plots.style import GREY, PALETTE, Values, figure, numbers, styled

__all__ = ["bars", "curves"]


@styled
def curves(
    series: Mapping[str, Values | tuple[Values, Values]],
    *,
    x_label: str = "epoch",
    y_label: str = "nats",
    title: str = "",
    references: Mapping[str, float] | None = None,
    y_range: tuple[float, float] | None = None,
    log_x: bool = False,
    log_y: bool = False,
    size: tuple[float, float] = (6.4, 3.6),
) -> Figure:
    """Lines with their names at their right ends, in the line's colour.

    Args:
        series: name → values y₁ … yₙ (drawn over 1 … n), or name → (x, y).
        x_label: with the unit.
        y_label: with the unit.
        title: of the figure.
        references: name → height of a dashed horizontal line, for example a published figure.
        y_range: lowest and highest y shown.
        log_x: logarithmic x axis.
        log_y: logarithmic y axis.
        size: width and height in inches.
    """
    fig = figure(*size)
    axes = fig.subplots()
    ends: list[tuple[float, str, str]] = []
    for (name, values), colour in zip(series.items(), _colours(len(series)), strict=True):
        x, y = _xy(name, values)
        marker = "o" if len(y) == 1 else None
        axes.plot(x, y, color=colour, marker=marker)
        finite = y[np.isfinite(y)]
        if len(finite):
            ends.append((float(finite[-1]), name, colour))
    for name, height in (references or {}).items():
        axes.axhline(height, color=GREY, linestyle="--", linewidth=1.2)
        ends.append((float(height), name, GREY))
    axes.set(xlabel=x_label, ylabel=y_label, title=title)
    if log_x:
        axes.set_xscale("log")
    if log_y:
        axes.set_yscale("log")
    if y_range is not None:
        axes.set_ylim(*y_range)
    if not log_x:
        axes.margins(x=0.01)
    _label_ends(axes, ends, size[1])
    return fig


@styled
def bars(
    values: Mapping[str, float],
    *,
    x_label: str = "nats",
    title: str = "",
    errors: Mapping[str, float] | None = None,
    highlight: Sequence[str] = (),
    digits: int = 2,
) -> Figure:
    """Horizontal bars from zero, each with its name on the left and its number at its end.

    Args:
        values: name → value, top to bottom.
        x_label: with the unit.
        title: of the figure.
        errors: name → half-width of the error bar, for example a standard error.
        highlight: names drawn in orange instead of blue.
        digits: digits after the point.
    """
    errors = errors or {}
    unknown = [name for name in (*errors, *highlight) if name not in values]
    if unknown or not values:
        raise ValueError(f"bars: no value for {unknown}; there are {list(values)}")
    fig = figure(6.4, 0.9 + 0.36 * len(values))
    axes = fig.subplots()
    for k, (name, value) in enumerate(values.items()):
        colour = PALETTE["orange" if name in highlight else "blue"]
        error = errors.get(name, 0.0)
        axes.barh(k, value, height=0.7, color=colour)
        text = f"{value:.{digits}f}"
        if error:
            axes.errorbar(value, k, xerr=error, color="black", capsize=3, linewidth=1.2)
            text += f" ± {error:.{digits}f}"
        outward = 1 if value >= 0 else -1
        axes.annotate(
            text,
            (value + outward * error, k),
            xytext=(5 * outward, 0),
            textcoords="offset points",
            va="center",
            ha="left" if value >= 0 else "right",
            fontsize=9,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.8},
            zorder=5,
        )
    if min(values.values()) < 0:
        axes.axvline(0, color="black", linewidth=0.8)
    axes.set_yticks(range(len(values)), list(values))
    axes.set(xlabel=x_label, ylim=(len(values) - 0.5, -0.5))
    axes.set_title(title, pad=6)
    axes.tick_params(axis="y", length=0)
    axes.margins(x=0.18)
    return fig


def _colours(n: int) -> list[str]:
    colours = list(PALETTE.values())
    return [colours[k % len(colours)] for k in range(n)]


def _xy(name: str, values: Any) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    if isinstance(values, tuple):
        x, y = map(numbers, values)
    else:
        y = numbers(values)
        x = np.arange(1, y.size + 1, dtype=np.float64)
    if y.ndim != 1 or x.shape != y.shape or y.size == 0:
        raise ValueError(
            f"curves: {name!r} has x of shape {x.shape} and y of shape {y.shape}; expected n "
            "numbers, or a tuple (x, y) of n numbers each"
        )
    return x, y


def _label_ends(axes: Axes, ends: list[tuple[float, str, str]], height: float) -> None:
    """Names on the right, at their line's end, moved apart as far as needed to be legible."""
    line = 12 / 72 / (height * 0.75)  # one line of text, as a fraction of the axes' height
    to_axes = axes.transData + axes.transAxes.inverted()
    low, high = axes.get_ylim()
    x = axes.get_xlim()[1]
    places = []
    for y, name, colour in ends:
        inside = min(max(y, min(low, high)), max(low, high))
        places.append((float(to_axes.transform((x, inside))[1]), name, colour))
    places.sort()
    heights = _apart([place[0] for place in places], line)
    for (_, name, colour), place in zip(places, heights, strict=True):
        axes.annotate(
            name,
            (1.0, place),
            xycoords="axes fraction",
            xytext=(6, 0),
            textcoords="offset points",
            color=_legible(colour),
            va="center",
            fontsize=9,
            annotation_clip=False,
        )


def _legible(colour: str) -> str:
    """The colour, darkened until text in it has a contrast of 4.5 : 1 on white (WCAG 2.1, AA)."""
    rgb = np.array(to_rgb(colour))
    while 1.05 / (_luminance(rgb) + 0.05) < 4.5:
        rgb *= 0.97
    return to_hex(tuple(rgb))


def _luminance(rgb: NDArray[np.float64]) -> float:
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))


def _apart(heights: list[float], gap: float) -> list[float]:
    """Sorted places, at least `gap` apart, each group centred on where it belongs."""
    groups: list[tuple[float, int]] = []  # centre, members
    for place in heights:
        groups.append((place, 1))
        while len(groups) > 1:
            (below, m), (above, n) = groups[-2:]
            if above - below >= gap * (m + n) / 2:
                break
            groups[-2:] = [((below * m + above * n) / (m + n), m + n)]
    return [
        centre + gap * (k - (members - 1) / 2) for centre, members in groups for k in range(members)
    ]
