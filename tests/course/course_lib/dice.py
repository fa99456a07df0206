# ruff: noqa: F401, RUF100
"""Lecture 1 of the small course, dice: from nats to bits.

Notation: log-probabilities are in nats; `D` is the number of rolls.
"""

import math

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn


class Die:
    """A fair die. It is given: lecture 2 may roll it."""

    def __init__(self, n_sides: int):
        """Keep the number of sides."""
        self.n_sides = n_sides

    def entropy(self) -> float:
        """Entropy of one roll in nats: log of the number of sides."""
        return math.log(self.n_sides)


def bits_per_dim(
    nll: Float[Tensor, "*batch"] | float, n_dims: int
) -> Float[Tensor, "*batch"] | float:
    """Bits a roll: nats divided by D log 2.

    Args:
        nll: negative log-probability of D rolls together, nats.
        n_dims: D, the number of rolls.

    Returns:
        The same shape as `nll`, in bits a roll.
    """
    raise NotImplementedError("not implemented yet: `dice.bits_per_dim`, section 1.1")
