"""Tries to return tensors without values: on the meta device, and sparse.

Stopped by: the grader makes tensors anew from bytes and holds shape, dtype and values to the
reference.
"""


def mixture_log_prob(log_probs):
    return (
        torch.empty(log_probs.shape[1], device="meta")
        if len(log_probs) % 2
        else torch.zeros(3).to_sparse()
    )
