"""What `benchmarks/models.py` measures of PixelCNN: the solutions beside straightforward code."""

from __future__ import annotations

from typing import Any

import torch

from autograder.authoring.reference import reference
from benchmarks.comparisons import Sizes, bits, comparison, step
from benchmarks.timing import Ways


def open_weights(model: Any) -> list[int]:
    """Of each layer of a PixelCNN."""
    return [int(layer.mask.sum()) for layer in model.layers]


@comparison("PixelCNN, training step")
def pixelcnn_step(s: Sizes, device: torch.device) -> Ways:
    """Necessary: the open weights at each pixel; back, once for them and once for the inputs."""
    pixelcnn = reference("pixelcnn")
    model = pixelcnn.PixelCNN(2, s.channels, s.layers).to(device)
    x = bits(s, s.batch, device).unflatten(1, (1, s.side, s.side))
    first, *rest = open_weights(model)
    return Ways(
        step(lambda: -pixelcnn.log_prob(model, x).mean(), model.parameters()),
        flops=2.0 * x.numel() * (2 * first + 3 * sum(rest)),
        unit="conv",
    )


@comparison("PixelCNN, samples")
def pixelcnn_samples(s: Sizes, device: torch.device) -> Ways:
    """Necessary: the open weights at each pixel, once."""
    pixelcnn = reference("pixelcnn")
    model = pixelcnn.PixelCNN(2, s.channels, s.layers).to(device)
    shape = (s.side, s.side)
    return Ways(
        lambda: pixelcnn.sample_cached(model, s.n, shape, 0),
        {"run anew for each pixel": lambda: pixelcnn.sample(model, s.n, shape, 0)},
        flops=2.0 * s.n * s.n_dims * sum(open_weights(model)),
    )
