"""n-gram models of text, the baselines of a network: each character given the n − 1 before it."""

import math

import torch
from jaxtyping import Float, Int64
from torch import Tensor

__all__ = ["NGram"]


class NGram:
    """Counts of up to n characters, with back-off to shorter contexts.

    p_k(x | c) = max(N(c x) − d_k, 0) / N(c) + (d_k · N₁₊(c ·) / N(c)) · p_{k−1}(x | c'),

    for the context c of the k − 1 characters before x. N counts the training text, N₁₊(c ·) is the
    number of different characters after c, c' is c without its first character, and p_0 = 1/V. A
    context that never occurred backs off at once: p_k = p_{k−1}. The discount is
    d_k = n₁ / (n₁ + 2 n₂) from the numbers of k-grams that occur once and twice.

    Source: Ney, Essen & Kneser (1994), absolute discounting with interpolation.
    """

    def __init__(self, tokens: Int64[Tensor, "n"], vocab_size: int, order: int) -> None:
        """Count a text.

        Args:
            tokens: the training text, numbers 0 … V − 1.
            vocab_size: V.
            order: n >= 1; 2 is a bigram model.

        Raises:
            ValueError: an order below 1 or so large that contexts have no number of 63 bits.
        """
        if order < 1 or order * math.log2(vocab_size) > 62:
            raise ValueError(f"order {order} with {vocab_size} characters: expected 1 … 62/log₂ V")
        self.vocab_size, self.order = vocab_size, order
        self._levels = [
            _Level(_grams(tokens, k, vocab_size), vocab_size) for k in range(1, order + 1)
        ]

    def log_prob(self, tokens: Int64[Tensor, "n"]) -> Float[Tensor, "n"]:
        """log p of each character of a text given those before it, in nats, float64.

        The first n − 1 characters have shorter contexts.
        """
        p = torch.full((len(tokens),), 1 / self.vocab_size, dtype=torch.float64)
        for k, level in enumerate(self._levels, 1):
            if len(tokens) >= k:
                p[k - 1 :] = level.mix(_grams(tokens, k, self.vocab_size), p[k - 1 :])
        return p.log()

    def probabilities(self, context: Int64[Tensor, "k"]) -> Float[Tensor, "vocab"]:
        """p of each next character after a context; only its last n − 1 characters count."""
        context = context[max(0, len(context) - self.order + 1) :]
        following = torch.arange(self.vocab_size)
        p = torch.full((self.vocab_size,), 1 / self.vocab_size, dtype=torch.float64)
        for k, level in enumerate(self._levels[: len(context) + 1], 1):
            own = 0
            for character in context[len(context) - k + 1 :].tolist():
                own = own * self.vocab_size + character
            p = level.mix(own * self.vocab_size + following, p)
        return p

    def sample(self, length: int, seed: int) -> Int64[Tensor, "length"]:
        """A text drawn from the model, character by character."""
        generator = torch.Generator().manual_seed(seed)
        text: list[int] = []
        for _ in range(length):
            p = self.probabilities(torch.tensor(text[-self.order :], dtype=torch.int64))
            text.append(int(torch.multinomial(p, 1, generator=generator)))
        return torch.tensor(text)


def _grams(tokens: Tensor, k: int, vocab_size: int) -> Tensor:
    """The number of each k-gram of a text, its last character in the lowest place."""
    code = torch.zeros(max(0, len(tokens) - k + 1), dtype=torch.int64)
    for j in range(k):
        code = code * vocab_size + tokens[j : len(tokens) - k + 1 + j]
    return code


class _Level:
    """The counts of one k."""

    def __init__(self, grams: Tensor, vocab_size: int) -> None:
        self.vocab_size = vocab_size
        self.grams, self.counts = grams.unique(return_counts=True)
        once, twice = (int((self.counts == m).sum()) for m in (1, 2))
        self.discount = once / (once + 2 * twice) if once else 0.5
        own = torch.div(self.grams, vocab_size, rounding_mode="floor")
        self.contexts, place, self.kinds = own.unique(return_inverse=True, return_counts=True)
        self.totals = torch.zeros(len(self.contexts), dtype=torch.int64)
        self.totals.index_add_(0, place, self.counts)

    def mix(self, grams: Tensor, shorter: Tensor) -> Tensor:
        """p_k of k-grams, from p_{k−1} of the same characters after the shorter context."""
        context = torch.div(grams, self.vocab_size, rounding_mode="floor")
        count = _look_up(self.grams, self.counts, grams).double()
        total = _look_up(self.contexts, self.totals, context).double()
        kinds = _look_up(self.contexts, self.kinds, context).double()
        seen = ((count - self.discount).clamp(min=0) + self.discount * kinds * shorter) / total
        return torch.where(total > 0, seen, shorter)


def _look_up(keys: Tensor, values: Tensor, wanted: Tensor) -> Tensor:
    """The values of sorted keys; 0 for keys that are not there."""
    if len(keys) == 0:
        return torch.zeros_like(wanted)
    place = torch.searchsorted(keys, wanted).clamp(max=len(keys) - 1)
    return torch.where(keys[place] == wanted, values[place], 0)
