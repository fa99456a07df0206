"""Tries to forge the frame of an exception that says the property holds.

Stopped by: an exception of the student's is a failure, whatever it says.
"""

import os
import struct


def mixture_log_prob(log_probs):
    kind, text = b"PropertyHolds", b"passed=True points=1000"
    body = b"e" + b"".join(struct.pack("<I", len(t)) + t for t in (kind, text)) + b"\0"
    os.write(3, b"DGM1" + struct.pack("<I", len(body)) + body)
    return torch.zeros(log_probs.shape[1], dtype=log_probs.dtype)
