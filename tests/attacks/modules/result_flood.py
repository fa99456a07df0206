"""Tries to drown the grader in results.

Stopped by: one frame and all of an exercise's frames together are limited.
"""

# limits: output_megabytes=8


def mixture_log_prob(log_probs):
    return [torch.zeros(10**6) for _ in range(4)]
