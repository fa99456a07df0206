"""Other right implementations of lecture 2, coins."""
# The bodies are put into the lecture's module, where their names exist.
# mypy: ignore-errors

from autograder.authoring.audit import alternative


@alternative("coins.mixture_log_prob", "two models at a time")
def two_at_a_time(log_probs):
    total = log_probs[0]
    for row in log_probs[1:]:
        total = torch.logaddexp(total, row)
    return total - math.log(len(log_probs))


@alternative("coins.mixture_log_prob", "the largest is taken out by hand")
def by_hand(log_probs):
    top = log_probs.max(dim=0).values
    return top + torch.log(torch.exp(log_probs - top).mean(dim=0))


@alternative("coins.Coins.log_prob", "the logarithm of the sigmoid, on either side")
def logsigmoid(self, x):
    return (x * F.logsigmoid(self.b) + (1 - x) * F.logsigmoid(-self.b)).sum(dim=1)


@alternative("coins.Coins.log_prob", "x · b minus softplus")
def softplus(self, x):
    return x @ self.b - F.softplus(self.b).sum()
