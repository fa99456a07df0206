"""Lecture 1. The chain rule: from tables of conditionals to a model that draws digits.

Binary vectors have D dimensions, x = (x_1, …, x_D) with x_i ∈ {0, 1}; tensors hold them as floats
of shape (batch, D). A joint distribution as a table has shape (2,)*D: `joint[1, 0, 1]` is
p(x_1=1, x_2=0, x_3=1). Python counts from 0, so that x_1 is column 0. Logarithms are natural:
entropies, divergences and log-probabilities are in nats.
"""

import math
from collections.abc import Sequence

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn


def joint_from_conditionals(conditionals: Sequence[Float[Tensor, "..."]]) -> Float[Tensor, "..."]:
    """Multiply the conditionals of the chain rule into the table of the joint distribution.

        p(x_1, …, x_D) = Π_k p(x_k | x_1, …, x_{k-1})

    Args:
        conditionals: D tensors. Counted from 0, entry k has shape (2,)*k and holds the probability
            that the next bit is 1, indexed by the k bits before it: entry 0 is the number
            p(x_1=1), `conditionals[2][1, 0]` is p(x_3=1 | x_1=1, x_2=0).

    Returns:
        The joint, shape (2,)*D: entry [x_1, …, x_D] is p(x_1, …, x_D).

    Source: Uria et al. (2016), eq. 1, in the order 1, …, D.
    """
    ### BEGIN SOLUTION
    # Why so: One axis is added for each bit, so that no loop runs over the 2^D vectors, and the
    # axes come out in the order x_1, …, x_D.
    joint = torch.ones_like(conditionals[0])
    for p_one in conditionals:
        # The next bit becomes the new last axis: (2,)*k -> (2,)*(k+1)
        joint = torch.stack([joint * (1 - p_one), joint * p_one], dim=-1)
    return joint
    ### END SOLUTION


def conditionals_from_joint(
    joint: Float[Tensor, "..."], order: Sequence[int] | None = None
) -> list[Float[Tensor, "..."]]:
    """Read the conditionals of the chain rule off the table of a joint, in any ordering.

        p(x_{o_k}=1 | x_{o_1}, …, x_{o_{k-1}})
            = p(x_{o_1}, …, x_{o_{k-1}}, x_{o_k}=1) / p(x_{o_1}, …, x_{o_{k-1}})

    Args:
        joint: table of shape (2,)*D.
        order: the dimensions in the order in which they are to be predicted, counted from 0;
            `[2, 0, 1]` starts with p(x_3). None means 0, 1, …, D-1.

    Returns:
        D tensors. Counted from 0, entry k has shape (2,)*k: the probability that dimension
        `order[k]` is 1, indexed by the bits of `order[0]`, …, `order[k-1]`. A condition that has
        probability 0 leaves the value open; it is 1/2 here.

    Raises:
        ValueError: `order` is not a permutation of 0, …, D-1.

    Source: Uria et al. (2016), eq. 1, solved for one factor.
    """
    ### BEGIN SOLUTION
    # Why so: After one permutation every order is the case 0, …, D-1, and each marginal is a sum
    # over what comes later. A condition of probability 0 gives 0/0, a NaN, which is replaced
    # afterwards.
    D = joint.ndim
    order = list(range(D)) if order is None else list(order)
    if sorted(order) != list(range(D)):
        raise ValueError(f"order must be a permutation of 0, …, {D - 1}; got {order}")
    joint = joint.permute(order)
    conditionals = []
    for k in range(D):
        marginal = joint.reshape((2,) * (k + 1) + (-1,)).sum(-1)  # (2,)*(k+1)
        condition = marginal.sum(-1)  # (2,)*k
        p_one = marginal[..., 1] / condition
        conditionals.append(p_one.masked_fill(condition == 0, 0.5))
    return conditionals
    ### END SOLUTION


