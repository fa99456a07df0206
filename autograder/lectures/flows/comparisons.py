"""What `benchmarks/models.py` measures of RealNVP and MAF, beside straightforward code."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from autograder.authoring.reference import reference
from benchmarks.comparisons import Sizes, bits, comparison, counted, noise
from benchmarks.timing import Ways


def maf_inverse_by_coordinate(x: Tensor, conditioner: nn.Module) -> tuple[Tensor, Tensor]:
    """`flows.maf_inverse` with a pass through the network for each coordinate."""
    z, alphas = [], []
    for i in range(x.shape[1]):
        mu, alpha = conditioner(x)
        z.append((x[:, i] - mu[:, i]) * torch.exp(-alpha[:, i]))
        alphas.append(alpha[:, i])
    return torch.stack(z, dim=1), -torch.stack(alphas, dim=1).sum(dim=1)


def real_nvp(s: Sizes, device: torch.device) -> Any:
    """Eight couplings."""
    return reference("flows").Flow(s.n_dims, 8, s.hidden).to(device)


@comparison("RealNVP, log-probabilities")
def real_nvp_scores(s: Sizes, device: torch.device) -> Ways:
    """One pass through the couplings."""
    flow, x = real_nvp(s, device), bits(s, s.batch, device)
    ours = torch.no_grad()(lambda: flow.log_prob(x))
    return Ways(ours, flops=counted(ours))


@comparison("RealNVP, samples")
def real_nvp_samples(s: Sizes, device: torch.device) -> Ways:
    """One pass through the couplings, the other way round."""
    flow = real_nvp(s, device)
    ours = torch.no_grad()(lambda: flow.sample(s.n, 0))
    return Ways(ours, flops=counted(ours))


@comparison("MAF, log-probabilities")
def maf_scores(s: Sizes, device: torch.device) -> Ways:
    """One pass through the masked network."""
    flows = reference("flows")
    conditioner, x = flows.Conditioner(s.n_dims, s.hidden).to(device), bits(s, s.batch, device)
    ours = torch.no_grad()(lambda: flows.maf_inverse(x, conditioner))
    other = torch.no_grad()(lambda: maf_inverse_by_coordinate(x, conditioner))
    return Ways(ours, {"one pass for each coordinate": other}, flops=counted(ours))


@comparison("MAF, samples")
def maf_samples(s: Sizes, device: torch.device) -> Ways:
    """Necessary: one pass, if each coordinate's share of it could be had alone."""
    flows = reference("flows")
    conditioner, z = flows.Conditioner(s.n_dims, s.hidden).to(device), noise(device, s.n, s.n_dims)
    quiet = torch.no_grad()
    return Ways(
        quiet(lambda: flows.maf_forward(z, conditioner)),
        flops=counted(quiet(lambda: flows.maf_inverse(z, conditioner))),
    )
