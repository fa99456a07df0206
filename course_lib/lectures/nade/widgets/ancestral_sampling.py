"""Watch one sample being drawn, pixel by pixel: the image so far, its probabilities, its cost."""

from collections.abc import Callable
from typing import Any

import matplotlib as mpl
import torch
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from torch import Tensor

from course_lib.kit import plots
from course_lib.kit.plots.explore import Choice, Range, interact

__all__ = ["controls", "draw", "explore", "trace"]

_COMPLETIONS = 40


@plots.styled
def draw(x: Tensor, p: Tensor, expected: Tensor, shape: tuple[int, int], shown: int) -> Figure:
    """One moment of ancestral sampling.

    Args:
        x: (D,) the whole sample; only its first `shown` pixels are shown.
        p: (D,) p(x_i = 1 | x_<i) along this sample.
        expected: (D,) mean of images that continue the first `shown` pixels.
        shape: (height, width), D = height · width.
        shown: pixels drawn so far, 0 … D.
    """
    x, p, expected = (t.detach().cpu().double().flatten() for t in (x, p, expected))
    hidden = torch.arange(len(x)) >= shown
    fig, panels = plots.panels(
        8.4,
        2.6,
        *((left, 0.08, 0.205, 0.78) for left in (0.01, 0.23, 0.45)),
        (0.735, 0.19, 0.255, 0.67),
    )
    for axes, values, title in (
        (panels[0], x.masked_fill(hidden, float("nan")), f"{shown} of {len(x)} pixels drawn"),
        (panels[1], p.masked_fill(hidden, float("nan")), "p(pixel = 1) at its turn"),
        (panels[2], expected, f"mean of {_COMPLETIONS} completions"),
    ):
        _image(axes, values, shape, title)
        _outline(axes, shape, shown)
    _cost(panels[3], x, p, shown)
    return fig


def _image(axes: Any, values: Tensor, shape: tuple[int, int], title: str) -> None:
    colours = mpl.colormaps["gray_r"].with_extremes(bad="#cfe3f1")
    pixels = values.reshape(shape).numpy()
    axes.imshow(pixels, cmap=colours, vmin=0, vmax=1, interpolation="nearest")
    axes.set_title(title, fontsize=9)
    axes.set(xticks=[], yticks=[])
    axes.spines[["top", "right"]].set_visible(True)


def _outline(axes: Any, shape: tuple[int, int], shown: int) -> None:
    """A frame around the pixel whose turn it is."""
    if shown < shape[0] * shape[1]:
        row, column = divmod(shown, shape[1])
        colour = plots.PALETTE["vermillion"]
        axes.add_patch(Rectangle((column - 0.5, row - 0.5), 1, 1, fill=False, ec=colour, lw=2))


def _cost(axes: Any, x: Tensor, p: Tensor, shown: int) -> None:
    """−log p of the pixels drawn so far, summed up."""
    chosen = torch.where(x > 0.5, p, 1 - p).clamp(min=1e-12)
    total = torch.cat([torch.zeros(1), -chosen.log().cumsum(0)]).numpy()
    axes.plot(total, color=plots.GREY, linewidth=1)
    axes.plot(total[: shown + 1], color=plots.PALETTE["blue"])
    axes.plot(shown, total[shown], "o", color=plots.PALETTE["vermillion"])
    axes.set(xlabel="pixels drawn", ylabel="−log p so far, nats", ylim=(0, None))
    axes.set_title(f"{float(total[shown]):.1f} nats so far", fontsize=9)


@torch.no_grad()
def trace(model: Any, n: int, seed: int) -> tuple[Tensor, Tensor]:
    """n samples and p(x_i = 1 | x_<i) along each of them, both (n, D)."""
    x = model.sample(n, seed)
    return x, torch.sigmoid(model.logits(x))


def controls(n_dims: int, n: int) -> dict:
    """The widget's controls: how many pixels are drawn, and of which sample."""
    return {
        "shown": Range("Pixels drawn", 0, n_dims, start=n_dims // 2, play=True),
        "sample": Choice("Sample", {f"number {k + 1}": k for k in range(n)}, start=0),
    }


def explore(model: Any, shape: tuple[int, int], *, n: int = 4, seed: int = 0) -> None:
    """Show the widget for a model with `sample(n, seed)`, `logits(x)` and `complete(prefix, seed)`.

    Without `complete`, the third image is what is drawn so far.
    """
    x, p = trace(model, n, seed)
    complete: Callable | None = getattr(model, "complete", None)

    def moment(shown: int, sample: int) -> Figure:
        expected = x[sample]
        if complete is not None:
            prefix = x[sample, :shown].expand(_COMPLETIONS, -1)
            expected = complete(prefix, seed).mean(0)
        return draw(x[sample], p[sample], expected, shape, shown)

    def alt(shown: int, sample: int) -> str:
        return (
            f"Sample {sample + 1} after {shown} of {x.shape[1]} pixels: the pixels drawn, their "
            "conditional probabilities, the mean of its completions, and −log p so far."
        )

    interact(moment, controls(x.shape[1], n), alt=alt)