def parameter_count(n_dims: int, family: str) -> int:
    """Count the free parameters of a family of distributions over D binary dimensions.

    A parameter is free if changing it changes the distribution in a way that no other parameter
    does: the count is the rank of the Jacobian of the map from parameters to the joint.

    Args:
        n_dims: D.
        family: "table" (any joint at all), "independent" (D coins of their own) or "fvsbn" (one
            logistic regression a dimension, on all the dimensions before it).

    Returns:
        The number of free parameters, an exact int.

    Raises:
        ValueError: `family` is none of the three.

    Source: the counting argument of Bengio & Bengio (2000).
    """
    ### BEGIN SOLUTION
    # Why so: A table's probabilities sum to 1, so the last one follows from the others. Of an
    # FVSBN's weights only those below the diagonal change the distribution.
    if family == "table":
        return 2**n_dims - 1
    if family == "independent":
        return n_dims
    if family == "fvsbn":
        return n_dims + n_dims * (n_dims - 1) // 2
    raise ValueError(f"unknown family {family!r}: expected 'table', 'independent' or 'fvsbn'")
    ### END SOLUTION


def kl_divergence(p: Float[Tensor, "*shape"], q: Float[Tensor, "*shape"]) -> Float[Tensor, ""]:
    """Kullback–Leibler divergence of two discrete distributions.

        KL(p‖q) = Σ_x p(x) log(p(x) / q(x)),   with 0 log 0 = 0, and +∞ where q(x) = 0 < p(x)

    Args:
        p: probabilities of any shape; all entries together sum to 1.
        q: probabilities of the same shape.

    Returns:
        The divergence summed over all entries, in nats; a scalar, which may be +∞.

    Source: Cover & Thomas (2006), section 2.3.
    """
    ### BEGIN SOLUTION
    # Why so: xlogy(0, y) is 0 also for y = 0, and xlogy(p, 0) is -∞ for p > 0: both conventions
    # hold without a case of their own, where p * log(p / q) would give NaN.
    return (torch.xlogy(p, p) - torch.xlogy(p, q)).sum()
    ### END SOLUTION


def bits_per_dim(
    nll: Float[Tensor, "*batch"] | float, n_dims: int
) -> Float[Tensor, "*batch"] | float:
    """Convert a negative log-likelihood in nats into bits per dimension.

        bits/dim = -log p(x) / (D log 2)

    Args:
        nll: -log p(x) of whole examples, in nats: a number, or a tensor of any shape.
        n_dims: D, the number of dimensions of one example.

    Returns:
        Bits per dimension, of the same type and shape as `nll`.

    Source: Theis, van den Oord & Bethge (2016), section 3.1.
    """
    ### BEGIN SOLUTION
    # Why so: Plain arithmetic serves numbers and tensors alike, and a tensor keeps its dtype and
    # its device.
    return nll / (n_dims * math.log(2))
    ### END SOLUTION


def bernoulli_log_prob(
    logits: Float[Tensor, "*shape"], x: Float[Tensor, "*shape"]
) -> Float[Tensor, "*shape"]:
    """Log-probability of bits under Bernoulli distributions that are given by their logits.

        log p(x) = x log σ(a) + (1 - x) log σ(-a),   x ∈ {0, 1},   σ(a) = 1 / (1 + exp(-a))

    Args:
        logits: a = log(p(1) / p(0)), any shape; finite, however large.
        x: bits (0. or 1.) of the same shape.

    Returns:
        The log-probability of each bit by itself, in nats; finite wherever the logit is finite.

    Source: Bishop (2006), eq. 4.90 is minus the sum of these.
    """
    ### BEGIN SOLUTION
    # Why so: The factor 2x - 1 is the sign of the logit: + for a one, - for a zero. The log of a
    # sigmoid that has been rounded to 0 would be -∞; log σ as one function stays finite.
    return F.logsigmoid((2 * x - 1) * logits)
    ### END SOLUTION


