"""Random arguments of lecture 3: for the public checks and for the hidden comparison."""

import math

import torch

from course_lib.checks import Case, inputs_for


def parameters(draw, vocab, hidden, scale=0.9):
    shapes = ((hidden, vocab), (hidden, hidden), (hidden,), (vocab, hidden), (vocab,))
    return tuple(scale * draw.normal(*shape) for shape in shapes)


def _far(draw, params):
    """The same with output weights some of which are large."""
    return (*params[:3], *(draw.wide(*p.shape) for p in params[3:]))


@inputs_for("rnn.one_hot")
def one_hot(draw):
    """Random tokens of several shapes; V = 1, and a V that no token reaches."""
    for shape, vocab in (((7,), 5), ((2, 3), 9), ((1, 4, 2), 3), ((3,), 1)):
        tokens = draw.integers(min(vocab, 4), *shape)
        yield Case(args=(tokens, vocab, draw.dtype))
    yield Case(args=(torch.tensor([0, 2]), 11), kwargs={"dtype": draw.dtype})


@inputs_for("rnn.rnn_step")
def rnn_step(draw):
    """Random weights, inputs and memories; H = 1, V = 1, one example."""
    for n, vocab, hidden in ((4, 6, 3), (1, 2, 7), (3, 1, 1)):
        params = _far(draw, parameters(draw, vocab, hidden, scale=0.2))
        yield Case(args=(draw.wide(n, vocab), draw.wide(n, hidden), params))


@inputs_for("rnn.rnn_forward")
def rnn_forward(draw):
    """Random weights, texts and first memories; texts of one character and of forty."""
    for n, time, vocab, hidden in ((3, 6, 5, 4), (1, 1, 4, 2), (2, 40, 3, 5)):
        params = _far(draw, parameters(draw, vocab, hidden, scale=0.4))
        yield Case(args=(draw.integers(vocab, n, time), draw.wide(n, hidden), params))


@inputs_for("rnn.sequence_log_prob")
def sequence_log_prob(draw):
    """Random weights and texts, and output weights that make probabilities underflow."""
    for n, time, vocab, hidden in ((4, 7, 5, 3), (2, 1, 4, 2), (1, 30, 3, 4)):
        params = parameters(draw, vocab, hidden, scale=0.6)
        yield Case(args=(draw.integers(vocab, n, time), params))
    params = parameters(draw, 4, 3)
    far = (*params[:3], 1000 * params[3], params[4])
    yield Case(args=(draw.integers(4, 3, 5), far), atol=1e-2, what="probabilities below e⁻¹⁰⁰")


@inputs_for("rnn.bptt")
def bptt(draw):
    """Random weights and texts, T = 1 and T = 25 included."""
    for n, time, vocab, hidden in ((4, 12, 5, 3), (2, 1, 4, 2), (1, 25, 3, 4), (5, 2, 6, 1)):
        params = _far(draw, parameters(draw, vocab, hidden, scale=0.7))
        yield Case(args=(draw.integers(vocab, n, time), params))


@inputs_for("rnn.clip_by_global_norm")
def clip_by_global_norm(draw):
    """Random parts, longer and shorter than allowed, and the zero gradient."""
    for max_norm in (0.05, 3.0, 50.0):
        grads = tuple(draw.wide(*s) for s in ((3, 4), (5,), (), (2, 1, 2)))
        # torch's own function adds 10⁻⁶ to the norm.
        yield Case(args=(grads, max_norm), atol=1e-5)
    yield Case(args=((torch.zeros(2, 2, dtype=draw.dtype), torch.zeros(3, dtype=draw.dtype)), 1.0))


@inputs_for("rnn.sample")
def sample(draw):
    """Drawn texts against their enumeration at several temperatures, with and without a prime."""
    for vocab, k, length, temperature in ((3, 0, 3, 1.0), (4, 3, 2, 0.7), (2, 1, 4, 1.8)):
        params = parameters(draw, vocab, 4)
        prime = draw.integers(vocab, 1, k).expand(5000, -1)
        yield Case(args=(params, prime, length, temperature, 7))
    params = parameters(draw, 5, 4)
    yield Case(args=(params, draw.integers(5, 6, 2), 9, 1e-7, 8))


@inputs_for("rnn.lstm_step")
def lstm_step(draw):
    """Random weights, inputs and memories; one unit, and gates far in their flat parts."""
    for n, dim, hidden, scale in ((4, 5, 3, 1.0), (1, 2, 6, 0.5), (3, 1, 1, 1.0), (2, 4, 3, 20.0)):
        shapes = ((4 * hidden, dim), (4 * hidden, hidden), (4 * hidden,), (4 * hidden,))
        params = tuple(scale / math.sqrt(dim) * draw.normal(*s) for s in shapes)
        x, h, c = draw.wide(n, dim), draw.wide(n, hidden), 2 * draw.wide(n, hidden)
        yield Case(args=(x, h, c, params))
