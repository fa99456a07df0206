# ruff: noqa: F401, RUF100
"""Lecture 3, recurrent networks: one step, shared by all places of a sequence.

Notation: a text is `tokens (batch, time)`, int64 numbers 0 … V - 1 of its characters. The lecture
counts them x_1 … x_T, so x_t is `tokens[:, t - 1]`, and h_0 = 0 is the memory before the first.
V characters, H hidden units: `W_xh (H, V)`, `W_hh (H, H)`, `b_h (H,)`, `W_hy (V, H)`, `b_y (V,)`.
Rows are examples, so W h is written `h @ W.T`. Log-probabilities are in nats.
"""

import math
from typing import NamedTuple

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor, nn


class RNNParams(NamedTuple):
    """The weights of h_t = tanh(W_xh x_t + W_hh h_{t-1} + b_h), o_t = W_hy h_t + b_y."""

    W_xh: Float[Tensor, "hidden vocab"]
    W_hh: Float[Tensor, "hidden hidden"]
    b_h: Float[Tensor, " hidden"]
    W_hy: Float[Tensor, "vocab hidden"]
    b_y: Float[Tensor, " vocab"]


class LSTMParams(NamedTuple):
    """The weights of an LSTM step in the order of `torch.nn.LSTMCell`, gates i, f, g, o stacked."""

    W_ih: Float[Tensor, "four_hidden dim"]
    W_hh: Float[Tensor, "four_hidden hidden"]
    b_ih: Float[Tensor, " four_hidden"]
    b_hh: Float[Tensor, " four_hidden"]


def one_hot(
    tokens: Int[Tensor, "*shape"], vocab_size: int, dtype: torch.dtype | None = None
) -> Float[Tensor, "*shape vocab"]:
    """The vector of each token: 1 at its own place, 0 elsewhere.

    e(x)_k = 1 if k = x, else 0.

    Args:
        tokens: int64 numbers 0 … V - 1, of any shape.
        vocab_size: V; tokens need not contain all of them.
        dtype: of the result; torch's default if None.

    Returns:
        One vector of V numbers for each token, in a new last axis.

    Source: Goodfellow, Bengio & Courville (2016), Section 12.4.
    """
    dtype = dtype or torch.get_default_dtype()
    raise NotImplementedError("not implemented yet: `rnn.one_hot`, section 3.1")


def rnn_step(
    x: Float[Tensor, "batch vocab"], h: Float[Tensor, "batch hidden"], params: RNNParams
) -> tuple[Float[Tensor, "batch vocab"], Float[Tensor, "batch hidden"]]:
    """Reads one character: the memory changes, and says what may come next.

    h_t = tanh(W_xh x_t + W_hh h_{t-1} + b_h), o_t = W_hy h_t + b_y.

    Args:
        x: (batch, vocab) x_t, one-hot vectors or any others.
        h: (batch, hidden) h_{t-1}.
        params: the five weights.

    Returns:
        o_t (batch, vocab), the logits of x_{t+1}, and h_t (batch, hidden).

    Source: Goodfellow, Bengio & Courville (2016), eqs. 10.8-10.10.
    """
    params = RNNParams(*params)  # a plain tuple of five will do as well
    raise NotImplementedError("not implemented yet: `rnn.rnn_step`, section 3.2")


def rnn_forward(
    tokens: Int[Tensor, "batch time"], h0: Float[Tensor, "batch hidden"], params: RNNParams
) -> tuple[Float[Tensor, "batch time vocab"], Float[Tensor, "batch hidden"]]:
    """Reads a text from a given memory, and keeps what was said after each character.

    (o_t, h_t) = rnn_step(e(x_t), h_{t-1}), t = 1 … T: one set of weights for all t.

    Args:
        tokens: (batch, time) a text, T >= 1 characters.
        h0: (batch, hidden) the memory before it.
        params: the five weights.

    Returns:
        o_1 … o_T as (batch, time, vocab), and the last memory h_T (batch, hidden), from which the
        text can be read on.

    Source: Goodfellow, Bengio & Courville (2016), eqs. 10.8-10.10.
    """
    params = RNNParams(*params)
    raise NotImplementedError("not implemented yet: `rnn.rnn_forward`, section 3.3")


def sequence_log_prob(
    tokens: Int[Tensor, "batch time"], params: RNNParams
) -> Float[Tensor, " batch"]:
    """Log-probability of whole texts, the first character included.

    log p(x_1 … x_T) = Σ_{t=1}^{T} log softmax(o_{t-1})[x_t], with h_0 = 0, so o_0 = b_y.

    Args:
        tokens: (batch, time) texts of T >= 1 characters.
        params: the five weights.

    Returns:
        (batch,) log-probabilities in nats.

    Source: Graves (2013), Section 2; Goodfellow, Bengio & Courville (2016), Section 10.2.3.
    """
    params = RNNParams(*params)
    raise NotImplementedError("not implemented yet: `rnn.sequence_log_prob`, section 3.4")


