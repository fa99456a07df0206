"""Walk over a two-dimensional latent space: where the classes lie, what each place decodes to."""

from collections.abc import Callable

import matplotlib as mpl
import numpy as np
import torch
from jaxtyping import Float, Int
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from course_lib.kit import plots
from course_lib.kit.widgets.explore import Control, Range, interact

__all__ = ["controls", "draw", "explore"]

Decode = Callable[[Tensor], Tensor]
_REACH = 3.0
_STEPS = 9
_MOST_CODES = 300


@torch.no_grad()
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
    with mpl.rc_context(plots.STYLE):
        fig = plots.figure(9.0, 3.6)
        # Places by hand: finding them by constrained layout takes as long as all the drawing.
        fig.set_layout_engine("none")
        plane, image, first, second = (
            fig.add_axes(place)
            for place in (
                (0.06, 0.13, 0.32, 0.8),
                (0.40, 0.3, 0.17, 0.45),
                (0.60, 0.58, 0.39, 0.2),
                (0.60, 0.2, 0.39, 0.2),
            )
        )
        _draw_codes(plane, codes[:_MOST_CODES], labels[:_MOST_CODES])
        plane.plot([z1, z1], [-_REACH, _REACH], color=plots.GREY, linewidth=0.8)
        plane.plot([-_REACH, _REACH], [z2, z2], color=plots.GREY, linewidth=0.8)
        plane.plot(z1, z2, "s", ms=9, mfc="none", mec="black", mew=2)
        image.imshow(pixels[0].reshape(shape), cmap="gray_r", vmin=0, vmax=1)
        image.set(xticks=[], yticks=[], title=f"({z1:.1f}, {z2:.1f})")
        for axes, row, name in (
            (first, pixels[1 : 1 + _STEPS], "z₁ from −3 to 3 (left to right)"),
            (second, pixels[1 + _STEPS :], "z₂ from −3 to 3 (bottom to top)"),
        ):
            _draw_strip(axes, row, shape, name)
    return fig


def _draw_codes(axes: Axes, codes: Tensor, labels: Tensor) -> None:
    """Each code as its digit, so that the classes can be told without colour."""
    colours = [c for name, c in plots.PALETTE.items() if name != "yellow"]
    places, classes = codes.cpu().numpy(), labels.cpu().numpy()
    for k in sorted(set(classes.tolist())):
        own = places[classes == k]
        colour = colours[k % len(colours)]
        axes.scatter(own[:, 0], own[:, 1], s=22, marker=f"${k}$", color=colour, linewidths=0.3)
    axes.set(xlim=(-_REACH, _REACH), ylim=(-_REACH, _REACH), xlabel="z₁", ylabel="z₂")


def _draw_strip(axes: Axes, row: np.ndarray, shape: tuple[int, int], title: str) -> None:
    """Images side by side, a white column between them."""
    framed = np.pad(row.reshape(-1, *shape), ((0, 0), (0, 0), (0, 1)))
    axes.imshow(np.concatenate(list(framed), axis=1), cmap="gray_r", vmin=0, vmax=1)
    axes.set(xticks=[], yticks=[])
    axes.set_title(title, fontsize=9)


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
