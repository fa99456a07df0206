"""Flows on the grey levels of MNIST, for `benchmarks/mnist.py`."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor, nn

from autograder.authoring.reference import reference
from benchmarks.mnist_grey import LEVELS, batch_sizes
from benchmarks.mnist_models import Settings, mnist_model

_INSIDE = 1e-6  # Φ⁻¹ is taken of values at least this far from 0 and 1
_DENSITY = 0.5 * math.log(2 * math.pi)
_DEFAULTS: dict[str, Any] = {"lr": 1e-3, "samples": 10, "weight_decay": 0.1}


class MAF(nn.Module):
    """Masked autoregressive layers, each in the opposite order of the one before."""

    def __init__(self, n_dims: int, n_layers: int, n_hidden: int, seed: int) -> None:
        super().__init__()
        self.functions, self.n_dims = reference("flows"), n_dims
        self.nets = nn.ModuleList(
            self.functions.Conditioner(n_dims, n_hidden, seed=1000 * seed + k)
            for k in range(n_layers)
        )

    def log_prob(self, v: Tensor) -> Tensor:
        """Log-density in nats."""
        total = v.new_zeros(len(v))
        for net in self.nets:
            v, log_det = self.functions.maf_inverse(v, net)
            v, total = v.flip(1), total + log_det
        return total - (0.5 * v.square() + _DENSITY).sum(1)

    @torch.no_grad()
    def sample(self, n: int, seed: int) -> Tensor:
        """n vectors, coordinate by coordinate."""
        v = torch.randn(n, self.n_dims, generator=torch.Generator().manual_seed(seed))
        v = v.to(next(self.parameters()))
        for net in reversed(self.nets):
            v, _ = self.functions.maf_forward(v.flip(1), net)
        return v


class GreyFlow(nn.Module):
    """A flow on levels that starts as independent histograms of the pixels.

    With the histogram π of a pixel and its cumulative sum C, level x and noise u go to
    v = Φ⁻¹(C(x − 1) + π(x) u), which is standard normal if the pixel follows π. So

        log P(x) ≥ E_u [log p_flow(v) − log N(v; 0, I)] + Σ log π(x),

    dequantisation's bound, with a flow that has to learn only what pixels tell of each other.
    """

    flow: Any  # has `log_prob` and `sample`
    mass: Tensor
    below: Tensor

    def __init__(self, flow: Any, n_dims: int, draws: int) -> None:
        super().__init__()
        self.flow, self.draws = flow, draws
        self.register_buffer("mass", torch.full((n_dims, LEVELS), 1 / LEVELS).double())
        self.register_buffer("below", torch.zeros(n_dims, LEVELS).double())

    def init_independent_(self, x: Tensor) -> None:
        """Histograms of the training images, with half a count for levels never seen."""
        place = LEVELS * torch.arange(x.shape[1]) + x.long()
        counts = place.flatten().bincount(minlength=self.mass.numel()).view_as(self.mass).double()
        counts += 0.5 / LEVELS
        self.mass.copy_(counts / counts.sum(1, keepdim=True))
        self.below.copy_(self.mass.cumsum(1) - self.mass)

    def log_mass(self, x: Tensor, u: Tensor) -> Tensor:
        """One draw of the bound."""
        pixel, level = torch.arange(x.shape[1], device=x.device), x.long()
        mass = self.mass[pixel, level]
        share = self.below[pixel, level] + mass * u
        v = torch.special.ndtri(share.clamp(_INSIDE, 1 - _INSIDE)).float()
        normal = -(0.5 * v.square() + _DENSITY).sum(1)
        return self.flow.log_prob(v) - normal + mass.log().sum(1).float()

    def objective(self, x: Tensor) -> Tensor:
        """The bound from one draw of torch's global generator."""
        return self.log_mass(x, torch.rand_like(x))

    def bound(self, x: Tensor) -> Tensor:
        """The importance-weighted bound of `draws` draws."""
        found = torch.stack([self.objective(x) for _ in range(self.draws)])
        return found.double().logsumexp(0) - math.log(self.draws)

    def generate(self, n: int, seed: int) -> Tensor:
        """n images: the level in whose part of the histogram Φ(v) falls."""
        v = torch.cat([self.flow.sample(k, seed + k) for k in batch_sizes(n)])
        share = torch.special.ndtr(v.double()).T.contiguous()
        level = torch.searchsorted(self.below, share, right=True) - 1
        return level.T.float() / (LEVELS - 1)


@mnist_model(
    "realnvp",
    "RealNVP, {layers} couplings, {hidden} units",
    grey=True,
    hidden=512,
    layers=8,
    **_DEFAULTS,
)
def realnvp(s: Settings, n_dims: int) -> nn.Module:
    """Couplings."""
    flow = reference("flows").Flow(n_dims, s.layers, s.hidden, seed=s.seed)
    return GreyFlow(flow, n_dims, s.samples)


@mnist_model(
    "maf", "MAF, {layers} layers, {hidden} units", grey=True, hidden=1024, layers=5, **_DEFAULTS
)
def maf(s: Settings, n_dims: int) -> nn.Module:
    """Masked autoregressive layers."""
    return GreyFlow(MAF(n_dims, s.layers, s.hidden, s.seed), n_dims, s.samples)
