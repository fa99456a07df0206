"""Hidden cases of lecture 3: random weights and texts, and what drawn texts have to agree with."""

import math

import torch

from autograder.authoring.cases import Case, cases_for
from course_lib.checks import assert_close, assert_distribution, assert_dtype, assert_true
from course_lib.checks.asserts import most_variation
from course_lib.lectures.rnn.checks.exact import all_texts, exact_log_prob


def _parameters(rng, vocab, hidden, dtype, scale=0.9):
    shapes = ((hidden, vocab), (hidden, hidden), (hidden,), (vocab, hidden), (vocab,))
    return tuple(
        (scale * torch.randn(shape, generator=rng, dtype=torch.float64)).to(dtype)
        for shape in shapes
    )


def _draw(rng, dtype, *shape):
    return torch.randn(shape, generator=rng, dtype=torch.float64).to(dtype)


def _tokens(rng, n, time, vocab):
    return torch.randint(vocab, (n, time), generator=rng)


@cases_for("rnn.one_hot")
def one_hot(rng, dtype):
    """Random tokens of several shapes; V = 1, and a V that no token reaches."""
    for shape, vocab in (((7,), 5), ((2, 3), 9), ((1, 4, 2), 3), ((3,), 1)):
        tokens = torch.randint(min(vocab, 4), shape, generator=rng)
        yield Case(args=(tokens, vocab, dtype))
    yield Case(args=(torch.tensor([0, 2]), 11), kwargs={"dtype": dtype})


@cases_for("rnn.rnn_step")
def rnn_step(rng, dtype):
    """Random weights, inputs and memories; H = 1, V = 1, one example."""
    for n, vocab, hidden in ((4, 6, 3), (1, 2, 7), (3, 1, 1)):
        params = _parameters(rng, vocab, hidden, dtype)
        yield Case(args=(_draw(rng, dtype, n, vocab), _draw(rng, dtype, n, hidden), params))


@cases_for("rnn.rnn_forward")
def rnn_forward(rng, dtype):
    """Random weights, texts and first memories; texts of one character and of forty."""
    for n, time, vocab, hidden in ((3, 6, 5, 4), (1, 1, 4, 2), (2, 40, 3, 5)):
        params = _parameters(rng, vocab, hidden, dtype, scale=0.6)
        yield Case(args=(_tokens(rng, n, time, vocab), _draw(rng, dtype, n, hidden), params))


@cases_for("rnn.sequence_log_prob")
def sequence_log_prob(rng, dtype):
    """Random weights and texts, and output weights that make probabilities underflow."""
    for n, time, vocab, hidden in ((4, 7, 5, 3), (2, 1, 4, 2), (1, 30, 3, 4)):
        params = _parameters(rng, vocab, hidden, dtype, scale=0.6)
        yield Case(args=(_tokens(rng, n, time, vocab), params))
    params = _parameters(rng, 4, 3, dtype)
    far = (*params[:3], 1000 * params[3], params[4])
    yield Case(args=(_tokens(rng, 3, 5, 4), far), atol=1e-2, what="probabilities below e⁻¹⁰⁰")


@cases_for("rnn.bptt")
def bptt(rng, dtype):
    """Random weights and texts, T = 1 and T = 25 included."""
    for n, time, vocab, hidden in ((3, 6, 5, 4), (2, 1, 4, 2), (1, 25, 3, 4), (5, 2, 6, 1)):
        params = _parameters(rng, vocab, hidden, dtype, scale=0.7)
        yield Case(args=(_tokens(rng, n, time, vocab), params))


@cases_for("rnn.clip_by_global_norm")
def clip_by_global_norm(rng, dtype):
    """Random parts, longer and shorter than allowed, and the zero gradient."""
    for max_norm in (0.1, 3.0, 50.0):
        grads = tuple(_draw(rng, dtype, *s) for s in ((3, 4), (5,), (), (2, 1, 2)))
        yield Case(args=(grads, max_norm))
    yield Case(args=((torch.zeros(2, 2, dtype=dtype), torch.zeros(3, dtype=dtype)), 1.0))


def _follows_the_model(text, reference, case):
    """Frequencies and mean −log p of what was drawn agree with the enumerated distribution."""
    params, prime, length, temperature, _ = case.args
    params = tuple(p.double() for p in params)
    vocab, k = len(params[4]), prime.shape[1]
    assert_close(text.shape, (len(prime), k + length), what="shape of the texts")
    assert_dtype(text, torch.int64, what="the texts")
    assert_close(text[:, :k], prime, what="the prime")
    rest = all_texts(vocab, length)
    whole = torch.cat([prime[:1].expand(len(rest), -1), rest], dim=1)
    # The prime's own factor is the same for all, and leaves with the normalisation.
    exact = exact_log_prob(whole, params, temperature).log_softmax(0)
    drawn = text[:, k:]
    assert_true(bool(((drawn >= 0) & (drawn < vocab)).all()), f"characters outside 0 … {vocab - 1}")
    index = (drawn * vocab ** torch.arange(length - 1, -1, -1)).sum(1)
    frequency = torch.bincount(index, minlength=len(rest)).double() / len(drawn)
    gap = float((frequency - exact.exp()).abs().sum()) / 2
    most = most_variation(len(rest), len(drawn))
    assert_true(gap <= most, f"total variation {gap:.3f} from the model at τ = {temperature}")
    assert_distribution(exact[index], float(-(exact.exp() * exact).sum()), errors=6)


def _is_greedy(text, reference, case):
    """At a low temperature the reference draws the same, whatever its random numbers."""
    assert_close(text, reference.sample(*case.args), what="the likeliest characters")


@cases_for("rnn.sample")
def sample(rng, dtype):
    """Drawn texts against their enumeration at several temperatures, with and without a prime."""
    for vocab, k, length, temperature in ((3, 0, 3, 1.0), (4, 3, 2, 0.7), (2, 1, 4, 1.8)):
        params = _parameters(rng, vocab, 4, dtype)
        prime = _tokens(rng, 1, k, vocab).expand(5000, -1)
        yield Case(args=(params, prime, length, temperature, 7), compare=_follows_the_model)
    params = _parameters(rng, 5, 4, dtype)
    yield Case(args=(params, _tokens(rng, 6, 2, 5), 9, 1e-7, 8), compare=_is_greedy)


@cases_for("rnn.lstm_step")
def lstm_step(rng, dtype):
    """Random weights, inputs and memories; one unit, and gates far in their flat parts."""
    for n, dim, hidden, scale in ((4, 5, 3, 1.0), (1, 2, 6, 0.5), (3, 1, 1, 1.0), (2, 4, 3, 20.0)):
        shapes = ((4 * hidden, dim), (4 * hidden, hidden), (4 * hidden,), (4 * hidden,))
        params = tuple(scale / math.sqrt(dim) * _draw(rng, dtype, *s) for s in shapes)
        yield Case(
            args=(
                _draw(rng, dtype, n, dim),
                _draw(rng, dtype, n, hidden),
                _draw(rng, dtype, n, hidden),
                params,
            )
        )
