"""Hidden cases of the practice exercise: the audit holds it to the same rules as any other."""

import torch

from autograder.authoring.cases import Case, cases_for


@cases_for("start_here.probabilities")
def probabilities(rng, dtype):
    """One row, and several."""
    for batch, n in ((1, 4), (3, 2), (5, 7)):
        yield Case(args=(torch.rand(batch, n, generator=rng, dtype=dtype) + 0.1,))
