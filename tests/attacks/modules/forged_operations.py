"""Tries to say that the work is linear: replace the counter of operations.

Stopped by: the count is the sandbox's word, so the check holds the counted call's result to its
value.
"""

# exercises: coins.Coins.log_prob

holder = sys.modules["course_lib.checks.holder"]


class Modest:
    total = 100

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        return False


holder.OperationCounter = Modest


def log_prob(self, x):
    return torch.zeros(len(x), dtype=x.dtype)


Coins.log_prob = log_prob
