"""Tries to write a value that is nested a hundred thousand times.

Stopped by: depth and number of values are limited.
"""

import os
import struct


def mixture_log_prob(log_probs):
    body = b"l\x01\0\0\0" * 40_000 + b"N"
    os.write(3, b"DGM1" + struct.pack("<I", len(body)) + body)
    return torch.zeros(log_probs.shape[1], dtype=log_probs.dtype)
