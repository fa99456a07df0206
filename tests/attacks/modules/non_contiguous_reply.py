"""Tries to return a view whose memory holds other values than it shows.

Stopped by: the grader makes tensors anew from bytes and holds shape, dtype and values to the
reference.
"""


def mixture_log_prob(log_probs):
    return torch.zeros(99, dtype=log_probs.dtype).as_strided((log_probs.shape[1],), (0,)).T
