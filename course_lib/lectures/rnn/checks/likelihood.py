"""Probabilities of texts and their gradient: `sequence_log_prob`, `bptt`, `clip_by_global_norm`."""

import functools
import math

import torch

from course_lib.checks import (
    assert_close,
    assert_dtype,
    assert_finite,
    assert_follows,
    assert_linear,
    assert_true,
    check_for,
    gradients_for,
    inputs,
    numbers,
)
from course_lib.lectures.rnn.checks.exact import (
    HELLO,
    NAMES,
    all_texts,
    exact_log_prob,
    hot,
    letters,
    parameters,
    random_tokens,
    run,
    true_gradients,
    wrong_gradients,
)


def _suspects(tokens, params):
    """The wrong values that the usual mistakes lead to."""
    logits, _ = run(tokens, params)
    right = exact_log_prob(tokens, params)
    terms = logits[:, :-1].log_softmax(-1).gather(2, tokens[..., None])[..., 0]
    seen = logits[:, 1:].log_softmax(-1).gather(2, tokens[..., None])[..., 0].sum(1)
    return {
        "the first character is not counted: log softmax(b_y)[x_1] is missing": right - terms[:, 0],
        "every character is scored by the logits after it, which have seen it": seen,
        "the sign: this is −log p": -right,
        "the mean over the characters instead of their sum": terms.mean(1),
        "bits, not nats": right / math.log(2),
    }


@check_for("rnn.sequence_log_prob", weight=2, hint="3.4a")
def hello_has_its_probability(rnn):
    """p(hello) = 0.475 · 0.962 · 0.837 · 0.622 · 0.950: five factors for five letters."""
    for text in ("hello", "hell", "h", "olleh"):
        args, what = (letters(text), HELLO), f"log p({text})"
        found, exact = rnn.sequence_log_prob(*args), exact_log_prob(*args)
        assert_close(found, exact, what=what, labels=[text], suspects=_suspects(*args))


@check_for("rnn.sequence_log_prob", weight=2, hint="3.4b")
def probabilities_of_all_texts_sum_to_one(rnn):
    """Σ p(x) = 1 over all 3⁴ texts, and over the 3 texts of one character."""
    params = parameters(3, 4, seed=10)
    for time in (4, 1):
        total = rnn.sequence_log_prob(all_texts(3, time), params).exp().sum()
        assert_close(total, 1.0, atol=1e-9, what=f"Σ p over all texts of {time} characters")


@check_for("rnn.sequence_log_prob", weight=2, hint="3.4c")
def the_beginning_does_not_know_the_end(rnn):
    """Σ over the last character of p(x₁ … x_T) is p(x₁ … x_{T−1})."""
    params = parameters(3, 4, seed=11)
    whole = rnn.sequence_log_prob(all_texts(3, 4), params).exp().reshape(27, 3).sum(1)
    shorter = rnn.sequence_log_prob(all_texts(3, 3), params).exp()
    labels = ["".join(map(str, row)) for row in all_texts(3, 3).tolist()]
    assert_close(whole, shorter, atol=1e-9, what="Σ p(x₁ x₂ x₃ ·) for text", labels=labels)


@check_for("rnn.sequence_log_prob", weight=2, hint="3.4b")
def log_prob_follows_the_formula(rnn):
    """Σ log softmax(o_{t−1})[x_t] on random weights, one number a text, in the weights' dtype."""
    exercise, what = "rnn.sequence_log_prob", "log p of text"
    assert_follows(exercise, rnn, exact_log_prob, what=what, suspects=_suspects, cases=slice(3))


@check_for("rnn.sequence_log_prob", hint="3.4c")
def log_prob_survives_large_logits(rnn):
    """Logits of ±10⁴ give 0 for the expected text and −10⁴ a wrong character."""
    for dtype in (torch.float32, torch.float64):
        zeros = parameters(2, 2, seed=0, scale=0.0, dtype=dtype)
        own = (*zeros[:4], torch.tensor([1e4, 0.0], dtype=dtype))
        result = rnn.sequence_log_prob(torch.tensor([[0, 0, 0], [0, 1, 0], [1, 1, 0]]), own)
        assert_finite(result, what="log p")
        assert_close(result, torch.tensor([0.0, -1e4, -2e4]), what="log p of text")


