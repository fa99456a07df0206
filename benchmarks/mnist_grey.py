"""MNIST's 256 grey levels for `mnist.py`: the images as levels, and the quality of samples.

Images are vectors of 784 levels, 0 … 255. A model of them has `objective`, what training maximises,
an example; `bound`, a lower bound on log P(levels) in nats; `generate`, which draws images in
[0, 1].
"""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
from torch import Tensor

from course_lib.kit import train
from course_lib.kit.data.dataset import Dataset
from course_lib.kit.measure.sample_quality import Judge

LEVELS = 256


class Splits(NamedTuple):
    """Grey levels as vectors, float32."""

    train: Tensor
    valid: Tensor
    test: Tensor


def levels(images: Dataset) -> Splits:
    """All three parts, as levels 0 … 255."""
    return Splits(
        *(part.images.flatten(1).float() for part in (images.train, images.valid, images.test))
    )


def batch_sizes(n: int) -> list[int]:
    """Sizes of batches, no two alike, so that a seed and a size are a seed of their own."""
    sizes, most = [], 250
    while n > 0:
        sizes.append(min(most, n))
        n, most = n - sizes[-1], most - 1
    return sizes


def quality(model: Any, images: Dataset, groups: int = 2) -> dict[str, float]:
    """Fréchet distance of samples, with the floor and a mixture of 20 Gaussians beside it."""
    with torch.enable_grad():
        judge = Judge.train(images)
    drawn = model.generate(groups * judge.group, 1).clamp(0, 1).cpu()
    found = judge.distances(drawn)
    return {
        "frechet": round(sum(found) / len(found), 3),
        "frechet_error": round(train.standard_error(torch.tensor(found)), 3),
        "frechet_floor": round(judge.floor, 3),
        "frechet_gmm20": round(judge.gmm(20).distance, 3),
        "classifier_accuracy": round(judge.accuracy, 4),
    }