class FVSBN(nn.Module):
    """Fully visible sigmoid belief network: one logistic regression for each dimension.

        p(x_i = 1 | x_1, …, x_{i-1}) = σ(b_i + Σ_{j<i} W_ij x_j)

    Attributes:
        W: weights, shape (D, D). Row i belongs to the dimension that is predicted, column j to
            the one that is looked at. Only the part below the diagonal counts; what stands on and
            above the diagonal must have no effect, whatever its values.
        b: biases, shape (D,).

    Source: Frey (1998); Bengio & Bengio (2000) with neural networks for the regressions.
    """

    def __init__(
        self,
        n_dims: int,
        seed: int = 0,
        dtype: torch.dtype | None = None,
        scale: float = 0.01,
    ) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(seed)
        W = scale * torch.randn(n_dims, n_dims, generator=generator, dtype=dtype)
        self.W = nn.Parameter(W)
        self.b = nn.Parameter(torch.zeros(n_dims, dtype=dtype))

    @torch.no_grad()
    def init_independent_(self, x: Float[Tensor, "batch dim"]) -> None:
        """Start from the independent model of the data: W = 0, b_i = logit of the mean of x_i.

        One zero and one one are added to each column, so that a dimension that never changes
        gets a large logit and not an infinite one.
        """
        mean = (x.sum(0) + 1) / (len(x) + 2)
        self.W.zero_()
        self.b.copy_(torch.logit(mean))

    def logits(self, x: Float[Tensor, "batch dim"]) -> Float[Tensor, "batch dim"]:
        """The logits of all D conditionals at once, each from the bits before it.

            a_i = b_i + Σ_{j<i} W_ij x_j

        Args:
            x: bits, (batch, D).

        Returns:
            Column i is the log-odds of x_i = 1 given x_1, …, x_{i-1}; (batch, D).

        Source: Frey (1998).
        """
        ### BEGIN SOLUTION
        # Why so: The triangle is cut out at every call and not once of the parameter: whatever an
        # optimiser writes above it has no effect and gets the gradient 0. One product serves all D
        # conditionals.
        below = self.W.tril(diagonal=-1)
        return x @ below.T + self.b
        ### END SOLUTION

    def log_prob(self, x: Float[Tensor, "batch dim"]) -> Float[Tensor, "batch"]:
        """Exact log-probability of whole vectors.

            log p(x) = Σ_i log p(x_i | x_1, …, x_{i-1})

        Args:
            x: bits, (batch, D).

        Returns:
            One number a vector, in nats; (batch,).

        Source: Uria et al. (2016), eq. 1.
        """
        ### BEGIN SOLUTION
        # Why so: The probability of a whole image can be too small for float32, its logarithm is
        # not: logarithms are added where probabilities would be multiplied.
        return bernoulli_log_prob(self.logits(x), x).sum(dim=-1)
        ### END SOLUTION

    @torch.no_grad()
    def sample(self, n: int, seed: int) -> Float[Tensor, "n dim"]:
        """Draw n vectors, one dimension after the other (ancestral sampling).

            x_i ~ Bernoulli(σ(b_i + Σ_{j<i} W_ij x_j))   for i = 1, …, D

        Args:
            n: how many vectors.
            seed: the same seed gives the same vectors; the global random state is left alone.

        Returns:
            Bits (0. or 1.) of the parameters' dtype, on their device; (n, D).

        Source: Frey (1998).
        """
        ### BEGIN SOLUTION
        # Why so: All numbers are drawn beforehand, on the CPU and by a generator of this call: a
        # seed gives the same ones on every device, and the global random state is left alone.
        D = len(self.b)
        u = torch.rand(n, D, generator=torch.Generator().manual_seed(seed)).to(self.b)
        x = torch.zeros_like(u)
        for i in range(D):
            logit = x[:, :i] @ self.W[i, :i] + self.b[i]  # (n,)
            x[:, i] = (u[:, i] < torch.sigmoid(logit)).to(x.dtype)
        return x
        ### END SOLUTION
