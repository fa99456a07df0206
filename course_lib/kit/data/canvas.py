"""The digits pasted at random places on a larger black field: where weight sharing pays."""

import torch
from torch import Tensor

from course_lib.kit.data import digits
from course_lib.kit.data.dataset import DataError, Dataset, Split

__all__ = ["load"]

DIGIT = 8


def load(size: int = 16, copies: int = 4, seed: int = 0) -> Dataset:
    """8×8 digits, each at a random place of a `size`×`size` field; 17 grey levels.

    The parts hold the digits of the same parts of "digits", so no test digit is ever trained on.

    Args:
        size: height and width of the field in pixels, at least 8.
        copies: how many times each training digit is pasted, each time at a new place.
        seed: seed of the places.

    Raises:
        DataError: a field smaller than a digit, or no copies.
    """
    if size < DIGIT or copies < 1:
        raise DataError(
            f"canvas: got size={size}, copies={copies}; expected size ≥ {DIGIT} and copies ≥ 1"
        )
    base = digits.load()
    generator = torch.Generator().manual_seed(seed)
    train = Split(base.train.images.repeat(copies, 1, 1), base.train.labels.repeat(copies))
    train, valid, test = (_paste(part, size, generator) for part in (train, base.valid, base.test))
    return Dataset("canvas", base.levels, train, valid, test)


def _paste(part: Split, size: int, generator: torch.Generator) -> Split:
    n = len(part.labels)
    places = size - DIGIT + 1
    top = torch.randint(places, (n, 1, 1), generator=generator)
    left = torch.randint(places, (n, 1, 1), generator=generator)
    rows: Tensor = top + torch.arange(DIGIT).view(1, DIGIT, 1)
    columns: Tensor = left + torch.arange(DIGIT).view(1, 1, DIGIT)
    field = torch.zeros(n, size, size, dtype=torch.uint8)
    field[torch.arange(n).view(n, 1, 1), rows, columns] = part.images
    return Split(field, part.labels)
