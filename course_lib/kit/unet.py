"""A small U-Net that predicts the noise in images, made for a processor and not for a GPU."""

import math

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor, nn

__all__ = ["UNet"]


class UNet(nn.Module):
    def __init__(self, shape, alpha_bars, *, mean=None, variance=1.0, channels=(16, 32, 64), width=256, depth=3, n_classes=0, seed=0):
        super().__init__()
        self.shape, self.n_classes = shape, n_classes
        c0, c1, c2 = channels
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.embed = nn.Sequential(nn.Linear(32, 128), nn.SiLU(), nn.Linear(128, 128))
            self.label = nn.Embedding(n_classes + 1, 128) if n_classes else None
            self.first = nn.Conv2d(1, c0, 3, padding=1)
            self.shrink = nn.ModuleList([nn.Conv2d(c0, c1, 2, stride=2), nn.Conv2d(c1, c2, 2, stride=2)])
            self.down = Block(c1, c1, 128)
            n = c2 * (shape[0] // 4) * (shape[1] // 4)
            self.inward = nn.Linear(n, width)
            self.dense = nn.ModuleList(Dense(width, 128) for _ in range(depth))
            self.outward = nn.Linear(width, n)
            self.grow = nn.ModuleList([nn.ConvTranspose2d(c2, c1, 2, stride=2), nn.ConvTranspose2d(c1, c0, 2, stride=2)])
            self.up = Block(2 * c1, c1, 128)
            self.last = nn.Conv2d(2 * c0, 1, 3, padding=1)
            nn.init.zeros_(self.last.weight)
            nn.init.zeros_(self.last.bias)
        self.register_buffer("alpha_bars", alpha_bars)
        self.register_buffer("mean", torch.zeros(shape) if mean is None else mean.reshape(shape))
        self.register_buffer("variance", torch.as_tensor(variance).expand(shape).clone())

    def forward(self, xt, t, y=None):
        kept = self.alpha_bars[t][:, None, None, None]
        total = kept * self.variance + 1 - kept
        x = xt - kept.sqrt() * self.mean
        angle = torch.log((1 - kept[:, :, 0, 0]) / kept[:, :, 0, 0]) * 0.25 * math.pi * 2 ** (torch.arange(16, device=xt.device) / 4) / 4
        e = self.embed(torch.cat([angle.sin(), angle.cos()], 1))
        if self.label is not None:
            y = torch.full((len(xt),), self.n_classes, device=xt.device) if y is None else y
            e = e + self.label(y)
        e = F.silu(e)
        h0 = self.first(x / total.sqrt())
        h1 = self.down(self.shrink[0](h0), e)
        h2 = self.shrink[1](h1)
        z = self.inward(F.silu(h2.flatten(1)))
        for d in self.dense:
            z = d(z, e)
        h2 = h2 + self.outward(F.silu(z)).reshape(h2.shape)
        h1 = self.up(torch.cat([self.grow[0](F.silu(h2)), h1], 1), e)
        h0 = torch.cat([self.grow[1](F.silu(h1)), h0], 1)
        out = self.last(F.silu(h0))
        return (1 - kept).sqrt() / total * x + (kept * self.variance / total).sqrt() * out


class Dense(nn.Module):
    def __init__(self, n, width):
        super().__init__()
        self.first = nn.Linear(n, n)
        self.film = nn.Linear(width, 2 * n)
        self.norm = nn.LayerNorm(n)
        self.second = nn.Linear(n, n)

    def forward(self, z, e):
        scale, shift = self.film(e).chunk(2, 1)
        return z + self.second(F.silu(self.first(self.norm(z) * (1 + scale) + shift)))


class Block(nn.Module):
    def __init__(self, n_in, n_out, width):
        super().__init__()
        self.first = nn.Conv2d(n_in, n_out, 3, padding=1)
        self.film = nn.Linear(width, 2 * n_out)
        self.norm = nn.GroupNorm(1, n_out)
        self.second = nn.Conv2d(n_out, n_out, 3, padding=1)
        self.skip = nn.Conv2d(n_in, n_out, 1) if n_in != n_out else nn.Identity()

    def forward(self, x, e):
        scale, shift = self.film(e)[:, :, None, None].chunk(2, 1)
        h = self.norm(self.first(F.silu(x)))
        h = self.second(F.silu(h * (1 + scale) + shift))
        return self.skip(x) + h
