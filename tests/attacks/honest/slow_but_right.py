"""Sleeps, and loops over Python numbers."""

import time


def mixture_log_prob(log_probs):
    time.sleep(0.05)
    means = []
    for column in log_probs.T.tolist():
        top = max(column)
        means.append(top + math.log(sum(math.exp(v - top) for v in column) / len(column)))
    return torch.tensor(means, dtype=log_probs.dtype)
