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
    ### BEGIN SOLUTION
    # Why so: Each row is the definition to the letter. For i = 0 the slices are empty and their
    # product is 0, so that a_0 = c needs no case of its own.
    rows = [c + x[:, :i] @ W[:, :i].T for i in range(x.shape[1])]  # each (batch, hidden)
    return torch.stack(rows, dim=1)  # (batch, dim, hidden)
    ### END SOLUTION


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
    ### BEGIN SOLUTION
    # Why so: unbind, not W[:, i]: the gradient of every slice would be a whole matrix of zeros. And
    # each step makes a new tensor, because a sum in place would change the rows already kept.
    a = c.expand(len(x), -1)
    rows = []
    for w_i, x_i in zip(W.unbind(1), x.unbind(1), strict=True):
        rows.append(a)
        a = a + x_i[:, None] * w_i
    return torch.stack(rows, dim=1)  # (batch, dim, hidden)
    ### END SOLUTION


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
        ### BEGIN SOLUTION
        # Why so: Blocks of 8 pixels: the (batch, D, hidden) tensor of `hidden_cumulative` does not
        # fit into a processor's cache for D = 784, and a step for every pixel is mostly overhead.
        a = self.c.expand(len(x), -1)
        columns = []
        parts = (part.split(8) for part in (x.T, self.W.T, self.V))
        for x_k, W_k, V_k in zip(*parts, strict=True):
            past = x_k.new_ones(len(x_k), len(x_k)).tril(-1)
            earlier = past[:, None] * x_k.T  # (block, batch, block): row i is x_<i, then zeros
            h = (earlier @ W_k).add_(a).sigmoid_()  # (block, batch, hidden), in one piece of memory
            columns.append((h * V_k[:, None]).sum(-1))
            a = a + x_k.T @ W_k
        return torch.cat(columns).T + self.b
        ### END SOLUTION

    def log_prob(self, x: Float[Tensor, "batch dim"]) -> Float[Tensor, " batch"]:
        """Log-probability of every example.

        log p(x) = Σ_i x_i log σ(ℓ_i) + (1 - x_i) log σ(-ℓ_i), with ℓ = logits(x).

        Args:
            x: (batch, dim) binary vectors.

        Returns:
            (batch,) log-probabilities in nats, finite for logits of any size.

        Source: Uria et al. (2016), eqs. 1-2.
        """
        ### BEGIN SOLUTION
        # Why so: Cross-entropy of logits is minus log p of each pixel, and finite for logits of any
        # size. The log of a sigmoid that has been rounded to 0 would be -∞.
        logits = self.logits(x)
        return -F.binary_cross_entropy_with_logits(logits, x, reduction="none").sum(dim=1)
        ### END SOLUTION

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
        ### BEGIN SOLUTION
        # Why so: The pre-activation is carried along: calling `logits` for every pixel would cost D
        # times as much. The generator belongs to this call, so the global random state is left
        # alone.
        generator = torch.Generator().manual_seed(seed)
        u = torch.rand(n, len(self.b), generator=generator).to(self.b)  # device and dtype of b
        a = self.c.expand(n, -1)
        x = torch.zeros_like(u)
        for i in range(len(self.b)):
            p_i = torch.sigmoid(torch.sigmoid(a) @ self.V[i] + self.b[i])
            x[:, i] = (u[:, i] < p_i).to(x)
            a = a + x[:, i, None] * self.W[:, i]
        return x
        ### END SOLUTION

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
        ### BEGIN SOLUTION
        # Why so: The prefix is known, so that one product takes the pre-activation past it. u has a
        # column for every pixel all the same: without a prefix, a seed draws what `sample` draws.
        n, k = prefix.shape
        generator = torch.Generator().manual_seed(seed)
        u = torch.rand(n, len(self.b), generator=generator).to(self.b)
        a = self.c + prefix @ self.W[:, :k].T
        x = torch.cat([prefix, torch.zeros_like(u[:, k:])], dim=1)
        for i in range(k, len(self.b)):
            p_i = torch.sigmoid(torch.sigmoid(a) @ self.V[i] + self.b[i])
            x[:, i] = (u[:, i] < p_i).to(x)
            a = a + x[:, i, None] * self.W[:, i]
        return x
        ### END SOLUTION


def ensemble_log_prob(log_probs: Float[Tensor, "models batch"]) -> Float[Tensor, " batch"]:
    """Log-probability under the equal mixture of K models, here of K orderings (EoNADE).

    log p(x) = log (1/K) Σ_k p_k(x) = logsumexp_k log p_k(x) - log K.

    Args:
        log_probs: (models, batch) log p_k(x), nats.

    Returns:
        (batch,) log-probabilities in nats; finite where p_k(x) itself underflows.

    Source: Uria, Murray & Larochelle (2014), ensembles of NADE models.
    """
    ### BEGIN SOLUTION
    # Why so: The mean is taken of probabilities, and those of images may underflow to 0, whose log
    # is -∞. logsumexp sets the largest one to 1 before it leaves the logarithms.
    return torch.logsumexp(log_probs, dim=0) - math.log(len(log_probs))
    ### END SOLUTION


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
    ### BEGIN SOLUTION
    # Why so: No degree lies below the smallest one of the layer underneath, because such a unit
    # would see nothing. Only the outputs compare strictly: this is what hides a pixel from itself.
    generator = torch.Generator().manual_seed(seed)
    m_in = torch.argsort(order) + 1  # order[t] has degree t + 1
    masks, below = [], m_in
    for size in sizes[1:-1]:
        low = below.min()
        u = torch.rand(size, generator=generator).to(order.device)
        m = low + (u * (n_dims - low).clamp(min=1)).long()  # uniform over low … D - 1
        masks.append(m[:, None] >= below)
        below = m
    return [*masks, m_in[:, None] > below]
    ### END SOLUTION
