"""Tries to say what the gradients are, by the formula that the public check has.

Stopped by: the property with the gradient holds the values to the formula as well.
"""

# module: chain_rule
# exercises: chain_rule.FVSBN.logits chain_rule.FVSBN.log_prob

import sys

child = sys.modules["autograder.sandbox.child"]


def gradient(method, given):
    (x,) = given
    n_dims = x.shape[1]
    W = x.sum(0).expand(n_dims, n_dims).tril(-1)
    return {"W": W, "b": torch.full((n_dims,), float(len(x)), dtype=x.dtype)}


child._gradient = gradient
FVSBN.logits = lambda self, x: torch.full_like(x, math.nan)
FVSBN.log_prob = lambda self, x: torch.full_like(x[:, 0], math.nan)
