"""A DDPM on the grey levels of MNIST, for `benchmarks/mnist.py`."""

from __future__ import annotations

import itertools
import math

import torch
from torch import Tensor, nn

from autograder.authoring.reference import reference
from benchmarks.mnist_grey import LEVELS, batch_sizes
from benchmarks.mnist_models import SIDE, Settings, mnist_model
from course_lib.kit.train.loop import MovingAverage
from course_lib.lectures.diffusion.unet import UNet


class GreyDDPM(nn.Module):
    """The U-Net, trained by DDPM's loss; the average of its weights is what is evaluated."""

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
        # Follows closely at first.
        self.average = MovingAverage(self.net, lambda k: 1 - max(9 / (k + 10), 0.005))
        self.kept = self.average.network.requires_grad_(False)
        self.few = x[:200]

    def after_step(self) -> None:
        """The average follows the weights."""
        self.average.follow(int(self.updates))
        self.updates += 1

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
        for k in batch_sizes(n):
            generator = torch.Generator().manual_seed(seed + k)
            x = torch.randn(k, 1, SIDE, SIDE, generator=generator).to(self.bars)
            for now, then in itertools.pairwise(places):
                t, s = (torch.full((k,), place, device=x.device) for place in (now, then))
                x = self.functions.ddim_step(self.kept, x, t, s, self.bars, 0.0, x)
            drawn.append(x)
        return ((torch.cat(drawn) + 1) / 2).flatten(1)


def _signed(x: Tensor) -> Tensor:
    return x.unflatten(1, (1, SIDE, SIDE)) / (0.5 * (LEVELS - 1)) - 1


@mnist_model(
    "ddpm",
    "DDPM, U-Net from {hidden} channels, {chain} steps",
    grey=True,
    lr=2e-3,
    batch_size=64,
    hidden=16,
    chain=100,
    weight_decay=1e-3,
)
def ddpm(s: Settings, n_dims: int) -> nn.Module:
    """With the cosine schedule."""
    return GreyDDPM(s.hidden, s.chain, s.seed)
