"""Models of MNIST's 256 grey levels for `mnist.py`: flows and a DDPM, in bits a dimension.

Images are vectors of 784 levels, 0 … 255. `objective` is what training maximises, an example;
`bound` is a lower bound on log P(levels) in nats, `generate` draws images in [0, 1].
"""

from __future__ import annotations

import copy
import itertools
import math
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from autograder.authoring.reference import reference
from course_lib.kit import train
from course_lib.kit.data.dataset import Dataset
from course_lib.kit.measure.sample_quality import Judge
from course_lib.lectures.diffusion.unet import UNet

LEVELS, SIDE = 256, 28
_INSIDE = 1e-6  # Φ⁻¹ is taken of values at least this far from 0 and 1
_DENSITY = 0.5 * math.log(2 * math.pi)


class Splits(NamedTuple):
    """Grey levels as vectors, float32."""

    train: Tensor
    valid: Tensor
    test: Tensor


def levels(images: Dataset) -> Splits:
    """All three parts, as levels 0 … 255."""
    return Splits(
        *(part.images.flatten(1).float() for part in (images.train, images.valid, images.test))
    )


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
        v = torch.cat([self.flow.sample(k, seed + k) for k in _parts(n)])
        share = torch.special.ndtr(v.double()).T.contiguous()
        level = torch.searchsorted(self.below, share, right=True) - 1
        return level.T.float() / (LEVELS - 1)


class GreyDDPM(nn.Module):
    """`kit.unet` trained by DDPM's loss; the average of its weights is what is evaluated."""

    betas: Tensor
    bars: Tensor
    of_x0: Tensor
    updates: Tensor

    def __init__(self, channels: int, steps: int, seed: int) -> None:
        super().__init__()
        self.functions, self.channels, self.seed = reference("diffusion"), channels, seed
        self.register_buffer("betas", self.functions.cosine_betas(steps))
        self.register_buffer("bars", self.functions.alpha_bars(self.betas))
        self.register_buffer("of_x0", torch.ones(steps))
        self.register_buffer("updates", torch.zeros(()))

    def init_independent_(self, x: Tensor) -> None:
        """The network, which begins with the exact answer for Gaussian pixels."""
        a = self.channels
        self.net = UNet(_signed(x), self.bars, channels=(a, 2 * a, 4 * a), seed=self.seed)
        self.kept = copy.deepcopy(self.net).requires_grad_(False)
        self.few = x[:200]

    @torch.no_grad()
    def after_step(self) -> None:
        """The average follows the weights, closely at first."""
        self.updates += 1
        follow = (9 / (self.updates + 9)).clamp(min=0.005)
        for own, new in zip(self.kept.parameters(), self.net.parameters(), strict=True):
            own.lerp_(new, follow)

    def objective(self, x: Tensor) -> Tensor:
        """Minus the squared error of the guessed noise, a pixel; t spread evenly over the batch."""
        T, n = len(self.betas), len(x)
        place = (torch.arange(n) + torch.rand(n)) / n
        t = 1 + (place * T).long().clamp(max=T - 1).to(x.device)
        x0, eps = _signed(x), torch.randn(n, 1, SIDE, SIDE).to(x.device)
        net = self.net if self.training else self.kept
        guess = net(self.functions.q_sample(x0, t, eps, self.bars), t)
        return -(guess - eps).square().flatten(1).mean(1)

    def bound(self, x: Tensor) -> Tensor:
        """The variational bound: all T terms and the mass of each pixel's level, one draw each."""
        if (self.of_x0 == 1).all():
            self.of_x0 = self._squared_error(_signed(self.few.to(x)))
        return -torch.cat([self._bound(few) for few in x.split(100)])

    def _bound(self, x: Tensor) -> Tensor:
        x0 = _signed(x)
        eps = torch.randn(len(self.betas), *x0.shape).to(x.device)
        terms = self.functions.vlb_terms(self.kept, x0, eps, self.betas, self.of_x0)
        first = torch.ones(len(x), dtype=torch.int64, device=x.device)
        terms[0] = self._level_nll(x0, self._guess(x0, first, eps[0]), self.of_x0[0])
        return terms.double().sum(0)

    def _guess(self, x0: Tensor, t: Tensor, eps: Tensor) -> Tensor:
        xt = self.functions.q_sample(x0, t, eps, self.bars)
        return self.functions.x0_from_eps(xt, t, self.kept(xt, t), self.bars)

    def _squared_error(self, x0: Tensor) -> Tensor:
        """Of the guessed x_0 at each step: the variance that fits."""
        found = []
        for k in range(1, len(self.betas) + 1):
            t = torch.full((len(x0),), k, device=x0.device)
            guess = self._guess(x0, t, torch.randn(x0.shape).to(x0.device))
            found.append((x0 - guess).square().mean())
        return torch.stack(found)

    @staticmethod
    def _level_nll(x0: Tensor, guess: Tensor, variance: Tensor) -> Tensor:
        half, deviation = 1 / (LEVELS - 1), variance.sqrt()
        above = torch.where(x0 > 1 - half, math.inf, (x0 + half - guess) / deviation)
        below = torch.where(x0 < -1 + half, -math.inf, (x0 - half - guess) / deviation)
        mass = torch.special.ndtr(above.double()) - torch.special.ndtr(below.double())
        return -mass.clamp(min=1e-12).log().flatten(1).sum(1)

    def generate(self, n: int, seed: int) -> Tensor:
        """n images in 50 steps of DDIM."""
        T, drawn = len(self.betas), []
        places = torch.linspace(T, 0, min(T, 50) + 1).round().long().tolist()
        for k in _parts(n):
            generator = torch.Generator().manual_seed(seed + k)
            x = torch.randn(k, 1, SIDE, SIDE, generator=generator).to(self.bars)
            for now, then in itertools.pairwise(places):
                t, s = (torch.full((k,), place, device=x.device) for place in (now, then))
                x = self.functions.ddim_step(self.kept, x, t, s, self.bars, 0.0, x)
            drawn.append(x)
        return ((torch.cat(drawn) + 1) / 2).flatten(1)


def _parts(n: int) -> list[int]:
    """Sizes of batches, no two alike, so that a seed and a size are a seed of their own."""
    sizes, most = [], 250
    while n > 0:
        sizes.append(min(most, n))
        n, most = n - sizes[-1], most - 1
    return sizes


def _signed(x: Tensor) -> Tensor:
    return x.unflatten(1, (1, SIDE, SIDE)) / (0.5 * (LEVELS - 1)) - 1


def quality(model: Any, images: Dataset, groups: int = 2) -> dict[str, float]:
    """Fréchet distance of samples, with the floor and a mixture of 20 Gaussians beside it."""
    with torch.enable_grad():
        judge = Judge.train(images)
    drawn = model.generate(groups * judge.group, 1).clamp(0, 1).cpu()
    found = judge.distances(drawn)
    return {
        "frechet": round(sum(found) / len(found), 3),
        "frechet_error": round(train.standard_error(torch.tensor(found)), 3),
        "frechet_floor": round(judge.floor, 3),
        "frechet_gmm20": round(judge.gmm(20).distance, 3),
        "classifier_accuracy": round(judge.accuracy, 4),
    }
