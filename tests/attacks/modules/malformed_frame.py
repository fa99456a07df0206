"""Tries to write noise into the channel.

Stopped by: the reader checks every byte and knows one way to fail.
"""

import os


def mixture_log_prob(log_probs):
    os.write(3, os.urandom(4096))
    return torch.zeros(log_probs.shape[1], dtype=log_probs.dtype)
