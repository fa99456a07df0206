"""Computes in float64 and gives back the dtype that it got."""


def mixture_log_prob(log_probs):
    wide = log_probs.double()
    top = wide.max(0).values
    top = torch.where(torch.isfinite(top), top, torch.zeros_like(top))
    return (top + torch.log(torch.exp(wide - top).mean(0))).to(log_probs.dtype)
