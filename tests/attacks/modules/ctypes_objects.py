"""Tries to write into the interpreter's objects: False becomes True, small numbers change.

Stopped by: the grader has an interpreter of its own; this one at most crashes.
"""


def mixture_log_prob(log_probs):
    size = (2).__sizeof__()
    ctypes.memmove(id(0) + size - 4, id(1) + size - 4, 4)
    ctypes.memmove(id(False) + 16, id(True) + 16, (1).__sizeof__() - 16)
    return torch.zeros(log_probs.shape[1], dtype=log_probs.dtype)
