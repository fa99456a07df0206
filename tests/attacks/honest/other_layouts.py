"""Returns views: a column of a larger tensor, with a graph, not contiguous."""


def mixture_log_prob(log_probs):
    wide = torch.zeros(log_probs.shape[1], 3, dtype=log_probs.dtype)
    weight = torch.ones((), dtype=log_probs.dtype, requires_grad=True)
    wide[:, 1] = (weight * log_probs).logsumexp(0).detach() - math.log(len(log_probs))
    return wide[:, 1] * 1.0
