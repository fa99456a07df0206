"""Lecture 3's reference and its widgets, beyond what the checks say."""

import math

import numpy as np
import pytest
import torch

from autograder.authoring.reference import reference
from course_lib.checks import F64, normal, seeded
from course_lib.checks.operations import count_operations
from course_lib.kit import data, plots
from course_lib.kit.plots.explore import positions
from course_lib.lectures.rnn.checks.exact import (
    HELLO,
    all_texts,
    letters,
    parameters,
    random_tokens,
)
from course_lib.lectures.rnn.widgets import gradient_flow, temperature

rnn = reference("rnn")


def random_params(vocab, hidden, dtype=F64):
    return rnn.RNNParams(*parameters(vocab, hidden, seed=0, dtype=dtype))


@pytest.mark.parametrize(("vocab", "hidden"), [(2, 1), (5, 8)])
def test_forward_is_torch_s_rnn_with_the_same_weights(vocab, hidden):
    params, tokens = random_params(vocab, hidden), random_tokens(3, 9, vocab, seed=0)
    layer = torch.nn.RNN(vocab, hidden, batch_first=True, dtype=F64)
    with torch.no_grad():
        for own, value in zip(
            layer.parameters(), (*params[:3], torch.zeros(hidden, dtype=F64)), strict=True
        ):
            own.copy_(value)
        h0 = normal(1, 3, hidden)
        states, last = layer(rnn.one_hot(tokens, vocab, F64), h0[None])
    logits, h = rnn.rnn_forward(tokens, h0, params)
    torch.testing.assert_close(logits, states @ params.W_hy.T + params.b_y, rtol=0, atol=1e-12)
    torch.testing.assert_close(h, last[0], rtol=0, atol=1e-12)


def test_a_faint_signal_is_carried_by_powers_of_the_matrix():
    """tanh a ≈ a for small a: h_T = Σ_k W_hhᵏ W_xh e(x_{T−k})."""
    params = random_params(5, 4)._replace(b_h=torch.zeros(4, dtype=F64))
    faint, tokens = params._replace(W_xh=1e-5 * params.W_xh), random_tokens(1, 7, 5, seed=0)
    _, h = rnn.rnn_forward(tokens, torch.zeros(1, 4, dtype=F64), faint)
    expected = sum(
        torch.linalg.matrix_power(params.W_hh, k) @ params.W_xh[:, tokens[0, 6 - k]]
        for k in range(7)
    )
    torch.testing.assert_close(1e5 * h[0], expected, rtol=0, atol=1e-6)


def test_hello_has_the_numbers_of_the_notebook():
    p = rnn.sequence_log_prob(letters("hello"), HELLO).exp().item()
    assert p == pytest.approx(0.2261, abs=5e-5)
    every = all_texts(4, 5)
    log_p = rnn.sequence_log_prob(every, HELLO)
    assert log_p.exp().sum().item() == pytest.approx(1, abs=1e-12)
    assert every[log_p.argmax()].tolist() == letters("hello")[0].tolist()


@pytest.mark.parametrize("time", [1, 2, 3, 40])
def test_bptt_is_autograd(time):
    params, tokens = random_params(6, 5), random_tokens(4, time, 6, seed=0)
    leaves = rnn.RNNParams(*(p.clone().requires_grad_() for p in params))
    loss = -rnn.sequence_log_prob(tokens, leaves).mean()
    expected = torch.autograd.grad(loss, leaves, materialize_grads=True)
    for found, right in zip(rnn.bptt(tokens, params), expected, strict=True):
        assert not found.requires_grad
        torch.testing.assert_close(found, right, rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", ["rnn_forward", "sequence_log_prob", "bptt"])
def test_work_is_linear_in_the_text(name):
    params = random_params(6, 16)

    def work(time):
        tokens = random_tokens(2, time, 6, seed=0)
        args = (torch.zeros(2, 16, dtype=F64),) if name == "rnn_forward" else ()
        return count_operations(getattr(rnn, name), tokens, *args, params)

    assert work(256) < 4.5 * work(64)


@pytest.mark.parametrize("tau", [0.0, -1.0, math.nan])
def test_a_temperature_that_is_not_positive_is_refused(tau):
    with pytest.raises(ValueError, match="expected a number above 0"):
        rnn.sample(random_params(3, 2), torch.zeros(1, 1, dtype=torch.int64), 2, tau, 0)


def test_gradient_norms_are_those_of_autograd():
    radius, signal = 1.1, 0.4
    W = torch.tensor(radius * gradient_flow._start()[0])
    rng = np.random.default_rng(1)
    inputs = torch.tensor(signal * rng.standard_normal((50, 48)))
    v = torch.tensor(rng.standard_normal(48))
    states = [torch.zeros(48, dtype=F64, requires_grad=True)]
    for x in inputs:
        states.append(torch.tanh(W @ states[-1] + x))
    gradients = torch.autograd.grad(states[-1] @ (v / v.norm()), states)
    expected = [g.norm().item() for g in reversed(gradients)]
    np.testing.assert_allclose(gradient_flow.norms(radius, signal), expected, rtol=1e-9)


def test_gradient_norm_without_input_grows_like_the_spectral_radius():
    for radius in (0.5, 0.9, 1.3):
        lengths = gradient_flow.norms(radius, 0.0)
        assert (lengths[-1] / lengths[20]) ** (1 / 30) == pytest.approx(radius, rel=0.05)


@pytest.mark.parametrize("where", ["lowest", "middle", "highest"])
def test_temperature_widget_draws_at_every_position(where):
    contexts = ["def ", "$x$ \n", "    "]
    at = positions(temperature.controls(contexts))[where]
    logits = torch.randn(96, generator=seeded(0))
    alphabet = data.python_source.ALPHABET
    written = "return {x_1: $y$, 'long': " + 80 * "z" + "}\n\n" * 12
    drawn = [
        temperature.draw(logits, alphabet, at["context"], written, at["temperature"])
        for _ in range(2)
    ]
    assert plots.png(drawn[0]) == plots.png(drawn[1])


def test_temperature_widget_says_the_entropy_of_what_it_draws():
    figure = temperature.draw(torch.zeros(8), "abcdefgh", "a", "b", 0.5)
    assert "3.00 bits" in figure.axes[0].get_title()


def test_temperature_widget_writes_with_the_functions_it_is_given(monkeypatch):
    monkeypatch.setenv("COURSE_STATIC_WIDGETS", "1")
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda bundle, **kwargs: shown.append(bundle))
    text = data.load_text()
    params = random_params(96, 4, dtype=torch.float32)

    def after(tokens):
        return rnn.rnn_forward(tokens, torch.zeros(1, 4), params)[0][0, -1]

    temperature.explore(text, after, lambda *a: rnn.sample(params, *a), ["def ", "x"])
    assert "after 'def ' at temperature 1" in shown[0]["text/plain"]
