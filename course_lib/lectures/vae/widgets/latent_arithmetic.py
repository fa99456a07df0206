"""Add a direction of latent space to an image's code: traversals and attribute arithmetic."""

from collections.abc import Callable, Mapping

import numpy as np
import torch
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from torch import Tensor

from course_lib.kit import plots
from course_lib.kit.plots.explore import Choice, Control, Range, interact

__all__ = ["controls", "draw", "explore"]

Decode = Callable[[Tensor], Tensor]
_REACH = 2.0
_STEPS = 9
_MOST_EXAMPLES = 20


@torch.no_grad()
@plots.styled
def draw(
    decode: Decode,
    images: Float[Tensor, "n D"],
    codes: Float[Tensor, "n L"],
    directions: Mapping[str, Float[Tensor, " L"]],
    shape: tuple[int, int],
    *,
    example: int,
    direction: str,
    strength: float,
) -> Figure:
    """An image, its reconstruction, and the decoding of z + s Δ, alone and in a row of s.

    Args:
        decode: (n, L) codes → (n, D) pixel probabilities.
        images: bits.
        codes: one for each image.
        directions: name → Δ.
        shape: (height, width), D = height · width.
        example: which image.
        direction: name of Δ.
        strength: s.
    """
    z, delta = codes[example], directions[direction].to(codes)
    steps = torch.linspace(-_REACH, _REACH, _STEPS)
    factors = torch.cat([torch.tensor([0.0, strength]), steps]).to(codes)
    pixels = decode(z + factors[:, None] * delta).cpu().numpy()
    original = images[example].cpu().numpy()
    fig, (three, strip) = plots.panels(9.0, 2.3, (0.01, 0.12, 0.4, 0.7), (0.43, 0.2, 0.56, 0.45))
    _draw_row(
        three,
        np.stack([original.reshape(-1), *pixels[:2]]).reshape(-1, *shape),
        ["the image", "s = 0", f"s = {strength:+.1f}"],
    )
    width = _draw_row(strip, pixels[2:].reshape(-1, *shape), [f"{s:+g}" for s in steps.tolist()])
    at = (strength + _REACH) / (2 * _REACH) * (_STEPS - 1) * width - 0.5
    strip.add_patch(
        Rectangle(
            (at, -0.5), shape[1], shape[0], fill=False, lw=1.6, ec=plots.PALETTE["vermillion"]
        )
    )
    strip.set_title(f"z + s · {direction}", fontsize=9)
    return fig


def _draw_row(axes: Axes, images: np.ndarray, names: list[str]) -> int:
    """Images side by side with their names; returns their pitch in pixels."""
    pitch = images.shape[2] + 1
    row = plots.tiled(images, columns=len(images), gap=(0, 1))
    axes.imshow(row, cmap="gray_r", vmin=0, vmax=1)
    axes.set(xlim=(-1.5, len(images) * pitch - 0.5), yticks=[])
    axes.set_xticks([pitch * (k + 0.5) - 1 for k in range(len(images))], names)
    axes.tick_params(length=0)
    return pitch


def controls(n_images: int, names: list[str]) -> dict[str, Control]:
    """The widget's controls for so many images and these directions."""
    last = max(1, min(n_images, _MOST_EXAMPLES) - 1)
    return {
        "example": Range("Image", 0, last, start=0),
        "direction": Choice("Direction", names, start=names[0]),
        "strength": Range("Strength s", -_REACH, _REACH, 0.1, start=1.0),
    }


def explore(
    decode: Decode,
    images: Float[Tensor, "n D"],
    codes: Float[Tensor, "n L"],
    directions: Mapping[str, Float[Tensor, " L"]],
    shape: tuple[int, int],
) -> None:
    """Show the widget; the arguments are those of `draw`, with at least two images."""
    interact(
        lambda **at: draw(decode, images, codes, directions, shape, **at),
        controls(len(images), list(directions)),
        alt=lambda example, direction, strength: (
            f"Test image {example}, its reconstruction, the decoding after adding {strength:+.1f} "
            f"times “{direction}” to its code, and a row of strengths from −2 to 2."
        ),
    )
