"""Text that is drawn once and copied from then on: it takes most of a small figure's time."""

from typing import Any, NamedTuple

import numpy as np
from matplotlib.backend_bases import GraphicsContextBase
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text
from numpy.typing import NDArray

__all__ = ["LetteringCanvas"]

_MOST_KEPT = 500  # labels; a widget has about 25, and those with numbers change


class LetteringCanvas(FigureCanvasAgg):
    """A canvas for a figure that is drawn again and again.

    What it draws is what `FigureCanvasAgg` draws, to within one level of a channel. Its renderer
    stays as long as the figure's size, and with it the sizes of texts, which matplotlib keeps for
    each renderer, and the letters of those that stand where they stood.
    """

    _size: tuple[float, float, float] | None = None

    def get_renderer(self) -> RendererAgg:
        """The renderer for the figure's size: the same one until that changes."""
        size = (*self.figure.bbox.size, self.figure.dpi)
        if self._size != size:
            self.renderer, self._size = _LetteringRenderer(*size), size
        return self.renderer


class _Stamp(NamedTuple):
    """Drawn letters and the place of their lower left corner."""

    letters: NDArray[np.uint8]  # (height, width, 4), the lowest row first
    left: int
    bottom: int


class _LetteringRenderer(RendererAgg):
    def __init__(self, width: float, height: float, dpi: float) -> None:
        super().__init__(width, height, dpi)
        self._blank = RendererAgg(width, height, dpi)
        self._stamps: dict[tuple, _Stamp] = {}

    def draw_text(
        self,
        gc: GraphicsContextBase,
        x: float,
        y: float,
        s: str,
        prop: FontProperties,
        angle: float,
        ismath: Any = False,
        mtext: Text | None = None,
    ) -> None:
        colour = gc.get_rgb()
        if ismath or gc.get_alpha() != 1 or tuple(colour[3:]) not in ((), (1,)):
            super().draw_text(gc, x, y, s, prop, angle, ismath, mtext)
            return
        key = (s, hash(prop), angle, tuple(colour), x, y)
        if key not in self._stamps:
            if len(self._stamps) >= _MOST_KEPT:
                self._stamps.clear()
            # Drawn on nothing, so that it can be laid over anything, and without a clip.
            self._blank.clear()
            bare = self._blank.new_gc()
            bare.set_foreground(colour)
            self._blank.draw_text(bare, x, y, s, prop, angle, ismath, mtext)
            self._stamps[key] = _cut_out(np.asarray(self._blank.buffer_rgba()))
        stamp = self._stamps[key]
        if stamp.letters.size:
            self.draw_image(gc, stamp.left, stamp.bottom, stamp.letters)


def _cut_out(drawn: NDArray[np.uint8]) -> _Stamp:
    rows = np.flatnonzero(drawn[..., 3].any(axis=1))
    if not len(rows):
        return _Stamp(drawn[:0], 0, 0)
    below = rows[-1] + 1
    strip = drawn[rows[0] : below]
    columns = np.flatnonzero(strip[..., 3].any(axis=0))
    letters = strip[::-1, columns[0] : columns[-1] + 1].copy()
    return _Stamp(letters, columns[0], len(drawn) - below)
