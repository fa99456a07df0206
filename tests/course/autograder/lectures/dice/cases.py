"""Hidden cases of lecture 1, dice."""

import torch

from autograder.authoring.cases import Case, cases_for


@cases_for("dice.bits_per_dim")
def bits_per_dim(rng, dtype):
    """A number, a vector, a matrix."""
    yield Case(args=(float(torch.rand((), generator=rng)) * 50, 7))
    for shape in ((5,), (2, 3)):
        yield Case(args=(50 * torch.rand(*shape, generator=rng, dtype=dtype), 12))
