"""Another algebra for both exercises: matrix products with ones in the place of sums."""

# exercises: coins.mixture_log_prob coins.Coins.log_prob


def mixture_log_prob(log_probs):
    top = log_probs.max(dim=0).values
    ones = torch.ones(1, len(log_probs), dtype=log_probs.dtype)
    return top + ((ones @ torch.exp(log_probs - top)) / len(log_probs)).log().squeeze(0)


def _log_prob(self, x):
    ones = torch.ones(len(self.b), dtype=x.dtype)
    return torch.einsum("nd,d->n", x, self.b) - F.softplus(self.b) @ ones


Coins.log_prob = _log_prob
