"""Tries to crash the interpreter: a null pointer, a corrupted heap, a stack overflow.

Stopped by: a crash ends this process, with a reason in the feedback.
"""


def mixture_log_prob(log_probs):
    import ctypes

    ctypes.string_at(0)