_MISTAKES = {
    "the sum over the examples instead of their mean": {"mean": False},
    "the factor 1 − h_t² of tanh is missing": {"squash": False},
    "what flows back from a_{t+1} through W_hh is missing": {"carry": False},
    "the way back through W_hh needs the transpose: d @ W_hh, not d @ W_hh.T": {"transpose": True},
}


def _compare(grads, tokens, params, which, what):
    """Hold some of the five gradients to the true ones."""
    assert_true(
        len(grads) == 5, f"{len(grads)} gradients: expected one for each of {', '.join(NAMES)}"
    )
    true = true_gradients(tokens, params)

    def suspects(k):
        wrong = {
            cause: wrong_gradients(tokens, params, **flags)[k]
            for cause, flags in (_MISTAKES.items() if tokens.shape[1] > 1 else ())
        }
        return {"the sign: this is the gradient of +log p": -true[k]} | wrong

    for k in which:
        name, causes = f"{what}: ∂L/∂{NAMES[k]}", functools.partial(suspects, k)
        assert_close(grads[k], true[k], atol=1e-9, what=name, suspects=causes)


@check_for("rnn.bptt", hint="3.5a")
def gradient_of_one_character(rnn):
    """T = 1: ∂L/∂b_y = softmax(b_y) − the letters' frequencies; all others are 0."""
    params, tokens = parameters(4, 3, seed=14), torch.tensor([[0], [2], [2], [3]])
    grads = rnn.bptt(tokens, params)
    expected = params[4].softmax(0) - hot(tokens[:, 0], 4).mean(0)
    suspects = {
        "o_0 = b_y predicts the first character: its term is missing": 0 * expected,
        "the sum over the examples instead of their mean": 4 * expected,
        "the sign": -expected,
    }
    assert_close(grads[4], expected, atol=1e-9, what="∂L/∂b_y", suspects=suspects)
    for name, g, p in zip(NAMES[:4], grads, params, strict=False):
        assert_close(g, 0 * p, atol=1e-9, what=f"∂L/∂{name} for T = 1")


@check_for("rnn.bptt", weight=2, hint="3.5b")
def gradient_of_the_output_weights(rnn):
    """∂L/∂W_hy = Σ ∂L/∂o_t h_tᵀ and ∂L/∂b_y = Σ ∂L/∂o_t: no recursion yet."""
    params, tokens = parameters(5, 3, seed=15), random_tokens(3, 4, 5, seed=16)
    _compare(rnn.bptt(tokens, params), tokens, params, (4, 3), "3 texts of 4 characters")


@check_for("rnn.bptt", weight=2, hint="3.5c")
def gradient_of_the_memory_of_one_step(rnn):
    """T = 2: one memory h₁, read from h₀ = 0."""
    params, tokens = parameters(5, 3, seed=17), random_tokens(3, 2, 5, seed=18)
    _compare(rnn.bptt(tokens, params), tokens, params, (2, 0, 1), "3 texts of 2 characters")


@check_for("rnn.bptt", weight=3, hint="3.5d")
def gradient_through_time(rnn):
    """All five equal the derivative of −1/N Σ log p, on 12 characters and on "hello"."""
    tokens, params = inputs("rnn.bptt", seed=19)[0].args
    _compare(rnn.bptt(tokens, params), tokens, params, (2, 0, 1, 3, 4), "12 characters")
    hello = letters("hello")
    _compare(rnn.bptt(hello, HELLO), hello, HELLO, (2, 0, 1, 3, 4), "“hello”")


