"""PixelCNN on MNIST, for `benchmarks/mnist.py`."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from autograder.authoring.reference import reference
from benchmarks.mnist_models import SIDE, Settings, mnist_model


class FlatPixelCNN(nn.Module):
    """`pixelcnn.PixelCNN` of binary images, for vectors."""

    def __init__(self, hidden: int, layers: int, kernel: int, seed: int) -> None:
        super().__init__()
        self.functions = reference("pixelcnn")
        self.net = self.functions.PixelCNN(2, hidden, layers, kernel, seed=seed)

    @torch.no_grad()
    def init_independent_(self, x: Tensor) -> None:
        """Every pixel alike: last weights 0, last biases the logarithms of the two frequencies."""
        ink = x.mean().clamp(1e-6, 1 - 1e-6)
        last = self.net.layers[-1]
        last.weight.zero_()
        last.bias.copy_(torch.stack([1 - ink, ink]).log())

    def log_prob(self, x: Tensor) -> Tensor:
        """log p(x) in nats."""
        return self.functions.log_prob(self.net, x.unflatten(1, (1, SIDE, SIDE)))

    def sample(self, n: int, seed: int) -> Tensor:
        """n vectors."""
        return self.functions.sample_cached(self.net, n, (SIDE, SIDE), seed).flatten(1)


@mnist_model(
    "pixelcnn",
    "PixelCNN, {hidden} channels × {layers}, kernel {kernel}",
    lr=6e-3,
    batch_size=32,
    hidden=16,
    layers=5,
    kernel=5,
    published={"fixed": "81.30 (van den Oord et al. 2016)"},
)
def pixelcnn(s: Settings, n_dims: int) -> nn.Module:
    """Of two levels."""
    return FlatPixelCNN(s.hidden, s.layers, s.kernel, s.seed)
