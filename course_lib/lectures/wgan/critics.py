"""What is given of a critic: a fully connected network, with or without spectral normalisation."""

import itertools
import math
from collections.abc import Sequence

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

__all__ = ["CriticNetwork"]


class CriticNetwork(nn.Module):
    """A function f: x → one number, made of linear layers with ReLU between them.

    ReLU and, with `spectral=True`, every layer W / σ(W) are 1-Lipschitz, so f is, too: as exactly
    as `largest_singular_value` is exact. Each layer keeps its vector u, and goes on with it.

    Source: Miyato et al. (2018), Section 2.1.
    """

    def __init__(
        self,
        n_in: int,
        n_hidden: Sequence[int] = (64, 64),
        *,
        spectral: bool = False,
        n_iterations: int = 1,
        seed: int = 0,
        dtype: torch.dtype | None = None,
    ) -> None:
        """Random weights and biases.

        Args:
            n_in: numbers in one example, all axes together.
            n_hidden: ReLU units of each hidden layer; () for a linear critic.
            spectral: divide each weight matrix by its largest singular value.
            n_iterations: of the power method, each time the critic is called in training.
            seed: of weights and biases.
            dtype: of the weights.
        """
        super().__init__()
        generator = torch.Generator().manual_seed(seed)
        dtype = dtype or torch.get_default_dtype()
        self.spectral, self.n_iterations = spectral, n_iterations
        self.layers = nn.ModuleList()
        for k, (i, o) in enumerate(itertools.pairwise([n_in, *n_hidden, 1])):
            with torch.random.fork_rng(devices=[]):  # its own draw is not used
                layer = nn.Linear(i, o, dtype=dtype)
            # Drawn in float64, so that a seed means the same weights in every dtype.
            W = torch.randn(o, i, generator=generator, dtype=torch.float64)
            # Without biases every ReLU of the first layer would bend at the origin.
            b = torch.randn(o, generator=generator, dtype=torch.float64)
            u = torch.randn(o, generator=generator, dtype=torch.float64)
            with torch.no_grad():
                layer.weight.copy_(W * math.sqrt((2 if k < len(n_hidden) else 1) / i))
                layer.bias.copy_(b / math.sqrt(i))
            self.layers.append(layer)
            if spectral:
                self.register_buffer(f"u_{k}", (u / u.norm()).to(dtype))

    def largest_singular_value(self, W: Tensor, u: Tensor) -> tuple[Tensor, Tensor]:
        """σ(W) and the vector u to go on with: a subclass with `spectral=True` says how."""
        raise NotImplementedError("this critic has no spectral norm")

    def weight(self, k: int) -> Tensor:
        """The weight matrix of layer k as it is applied: W, or W / σ(W)."""
        W = self.layers[k].get_parameter("weight")
        if not self.spectral:
            return W
        sigma, u = self.largest_singular_value(W, getattr(self, f"u_{k}"))
        if self.training:
            # A new tensor: the old one may be part of the graph of an earlier call.
            setattr(self, f"u_{k}", u.detach())
        return W / sigma

    def activations(self, x: Float[Tensor, "batch *shape"]) -> list[Tensor]:
        """What each layer puts out, the last one's `(batch, 1)` included."""
        found, h = [], x.flatten(1)
        for k, layer in enumerate(self.layers):
            bias = layer.get_parameter("bias")
            h = F.linear(torch.relu(h) if k else h, self.weight(k), bias)
            found.append(h)
        return found

    def forward(self, x: Float[Tensor, "batch *shape"]) -> Float[Tensor, " batch"]:
        """f(x), one number an example, of either sign: a score and no probability."""
        return self.activations(x)[-1][:, 0]

    @torch.no_grad()
    def settle(self, n_iterations: int = 100) -> None:
        """Run the power method of every layer on, without training, until σ is as good as exact."""
        before = self.n_iterations, self.training
        self.n_iterations, self.training = n_iterations, True
        for k in range(len(self.layers)):
            self.weight(k)
        self.n_iterations, self.training = before
