"""What `benchmarks/models.py` measures of RNN and LSTM, beside straightforward code."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor

from autograder.authoring.reference import reference
from benchmarks.comparisons import Sizes, comparison, step
from benchmarks.timing import Ways
from course_lib.lectures.rnn.recurrent import CharLSTM

rnn = reference("rnn")


def rnn_log_prob_by_step(tokens: Tensor, params: tuple[Tensor, ...]) -> Tensor:
    """One-hot vectors, and a whole step, output included, for each character."""
    _, _, b_h, _, b_y = params
    h, o = b_h.new_zeros(len(tokens), len(b_h)), b_y.expand(len(tokens), -1)
    total = b_y.new_zeros(len(tokens))
    for token in tokens.unbind(1):
        total = total + o.log_softmax(-1).gather(1, token[:, None])[:, 0]
        o, h = rnn.rnn_step(rnn.one_hot(token, len(b_y), b_y.dtype), h, params)
    return total


def lstm_log_prob_by_step(model: CharLSTM, tokens: Tensor) -> Tensor:
    """log p of each text by the formulas of `rnn.lstm_step`, step by step."""
    params = tuple(model.lstm.parameters())
    h = c = params[1].new_zeros(len(tokens), params[1].shape[1])
    logits = model.out.bias.expand(len(tokens), -1)
    total = params[1].new_zeros(len(tokens))
    for token in tokens.unbind(1):
        total = total + logits.log_softmax(-1).gather(1, token[:, None])[:, 0]
        h, c = rnn.lstm_step(rnn.one_hot(token, logits.shape[1], h.dtype), h, c, params)
        logits = model.out(h)
    return total


@torch.no_grad()
def sample_by_prefix(
    read: Callable[[Tensor], Tensor], prime: Tensor, length: int, temperature: float, seed: int
) -> Tensor:
    """The whole text read again from its start for every character."""
    u = torch.rand(len(prime), length, generator=torch.Generator().manual_seed(seed))
    text = prime
    for u_t in u.to(prime.device).unbind(1):
        cumulative = (read(text)[:, -1] / temperature).softmax(-1).cumsum(-1)
        # The token whose stretch of [0, 1) has u in it.
        token = (cumulative <= u_t[:, None]).sum(-1, keepdim=True)
        text = torch.cat([text, token.clamp(max=cumulative.shape[-1] - 1)], dim=1)
    return text


def random_text(s: Sizes, n: int, length: int, device: torch.device) -> Tensor:
    """(n, length) characters."""
    generator = torch.Generator().manual_seed(0)
    return torch.randint(s.vocab, (n, length), generator=generator).to(device)


def rnn_params(s: Sizes, device: torch.device) -> tuple[Tensor, ...]:
    """Small random weights."""
    generator = torch.Generator().manual_seed(0)
    shapes = [(s.units, s.vocab), (s.units, s.units), (s.units,), (s.vocab, s.units), (s.vocab,)]
    drawn = (torch.randn(*shape, generator=generator) / s.units**0.5 for shape in shapes)
    return tuple(p.to(device).requires_grad_() for p in drawn)


@comparison("RNN, training step")
def rnn_step(s: Sizes, device: torch.device) -> Ways:
    """Necessary: W_hh and W_hy forward, twice that back; one-hot inputs are columns."""
    params = rnn_params(s, device)
    text = random_text(s, s.texts, s.characters, device)
    other = step(lambda: -rnn_log_prob_by_step(text, params).mean(), params)
    return Ways(
        step(lambda: -rnn.sequence_log_prob(text, params).mean(), params),
        {"one-hot vectors, output in the loop": other},
        flops=6.0 * text.numel() * s.units * (s.units + s.vocab),
    )


@comparison("RNN, a text")
def rnn_text(s: Sizes, device: torch.device) -> Ways:
    """Necessary: W_hh and W_hy, once a character."""
    params, prime = rnn_params(s, device), random_text(s, 1, 1, device)
    h0 = params[2].new_zeros(1, s.units)
    settings: dict[str, Any] = {"length": s.characters, "temperature": 1.0, "seed": 0}

    def read(text: Tensor) -> Tensor:
        return rnn.rnn_forward(text, h0, params)[0]

    return Ways(
        lambda: rnn.sample(params, prime, **settings),
        {"read anew for each character": partial(sample_by_prefix, read, prime, **settings)},
        flops=2.0 * s.characters * s.units * (s.units + s.vocab),
    )


@comparison("LSTM, training step")
def lstm_step(s: Sizes, device: torch.device) -> Ways:
    """Necessary: as for the RNN, with four gates."""
    model = CharLSTM(s.vocab, s.units, rnn.one_hot).to(device)
    text = random_text(s, s.texts, s.characters, device)
    other = step(lambda: -lstm_log_prob_by_step(model, text).mean(), model.parameters())
    return Ways(
        step(lambda: -model.character_log_prob(text).sum(1).mean(), model.parameters()),
        {"`rnn.lstm_step` in a loop": other},
        flops=6.0 * text.numel() * s.units * (4 * s.units + s.vocab),
    )


@comparison("LSTM, a text")
def lstm_text(s: Sizes, device: torch.device) -> Ways:
    """Necessary: as for the RNN, with four gates."""
    model = CharLSTM(s.vocab, s.units, rnn.one_hot).to(device)
    prime = random_text(s, 1, 1, device)
    settings: dict[str, Any] = {"length": s.characters, "temperature": 1.0, "seed": 0}

    def read(text: Tensor) -> Tensor:
        return model(text)[0]

    return Ways(
        lambda: model.sample(prime, **settings),
        {"read anew for each character": partial(sample_by_prefix, read, prime, **settings)},
        flops=2.0 * s.characters * s.units * (4 * s.units + s.vocab),
    )
