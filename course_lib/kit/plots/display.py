"""Figures as images with alternative text, small enough for a notebook."""

import base64
import html
import io
import struct
import zlib
from typing import NamedTuple

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from numpy.typing import NDArray
from PIL import Image

from course_lib.kit.plots.style import STYLE

__all__ = ["Bundle", "bundle", "image_html", "png", "show"]

_DPI = 120
_CSS_PIXELS_PER_INCH = 96


def png(fig: Figure, *, small: bool = True) -> bytes:
    """The figure as a PNG: the same bytes for the same figure.

    Args:
        fig: what to draw.
        small: reduce it to 256 colours (no channel changes visibly); a third of the size, and 10 ms
            longer.
    """
    with mpl.rc_context(STYLE):
        canvas = fig.canvas if isinstance(fig.canvas, FigureCanvasAgg) else FigureCanvasAgg(fig)
        fig.set_dpi(_DPI)
        # Not `savefig`: where there ever was a layout, it draws everything twice.
        canvas.draw()
    pixels = np.asarray(canvas.buffer_rgba())
    if not small:
        return _quick_png(pixels)
    # Maximum coverage keeps white white and colour bars smooth; the other methods do not.
    palette = Image.fromarray(pixels).convert("RGB").quantize(256, Image.Quantize.MAXCOVERAGE)
    file = io.BytesIO()
    palette.save(file, format="png", optimize=True, dpi=(_DPI, _DPI))
    return file.getvalue()


def _quick_png(pixels: NDArray[np.uint8]) -> bytes:
    """For what is shown once: Pillow tries five filters on each row, which takes twice as long.

    Args:
        pixels: (height, width, 4), red, green, blue and opacity.

    Source: W3C, Portable Network Graphics (2003), Sections 5 and 11.
    """
    height, width, channels = pixels.shape
    rows = np.zeros((height, 1 + width * channels), np.uint8)  # a row's first byte: no filter
    rows[:, 1:] = pixels.reshape(height, -1)
    per_metre = round(_DPI / 0.0254)
    chunks = {
        b"IHDR": struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0),  # 6: colour and opacity
        b"pHYs": struct.pack(">IIB", per_metre, per_metre, 1),
        b"IDAT": zlib.compress(rows.tobytes(), level=1),
        b"IEND": b"",
    }
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks.items()
    )


def image_html(fig: Figure, alt: str, *, small: bool = False) -> str:
    """An `<img>` with the figure in it, and `alt` for those who do not see it.

    Args:
        fig: what to draw.
        alt: one sentence that says what is to be seen.
        small: as for `png`; not worth the time for what no notebook keeps.

    Raises:
        ValueError: an empty alt text.
    """
    return _img(png(fig, small=small), fig, alt)


class Bundle(NamedTuple):
    """The `data` and `metadata` of the output that a notebook stores for a figure."""

    data: dict[str, str]
    metadata: dict[str, dict]


def bundle(fig: Figure, *, alt: str) -> Bundle:
    """A figure with its alternative text, in every form that some reader of notebooks shows.

    JupyterLab and nbconvert's page read no alt text from a PNG output's metadata, so the figure is
    an `<img alt=…>`; the PNG itself goes along for exports that take no HTML (PDF).

    Args:
        fig: what to show.
        alt: one sentence that says what is to be seen, and what follows from it.

    Raises:
        ValueError: an empty alt text.
    """
    data = png(fig)
    forms = {
        "text/html": _img(data, fig, alt),
        "image/png": base64.b64encode(data).decode(),
        "text/plain": alt,
    }
    return Bundle(forms, {"image/png": {"alt": alt, **_css_size(fig)}})


def show(fig: Figure, *, alt: str) -> None:
    """Display a figure with its alternative text.

    Args:
        fig: what to show.
        alt: one sentence that says what is to be seen, and what follows from it.

    Raises:
        ValueError: an empty alt text.
    """
    from IPython.display import display

    shown = bundle(fig, alt=alt)
    display(shown.data, raw=True, metadata=shown.metadata)


def _img(data: bytes, fig: Figure, alt: str) -> str:
    if not alt.strip():
        raise ValueError("alt='' says nothing: expected one sentence on what is to be seen")
    source = base64.b64encode(data).decode()
    width = _css_size(fig)["width"]
    return (
        f'<img alt="{html.escape(alt)}" width="{width}" '
        f'style="max-width: 100%; height: auto" src="data:image/png;base64,{source}">'
    )


def _css_size(fig: Figure) -> dict[str, int]:
    width, height = fig.get_size_inches() * _CSS_PIXELS_PER_INCH
    return {"width": round(width), "height": round(height)}
