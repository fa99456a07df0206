"""Lecture 2 of the small course, coins: independent bits, and mixtures of models.

Notation: `x (batch, D)` holds zeros and ones; `b (D,)` are logits; log p(x) is in nats, `(batch,)`.
"""

import math

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn


def mixture_log_prob(log_probs: Float[Tensor, "models batch"]) -> Float[Tensor, " batch"]:
    """Log-probability under the equal mixture of K models.

    log p(x) = log (1/K) Σ_k p_k(x) = logsumexp_k log p_k(x) - log K.

    Args:
        log_probs: (models, batch) log p_k(x), nats.

    Returns:
        (batch,) log-probabilities in nats; finite where p_k(x) itself underflows.
    """
    ### BEGIN SOLUTION
    # Why so: The mean is taken of probabilities, and small ones underflow to 0, whose log is -∞.
    # logsumexp sets the largest one to 1 before it leaves the logarithms.
    return torch.logsumexp(log_probs, dim=0) - math.log(len(log_probs))
    ### END SOLUTION


class Coins(nn.Module):
    """D independent coins: p(x_i = 1) = σ(b_i)."""

    def __init__(self, n_dims: int, seed: int = 0, dtype: torch.dtype | None = None):
        """Random logits b (D,), the same for a seed in every dtype."""
        super().__init__()
        generator = torch.Generator().manual_seed(seed)
        b = torch.randn(n_dims, generator=generator, dtype=torch.float64)
        self.b = nn.Parameter(b.to(dtype or torch.get_default_dtype()))

    def logits(self, x: Float[Tensor, "batch dim"]) -> Float[Tensor, "batch dim"]:
        """Logit of every coin, in a row for each example."""
        return self.b.expand(len(x), -1)

    def log_prob(self, x: Float[Tensor, "batch dim"]) -> Float[Tensor, " batch"]:
        """Log-probability of every example.

        log p(x) = Σ_i x_i log σ(ℓ_i) + (1 - x_i) log σ(-ℓ_i), with ℓ = logits(x).

        Args:
            x: (batch, dim) binary vectors.

        Returns:
            (batch,) log-probabilities in nats, finite for logits of any size.
        """
        ### BEGIN SOLUTION
        # Why so: Cross-entropy of logits is minus log p of each coin, and finite for logits of any
        # size. The log of a sigmoid that has been rounded to 0 would be -∞.
        logits = self.logits(x)
        return -F.binary_cross_entropy_with_logits(logits, x, reduction="none").sum(dim=1)
        ### END SOLUTION

    @torch.no_grad()
    def sample(self, n: int, seed: int) -> Float[Tensor, "n dim"]:
        """Draws n vectors of zeros and ones, the same for a seed on every device."""
        generator = torch.Generator().manual_seed(seed)
        u = torch.rand(n, len(self.b), generator=generator, dtype=torch.float64).to(self.b)
        return (u < self.b.sigmoid()).to(self.b)
