"""Small recurrent networks, written out from their equations; no student's code is called."""

import itertools

import torch

from course_lib.checks import F64, Draw, numbers
from course_lib.lectures.rnn import inputs

NAMES = ("W_xh", "W_hh", "b_h", "W_hy", "b_y")

# The example of the notebook: four letters, two hidden units. The four states that "hell" leads to
# lie in the four quadrants, so that l is followed by l after e, and by o after l.
LETTERS = "helo"
HELLO = (
    numbers([-1, -1, 1, 0], [1, -1, 0, 0]),
    numbers([0, 0], [1, 0]),
    numbers(0, 0),
    numbers([0, 0], [-3, 3], [0, -3], [3, 3]),
    numbers(1, 0, 0, 0),
)


def letters(text):
    """(1, time) tokens of a text over h, e, l, o."""
    return torch.tensor([[LETTERS.index(c) for c in text]], dtype=torch.int64)


def parameters(vocab, hidden, seed, scale=0.8, dtype=F64):
    """Random W_xh, W_hh, b_h, W_hy, b_y."""
    return inputs.parameters(Draw(seed, dtype), vocab, hidden, scale)


def random_tokens(n, time, vocab, seed):
    return Draw(seed).integers(vocab, n, time)


def all_texts(vocab, time):
    """All Vᵀ texts, the last character fastest."""
    return torch.tensor(list(itertools.product(range(vocab), repeat=time)), dtype=torch.int64)


def hot(tokens, vocab):
    return torch.eye(vocab, dtype=F64)[tokens]


def run(tokens, params, h0=None):
    """o_0 … o_T (batch, time + 1, vocab) and h_0 … h_T (batch, time + 1, hidden)."""
    W_xh, W_hh, b_h, W_hy, b_y = params
    h = torch.zeros(len(tokens), len(b_h), dtype=b_h.dtype) if h0 is None else h0
    states = [h]
    for t in range(tokens.shape[1]):
        h = torch.tanh(W_xh.T[tokens[:, t]] + h @ W_hh.T + b_h)
        states.append(h)
    stacked = torch.stack(states, dim=1)
    return stacked @ W_hy.T + b_y, stacked


def exact_log_prob(tokens, params, temperature=1.0):
    logits, _ = run(tokens, params)
    log_p = (logits[:, :-1] / temperature).log_softmax(-1)
    return log_p.gather(2, tokens[..., None])[..., 0].sum(1)


def true_gradients(tokens, params):
    """Of L = −1/N Σ log p, by autograd on the definition."""
    leaves = [p.clone().requires_grad_() for p in params]
    loss = -exact_log_prob(tokens, leaves).mean()
    return torch.autograd.grad(loss, leaves, materialize_grads=True)


def wrong_gradients(tokens, params, *, squash=True, carry=True, transpose=False, mean=True):
    """The recursion of the lecture, with one of its parts left out or changed."""
    _, W_hh, _, W_hy, _ = params
    logits, h = run(tokens, params)
    e = hot(tokens, len(params[4]))
    d_o = (logits[:, :-1].softmax(-1) - e) / (len(tokens) if mean else 1)
    d_a, rows = torch.zeros_like(h[:, 0]), []
    for t in range(tokens.shape[1] - 1, 0, -1):
        back = d_a @ (W_hh.T if transpose else W_hh) if carry else 0
        d_a = d_o[:, t] @ W_hy + back
        if squash:
            d_a = d_a * (1 - h[:, t] ** 2)
        rows.append(d_a)
    d_as = torch.stack(rows[::-1], dim=1)
    return (
        torch.einsum("nth,ntv->hv", d_as, e[:, :-1]),
        torch.einsum("nti,ntj->ij", d_as, h[:, :-2]),
        d_as.sum((0, 1)),
        torch.einsum("ntv,nth->vh", d_o, h[:, :-1]),
        d_o.sum((0, 1)),
    )
