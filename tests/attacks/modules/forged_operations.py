"""Tries to say that the work is linear: replace the counter of operations.

Stopped by: the count is the sandbox's word, so the check holds the counted call's result to its
value.
"""

# exercises: nade.hidden_cumulative nade.NADE.sample

import sys

child = sys.modules["autograder.sandbox.child"]


class Modest:
    total = 100

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        return False


child.OperationCounter = Modest


def hidden_cumulative(W, c, x):
    return torch.zeros(len(x), x.shape[1], len(c), dtype=x.dtype)


def sample(self, n, seed):
    return torch.full((n, len(self.b)), 0.5, dtype=self.b.dtype)


NADE.sample = sample
