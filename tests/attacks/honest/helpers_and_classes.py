"""Helper functions, a class with state, a dataclass, global constants."""

from dataclasses import dataclass

LOG = {n: math.log(n) for n in range(1, 100)}


@dataclass
class Mixture:
    parts: Tensor

    @property
    def size(self):
        return len(self.parts)

    def log(self):
        return _total(self.parts) - LOG[self.size]


def _total(parts):
    return parts.logsumexp(dim=0)


def mixture_log_prob(log_probs):
    return Mixture(log_probs).log()
