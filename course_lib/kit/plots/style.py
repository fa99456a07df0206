"""One style and one colour-blind-safe palette for all figures."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, ParamSpec

import matplotlib as mpl
import numpy as np
import torch
from cycler import cycler
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from numpy.typing import NDArray

__all__ = ["GREY", "PALETTE", "STYLE", "Values", "figure", "numbers", "styled"]

Values = torch.Tensor | NDArray[Any] | Sequence[Any]

# Okabe and Ito, Color Universal Design, 2008; yellow last, because it is faint on white.
PALETTE = {
    "blue": "#0072B2",
    "orange": "#E69F00",
    "green": "#009E73",
    "vermillion": "#D55E00",
    "purple": "#CC79A7",
    "sky": "#56B4E9",
    "black": "#000000",
    "yellow": "#F0E442",
}
GREY = "#767676"  # the lightest grey that is legible on white (4.5 : 1)

# Any: matplotlib types the keys as a list of all its settings.
STYLE: dict[Any, Any] = {
    "font.size": 10.0,
    "axes.titlesize": 11.0,
    "axes.labelsize": 10.0,
    # Where matplotlib puts it anyway, after looking at every tick label for one in the way.
    "axes.titley": 1.0,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.prop_cycle": cycler(color=list(PALETTE.values())),
    "figure.facecolor": "white",
    "figure.constrained_layout.use": True,
    "lines.linewidth": 1.8,
    # Moving outlines to whole pixels takes a tenth of a small figure's time, and is not seen.
    "text.hinting": "no_hinting",
    "xtick.labelsize": 9.0,
    "ytick.labelsize": 9.0,
}

P = ParamSpec("P")


def styled(draw: Callable[P, Figure]) -> Callable[P, Figure]:
    """Draw in the course's style, and leave matplotlib's settings as they were."""

    @wraps(draw)
    def styled(*args: P.args, **kwargs: P.kwargs) -> Figure:
        with mpl.rc_context(STYLE):
            return draw(*args, **kwargs)

    return styled


def figure(width: float = 6.4, height: float = 3.6) -> Figure:
    """An empty figure in the course's style, unknown to pyplot; sizes in inches.

    Draw on `figure(…).subplots(…)` inside `matplotlib.rc_context(kit.plots.STYLE)`.
    """
    with mpl.rc_context(STYLE):
        fig = Figure(figsize=(width, height), layout="constrained")
        FigureCanvasAgg(fig)
        return fig


def numbers(values: Values) -> NDArray[np.float64]:
    """Any numbers as a float64 array, off the graph and off the GPU."""
    if isinstance(values, torch.Tensor):
        values = values.detach().cpu().numpy()
    return np.asarray(values, dtype=np.float64)
