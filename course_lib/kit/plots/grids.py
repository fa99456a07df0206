"""Figures of arrays: grids of images, and matrices as colours."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from course_lib.kit.plots.style import GREY, Values, figure, numbers, styled

__all__ = ["images", "matrix", "tiled"]


@styled
def images(
    x: Values,
    shape: tuple[int, int] | None = None,
    *,
    columns: int | None = None,
    titles: Sequence[str] | None = None,
    title: str = "",
    vmin: float = 0.0,
    vmax: float = 1.0,
    signed: bool = False,
    tile: float = 0.62,
) -> Figure:
    """A grid of grey-level images, dark ink on white; pixels stay square and sharp.

    Images in colour are shown as they are.

    Args:
        x: `(n, height · width)` or `(n, height, width)`; in colour `(n, 3, height, width)`.
        shape: (height, width); needed for flat images.
        columns: images in a row; 10 at most by default.
        titles: a short text above each image.
        title: of the figure.
        vmin: the value drawn white; in colour, the value of no light.
        vmax: the value drawn black; in colour, the value of full light.
        signed: for weights: blue below zero, white at zero, red above, and a colour bar; the range
            is the largest absolute value, the same for all images.
        tile: width of an image, in inches.
    """
    pixels = numbers(x)
    if pixels.ndim == 2 and shape is not None and pixels.shape[1] == shape[0] * shape[1]:
        pixels = pixels.reshape(len(pixels), *shape)
    in_colour = pixels.ndim == 4 and pixels.shape[1] == 3
    fits = (pixels.ndim == 3 or in_colour) and len(pixels) > 0
    if not fits or (shape and pixels.shape[-2:] != tuple(shape)):
        raise ValueError(
            f"images: got the shape {pixels.shape} and shape={shape}; expected (n, height, width), "
            "(n, 3, height, width), or (n, height · width) with shape=(height, width)"
        )
    n, *_, height, width = pixels.shape
    if in_colour and signed:
        raise ValueError("images: got images in colour and signed=True; weights have no colours")
    if in_colour:
        pixels = np.clip((np.moveaxis(pixels, 1, -1) - vmin) / (vmax - vmin), 0, 1)
    if titles is not None and len(titles) != n:
        raise ValueError(f"images: got {len(titles)} titles for {n} images")
    columns = min(n, columns or 10)
    rows = -(-n // columns)
    # All on one axes, in units of a pixel: many times faster than an axes for each image.
    gap = max(1.0, 0.08 * width)
    above = gap if titles is None else gap + 0.2 / tile * width
    full_width = columns * (width + gap) - gap
    full_height = rows * (height + above)
    inches = tile / width
    fig = figure(
        max(2.4, full_width * inches + 0.1 + (0.8 if signed else 0.0)),
        full_height * inches + 0.1 + (0.25 if title else 0.0),
    )
    axes = fig.subplots()
    if signed:
        vmax = float(np.abs(pixels).max()) or 1.0
        vmin = -vmax
    for k, image in enumerate(pixels):
        left = (k % columns) * (width + gap)
        top = (k // columns) * (height + above) + above
        drawn = axes.imshow(
            image,
            cmap="RdBu_r" if signed else "gray_r",
            vmin=vmin,
            vmax=vmax,
            interpolation="nearest",
            extent=(left, left + width, top + height, top),
        )
        if not signed:
            # A hairline, so that an empty image is seen as one.
            frame = Rectangle((left, top), width, height, fill=False, lw=0.4, ec=GREY)
            axes.add_patch(frame)
        if titles is not None:
            axes.text(
                left + width / 2, top - 0.3 * gap, titles[k], ha="center", va="bottom", fontsize=8
            )
    axes.set(xlim=(-0.5, full_width + 0.5), ylim=(full_height + 0.5, 0), title=title)
    axes.axis("off")
    if signed:
        fig.colorbar(drawn, ax=axes, fraction=0.05, pad=0.02)
    return fig


@styled
def matrix(
    values: Values,
    *,
    title: str = "",
    x_label: str = "",
    y_label: str = "",
    row_labels: Sequence[str] | None = None,
    column_labels: Sequence[str] | None = None,
    cells: bool = False,
    value_label: str = "",
    size: tuple[float, float] | None = None,
) -> Figure:
    """A matrix as colours: blue below zero, white at zero, red above.

    Args:
        values: `(rows, columns)`.
        title: of the figure.
        x_label: what the columns are.
        y_label: what the rows are.
        row_labels: a name for each row.
        column_labels: a name for each column.
        cells: write each value into its cell.
        value_label: what the colour bar shows, with the unit.
        size: width and height in inches.
    """
    entries = numbers(values)
    if entries.ndim != 2 or 0 in entries.shape:
        raise ValueError(f"matrix: got the shape {entries.shape}; expected (rows, columns)")
    rows, columns = entries.shape
    finite = np.abs(entries[np.isfinite(entries)])
    limit = (float(finite.max()) if finite.size else 1.0) or 1.0
    fig = figure(*(size or _matrix_size(rows, columns, cells)))
    axes = fig.subplots()
    drawn = axes.imshow(entries, cmap="RdBu_r", vmin=-limit, vmax=limit, interpolation="nearest")
    fig.colorbar(drawn, ax=axes, label=value_label, fraction=0.046, pad=0.03)
    axes.spines[["top", "right"]].set_visible(True)
    axes.set(xlabel=x_label, ylabel=y_label, title=title)
    if row_labels is not None:
        axes.set_yticks(range(rows), row_labels)
    if column_labels is not None:
        turned = max(map(len, column_labels)) > 4
        axes.set_xticks(range(columns), column_labels, rotation=60 if turned else 0)
    if cells:
        for (row, column), entry in np.ndenumerate(entries):
            dark = np.isfinite(entry) and abs(entry) > 0.6 * limit
            colour = "white" if dark else "black"
            axes.text(
                column, row, f"{entry:.3g}", ha="center", va="center", color=colour, fontsize=8
            )
    return fig


def tiled(
    images: NDArray[np.floating[Any]], columns: int, gap: tuple[int, int] = (1, 1)
) -> NDArray[np.floating[Any]]:
    """Images in rows as one image, for one axes: it is drawn faster than one for each.

    Args:
        images: (n, height, width).
        columns: images in a row.
        gap: empty pixels below and to the right of each, NaN, which no colour map draws.

    Returns:
        (rows · (height + gap[0]), columns · (width + gap[1])).
    """
    rows = -(-len(images) // columns)
    spare = rows * columns - len(images)
    framed = np.pad(images, ((0, spare), (0, gap[0]), (0, gap[1])), constant_values=np.nan)
    _, height, width = framed.shape
    tiles = framed.reshape(rows, columns, height, width).transpose(0, 2, 1, 3)
    return tiles.reshape(rows * height, columns * width)


def _matrix_size(rows: int, columns: int, cells: bool) -> tuple[float, float]:
    inch = 0.55 if cells else 4.0 / max(rows, columns)
    return max(3.0, columns * inch + 1.8), max(1.8, rows * inch + 0.9)
