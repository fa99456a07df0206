"""Drawn shapes in colour, every factor of every image known: kind, colour, size, place, angle."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import torch
from jaxtyping import Float, Int64, UInt8
from torch import Tensor

from course_lib.kit.data.dataset import DataError, Dataset, Split

__all__ = ["COLORS", "KINDS", "Factors", "Shapes", "draw", "load"]

KINDS = ("disc", "square", "triangle")
# Parts of red, green and blue: each channel tells about the others, and none tells all.
COLORS = {
    "red": (1.0, 0.0, 0.0),
    "green": (0.0, 1.0, 0.0),
    "blue": (0.0, 0.0, 1.0),
    "yellow": (1.0, 1.0, 0.0),
    "orange": (1.0, 0.5, 0.0),
    "white": (1.0, 1.0, 1.0),
}
_SUBPIXELS = 4  # rays through a pixel, along each side
_PER_BLOCK = 500  # images drawn at a time: keeps the subpixels of large images in memory


class Factors(NamedTuple):
    """What an image was drawn from, one entry an image.

    Attributes:
        kind: index into `KINDS`; the label, too.
        color: index into `COLORS`.
        size: radius of the circle around the shape, as a part of the image's side.
        row: of the centre, from 0 (top) to 1 (bottom).
        col: of the centre, from 0 (left) to 1 (right).
        angle: turn in radians, anticlockwise; without effect for a disc.
    """

    kind: Int64[Tensor, "n"]
    color: Int64[Tensor, "n"]
    size: Float[Tensor, "n"]
    row: Float[Tensor, "n"]
    col: Float[Tensor, "n"]
    angle: Float[Tensor, "n"]


@dataclass(frozen=True, repr=False)
class Shapes(Dataset):
    """The data set with its factors.

    Attributes:
        factors: "train", "valid", "test" → the factors of the part's images.
    """

    factors: Mapping[str, Factors] = field(default_factory=dict)


def load(
    size: int = 12, n: int = 3000, levels: int = 256, n_test: int = 500, seed: int = 0
) -> Shapes:
    """One shape an image on black, all factors drawn independently and uniformly.

    Args:
        size: height and width in pixels, at least 8.
        n: training images; there are `n_test` more for validation and as many for the test.
        levels: of each colour; 256 are the usual bytes, few make a small softmax.
        n_test: images in the validation part, and in the test part.
        seed: of the factors.

    Raises:
        DataError: a field too small for a shape, no images, or levels that are no bytes.
    """
    if size < 8 or n < 1 or n_test < 1 or not 2 <= levels <= 256:
        raise DataError(
            f"shapes: got size={size}, n={n}, levels={levels}, n_test={n_test}; expected size ≥ 8, "
            "n ≥ 1, n_test ≥ 1 and 2 … 256 levels"
        )
    generator = torch.Generator().manual_seed(seed)
    splits, factors = [], {}
    for part, count in (("train", n), ("valid", n_test), ("test", n_test)):
        factors[part] = _factors(count, generator)
        splits.append(Split(draw(factors[part], size, levels), factors[part].kind))
    train, valid, test = splits
    return Shapes("shapes", levels, train, valid, test, factors=factors)


def _factors(n: int, generator: torch.Generator) -> Factors:
    def uniform(low: float, high: float) -> Tensor:
        return low + (high - low) * torch.rand(n, generator=generator)

    kind = torch.randint(len(KINDS), (n,), generator=generator)
    color = torch.randint(len(COLORS), (n,), generator=generator)
    radius = uniform(0.2, 0.36)
    # The circle around the shape stays inside the image.
    row, col = (radius + (1 - 2 * radius) * uniform(0, 1) for _ in range(2))
    return Factors(kind, color, radius, row, col, uniform(0, 2 * math.pi))


def draw(factors: Factors, size: int, levels: int = 256) -> UInt8[Tensor, "n 3 size size"]:
    """The images of these factors; a pixel at an edge is lit in part.

    Args:
        factors: what to draw.
        size: height and width in pixels.
        levels: of each colour.
    """
    blocks = zip(*(values.split(_PER_BLOCK) for values in factors), strict=True)
    return torch.cat([_drawn(Factors(*block), size, levels) for block in blocks])


def _drawn(factors: Factors, size: int, levels: int) -> Tensor:
    n, fine = len(factors.kind), size * _SUBPIXELS
    places = (torch.arange(fine) + 0.5) / fine
    # From the centre, in units of the radius; down and right are positive.
    down = ((places - factors.row[:, None]) / factors.size[:, None])[:, :, None]
    right = ((places - factors.col[:, None]) / factors.size[:, None])[:, None, :]
    cos, sin = (f(factors.angle)[:, None, None] for f in (torch.cos, torch.sin))
    u, v = cos * right - sin * down, sin * right + cos * down
    inside = torch.stack(
        [
            u**2 + v**2 < 1,
            torch.maximum(u.abs(), v.abs()) < math.sqrt(0.5),
            torch.maximum(v, math.sqrt(0.75) * u.abs() - 0.5 * v) < 0.5,
        ]
    )
    lit = inside[factors.kind, torch.arange(n)].float()
    cover = lit.reshape(n, size, _SUBPIXELS, size, _SUBPIXELS).mean((2, 4))
    paint = torch.tensor(list(COLORS.values()))[factors.color]
    level = (levels - 1) * paint[:, :, None, None] * cover[:, None]
    return level.round().to(torch.uint8)
