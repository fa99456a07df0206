# ruff: noqa: F401, RUF100
"""Lecture 2, NADE: every conditional gets a hidden layer, and all of them share one.

Notation: `x` is a batch of binary vectors `(batch, D)` with values 0 and 1; D visible and H hidden
units; `W (H, D)`, `c (H,)`, `V (D, H)`, `b (D,)` as in Larochelle & Murray (2011). Log p(x) is
in nats, shape `(batch,)`. Dimensions are numbered from 0 here and from 1 in the papers.
"""

import math

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn


def hidden_naive(
    W: Float[Tensor, "hidden dim"], c: Float[Tensor, " hidden"], x: Float[Tensor, "batch dim"]
) -> Float[Tensor, "batch dim hidden"]:
    """Hidden pre-activations of all D conditionals, each computed from its own definition.

    a_i = c + W[:, <i] x_<i, so that a_0 = c and pixel i never sees itself. Work: O(D² H).

    Args:
        W: (hidden, dim) weights from the visible to the hidden units.
        c: (hidden,) hidden biases.
        x: (batch, dim) binary vectors.

    Returns:
        (batch, dim, hidden) pre-activations; entry [n, i] is a_i of example n.

    Source: Uria et al. (2016), eq. 3, inside the sigmoid.
    """
    raise NotImplementedError("not implemented yet: `nade.hidden_naive`, section 2.1")


def hidden_cumulative(
    W: Float[Tensor, "hidden dim"], c: Float[Tensor, " hidden"], x: Float[Tensor, "batch dim"]
) -> Float[Tensor, "batch dim hidden"]:
    """The pre-activations of `hidden_naive`, each from the one before: O(D H) work.

    a_0 = c and a_{i+1} = a_i + W[:, i] x_i.

    Args:
        W: (hidden, dim) weights from the visible to the hidden units.
        c: (hidden,) hidden biases.
        x: (batch, dim) binary vectors.

    Returns:
        (batch, dim, hidden) pre-activations, equal to those of `hidden_naive`.

    Source: Uria et al. (2016), eqs. 5-6.
    """
    raise NotImplementedError("not implemented yet: `nade.hidden_cumulative`, section 2.2")


