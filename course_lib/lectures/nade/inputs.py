"""Random arguments of lecture 2: for the public checks and for the hidden comparison."""

import math

from course_lib.checks import Case, all_binary, inputs_for


def parameters(draw, n_visible, n_hidden, scale=1.2):
    """W, c, V and b, large enough that every term shows."""
    return {
        "W": scale * draw.normal(n_hidden, n_visible),
        "c": scale * draw.normal(n_hidden),
        "V": scale * draw.normal(n_visible, n_hidden),
        "b": scale * draw.normal(n_visible),
    }


def _model(draw, n_visible, n_hidden):
    init = {"n_visible": n_visible, "n_hidden": n_hidden, "seed": 1, "dtype": draw.dtype}
    return {"init": init, "load": parameters(draw, n_visible, n_hidden)}


@inputs_for("nade.hidden_naive", "nade.hidden_cumulative")
def hidden(draw):
    """Random weights and bits, D = 1 included."""
    for n, n_dims, n_hidden in ((4, 6, 3), (1, 9, 5), (3, 1, 2), (5, 2, 7)):
        yield Case(args=(draw.wide(n_hidden, n_dims), draw.wide(n_hidden), draw.bits(n, n_dims)))


@inputs_for("nade.NADE.logits")
def logits(draw):
    """Random parameters and bits, D = 1 and more than a block of pixels included."""
    for n, n_dims, n_hidden in ((4, 7, 3), (1, 5, 6), (3, 1, 2), (2, 70, 3)):
        model = _model(draw, n_dims, n_hidden)
        model["load"]["V"] *= 50
        yield Case(**model, args=(draw.bits(n, n_dims),))


@inputs_for("nade.NADE.log_prob")
def log_prob(draw):
    """The same, and parameters that make probabilities underflow."""
    yield from logits(draw)
    model = _model(draw, 4, 3)
    model["load"]["V"] *= 3000
    yield Case(**model, args=(all_binary(4, draw.dtype),), what="probabilities below e⁻¹⁰⁰")


@inputs_for("nade.NADE.sample")
def sample(draw):
    """Samples of small random models against their enumerated distribution."""
    for n_dims, n_hidden, seed in ((4, 3, 11), (5, 2, 12)):
        yield Case(**_model(draw, n_dims, n_hidden), args=(5000, seed))


@inputs_for("nade.NADE.complete")
def complete(draw):
    """Completions of one prefix, repeated, against their enumerated conditional."""
    for n_dims, k, seed in ((6, 2, 13), (5, 1, 14), (6, 3, 15)):
        prefix = draw.bits(1, k).expand(5000, -1)
        yield Case(**_model(draw, n_dims, 3), args=(prefix, seed))


@inputs_for("nade.ensemble_log_prob")
def ensemble_log_prob(draw):
    """Random log-probabilities; square, single, tiny, and one model that rules an example out."""
    for shape in ((3, 5), (4, 4), (1, 3), (6, 1)):
        yield Case(args=(-20 * draw.uniform(*shape),))
    far = -800 - 20 * draw.uniform(3, 4)
    far[0, 1] = -math.inf
    yield Case(args=(far,))


@inputs_for("nade.made_masks")
def made_masks(draw):
    """Random orders and sizes, one hidden layer and two, narrow and wide."""
    for sizes in ([7, 20, 7], [6, 9, 14, 6], [9, 4, 9], [1, 2, 1], [2, 1, 2]):
        order = draw.order(sizes[0])
        yield Case(args=(sizes, order, 16))
