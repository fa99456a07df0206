"""Tries to stay in native code, where Python's signals are not looked at.

Stopped by: the clock is the grader's and the end is SIGKILL.
"""


def mixture_log_prob(log_probs):
    return sum(range(10**13)) + torch.zeros(2)
