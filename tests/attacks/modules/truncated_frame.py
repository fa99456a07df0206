"""Tries to write half a frame and end.

Stopped by: a frame that is cut off is an error, not a value.
"""

import os


def mixture_log_prob(log_probs):
    os.write(3, b"DGM1\x40\0\0\0s\x10\0\0\0abc")
    os._exit(0)
