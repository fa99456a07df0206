"""Tries to say what the gradients are, by the formula that the public check has.

Stopped by: the property with the gradient holds the values to the formula as well.
"""

# exercises: coins.Coins.log_prob

holder = sys.modules["course_lib.checks.holder"]


def gradient(method, given):
    (x,) = given
    b = torch.tensor([1.0, -2.0, 0.5], dtype=x.dtype)
    return {"b": (x - b.sigmoid()).sum(0)}


holder._gradient = gradient
Coins.log_prob = lambda self, x: torch.full_like(x[:, 0], math.nan)