@check_for("rnn.bptt", hint="3.5d")
def gradient_is_a_mean_and_keeps_the_dtype(rnn):
    """The same texts twice have the same gradient; dtype and shapes are those of the weights."""
    tokens = random_tokens(2, 5, 4, seed=21)
    for dtype, atol in ((torch.float64, 1e-9), (torch.float32, 1e-5)):
        params = parameters(4, 3, seed=22, dtype=dtype)
        once, twice = rnn.bptt(tokens, params), rnn.bptt(tokens.repeat(2, 1), params)
        for name, g, g2, p in zip(NAMES, once, twice, params, strict=True):
            assert_dtype(g, dtype, what=f"∂L/∂{name} for {dtype} weights")
            assert_close(g.shape, p.shape, what=f"shape of ∂L/∂{name}")
            what = f"∂L/∂{name} of the same texts twice"
            suspects = {"the sum over the examples instead of their mean": 2 * g}
            assert_close(g2, g, atol=atol, what=what, suspects=suspects)


@check_for("rnn.bptt", hint="3.5e")
def gradient_costs_linear_work(rnn, here):
    """A text four times as long costs four times the work, not sixteen."""
    params = parameters(6, 8, seed=0, scale=0.4)

    def work(time):
        tokens = random_tokens(2, time, 6, 0)
        count, grads = here.counted(rnn.bptt, tokens, params)
        _compare(grads, tokens, params, (0, 1, 2, 3, 4), f"2 texts of {time} characters")
        return count

    assert_linear(work, "rnn.bptt", "T", "for each t the way back is walked again from the end")


@check_for("rnn.clip_by_global_norm", weight=2, hint="3.6a")
def clip_by_hand(rnn):
    """(3), (0, 4) has norm 5: clipped to 1 it is (0.6), (0, 0.8)."""
    first, second = rnn.clip_by_global_norm((numbers(3), numbers(0, 4)), 1.0)
    suspects = {
        "each part was clipped for itself: the direction changed": numbers(1, 0, 1),
        "divided by the norm squared": numbers(3, 0, 4) / 25,
        "the largest entry was taken for the norm": numbers(3, 0, 4) / 4,
        "the sum of the parts' norms was taken for the norm": numbers(3, 0, 4) / 7,
        "nothing was clipped": numbers(3, 0, 4),
    }
    found, what = torch.cat([first, second]), "clipped gradient, entry"
    assert_close(found, numbers(0.6, 0, 0.8), what=what, suspects=suspects)


@check_for("rnn.clip_by_global_norm", weight=2, hint="3.6b")
def clip_leaves_short_gradients_alone(rnn):
    """A norm of at most c stays; the zero gradient stays zero."""
    for dtype in (torch.float32, torch.float64):
        grads = (numbers(3).to(dtype), numbers([0], [4]).to(dtype))
        for max_norm in (5.0, 5.5, 100.0):
            clipped = rnn.clip_by_global_norm(grads, max_norm)
            for k, (after, before) in enumerate(zip(clipped, grads, strict=True)):
                what = f"norm 5, c = {max_norm:g}: part {k}"
                suspects = {"short gradients were stretched to c": before * max_norm / 5}
                assert_close(after, before, dtype=dtype, what=what, suspects=suspects)
        zero = rnn.clip_by_global_norm((torch.zeros(2, 3, dtype=dtype),), 1.0)[0]
        assert_finite(zero, what="the zero gradient, clipped: entry")
        assert_close(zero, torch.zeros(2, 3), what="the zero gradient, clipped: entry")


@check_for("rnn.clip_by_global_norm", weight=2, hint="3.6c")
def clip_keeps_the_direction(rnn):
    """Random parts of all shapes: the norm becomes c, every entry shrinks by the same factor."""
    for case in inputs("rnn.clip_by_global_norm", seed=23)[:3]:
        grads, c = case.args
        norm = math.sqrt(sum(float((g**2).sum()) for g in grads))
        for max_norm in (c, 0.5, 2.0, 1e-5):
            clipped = rnn.clip_by_global_norm(grads, max_norm)
            assert_true(len(clipped) == 4, f"{len(clipped)} parts came back of 4")
            scale = min(1.0, max_norm / norm)
            length = math.sqrt(sum(float((g**2).sum()) for g in clipped))
            what = f"c = {max_norm:g}: norm of all parts"
            assert_close(length, scale * norm, atol=1e-6, what=what)
            for k, (after, before) in enumerate(zip(clipped, grads, strict=True)):
                assert_close(after, before * scale, atol=1e-6, what=f"part {k}")


gradients_for("rnn.sequence_log_prob", "params")
