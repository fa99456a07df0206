"""Random arguments of lecture 2, coins."""

import math

from course_lib.checks import Case, inputs_for


@inputs_for("coins.mixture_log_prob")
def mixture_log_prob(draw):
    """Random log-probabilities; square, single, tiny, and one model that rules an example out."""
    for shape in ((3, 5), (4, 4), (1, 3), (6, 1)):
        yield Case(args=(-20 * draw.uniform(*shape),))
    far = -800 - 20 * draw.uniform(3, 4)
    far[0, 1] = -math.inf
    yield Case(args=(far,))


@inputs_for("coins.Coins.log_prob")
def log_prob(draw):
    """Random logits and bits, one coin included."""
    for n, n_dims in ((4, 7), (1, 5), (3, 1)):
        init = {"n_dims": n_dims, "seed": 1, "dtype": draw.dtype}
        load = {"b": 2 * draw.normal(n_dims)}
        yield Case(init=init, load=load, args=(draw.bits(n, n_dims),))
