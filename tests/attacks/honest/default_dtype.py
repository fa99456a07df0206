"""Sets the default dtype to float64 and the seed, and is careful with both."""

torch.set_default_dtype(torch.float64)
torch.manual_seed(1)


def mixture_log_prob(log_probs):
    return torch.logsumexp(log_probs, 0) - torch.tensor(
        math.log(len(log_probs)), dtype=log_probs.dtype
    )
