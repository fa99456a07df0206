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
    ### BEGIN SOLUTION
    # Why so: The axis that was summed over stays, with length 1, so that each row is divided by its
    # own sum.
    return scores / scores.sum(dim=-1, keepdim=True)
    ### END SOLUTION
