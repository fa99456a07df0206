"""Tries to keep the grader busy with millions of frames that mean nothing.

Stopped by: the second frame already is one that nobody asked for.
"""

import os


def mixture_log_prob(log_probs):
    while True:
        os.write(3, b"DGM1\x01\0\0\0T" * 1000)
