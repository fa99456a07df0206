"""Figures for widgets, which are drawn again and again: quick to make, quicker to use again."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import AutoLocator, ScalarFormatter

from course_lib.kit.plots.style import STYLE, figure

__all__ = ["Kept", "panels", "reusing"]

Place = tuple[float, float, float, float]
# (width, height, places) → what was made for them.
Kept = dict[tuple[float, float, tuple[Place, ...]], tuple[Figure, list[Axes]]]

_FEW_TICKS = 4
_kept: ContextVar[Kept | None] = ContextVar("kept", default=None)


def panels(width: float, height: float, *places: Place) -> tuple[Figure, list[Axes]]:
    """A figure that is drawn quickly: its axes stand where they are put, with few ticks.

    Finding the places by constrained layout takes as long as all the drawing, and each tick as
    long as a curve.

    Args:
        width: of the figure, in inches.
        height: of the figure, in inches.
        places: (left, bottom, width, height) of each axes, as shares of the figure.
    """
    kept = _kept.get()
    found = kept.get((width, height, places)) if kept is not None else None
    fig, made = found or _new(width, height, places)
    for axes in made:
        if found:
            _clear(axes)
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_locator(AutoLocator())
            axis.set_major_formatter(ScalarFormatter())
        axes.locator_params(nbins=_FEW_TICKS)
    if found:
        for artist in (*fig.legends, *fig.texts):
            artist.remove()
    elif kept is not None:
        kept[width, height, places] = fig, made
    return fig, made


@contextmanager
def reusing(kept: Kept) -> Iterator[None]:
    """Inside, `panels` empties the figure of the last time instead of making a new one.

    Making axes and their ticks takes a third of a redraw. What was drawn is removed and limits,
    ticks' places, titles, labels and aspect are as at first; what is done to spines, background and
    the looks of ticks stays, as a widget does the same to them each time.

    Args:
        kept: an empty dict at first; what was made is put into it.
    """
    token = _kept.set(kept)
    try:
        yield
    finally:
        _kept.reset(token)


def _new(width: float, height: float, places: tuple[Place, ...]) -> tuple[Figure, list[Axes]]:
    fig = figure(width, height)
    fig.set_layout_engine("none")
    with mpl.rc_context(STYLE):
        return fig, [fig.add_axes(place) for place in places]


def _clear(axes: Axes) -> None:
    """Much faster than `axes.clear()`, which makes all ticks anew."""
    kinds = (axes.lines, axes.patches, axes.collections, axes.images, axes.texts, axes.artists)
    for artist in [one for kind in kinds for one in kind]:
        artist.remove()
    if legend := axes.get_legend():
        legend.remove()
    axes.containers.clear()
    axes.set_prop_cycle(None)
    axes.relim()
    axes.set(xlim=(0, 1), ylim=(0, 1), aspect="auto", title="", xlabel="", ylabel="")
    axes.autoscale()
