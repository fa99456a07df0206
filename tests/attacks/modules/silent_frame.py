"""Tries to write half a frame and stay silent for ever.

Stopped by: the clock of the property runs on.
"""

import os
import time


def mixture_log_prob(log_probs):
    os.write(3, b"DGM1\x40\0\0\0s")
    time.sleep(1000)
    return torch.zeros(log_probs.shape[1], dtype=log_probs.dtype)
