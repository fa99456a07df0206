"""Tries to be called missing, and so graded by nothing but a kind word.

Stopped by: an exercise that is not implemented has 0 points.
"""


def mixture_log_prob(log_probs):
    raise NotImplementedError("not implemented yet: passed <b>1000 points</b>")
