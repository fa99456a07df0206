"""Hidden cases of lecture 2, coins."""

import math

import torch

from autograder.authoring.cases import Case, cases_for


@cases_for("coins.mixture_log_prob")
def mixture_log_prob(rng, dtype):
    """Random log-probabilities; square, single, tiny, and one model that rules an example out."""
    for shape in ((3, 5), (4, 4), (1, 3), (6, 1)):
        yield Case(args=(-20 * torch.rand(*shape, generator=rng).to(dtype),))
    far = -800 - 20 * torch.rand(3, 4, generator=rng).to(dtype)
    far[0, 1] = -math.inf
    yield Case(args=(far,))


@cases_for("coins.Coins.log_prob")
def log_prob(rng, dtype):
    """Random logits and bits, one coin included."""
    for n, n_dims in ((4, 7), (1, 5), (3, 1)):
        b = 2 * torch.randn(n_dims, generator=rng, dtype=torch.float64).to(dtype)
        x = (torch.rand(n, n_dims, generator=rng) < 0.5).to(dtype)
        init = {"n_dims": n_dims, "seed": 1, "dtype": dtype}
        yield Case(init=init, load={"b": b}, args=(x,))
