"""Figures for the notebooks: one style, one colour-blind-safe palette, and alt text for each.

Every function returns a `matplotlib.figure.Figure` that pyplot does not know of, so nothing is
drawn twice and nothing has to be closed. `show` displays it.
"""

from course_lib.kit.plots.charts import bars, curves
from course_lib.kit.plots.display import bundle, image_html, jpeg, png, show
from course_lib.kit.plots.grids import images, matrix, tiled
from course_lib.kit.plots.panels import Kept, panels, reusing
from course_lib.kit.plots.style import GREY, PALETTE, STYLE, figure, styled

__all__ = [
    "GREY",
    "PALETTE",
    "STYLE",
    "Kept",
    "bars",
    "bundle",
    "curves",
    "figure",
    "image_html",
    "images",
    "jpeg",
    "matrix",
    "panels",
    "png",
    "reusing",
    "show",
    "styled",
    "tiled",
]
