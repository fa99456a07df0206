"""Tries to announce a frame of four gigabytes, and a tensor of 2⁶² entries.

Stopped by: sizes are held to a limit before anything is allocated.
"""

import os
import struct


def mixture_log_prob(log_probs):
    body = b"x\0\x02" + struct.pack("<2q", 2**31, 2**31)
    os.write(3, b"DGM1" + struct.pack("<I", len(body)) + body + b"DGM1" + b"\xff" * 4)
    return torch.zeros(log_probs.shape[1], dtype=log_probs.dtype)
