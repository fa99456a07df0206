"""Tries to pass comparisons with NaN, which is neither smaller nor larger than anything.

Stopped by: the grader makes tensors anew from bytes and holds shape, dtype and values to the
reference.
"""


def mixture_log_prob(log_probs):
    return torch.full((log_probs.shape[1],), math.nan, dtype=log_probs.dtype)
