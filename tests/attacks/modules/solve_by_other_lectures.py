"""Tries to take another lecture's solution out of the module that may be imported.

Stopped by: what can be imported is that lecture's scaffold, without a solution.
"""

from course_lib import dice


def mixture_log_prob(log_probs):
    return dice.kl_divergence(log_probs[0], log_probs[0]) + log_probs.logsumexp(0)
