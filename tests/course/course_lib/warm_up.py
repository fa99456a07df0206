# ruff: noqa: F401, RUF100
"""The practice module of the small course: one function of one line."""

import math

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn


def normalised(scores: Float[Tensor, "batch n"]) -> Float[Tensor, "batch n"]:
    """Turn the scores of each row into probabilities: p_i = s_i / Σ_j s_j.

    Args:
        scores: (batch, n) positive numbers.

    Returns:
        (batch, n) probabilities; every row sums to 1.
    """
    raise NotImplementedError("not implemented yet: `warm_up.normalised`, section 0.1")
