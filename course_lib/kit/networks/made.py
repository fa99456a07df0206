"""Complete networks for the notebooks; the exercises' functions come in as arguments."""

import itertools
import math
from collections.abc import Callable, Sequence

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float
from torch import Tensor, nn

__all__ = ["MADE", "MaskedLinear"]

MakeMasks = Callable[[list[int], Tensor, int], list[Tensor]]


class MaskedLinear(nn.Linear):
    """A linear layer of whose weights only those under an open mask count: y = (W ⊙ M) x + b.

    The mask is an argument of the call, so that one layer can serve many orders.

    Source: Germain et al. (2015), Section 4.
    """

    def forward(  # type: ignore[override]
        self, x: Float[Tensor, "batch in"], mask: Bool[Tensor, "out in"]
    ) -> Float[Tensor, "batch out"]:
        """The outputs under a mask; a masked weight gets no gradient."""
        return F.linear(x, self.weight * mask, self.bias)


class MADE(nn.Module):
    """A masked autoencoder for binary vectors, with one set of masks or several.

    Several sets are several distributions p_k(x) with shared weights, one for each order. In
    training each batch takes the next set (order-agnostic training); in evaluation `log_probs`
    gives all of them, and `log_prob` the one of set 0.

    Source: Germain et al. (2015); order-agnostic training: Uria, Murray & Larochelle (2014).
    """

    def __init__(
        self,
        sizes: Sequence[int],
        orders: Sequence[Tensor],
        make_masks: MakeMasks,
        *,
        seed: int = 0,
        dtype: torch.dtype | None = None,
    ) -> None:
        """Draw weights and make the masks.

        Args:
            sizes: units in each layer, [D, H_1, …, D].
            orders: permutations of 0 … D − 1, one for each set of masks.
            make_masks: (sizes, order, seed) → one mask a layer, as the exercise of that name.
            seed: of the weights; set k of the masks is made with seed + k.
            dtype: of the weights.

        Raises:
            ValueError: an order is not a permutation.
        """
        super().__init__()
        sizes = list(sizes)
        generator = torch.Generator().manual_seed(seed)
        self.layers = nn.ModuleList(
            MaskedLinear(i, o, dtype=dtype) for i, o in itertools.pairwise(sizes)
        )
        with torch.no_grad():
            for layer in self._linears():
                # A mask leaves about half of the weights: twice the usual variance.
                layer.weight.normal_(0, math.sqrt(2 / layer.in_features), generator=generator)
                layer.bias.zero_()
        self.n_sets = len(orders)
        self._next = 0
        for k, order in enumerate(orders):
            if sorted(torch.as_tensor(order).tolist()) != list(range(sizes[0])):
                raise ValueError(
                    f"order {k} is {torch.as_tensor(order).tolist()}; expected each of "
                    f"0 … {sizes[0] - 1} once"
                )
        for k, order in enumerate(orders):
            self.register_buffer(f"order_{k}", torch.as_tensor(order), persistent=False)
            for n, mask in enumerate(make_masks(sizes, torch.as_tensor(order), seed + k)):
                self.register_buffer(f"mask_{k}_{n}", mask, persistent=False)

    @torch.no_grad()
    def init_independent_(self, x: Float[Tensor, "batch dim"]) -> None:
        """Start from the independent model: last weights 0, last biases logit of the mean."""
        last = self._linears()[-1]
        last.weight.zero_()
        last.bias.copy_(torch.logit((x.sum(0) + 1) / (len(x) + 2)))

    def _linears(self) -> list[MaskedLinear]:
        return [layer for layer in self.layers if isinstance(layer, MaskedLinear)]

    def masks(self, k: int = 0) -> list[Tensor]:
        """The masks of set k, one for each layer."""
        return [getattr(self, f"mask_{k}_{n}") for n in range(len(self.layers))]

    def logits(self, x: Float[Tensor, "batch dim"], k: int = 0) -> Float[Tensor, "batch dim"]:
        """Logits of all conditionals under the masks of set k."""
        *hidden, last = zip(self._linears(), self.masks(k), strict=True)
        for layer, mask in hidden:
            x = torch.relu(layer(x, mask))
        layer, mask = last
        return layer(x, mask)

    def log_prob(self, x: Float[Tensor, "batch dim"]) -> Float[Tensor, " batch"]:
        """log p_k(x) in nats: k = 0 in evaluation, the next set at each call in training."""
        k = 0
        if self.training:
            k, self._next = self._next, (self._next + 1) % self.n_sets
        return self._log_prob(x, k)

    def _log_prob(self, x: Tensor, k: int) -> Tensor:
        return -F.binary_cross_entropy_with_logits(self.logits(x, k), x, reduction="none").sum(1)

    def log_probs(self, x: Float[Tensor, "batch dim"]) -> Float[Tensor, "sets batch"]:
        """log p_k(x) in nats for every set of masks k."""
        return torch.stack([self._log_prob(x, k) for k in range(self.n_sets)])

    @torch.no_grad()
    def sample(self, n: int, seed: int, k: int = 0) -> Float[Tensor, "n dim"]:
        """Draw n vectors from p_k, one dimension after the other.

        The first layer's pre-activations are carried along and the last layer gives one output at
        a time, so that only the layers between them are run D times.
        """
        order = getattr(self, f"order_{k}")
        layers = zip(self._linears(), self.masks(k), strict=True)
        (W_in, b_in), *middle, (W_out, b_out) = [(lin.weight * m, lin.bias) for lin, m in layers]
        generator = torch.Generator().manual_seed(seed)
        u = torch.rand(n, len(order), generator=generator).to(b_out)
        x = torch.zeros_like(u)
        a = b_in.expand(n, -1)
        for d in order.tolist():
            h = torch.relu(a)
            for W, b in middle:
                h = torch.relu(F.linear(h, W, b))
            x[:, d] = (u[:, d] < torch.sigmoid(h @ W_out[d] + b_out[d])).to(x)
            a = a + x[:, d, None] * W_in[:, d]
        return x
