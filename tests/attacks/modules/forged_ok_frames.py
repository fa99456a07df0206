"""Tries to answer every request with a success, before it is asked.

Stopped by: a success without the right value is a wrong answer.
"""

import os


def mixture_log_prob(log_probs):
    os.write(3, b"DGM1\x12\0\0\0t\x03\0\0\0s\x02\0\0\0okNs\0\0\0\0" * 50)
    return torch.zeros(log_probs.shape[1], dtype=log_probs.dtype)
