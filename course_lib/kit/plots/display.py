"""Figures as images with alternative text, small enough for a notebook."""

import base64
import html
import io

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from course_lib.kit.plots.style import STYLE

__all__ = ["image_html", "png", "show"]

_DPI = 120
_CSS_PIXELS_PER_INCH = 96


def png(fig: Figure, *, small: bool = True) -> bytes:
    """The figure as a PNG: the same bytes for the same figure.

    Args:
        fig: what to draw.
        small: reduce it to 256 colours (no channel changes visibly); a third of the size for three
            times the time.
    """
    canvas = fig.canvas if isinstance(fig.canvas, FigureCanvasAgg) else FigureCanvasAgg(fig)
    buffer = io.BytesIO()
    with mpl.rc_context(STYLE):
        # Software=None: the version of matplotlib would change a notebook that did not change.
        canvas.figure.savefig(
            buffer,
            format="png",
            dpi=_DPI,
            metadata={"Software": None},
            # What is reduced below, or shown once and thrown away, is not worth packing tightly.
            pil_kwargs={"compress_level": 1},
        )
    if not small:
        return buffer.getvalue()
    reduced = io.BytesIO()
    with Image.open(buffer) as image:
        # Maximum coverage keeps white white and colour bars smooth; the other methods do not.
        palette = image.convert("RGB").quantize(256, method=Image.Quantize.MAXCOVERAGE)
        palette.save(reduced, format="png", optimize=True)
    return reduced.getvalue()


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


def show(fig: Figure, *, alt: str) -> None:
    """Display a figure with its alternative text.

    JupyterLab and nbconvert's page read no alt text from a PNG output's metadata, so the figure is
    an `<img alt=…>`; the PNG itself goes along for exports that take no HTML (PDF).

    Args:
        fig: what to show.
        alt: one sentence that says what is to be seen, and what follows from it.

    Raises:
        ValueError: an empty alt text.
    """
    from IPython.display import display

    data = png(fig)
    bundle = {
        "text/html": _img(data, fig, alt),
        "image/png": base64.b64encode(data).decode(),
        "text/plain": alt,
    }
    display(bundle, raw=True, metadata={"image/png": {"alt": alt, **_css_size(fig)}})


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
