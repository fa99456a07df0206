"""Figures as images with alternative text, small enough for a notebook."""

import base64
import html
import io
from typing import Any, NamedTuple

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from course_lib.kit.plots.style import STYLE

__all__ = ["Bundle", "bundle", "image_html", "jpeg", "png", "show"]

_DPI = 120
_CSS_PIXELS_PER_INCH = 96


def png(fig: Figure) -> bytes:
    """The figure as a PNG of 256 colours (no channel changes visibly): what a notebook keeps.

    The same bytes for the same figure.
    """
    # Maximum coverage keeps white white and colour bars smooth; the other methods do not.
    palette = _drawn(fig).quantize(256, Image.Quantize.MAXCOVERAGE)
    return _encoded(palette, format="png", optimize=True, dpi=(_DPI, _DPI))


def jpeg(fig: Figure) -> bytes:
    """The figure as a JPEG in full colour resolution: what is looked at for a moment.

    It takes a fifth of the time that Pillow needs for a PNG, which tries five filters on each row.
    """
    return _encoded(_drawn(fig), format="jpeg", quality=95, subsampling=0, dpi=(_DPI, _DPI))


def _drawn(fig: Figure) -> Image.Image:
    with mpl.rc_context(STYLE):
        canvas = fig.canvas if isinstance(fig.canvas, FigureCanvasAgg) else FigureCanvasAgg(fig)
        fig.set_dpi(_DPI)
        # Not `savefig`: where there ever was a layout, it draws everything twice.
        canvas.draw()
    return Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")


def _encoded(image: Image.Image, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, **options)
    return file.getvalue()


def image_html(fig: Figure, alt: str) -> str:
    """An `<img>` with the figure in it as a JPEG, and `alt` for those who do not see it.

    Args:
        fig: what to draw.
        alt: one sentence that says what is to be seen.

    Raises:
        ValueError: an empty alt text.
    """
    return _img(jpeg(fig), "image/jpeg", fig, alt)


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
        "text/html": _img(data, "image/png", fig, alt),
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


def _img(data: bytes, form: str, fig: Figure, alt: str) -> str:
    if not alt.strip():
        raise ValueError("alt='' says nothing: expected one sentence on what is to be seen")
    source = base64.b64encode(data).decode()
    width = _css_size(fig)["width"]
    return (
        f'<img alt="{html.escape(alt)}" width="{width}" '
        f'style="max-width: 100%; height: auto" src="data:{form};base64,{source}">'
    )


def _css_size(fig: Figure) -> dict[str, int]:
    width, height = fig.get_size_inches() * _CSS_PIXELS_PER_INCH
    return {"width": round(width), "height": round(height)}
