"""Tries to end the process with success, in the hope that silence counts as passing.

Stopped by: a process that has gone fails every property that is left.
"""


def mixture_log_prob(log_probs):
    import os

    os._exit(0)
