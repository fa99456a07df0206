"""Text that is drawn once and copied from then on: it takes most of a small figure's time."""

import math
from typing import Any, NamedTuple

import numpy as np
from matplotlib.backend_bases import GraphicsContextBase
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text
from numpy.typing import NDArray

__all__ = ["LetteringCanvas"]

_MOST_KEPT = 500  # labels; a widget has about 25, and those with numbers change
_MARGIN = 4  # pixels by which letters may exceed their measured box
_SUBPIXELS = 64  # FreeType's unit


class LetteringCanvas(FigureCanvasAgg):
    """A canvas for a figure that is drawn again and again.

    What it draws is what `FigureCanvasAgg` draws, to within one level of a channel. Its renderer
    stays as long as the figure's size, and keeps the sizes and the letters of its texts.
    """

    _size: tuple[float, float, float] | None = None

    def get_renderer(self) -> RendererAgg:
        """The renderer for the figure's size: the same one until that changes."""
        size = (*self.figure.bbox.size, self.figure.dpi)
        if self._size != size:
            self.renderer, self._size = _LetteringRenderer(*size), size
        return self.renderer


class _Stamp(NamedTuple):
    """Drawn letters, and where they stand from the whole pixel of the text's origin."""

    letters: NDArray[np.uint8]  # (height, width, 4), the lowest row first
    left: int
    bottom: int


class _LetteringRenderer(RendererAgg):
    def __init__(self, width: float, height: float, dpi: float) -> None:
        super().__init__(width, height, dpi)
        self._sizes: dict[tuple, tuple[float, float, float]] = {}
        self._stamps: dict[tuple, _Stamp] = {}

    def get_text_width_height_descent(
        self, s: str, prop: FontProperties, ismath: Any
    ) -> tuple[float, float, float]:
        key = (s, hash(prop), ismath)
        if key not in self._sizes:
            _make_room(self._sizes)
            self._sizes[key] = super().get_text_width_height_descent(s, prop, ismath)
        return self._sizes[key]

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
        colour = tuple(gc.get_rgb())
        if ismath or gc.get_alpha() != 1 or colour[3:] not in ((), (1,)):
            super().draw_text(gc, x, y, s, prop, angle, ismath, mtext)
            return
        left, top = math.floor(x), math.floor(y)
        within = round(_SUBPIXELS * (x - left)), round(_SUBPIXELS * (y - top))
        key = (s, hash(prop), angle, colour, within)
        if key not in self._stamps:
            _make_room(self._stamps)
            self._stamps[key] = self._stamp(colour, x - left, y - top, s, prop, angle, mtext)
        stamp = self._stamps[key]
        if stamp.letters.size:
            self.draw_image(gc, left + stamp.left, self.height - top - stamp.bottom, stamp.letters)

    def _stamp(
        self,
        colour: tuple,
        x: float,
        y: float,
        s: str,
        prop: FontProperties,
        angle: float,
        mtext: Text | None,
    ) -> _Stamp:
        """The text on nothing, so that it can be laid over anything."""
        width, height, _ = self.get_text_width_height_descent(s, prop, False)
        cos, sin = (abs(f(math.radians(angle))) for f in (math.cos, math.sin))
        # The origin is at the text's left end on its base line: there is room all around it.
        across = math.ceil(cos * width + sin * height) + _MARGIN
        down = math.ceil(sin * width + cos * height) + _MARGIN
        blank = RendererAgg(2 * across, 2 * down, self.dpi)
        gc = blank.new_gc()
        gc.set_foreground(colour)
        blank.draw_text(gc, across + x, down + y, s, prop, angle, False, mtext)
        drawn = np.asarray(blank.buffer_rgba())
        rows = np.flatnonzero(drawn[..., 3].any(axis=1))
        columns = np.flatnonzero(drawn[..., 3].any(axis=0))
        if not len(rows):
            return _Stamp(drawn[:0], 0, 0)
        cut = drawn[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        return _Stamp(cut[::-1].copy(), columns[0] - across, rows[-1] + 1 - down)


def _make_room(kept: dict) -> None:
    if len(kept) >= _MOST_KEPT:
        kept.clear()