class NADE(nn.Module):
    """The neural autoregressive distribution estimator over D binary variables.

    p(x) = ∏_i p(x_i | x_<i), p(x_i = 1 | x_<i) = σ(b_i + V_i · h_i), h_i = σ(c + W[:, <i] x_<i).

    Source: Larochelle & Murray (2011); Uria et al. (2016), eqs. 1-3.
    """

    def __init__(
        self, n_visible: int, n_hidden: int, seed: int = 0, dtype: torch.dtype | None = None
    ):
        """Small random weights W (H, D) and V (D, H), zero biases c (H,) and b (D,)."""
        super().__init__()
        generator = torch.Generator().manual_seed(seed)
        dtype = dtype or torch.get_default_dtype()
        # Drawn in float64, so that a seed means the same weights in every dtype.
        W = torch.randn(n_hidden, n_visible, generator=generator, dtype=torch.float64)
        V = torch.randn(n_visible, n_hidden, generator=generator, dtype=torch.float64)
        self.W = nn.Parameter((W / math.sqrt(n_visible)).to(dtype))
        self.c = nn.Parameter(torch.zeros(n_hidden, dtype=dtype))
        self.V = nn.Parameter((V / n_hidden).to(dtype))
        self.b = nn.Parameter(torch.zeros(n_visible, dtype=dtype))

    @torch.no_grad()
    def init_independent_(self, x: Float[Tensor, "batch dim"]) -> None:
        """Start from the independent model of the data: V = 0, b_i = logit of the mean of x_i.

        One zero and one one are added to each pixel, so that a pixel that never changes gets a
        large logit and not an infinite one.
        """
        self.V.zero_()
        self.b.copy_(torch.logit((x.sum(0) + 1) / (len(x) + 2)))

    def logits(self, x: Float[Tensor, "batch dim"]) -> Float[Tensor, "batch dim"]:
        """Logit of every conditional, given the true pixels before it: O(D H) an example.

        logit p(x_i = 1 | x_<i) = b_i + V_i · σ(a_i).

        Args:
            x: (batch, dim) binary vectors.

        Returns:
            (batch, dim) logits; entry i depends on x_0 … x_{i-1} only.

        Source: Uria et al. (2016), eq. 2.
        """
        raise NotImplementedError("not implemented yet: `nade.NADE.logits`, section 2.3")

    def log_prob(self, x: Float[Tensor, "batch dim"]) -> Float[Tensor, " batch"]:
        """Log-probability of every example.

        log p(x) = Σ_i x_i log σ(ℓ_i) + (1 - x_i) log σ(-ℓ_i), with ℓ = logits(x).

        Args:
            x: (batch, dim) binary vectors.

        Returns:
            (batch,) log-probabilities in nats, finite for logits of any size.

        Source: Uria et al. (2016), eqs. 1-2.
        """
        raise NotImplementedError("not implemented yet: `nade.NADE.log_prob`, section 2.4")

    @torch.no_grad()
    def sample(self, n: int, seed: int) -> Float[Tensor, "n dim"]:
        """Draws n vectors, pixel by pixel, carrying the pre-activation along: O(D H) a sample.

        x_i ~ Bernoulli(σ(b_i + V_i · σ(a_i))), then a_{i+1} = a_i + W[:, i] x_i.

        Args:
            n: how many vectors.
            seed: of a CPU `torch.Generator`, so that every device draws the same vectors.

        Returns:
            (n, dim) zeros and ones in the dtype of the weights.

        Source: Larochelle & Murray (2011); Uria et al. (2016), eqs. 2 and 5-6.
        """
        raise NotImplementedError("not implemented yet: `nade.NADE.sample`, section 2.5")

    @torch.no_grad()
    def complete(self, prefix: Float[Tensor, "batch k"], seed: int) -> Float[Tensor, "batch dim"]:
        """Keeps the first k pixels of every row and draws the others given them.

        x_<k = prefix, then x_i ~ p(x_i | x_<i) for i = k, …, D - 1.

        Args:
            prefix: (batch, k) known pixels, 0 <= k <= D.
            seed: of a CPU `torch.Generator`.

        Returns:
            (batch, dim) vectors whose first k columns are the prefix.

        Source: Uria et al. (2016), eqs. 2 and 5-6, started at i = k.
        """
        raise NotImplementedError("not implemented yet: `nade.NADE.complete`, section 2.6")


def ensemble_log_prob(log_probs: Float[Tensor, "models batch"]) -> Float[Tensor, " batch"]:
    """Log-probability under the equal mixture of K models, here of K orderings (EoNADE).

    log p(x) = log (1/K) Σ_k p_k(x) = logsumexp_k log p_k(x) - log K.

    Args:
        log_probs: (models, batch) log p_k(x), nats.

    Returns:
        (batch,) log-probabilities in nats; finite where p_k(x) itself underflows.

    Source: Uria, Murray & Larochelle (2014), ensembles of NADE models.
    """
    raise NotImplementedError("not implemented yet: `nade.ensemble_log_prob`, section 2.7")


def made_masks(
    sizes: list[int], order: Int[Tensor, " dim"], seed: int
) -> list[Bool[Tensor, "out in"]]:
    """Masks that make a fully connected autoencoder autoregressive in a given order.

    Every unit has a degree. The input drawn t-th (t = 1 … D) has degree t; a hidden unit's is drawn
    uniformly from m_min … max(m_min, D - 1), m_min being the smallest degree of the layer below (1
    above the inputs). A hidden unit k' sees the units k below with m(k') >= m(k); output d sees the
    last hidden units with m(d) > m(k).

    Args:
        sizes: units in each layer, [D, H_1, …, H_L, D]; L >= 1.
        order: (dim,) permutation of 0 … D - 1; order[t] is the dimension drawn t-th, t from 0.
        seed: of a CPU `torch.Generator` for the degrees.

    Returns:
        One mask a layer, (out, in) like `nn.Linear.weight`, on the device of `order`.

    Raises:
        ValueError: when the sizes do not end in D, or the order has not D places.

    Source: Germain et al. (2015), eqs. 8-9 and, for several layers, Section 4.1.
    """
    n_dims = sizes[0]
    if sizes[-1] != n_dims or len(order) != n_dims:
        raise ValueError(
            f"sizes {list(sizes)} with an order of {len(order)} dimensions: expected D units first "
            f"and last, and D places in the order"
        )
    raise NotImplementedError("not implemented yet: `nade.made_masks`, section 2.8")
