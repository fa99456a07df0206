"""The practice module of the notebook `00_start_here`: one function of one line.

What you write in `course_lib/` looks like this: a signature with the shapes, a docstring that says
what comes in and what goes out, and a line to replace.
"""

import math

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn


def probabilities(scores: Float[Tensor, "batch n"]) -> Float[Tensor, "batch n"]:
    """Turn the scores of each row into probabilities: p_i = s_i / Σ_j s_j.

    Args:
        scores: (batch, n) positive numbers, such as counts; every row is an example of its own.

    Returns:
        (batch, n) probabilities, in proportion to the scores; every row sums to 1.
    """
    ### BEGIN SOLUTION
    # Why so: The axis that was summed over stays, with length 1, so that each row is divided by its
    # own sum. Without it, the sums would be lined up with the columns.
    return scores / scores.sum(dim=-1, keepdim=True)
    ### END SOLUTION
