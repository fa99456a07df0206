"""A data set of images: its three parts, and their binarised form."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

import torch
from jaxtyping import Float, Int64, UInt8
from torch import Tensor

__all__ = ["BinarySplits", "DataError", "Dataset", "Split"]

# The seeds of the "fixed" protocol: one draw per pixel, the same for everyone.
_BINARISATION_SEEDS = {"train": 1, "valid": 2, "test": 3}
_ROWS_PER_DRAW = 10_000


class DataError(Exception):
    """Data that is missing, damaged or unknown: what, where, and what to do, in one line."""


class Split(NamedTuple):
    """One part of a data set.

    Attributes:
        images: levels 0 … levels − 1; (n, 3, height, width) where they have colours.
        labels: the class of each image.
    """

    images: UInt8[Tensor, "n *colors height width"]
    labels: Int64[Tensor, "n"]


class BinarySplits(NamedTuple):
    """The three parts as flat vectors of zeros and ones, D = height · width."""

    train: Float[Tensor, "n_train D"]
    valid: Float[Tensor, "n_valid D"]
    test: Float[Tensor, "n_test D"]


@dataclass(frozen=True, repr=False)
class Dataset:
    """Images with labels, split into train, valid and test.

    Attributes:
        name: what `load` calls it.
        levels: number of levels of grey, or of each colour; images hold 0 … levels − 1.
        binarization: "threshold" (one where the level is at least half the highest) or "fixed"
            (one Bernoulli draw per pixel with p = level / (levels − 1), with one fixed seed).
    """

    name: str
    levels: int
    train: Split
    valid: Split
    test: Split
    binarization: Literal["threshold", "fixed"] = "threshold"

    @property
    def shape(self) -> tuple[int, int]:
        """(height, width) of an image, in pixels."""
        *_, height, width = self.train.images.shape
        return height, width

    @property
    def n_colors(self) -> int:
        """1 for grey images, 3 for red, green, blue."""
        return 1 if self.train.images.dim() == 3 else self.train.images.shape[1]

    @property
    def n_dims(self) -> int:
        """D = colours · height · width."""
        height, width = self.shape
        return self.n_colors * height * width

    def binarized(self) -> BinarySplits:
        """Every image as a vector of zeros and ones, float32, row by row.

        "threshold": x_d = 1[level_d ≥ (levels − 1) / 2], that is ≥ 8 for levels 0 … 16.
        "fixed": x_d ~ Bernoulli(level_d / (levels − 1)), drawn once with a fixed seed, so that
        everyone has the same bits. Figures of "dynamic" binarisation (a new draw each epoch)
        differ by about 2 nats on MNIST: never mix the two in one table.
        """
        return BinarySplits(*(self._bits(part) for part in ("train", "valid", "test")))

    def _bits(self, part: str) -> Float[Tensor, "n D"]:
        grey = getattr(self, part).images.flatten(1)
        if self.binarization == "threshold":
            return (2 * grey.int() >= self.levels - 1).float()
        generator = torch.Generator().manual_seed(_BINARISATION_SEEDS[part])
        bits = torch.empty(grey.shape)
        # In blocks: the same stream of draws, without a second array of the whole size.
        for rows, out in zip(grey.split(_ROWS_PER_DRAW), bits.split(_ROWS_PER_DRAW), strict=True):
            draws = torch.rand(rows.shape, generator=generator)
            torch.lt(draws, rows / (self.levels - 1), out=out)
        return bits

    def __repr__(self) -> str:
        height, width = self.shape
        sizes = " + ".join(f"{len(getattr(self, p).labels):,}" for p in ("train", "valid", "test"))
        return (
            f"Dataset({self.name!r}: {sizes} images (train + valid + test), "
            f"{height}×{width}, {self.levels} {'grey ' * (self.n_colors == 1)}levels"
            f"{' of R, G, B' * (self.n_colors == 3)})"
        )
