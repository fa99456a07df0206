"""Tries to return a structure that contains itself, and one that is ten thousand deep.

Stopped by: the sandbox sends a handle for what is too deep; the reader limits depth anyway.
"""


def mixture_log_prob(log_probs):
    circle = []
    circle.append(circle)
    deep = []
    for _ in range(10**4):
        deep = [deep]
    return circle if len(log_probs) % 2 else deep
