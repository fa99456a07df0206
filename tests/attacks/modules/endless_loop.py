"""Tries to never come back.

Stopped by: the property's clock ends it, and later properties are not tried.
"""


def mixture_log_prob(log_probs):
    while True:
        pass