@torch.no_grad()
def bptt(
    tokens: Int[Tensor, "batch time"], params: RNNParams
) -> tuple[
    Float[Tensor, "hidden vocab"],
    Float[Tensor, "hidden hidden"],
    Float[Tensor, " hidden"],
    Float[Tensor, "vocab hidden"],
    Float[Tensor, " vocab"],
]:
    """Backpropagation through time by hand: the gradient of L = -1/N Σ_n log p(x^(n)).

    With a_t the argument of tanh, ∂L/∂o_t = (softmax(o_t) - e(x_{t+1})) / N for t = 0 … T - 1,
    ∂L/∂h_t = W_hyᵀ ∂L/∂o_t + W_hhᵀ ∂L/∂a_{t+1} with ∂L/∂a_T = 0, and
    ∂L/∂a_t = (1 - h_t²) ⊙ ∂L/∂h_t for t = T - 1 … 1. A weight's gradient is a sum over t.

    Args:
        tokens: (batch, time) N texts of T >= 1 characters.
        params: the five weights.

    Returns:
        The gradients of the five weights, in their order, in nats per unit of the weight.

    Source: Goodfellow, Bengio & Courville (2016), Section 10.2.2, eqs. 10.18-10.28.
    """
    params = RNNParams(*params)
    raise NotImplementedError("not implemented yet: `rnn.bptt`, section 3.5")


def clip_by_global_norm(
    grads: tuple[Float[Tensor, "..."], ...], max_norm: float
) -> tuple[Float[Tensor, "..."], ...]:
    """Shortens a gradient that is too long, and keeps its direction.

    ĝ = min(1, c / ‖g‖) g, where ‖g‖ is the norm of all parts as one vector.

    Args:
        grads: the parts of a gradient, of any shapes.
        max_norm: c > 0.

    Returns:
        The parts, scaled by one number; unchanged where ‖g‖ <= c.

    Source: Pascanu, Mikolov & Bengio (2013), Algorithm 1.
    """
    raise NotImplementedError("not implemented yet: `rnn.clip_by_global_norm`, section 3.6")


@torch.no_grad()
def sample(
    params: RNNParams, prime: Int[Tensor, "batch k"], length: int, temperature: float, seed: int
) -> Int[Tensor, "batch total"]:
    """Writes on: draws `length` characters after the given ones, each from what came before.

    x_{t+1} ~ softmax(o_t / τ), and o_{t+1}, h_{t+1} from it: O(length) steps, none run twice.

    Args:
        params: the five weights.
        prime: (batch, k) the first characters, k >= 0; for k = 0 the first is drawn from o_0 = b_y.
        length: how many characters are drawn.
        temperature: τ > 0; 1 draws from the model, τ → 0 takes the most likely character.
        seed: of a CPU `torch.Generator`, so that every device draws the same text.

    Returns:
        (batch, k + length) the prime and what was drawn.

    Raises:
        ValueError: for a temperature that is not positive.

    Source: Ackley, Hinton & Sejnowski (1985), the temperature; Graves (2013), Section 2.
    """
    params = RNNParams(*params)
    if not temperature > 0:
        raise ValueError(f"temperature {temperature}: expected a number above 0")
    raise NotImplementedError("not implemented yet: `rnn.sample`, section 3.7")


def lstm_step(
    x: Float[Tensor, "batch dim"],
    h: Float[Tensor, "batch hidden"],
    c: Float[Tensor, "batch hidden"],
    params: LSTMParams,
) -> tuple[Float[Tensor, "batch hidden"], Float[Tensor, "batch hidden"]]:
    """One step of a network whose memory is kept by a product with f, not by a matrix.

    (i, f, g, o) are four blocks of W_ih x_t + b_ih + W_hh h_{t-1} + b_hh, in this order;
    c_t = σ(f) ⊙ c_{t-1} + σ(i) ⊙ tanh(g), h_t = σ(o) ⊙ tanh(c_t).

    Args:
        x: (batch, dim) x_t.
        h: (batch, hidden) h_{t-1}.
        c: (batch, hidden) the cell c_{t-1}.
        params: W_ih (4H, dim), W_hh (4H, hidden), b_ih (4H,), b_hh (4H,).

    Returns:
        h_t and c_t, both (batch, hidden), as `torch.nn.LSTMCell` returns them.

    Source: Hochreiter & Schmidhuber (1997); the forget gate f: Gers, Schmidhuber & Cummins (2000).
    """
    params = LSTMParams(*params)
    raise NotImplementedError("not implemented yet: `rnn.lstm_step`, section 3.8")
