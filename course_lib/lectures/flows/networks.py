"""What is given of a flow: the networks that say how far to scale and to shift."""

import itertools
import math

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

__all__ = ["MaskedConditioner", "bounded", "small_network"]

_MOST = 2.0  # largest log-scale of one layer: a factor of 7.4
_LAST = 0.1  # size of a last layer's weights: a flow starts near the identity, but not on it


def bounded(raw: Tensor) -> Tensor:
    """A network's output as a log-scale between −2 and 2, so that no step can overflow."""
    return _MOST * torch.tanh(raw / _MOST)


def small_network(sizes: list[int], seed: int, dtype: torch.dtype | None) -> nn.Sequential:
    """Linear layers with SiLU between them; the last starts small, the biases at zero."""
    generator = torch.Generator().manual_seed(seed)
    layers: list[nn.Module] = []
    for k, (n_in, n_out) in enumerate(itertools.pairwise(sizes), start=2):
        size = 1.0 if k < len(sizes) else _LAST
        layers += [_linear(n_in, n_out, generator, dtype, size), nn.SiLU()]
    return nn.Sequential(*layers[:-1])


class MaskedConditioner(nn.Module):
    """Shift and log-scale of every coordinate, each from the coordinates before it: a small MADE.

    One hidden layer. A context, if there is one, is seen by all units and outputs.

    Source: Germain et al. (2015), eqs. 8-9, in the natural order.
    """

    hidden_mask: Tensor
    out_mask: Tensor

    def __init__(
        self,
        n_dims: int,
        n_hidden: int,
        *,
        n_context: int = 0,
        seed: int = 0,
        dtype: torch.dtype | None = None,
    ) -> None:
        """Random weights, zero biases.

        Args:
            n_dims: D, coordinates.
            n_hidden: units of the hidden layer.
            n_context: length of the context; 0 for none.
            seed: of the weights.
            dtype: of the weights.
        """
        super().__init__()
        self.n_dims, self.n_context = n_dims, n_context
        generator = torch.Generator().manual_seed(seed)
        # A mask leaves about half of the weights: twice the usual variance.
        self.hidden = _linear(n_dims, n_hidden, generator, dtype, math.sqrt(2))
        self.out = _linear(n_hidden, 2 * n_dims, generator, dtype, _LAST)
        if n_context:
            self.context = _linear(n_context, n_hidden + 2 * n_dims, generator, dtype)
        degree = 1 + torch.arange(n_dims)
        unit = 1 + torch.arange(n_hidden) % max(1, n_dims - 1)
        self.register_buffer("hidden_mask", unit[:, None] >= degree, persistent=False)
        out_mask = (degree[:, None] > unit).repeat(2, 1)
        self.register_buffer("out_mask", out_mask, persistent=False)

    def forward(
        self, x: Float[Tensor, "batch dim"], context: Float[Tensor, "batch features"] | None = None
    ) -> tuple[Float[Tensor, "batch dim"], Float[Tensor, "batch dim"]]:
        """Shift and log-scale; entry i of either depends on x_0 … x_{i−1} and the context only.

        Raises:
            ValueError: a context is given to a network without one, or is missing.
        """
        if (context is None) != (self.n_context == 0):
            given = "no context" if context is None else "a context"
            raise ValueError(f"a conditioner with n_context={self.n_context} was given {given}")
        hidden = F.linear(x, self.hidden.weight * self.hidden_mask, self.hidden.bias)
        extra: Tensor | float = 0.0
        if context is not None:
            to_hidden, extra = self.context(context).split([hidden.shape[1], 2 * self.n_dims], 1)
            hidden = hidden + to_hidden
        out = F.linear(F.silu(hidden), self.out.weight * self.out_mask, self.out.bias) + extra
        shift, raw = out.chunk(2, dim=1)
        return shift, bounded(raw)


def _linear(
    n_in: int,
    n_out: int,
    generator: torch.Generator,
    dtype: torch.dtype | None,
    size: float = 1.0,
) -> nn.Linear:
    """Weights of standard deviation size / √n_in from the generator, zero biases."""
    dtype = dtype or torch.get_default_dtype()
    with torch.random.fork_rng(devices=[]):  # its own draw is not used
        layer = nn.Linear(n_in, n_out, dtype=dtype)
    # Drawn in float64, so that a seed means the same weights in every dtype.
    weight = torch.randn(n_out, n_in, generator=generator, dtype=torch.float64)
    with torch.no_grad():
        layer.weight.copy_(size * weight / math.sqrt(n_in))
        layer.bias.zero_()
    return layer
