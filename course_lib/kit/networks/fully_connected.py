"""Linear layers whose weights are drawn from a generator, and networks of them."""

import itertools
import math
from collections.abc import Sequence

import torch
from torch import nn

__all__ = ["fully_connected", "linear"]


def linear(
    n_in: int,
    n_out: int,
    generator: torch.Generator,
    *,
    gain: float = 1.0,
    dtype: torch.dtype | None = None,
) -> nn.Linear:
    """A layer with weights from N(0, gain / n_in) and zero biases.

    The weights are drawn in float64, so that a seed means the same weights in every dtype.
    """
    with torch.random.fork_rng(devices=[]):  # its own draw is not used
        layer = nn.Linear(n_in, n_out, dtype=dtype)
    weight = torch.randn(n_out, n_in, generator=generator, dtype=torch.float64)
    with torch.no_grad():
        layer.weight.copy_(weight * math.sqrt(gain / n_in))
        layer.bias.zero_()
    return layer


def fully_connected(
    sizes: Sequence[int],
    activation: nn.Module,
    generator: torch.Generator,
    *,
    gain: float = 1.0,
    dtype: torch.dtype | None = None,
) -> nn.Sequential:
    """Layers of these sizes with an activation between them; see `linear`."""
    layers: list[nn.Module] = []
    for i, o in itertools.pairwise(sizes):
        layers += [linear(i, o, generator, gain=gain, dtype=dtype), activation]
    return nn.Sequential(*layers[:-1])
