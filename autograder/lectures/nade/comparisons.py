"""What `benchmarks/models.py` measures of NADE and MADE, beside straightforward code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from autograder.authoring.reference import reference
from benchmarks.comparisons import (
    Sizes,
    bernoulli_log_prob,
    bits,
    comparison,
    sample_by_logits,
    step,
)
from benchmarks.timing import Ways
from course_lib.kit.networks.made import MADE


def nade_logits_by_pixel(model: Any, x: Tensor) -> Tensor:
    """NADE's loop over the pixels: a column of W and a row of V cut out for each."""
    a = model.c.expand(len(x), -1)
    columns = []
    for i in range(x.shape[1]):
        columns.append(torch.sigmoid(a) @ model.V[i] + model.b[i])
        a = a + x[:, i, None] * model.W[:, i]
    return torch.stack(columns, dim=1)


def nade_logits_by_cumsum(model: Any, x: Tensor) -> Tensor:
    """NADE without a loop: one (batch, D, H) tensor of running sums."""
    steps = x[:, :, None] * model.W.T
    hidden = torch.sigmoid(model.c + steps.cumsum(1) - steps)
    return (hidden * model.V).sum(-1) + model.b


@comparison("NADE, training step")
def nade_step(s: Sizes, device: torch.device) -> Ways:
    """Necessary: W x and V·h of each pixel, and the gradients of V, h and W."""
    model = reference("nade").NADE(s.n_dims, s.hidden).to(device)
    x = bits(s, s.batch, device)

    def other(logits: Callable[[Any, Tensor], Tensor]) -> Callable[[], Tensor]:
        return step(lambda: -bernoulli_log_prob(logits(model, x), x).mean(), model.parameters())

    return Ways(
        step(lambda: -model.log_prob(x).mean(), model.parameters()),
        {
            "loop over the pixels": other(nade_logits_by_pixel),
            "cumulative sum, no loop": other(nade_logits_by_cumsum),
        },
        flops=10.0 * s.batch * s.n_dims * s.hidden,
    )


@comparison("NADE, samples")
def nade_samples(s: Sizes, device: torch.device) -> Ways:
    """Necessary: W x and V·h of each pixel."""
    model = reference("nade").NADE(s.n_dims, s.hidden).to(device)
    like = model.b.detach().new_zeros(s.n, s.n_dims)
    return Ways(
        lambda: model.sample(s.n, 0),
        {"run anew for each pixel": lambda: sample_by_logits(model.logits, like, 0)},
        flops=4.0 * s.n * s.n_dims * s.hidden,
    )


def made(s: Sizes, device: torch.device) -> MADE:
    """One hidden layer, one order."""
    sizes, order = [s.n_dims, s.hidden, s.n_dims], torch.arange(s.n_dims)
    return MADE(sizes, [order], reference("nade").made_masks).to(device)


@comparison("MADE, training step")
def made_step(s: Sizes, device: torch.device) -> Ways:
    """Necessary: half of two matrices forward, half of three products back."""
    model, x = made(s, device), bits(s, s.batch, device)
    return Ways(
        step(lambda: -model.log_prob(x).mean(), model.parameters()),
        flops=5.0 * s.batch * s.n_dims * s.hidden,
    )


@comparison("MADE, samples")
def made_samples(s: Sizes, device: torch.device) -> Ways:
    """Necessary: half of two matrices, once."""
    model = made(s, device)
    like = bits(s, s.n, device)
    return Ways(
        lambda: model.sample(s.n, 0),
        {"run anew for each pixel": lambda: sample_by_logits(model.logits, like, 0)},
        flops=2.0 * s.n * s.n_dims * s.hidden,
    )
