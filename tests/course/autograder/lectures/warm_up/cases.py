"""Hidden cases of the practice exercise."""

import torch

from autograder.authoring.cases import Case, cases_for


@cases_for("warm_up.normalised")
def normalised(rng, dtype):
    """One row, and several."""
    for batch, n in ((1, 4), (5, 7)):
        yield Case(args=(torch.rand(batch, n, generator=rng, dtype=dtype) + 0.1,))
