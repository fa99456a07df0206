"""Walk over a two-dimensional latent space: where the classes lie, what each place decodes to."""

from collections.abc import Callable
from functools import cache

import numpy as np
import torch
from jaxtyping import Float, Int
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.markers import MarkerStyle
from torch import Tensor

from course_lib.kit import plots
from course_lib.kit.plots.explore import Control, Range, interact

__all__ = ["controls", "draw", "explore"]

Decode = Callable[[Tensor], Tensor]
_REACH = 3.0
_STEPS = 9
_MOST_CODES = 300


@torch.no_grad()
@plots.styled
def draw(
    decode: Decode,
    codes: Float[Tensor, "n 2"],
    labels: Int[Tensor, "n"],
    shape: tuple[int, int],
    *,
    z1: float,
    z2: float,
) -> Figure:
    """A place in the plane, the image it decodes to, and walks through it along both axes.

    Args:
        decode: (n, 2) places → (n, D) pixel probabilities.
        codes: of some images, drawn as their labels.
        labels: classes, 0 … 9.
        shape: (height, width), D = height · width.
        z1: first coordinate of the place.
        z2: second coordinate of the place.
    """
    walk = torch.linspace(-_REACH, _REACH, _STEPS)
    here = torch.tensor([[z1, z2]])
    along_1 = torch.stack([walk, torch.full_like(walk, z2)], 1)
    along_2 = torch.stack([torch.full_like(walk, z1), walk], 1)
    pixels = decode(torch.cat([here, along_1, along_2]).to(codes)).cpu().numpy()
    fig, (plane, image, strips) = plots.panels(
        9.0,
        3.6,
        (0.06, 0.13, 0.32, 0.8),
        (0.40, 0.3, 0.17, 0.45),
        (0.625, 0.3, 0.365, 0.45),
    )
    _draw_codes(plane, codes[:_MOST_CODES], labels[:_MOST_CODES])
    plane.plot([z1, z1], [-_REACH, _REACH], color=plots.GREY, linewidth=0.8)
    plane.plot([-_REACH, _REACH], [z2, z2], color=plots.GREY, linewidth=0.8)
    plane.plot(z1, z2, "s", ms=9, mfc="none", mec="black", mew=2)
    image.imshow(pixels[0].reshape(shape), cmap="gray_r", vmin=0, vmax=1)
    image.set(xticks=[], yticks=[], title=f"({z1:.1f}, {z2:.1f})")
    _draw_strips(strips, pixels[1:].reshape(-1, *shape))
    return fig


def _draw_codes(axes: Axes, codes: Tensor, labels: Tensor) -> None:
    """Each code as its digit, so that the classes can be told without colour."""
    colours = [c for name, c in plots.PALETTE.items() if name != "yellow"]
    places, classes = codes.cpu().numpy(), labels.cpu().numpy()
    for k in sorted(set(classes.tolist())):
        own = places[classes == k]
        colour = colours[k % len(colours)]
        axes.scatter(own[:, 0], own[:, 1], s=22, marker=_digit(k), color=colour, linewidths=0.3)
    axes.set(xlim=(-_REACH, _REACH), ylim=(-_REACH, _REACH), xlabel="z₁", ylabel="z₂")


@cache
def _digit(k: int) -> MarkerStyle:
    return MarkerStyle(f"${k}$")


def _draw_strips(axes: Axes, images: Float[np.ndarray, "n height width"]) -> None:
    """Two rows of images, as much white between them as they are high."""
    height = images.shape[1]
    rows = plots.tiled(images, columns=_STEPS, gap=(height, 1))[:-height]
    axes.imshow(rows, cmap="gray_r", vmin=0, vmax=1)
    axes.set_yticks([0.5 * height, 2.5 * height], ["z₁", "z₂"])
    axes.set(xticks=[0, rows.shape[1] - 1], xticklabels=["−3", "3"], title="along each axis")
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


def controls() -> dict[str, Control]:
    """The widget's controls: both coordinates."""
    return {
        "z1": Range("z₁", -_REACH, _REACH, 0.1, start=0.0),
        "z2": Range("z₂", -_REACH, _REACH, 0.1, start=0.0),
    }


def explore(
    decode: Decode,
    codes: Float[Tensor, "n 2"],
    labels: Int[Tensor, "n"],
    shape: tuple[int, int],
) -> None:
    """Show the widget; the arguments are those of `draw`."""
    interact(
        lambda **at: draw(decode, codes, labels, shape, **at),
        controls(),
        alt=lambda z1, z2: (
            f"The latent plane with the codes of test digits, a mark at ({z1:.1f}, {z2:.1f}), the "
            "image decoded there, and the images along both axes through it."
        ),
    )
