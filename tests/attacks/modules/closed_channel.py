"""Tries to close the channel and open something else in its place.

Stopped by: a closed channel is the end of the conversation.
"""

import os


def mixture_log_prob(log_probs):
    os.close(3)
    os.open("/dev/zero", os.O_RDONLY)
    return torch.zeros(log_probs.shape[1], dtype=log_probs.dtype)
