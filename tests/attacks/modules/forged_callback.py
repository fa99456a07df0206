"""Tries to call functions of the grader's by number.

Stopped by: only functions that a check sent along have a number; there is none here.
"""

import os
import struct


def mixture_log_prob(log_probs):
    body = b"t\x04\0\0\0s\x08\0\0\0callbacki" + struct.pack("<q", 0) + b"l\0\0\0\0m\0\0\0\0"
    os.write(3, (b"DGM1" + struct.pack("<I", len(body)) + body) * 20)
    return torch.zeros(log_probs.shape[1], dtype=log_probs.dtype)
