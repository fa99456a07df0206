"""What `benchmarks/models.py` measures of FVSBN: the solutions beside straightforward code."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

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


class SeparateFVSBN(nn.Module):
    """FVSBN as D logistic regressions, one `nn.Linear` each, called one after the other."""

    def __init__(self, model: Any) -> None:
        """With the weights of a `chain_rule.FVSBN`."""
        super().__init__()
        W, b = model.W.detach(), model.b.detach()
        self.first = nn.Parameter(b[:1].clone())  # the logit of x_1, which looks at nothing
        self.rest = nn.ModuleList()
        for i in range(1, len(b)):
            linear = nn.Linear(i, 1, device=W.device, dtype=W.dtype)
            with torch.no_grad():
                linear.weight.copy_(W[i : i + 1, :i])
                linear.bias.copy_(b[i : i + 1])
            self.rest.append(linear)

    def logits(self, x: Tensor) -> Tensor:
        """(batch, D), a call for each column."""
        columns = [self.first.expand(len(x), 1)]
        columns += [linear(x[:, :i]) for i, linear in enumerate(self.rest, start=1)]
        return torch.cat(columns, dim=1)

    def log_prob(self, x: Tensor) -> Tensor:
        """(batch,) nats."""
        return bernoulli_log_prob(self.logits(x), x)


@comparison("FVSBN, training step")
def fvsbn_step(s: Sizes, device: torch.device) -> Ways:
    """Necessary: the triangle of W times x, and its gradient."""
    model = reference("chain_rule").FVSBN(s.n_dims).to(device)
    other, x = SeparateFVSBN(model), bits(s, s.batch, device)
    return Ways(
        step(lambda: -model.log_prob(x).mean(), model.parameters()),
        {f"{s.n_dims} linear layers": step(lambda: -other.log_prob(x).mean(), other.parameters())},
        flops=2.0 * s.batch * s.n_dims**2,
    )


@comparison("FVSBN, samples")
def fvsbn_samples(s: Sizes, device: torch.device) -> Ways:
    """Necessary: the triangle once."""
    model = reference("chain_rule").FVSBN(s.n_dims, scale=0.1).to(device)
    other, like = SeparateFVSBN(model), model.b.new_zeros(s.n, s.n_dims)
    name = f"{s.n_dims} linear layers, run anew for each pixel"
    return Ways(
        lambda: model.sample(s.n, 0),
        {name: lambda: sample_by_logits(other.logits, like, 0)},
        flops=1.0 * s.n * s.n_dims**2,
    )
