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
    ### BEGIN SOLUTION
    # Why so: The comparison broadcasts over tokens of any shape and makes the dtype that is wanted.
    # F.one_hot returns int64 and, unless it is told V, takes it from the largest token that occurs.
    return (tokens[..., None] == torch.arange(vocab_size, device=tokens.device)).to(dtype)
    ### END SOLUTION


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
    ### BEGIN SOLUTION
    # Why so: The memory is changed first, because o_t is read off h_t and not off h_{t-1}. The
    # examples are rows, so that every matrix stands transposed on the right.
    h = torch.tanh(x @ params.W_xh.T + h @ params.W_hh.T + params.b_h)
    return h @ params.W_hy.T + params.b_y, h
    ### END SOLUTION


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
    ### BEGIN SOLUTION
    # Why so: A product with a one-hot vector takes a column of W_xh: all of them at once, outside
    # the loop. Only what needs h_{t-1} has to wait its turn.
    inputs = F.embedding(tokens, params.W_xh.T) + params.b_h  # (batch, time, hidden)
    h, states = h0, []
    for a in inputs.unbind(1):
        h = torch.tanh(a + h @ params.W_hh.T)
        states.append(h)
    return torch.stack(states, dim=1) @ params.W_hy.T + params.b_y, h
    ### END SOLUTION


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
    ### BEGIN SOLUTION
    # Why so: o_0 speaks of the first character, and o_T of one that is not there, so the logits
    # move up by one place. The log is taken together with the softmax: a probability may underflow,
    # its log does not.
    h0 = params.b_h.new_zeros(len(tokens), len(params.b_h))
    logits, _ = rnn_forward(tokens, h0, params)
    first = params.b_y.expand(len(tokens), 1, -1)  # o_0
    log_p = torch.cat([first, logits[:, :-1]], dim=1).log_softmax(-1)  # (batch, time, vocab)
    return log_p.gather(2, tokens[..., None]).squeeze(2).sum(1)
    ### END SOLUTION


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
    ### BEGIN SOLUTION
    # Why so: The errors of the memory run backwards in a loop, because each needs the one after it.
    # The weights are the same at all t, so their gradients are one sum over examples and times.
    e = one_hot(tokens, len(params.b_y), params.b_y.dtype)  # (batch, time, vocab)
    h = [params.b_h.new_zeros(len(tokens), len(params.b_h))]  # h_0 … h_{T-1}
    for x in e[:, :-1].unbind(1):
        h.append(rnn_step(x, h[-1], params)[1])
    states = torch.stack(h, dim=1)
    d_o = ((states @ params.W_hy.T + params.b_y).softmax(-1) - e) / len(tokens)
    d_a, rows = torch.zeros_like(h[0]), []
    for d_o_t, h_t in reversed(list(zip(d_o.unbind(1), h, strict=True))):
        d_a = (d_o_t @ params.W_hy + d_a @ params.W_hh) * (1 - h_t**2)
        rows.append(d_a)
    d_as = torch.stack(rows[::-1], dim=1)[:, 1:]  # of a_1 … a_{T-1}; h_0 is no function of weights
    return RNNParams(
        W_xh=torch.einsum("nth,ntv->hv", d_as, e[:, :-1]),
        W_hh=torch.einsum("nti,ntj->ij", d_as, states[:, :-1]),
        b_h=d_as.sum((0, 1)),
        W_hy=torch.einsum("ntv,nth->vh", d_o, states),
        b_y=d_o.sum((0, 1)),
    )
    ### END SOLUTION


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
    ### BEGIN SOLUTION
    # Why so: One factor for all parts, because a factor for each would turn the direction. The
    # clamp stands for an `if`, which would make a GPU wait until the norm is known.
    norm = torch.stack([torch.linalg.vector_norm(g) for g in grads]).norm()
    scale = (max_norm / norm).clamp(max=1)  # c / 0 = ∞ becomes 1
    return tuple(scale * g for g in grads)
    ### END SOLUTION


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
    ### BEGIN SOLUTION
    # Why so: Each character is looked up in the cumulative probabilities with a uniform number
    # drawn on the CPU: torch.multinomial would need a generator of the device, with other numbers
    # on each.
    n, k = prime.shape
    u = torch.rand(n, length, generator=torch.Generator().manual_seed(seed)).to(params.b_y)
    h = params.b_h.new_zeros(n, len(params.b_h))
    o = params.b_y.expand(n, -1)
    if k > 0:
        logits, h = rnn_forward(prime, h, params)
        o = logits[:, -1]
    drawn = [prime]
    for u_t in u.unbind(1):
        cumulative = (o / temperature).softmax(-1).cumsum(-1)
        # The character whose stretch of [0, 1) has u in it; a sum may round to less than 1.
        x = (cumulative <= u_t[:, None]).sum(-1).clamp(max=o.shape[-1] - 1)
        drawn.append(x[:, None])
        o, h = rnn_step(one_hot(x, o.shape[-1], o.dtype), h, params)
    return torch.cat(drawn, dim=1)
    ### END SOLUTION


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
    ### BEGIN SOLUTION
    # Why so: All four gates come from one product with each input, which is faster than four small
    # ones. From c_{t-1} to c_t leads only the factor σ(f), no matrix, so that a gradient can
    # survive many steps.
    gates = x @ params.W_ih.T + params.b_ih + h @ params.W_hh.T + params.b_hh  # (batch, 4 hidden)
    i, f, g, o = gates.chunk(4, dim=1)
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(c), c
    ### END SOLUTION
